"""Orders, what undoes them, and what is left of them in a view.

An order *is* its order_id (else its messageId). What was sent of it is kept twice, as the shop vouches for it and as
anybody says; which of them counts, and what refunds and cancellations leave, is worked out when facts are read.

    orders   {"shop" | "other": {order: [key…, content]}}     `Order Completed`, the latest of each
    updates  {"shop" | "other": {order: [key…, content]}}     `Order Updated`: newer content, the order's own time
    undone   {"shop" | "other": [[key…, order, products | null, amount | null], …]}     sorted; null: the whole order
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from omnisdk.events.model import Event
from omnisdk.profile import products, values
from omnisdk.profile.latest import Entry, Key, add_entry, keep_latest, key_of
from omnisdk.profile.products import Attributes, Line

MOST_ORDERS = {"shop": 1000, "other": 100}  # of the shop, a weekly buyer's twenty years

Limits: TypeAlias = Mapping[str, int]

_ONE = Decimal(1)


class Order(NamedTuple):
    """What is left of an order in one view, after refunds and cancellations."""

    id: str
    key: Key  # its place in the person's life; key[0] is its time
    lines: tuple[tuple[Line, Decimal], ...]  # each with the quantity left, all above 0
    worth: Decimal
    currency: str  # "" when the order names none
    coupon: str
    discounted: bool

    @property
    def time(self) -> int:
        return self.key[0]

    def attributes(self) -> list[Attributes]:
        """Return what conditions on a product can name: of the order itself, then of each line left."""
        own = {"coupon": self.coupon}
        return [products.attributes(own, line) for line in ({}, *(line for line, _ in self.lines))]


def complete(document: dict[str, Any], event: Event, key: Key, limits: Limits = MOST_ORDERS) -> None:
    """Take in an `Order Completed`."""
    _keep(document, "orders", event, key, limits)


def update(document: dict[str, Any], event: Event, key: Key, limits: Limits = MOST_ORDERS) -> None:
    """Take in an `Order Updated`."""
    _keep(document, "updates", event, key, limits)


def undo(document: dict[str, Any], event: Event, key: Key, limits: Limits = MOST_ORDERS) -> None:
    """Take in an `Order Refunded` or `Order Cancelled`; without an order_id it undoes nothing."""
    order = values.name(event.properties.get("order_id"))
    if order is None:
        return
    lines = products.lines(event.properties)
    whole = not lines  # an empty list names nothing that stays behind either
    items = None if whole else [[products.which(line), line.get("quantity"), line.get("price")] for line in lines or ()]
    refunded = None if whole else values.amount(event.properties.get("total"))
    trust = "shop" if event.vouched else "other"
    add_entry(document.setdefault("undone", {}).setdefault(trust, []), key, [order, items, refunded], limits[trust])


def _keep(document: dict[str, Any], section: str, event: Event, key: Key, limits: Limits) -> None:
    order = values.name(event.properties.get("order_id")) or event.message_id
    trust = "shop" if event.vouched else "other"
    held = document.setdefault(section, {}).setdefault(trust, {})
    keep_latest(held, order, key, [_content(event.properties)], limits[trust])


def _content(said: dict[str, Any]) -> dict[str, Any]:
    """Return what an order says, as it is kept: only what is there."""
    lines = products.lines(said)
    if lines is None:
        alone = products.line(said)  # some shops put the only product into the event itself
        lines = [alone] if alone.keys() & {"product_id", "category", "brand"} else []
    category, brand = values.name(said.get("category")), values.name(said.get("brand"))
    for line in lines:
        if category:
            line.setdefault("category", category)
        if brand:
            line.setdefault("brand", brand)
    worth = values.amount(said.get("total"))
    if worth is None:
        worth = values.amount(said.get("revenue"))
    if worth is None and any("price" in line for line in lines):
        worth = values.amount(str(sum((_price(line) * _pieces(line) for line in lines), Decimal())))
    discount = values.amount(said.get("discount"))
    content = {
        "lines": lines,
        "worth": worth,
        "currency": (values.name(said.get("currency")) or "").upper(),
        "coupon": values.name(said.get("coupon")),
        "discount": discount if discount != "0" else None,
        "channel": values.name(said.get("channel")),
        "store_id": values.name(said.get("store_id")),
    }
    return {name: value for name, value in content.items() if value}


def read(document: dict[str, Any], view: str) -> list[Order]:
    """Return the orders of which something is left in `view`, by time.

    View ``all``: what the shop says of an order, else what anybody says, less every refund. View ``shop``: only what
    the shop vouches for, both ways.
    """
    said, updates = document.get("orders", {}), document.get("updates", {})
    if not said and not updates:
        return []
    undone = _by_order(document, view)
    trusts = ("shop",) if view == "shop" else ("shop", "other")  # the first that says anything is believed
    known: dict[str, None] = {}
    for section in (said, updates):
        for trust in trusts:
            known.update(dict.fromkeys(section.get(trust, ())))
    found = []
    for order in known:
        content = time = None
        for trust in trusts:
            completed = said[trust].get(order) if trust in said else None
            updated = updates[trust].get(order) if trust in updates else None
            if time is None:
                time = completed
            if content is None:
                content = completed if updated is None else _later(updated, completed)
        assert content is not None  # `known` are the keys of these very sections
        # An update keeps the order's time.
        left = _left(order, key_of(time or content), content[3], undone.get(order, ()))
        if left is not None:
            found.append(left)
    found.sort(key=lambda each: (each.key, each.id))
    return found


def _later(updated: Entry, completed: Entry | None) -> Entry:
    return updated if completed is None or key_of(updated) > key_of(completed) else completed


def _by_order(document: dict[str, Any], view: str) -> dict[str, list[Entry]]:
    undone = document.get("undone", {})
    entries = [*undone.get("shop", ()), *(undone.get("other", ()) if view == "all" else ())]
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=key_of):
        found.setdefault(entry[3], []).append(entry)
    return found


def _left(order: str, key: Key, content: dict[str, Any], undone: Sequence[Entry]) -> Order | None:
    lines: list[Line] = content.get("lines", [])
    left = [_pieces(line) for line in lines]
    worth = Decimal(content.get("worth", "0"))
    held = _by_product(lines) if undone else {}
    for _, _, _, _, items, refunded in undone:
        if items is None:
            return None
        taken = _take(held, lines, left, items)
        worth -= taken if refunded is None else Decimal(refunded)
    if lines and not any(left):
        return None
    if undone:
        if not lines and worth <= 0:
            return None
        worth = max(worth, Decimal())
    return Order(
        id=order,
        key=key,
        lines=tuple((line, pieces) for line, pieces in zip(lines, left, strict=True) if pieces),
        worth=worth,
        currency=content.get("currency", ""),
        coupon=content.get("coupon", ""),
        discounted=bool(content.get("discount") or content.get("coupon") or any("coupon" in line for line in lines)),
    )


def _take(held: dict[str, list[int]], lines: list[Line], left: list[Decimal], items: list[list[Any]]) -> Decimal:
    """Take refunded `items` out of the quantities `left` and return what they were worth.

    `held` names by product the lines that something is left of, the last first; exhausted ones are dropped, so that a
    thousand refunds of a thousand lines cost no million steps.
    """
    worth = Decimal()
    for product, pieces, price in items:
        wanted = None if pieces is None else Decimal(str(pieces))  # None: all there are of it
        indexes = held.get(product, [])
        while indexes and wanted != 0:
            at = indexes[-1]
            taken = left[at] if wanted is None else min(left[at], wanted)
            left[at] -= taken
            worth += taken * (_price(lines[at]) if price is None else Decimal(price))
            if wanted is not None:
                wanted -= taken
            if not left[at]:
                indexes.pop()
    return worth


def _by_product(lines: list[Line]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at in reversed(range(len(lines))):
        if product := products.which(lines[at]):
            found.setdefault(product, []).append(at)
    return found


def _price(line: Line) -> Decimal:
    return Decimal(line.get("price", "0"))


def _pieces(line: Line) -> Decimal:
    pieces = line.get("quantity", 1)
    return _ONE if pieces == 1 else Decimal(str(pieces))
