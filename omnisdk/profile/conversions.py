"""When a person did what a campaign wants: events by name, of certain products, and orders of what it promotes.

    attributes  {"shop" | "other": {event: [[timestamp, category, product_id, brand, coupon], …]}}

Kept is the last time of each combination that an event or one of its products had ("" for none), sorted. Orders are
not among them: they are read from what is left of them, so that an order wholly undone converts nothing.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from typing import Any

from omnisdk.events.model import Event
from omnisdk.profile import products, values
from omnisdk.profile.latest import keep_smallest
from omnisdk.profile.orders import Order
from omnisdk.profile.products import Attributes

MOST_COMBINATIONS = 50  # per event name and kind of sender
MOST_NAMES = 100
_NOTHING: Attributes = ("", "", "", "")
_FIELDS = ("category", "product_id", "brand", "coupon")


def note(document: dict[str, Any], event: Event, limit: int = MOST_COMBINATIONS) -> None:
    """Take in the attributes that a track event and its products have."""
    said = event.properties
    listed = said.get("products")
    if not isinstance(listed, list):
        listed = ()
        if not ("category" in said or "product_id" in said or "brand" in said or "coupon" in said):
            return
    own = _texts(said)
    found = {
        own,
        *(products.attributes(_named(own), _named(_texts(each))) for each in listed if isinstance(each, dict)),
    }
    found.discard(_NOTHING)
    if not found:
        return
    trust = "shop" if event.vouched else "other"
    names = document.setdefault("attributes", {}).setdefault(trust, {})
    held = names.setdefault(event.name, [])
    for combination in found:
        _keep(held, [event.timestamp, *combination], limit)
    keep_smallest(names, MOST_NAMES)


def noted(document: dict[str, Any], event: str, where: Mapping[str, str], trusts: Sequence[str]) -> list[int]:
    """Return the last time of each combination of `event` that has all of `where`, sorted."""
    held = document.get("attributes", {})
    found = []
    for trust in trusts:
        for stamp, *combination in held.get(trust, {}).get(event, ()):
            if products.holds((combination[0], combination[1], combination[2], combination[3]), where):
                found.append(stamp)
    return sorted(found)


def ordered(orders: Sequence[Order], where: Mapping[str, str]) -> list[int]:
    """Return the times of the orders that themselves, or of which one product left, have all of `where`, sorted."""
    return [order.time for order in orders if any(products.holds(found, where) for found in order.attributes())]


def _keep(held: list[list[Any]], entry: list[Any], limit: int) -> None:
    for at, kept in enumerate(held):
        if kept[1:] == entry[1:]:
            if kept[0] >= entry[0]:
                return
            del held[at]
            break
    insort(held, entry)
    if len(held) > limit:
        del held[0]


def _texts(said: Mapping[str, Any]) -> Attributes:
    category, product_id, brand, coupon = (values.name(said.get(field)) or "" for field in _FIELDS)
    return category, product_id or values.name(said.get("sku")) or "", brand, coupon


def _named(found: Attributes) -> dict[str, str]:
    return dict(zip(_FIELDS, found, strict=True))
