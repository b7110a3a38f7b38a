"""The cart: what was put in and taken out since an order last cleared it, and where its owner stands.

    cart  {"cleared": key, "began": key, "changes": [[key…, "+" | "-" | "=", line | [product, quantity] | [line, …]], …]}

`cleared` is the latest `Order Completed`, `began` the latest event of a checkout, `changes` what was added, removed or
shown whole after `cleared`. Items and stage are worked out when facts are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from omnisdk.events.model import Event
from omnisdk.profile import products, sessions, values
from omnisdk.profile.latest import Entry, Key, add_entry, key_of
from omnisdk.profile.products import Line

MOST_CHANGES = 100

BEGINS_CHECKOUT = frozenset(
    {"Checkout Started", "Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered"}
)

Stage = Literal["empty", "shopping", "checkout"]


@dataclass(slots=True)
class Cart:
    """What is in the cart, with the key of its last change and of the last time it was emptied by hand."""

    lines: dict[str, tuple[Line, Decimal]] = field(default_factory=dict)  # by product, each with its quantity above 0
    updated_at: int | None = None
    emptied: Key | None = None


def change(document: dict[str, Any], event: Event, key: Key, limit: int = MOST_CHANGES) -> None:
    """Take in a cart event."""
    held = document.setdefault("cart", {})
    if event.name in BEGINS_CHECKOUT and ("began" not in held or key > tuple(held["began"])):
        held["began"] = [*key]
    cleared = held.get("cleared")
    if cleared is not None and key <= tuple(cleared):
        return
    says = _says(event)
    if says is not None:
        add_entry(held.setdefault("changes", []), key, says, limit)


def clear(document: dict[str, Any], key: Key) -> None:
    """Take in an `Order Completed`: whatever was in the cart before is no longer."""
    held = document.setdefault("cart", {})
    cleared = held.get("cleared")
    if cleared is not None and key <= tuple(cleared):
        return
    held["cleared"] = [*key]
    changes = [entry for entry in held.get("changes", ()) if key_of(entry) > key]
    if changes:
        held["changes"] = changes
    else:
        held.pop("changes", None)


def _says(event: Event) -> list[Any] | None:
    said = event.properties
    if event.name == "Product Added":
        return ["+", _priced(products.line(said), said)]
    if event.name == "Product Removed":
        line = products.line(said)
        return ["-", [products.which(line), line.get("quantity")]]
    if event.name in ("Cart Viewed", "Checkout Started"):
        lines = products.lines(said)
        # A checkout without products says nothing of the cart: nobody checks out an empty one.
        if lines is not None and (lines or event.name == "Cart Viewed"):
            return ["=", [_priced(line, said) for line in lines]]
    return None


def _priced(line: Line, said: dict[str, Any]) -> Line:
    if currency := values.name(said.get("currency")):
        line["currency"] = currency.upper()
    return line


def read(document: dict[str, Any]) -> Cart:
    """Return the cart as its changes leave it."""
    cart = Cart()
    for entry in document.get("cart", {}).get("changes", ()):
        before = bool(cart.lines)
        _apply(cart.lines, entry)
        cart.updated_at = entry[0]
        # Taking out something never seen going in does not empty a cart of which nothing is known.
        if not cart.lines and (before or entry[3] == "="):
            cart.emptied = key_of(entry)
    return cart


def _apply(lines: dict[str, tuple[Line, Decimal]], entry: Entry) -> None:
    _, _, _, kind, what = entry
    if kind == "=":
        lines.clear()
    if kind == "-":
        product, pieces = what
        held = lines.pop(product, None)
        if held is not None and pieces is not None and (left := held[1] - Decimal(str(pieces))) > 0:
            lines[product] = (held[0], left)
        return
    for line in what if kind == "=" else [what]:
        product = products.which(line)
        pieces = Decimal(str(line.get("quantity", 1)))
        if product in lines:
            pieces += lines[product][1]
        if pieces > 0:
            lines[product] = ({**lines.get(product, ({}, 0))[0], **line}, pieces)


def stage(document: dict[str, Any], cart: Cart, now: int) -> Stage:
    """Return where the person stands at `now`.

    ``checkout`` from its beginning until the order, an emptied cart, or half an hour without a page or cart event;
    what a gap ended no later page view brings back. A checkout that a gap ended leaves a cart behind: ``shopping``.
    """
    held = document.get("cart")
    if not held:
        return "empty"
    began = held.get("began")
    if began is not None:
        over = [tuple(key) for key in (held.get("cleared"), cart.emptied) if key is not None]
        if not over or tuple(began) > max(over):
            return "checkout" if sessions.unbroken(document, began[0], now) else "shopping"
    return "shopping" if cart.lines else "empty"


def value(cart: Cart, currency: str) -> int | float:
    """Return what the items cost together, those priced in another currency left out."""
    total = sum(
        (
            pieces * Decimal(line["price"])
            for line, pieces in cart.lines.values()
            if "price" in line and (not currency or line.get("currency", currency) == currency)
        ),
        Decimal(),
    )
    return values.number(total)


def pieces(cart: Cart) -> int | float:
    """Return how many pieces are in the cart."""
    return values.number(sum((each for _, each in cart.lines.values()), Decimal()))


def categories(cart: Cart) -> list[str]:
    """Return the categories of what is in the cart."""
    return sorted({line["category"] for line, _ in cart.lines.values() if "category" in line})
