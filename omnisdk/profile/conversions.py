"""When a person did what a campaign wants: events by name, of certain products, and orders of what it promotes.

    attributes  {"shop" | "other": {event: [[timestamp, category, product_id, brand, coupon], …]}}

Kept is the last time of each combination that an event or one of its products had ("" for none), sorted. Orders are
not among them: they are read from what is left of them, so that an order wholly undone converts nothing.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from omnisdk.events.model import Event
from omnisdk.profile import activity, products, values
from omnisdk.profile.counters import recent
from omnisdk.profile.latest import keep_smallest
from omnisdk.profile.products import Attributes
from omnisdk.profile.reading import Reading

MOST_COMBINATIONS = 50  # per event name and kind of sender
MOST_NAMES = 50
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


def conversions(reading: Reading, event: str, where: Mapping[str, str], since: int | None = None) -> list[int]:
    """Return when the person did `event` from `since` on, sorted.

    `where` may name category, product_id, brand and coupon: it holds if the event, or one of its products with what
    the event says for all of them, has all of it. Of `Order Completed` every order counts of which something is left,
    with what is left of it. Of others: the latest times known (of each combination of attributes only the last).
    """
    if event == "Order Completed":
        found = [
            order.time for order in reading.orders if any(products.holds(each, where) for each in order.attributes())
        ]
    elif where:
        found = _noted(reading, event, where)
    else:
        found = [stamp for counter in activity.of(reading.document, reading.view, event) for stamp in recent(counter)]
    return sorted(each for each in found if since is None or each >= since)


def converted_at(reading: Reading, event: str, where: Mapping[str, str], since: int | None = None) -> int | None:
    """Return the latest of `conversions`, None when there is none."""
    found = conversions(reading, event, where, since)
    return found[-1] if found else None


def orders_of(reading: Reading, promotes: Iterable[str], since: int | None = None) -> list[int]:
    """Return the times, from `since` on and sorted, of the orders of what a campaign promotes: ``product:ID``,
    ``category:NAME``, or any entitlement that a product ordered grants."""
    wanted = frozenset(promotes)
    found = []
    for order in reading.orders:
        if since is not None and order.time < since:
            continue
        if any(not wanted.isdisjoint(_names(line, reading)) for line, _ in order.lines):
            found.append(order.time)
    return found


def ordered_at(reading: Reading, promotes: Iterable[str], since: int | None = None) -> int | None:
    """Return the latest of `orders_of`, None when there is none."""
    found = orders_of(reading, promotes, since)
    return found[-1] if found else None


def _names(line: Mapping[str, Any], reading: Reading) -> Iterator[str]:
    if product_id := line.get("product_id"):
        yield f"product:{product_id}"
        if product_id in reading.context.grants:
            yield reading.context.grants[product_id][0]
    if category := line.get("category"):
        yield f"category:{category}"


def _noted(reading: Reading, event: str, where: Mapping[str, str]) -> list[int]:
    held = reading.document.get("attributes", {})
    trusts = ("shop",) if reading.view == "shop" and event in activity.TWO_VIEWS else ("shop", "other")
    return [
        stamp
        for trust in trusts
        for stamp, category, product_id, brand, coupon in held.get(trust, {}).get(event, ())
        if products.holds((category, product_id, brand, coupon), where)
    ]


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
