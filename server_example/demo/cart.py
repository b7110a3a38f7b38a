"""The cart: what is in it, what it costs, and the Segment properties that tell it. It lives in the signed session."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from server_example.demo.catalogue import PRODUCTS
from server_example.demo.shelf import Product

FREE_DELIVERY_FROM = 1_000_000  # đồng
DELIVERY = 35_000
MOST_OF_ONE = 20


@dataclass(frozen=True, slots=True)
class Coupon:
    code: str
    category: str
    percent: int


# What the tills of this shop take. omni.yaml says who is told of a code; that it is honoured is the shop's own matter.
COUPONS: Mapping[str, Coupon] = {"SOM10": Coupon("SOM10", "golf", 10)}


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    size: str
    quantity: int

    @property
    def key(self) -> str:
        """The line's name in forms and in the session: one for each product and size."""
        return f"{self.product.product_id}:{self.size}"

    @property
    def amount(self) -> int:
        return self.product.price * self.quantity


@dataclass(frozen=True, slots=True)
class Cart:
    lines: tuple[Line, ...] = ()
    coupon: str = ""  # as asked for; what it is worth here is `discount`

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def discount(self) -> int:
        coupon = COUPONS.get(self.coupon)
        if coupon is None:
            return 0
        worth = sum(line.amount for line in self.lines if line.product.category == coupon.category)
        return worth * coupon.percent // 100

    @property
    def delivery(self) -> int:
        to_send = any(line.product.delivered for line in self.lines)
        return DELIVERY if to_send and self.subtotal < FREE_DELIVERY_FROM else 0

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.delivery

    @property
    def to_free_delivery(self) -> int:
        return max(FREE_DELIVERY_FROM - self.subtotal, 0)

    def collected(self) -> Cart:
        """Return the same cart without anything to send."""
        return _Collected(self.lines, self.coupon)

    def properties(self) -> dict[str, Any]:
        """Return the properties of `Checkout Started`: value, currency, coupon and products."""
        told: dict[str, Any] = {
            "value": self.subtotal - self.discount,
            "currency": "VND",
            "products": [product_properties(line.product, line.quantity, line.size) for line in self.lines],
        }
        return {**told, "coupon": self.coupon} if self.discount else told


@dataclass(frozen=True, slots=True)
class _Collected(Cart):
    @property
    def delivery(self) -> int:
        return 0


def product_properties(product: Product, quantity: int = 1, size: str = "") -> dict[str, Any]:
    """Return a product as Segment's commerce events name it. The name is the shop's own, in Vietnamese."""
    told: dict[str, Any] = {
        "product_id": product.product_id,
        "name": product.name[0],
        "category": product.category,
        "price": product.price,
        "quantity": quantity,
        "currency": "VND",
    }
    return {**told, "variant": size} if size else told


def read(session: Mapping[str, Any]) -> Cart:
    """Return the cart of `session`, without what the shop no longer sells."""
    return Cart(lines_of(session.get("cart", {})), session.get("coupon", ""))


def lines_of(held: Mapping[str, int]) -> tuple[Line, ...]:
    """Return the lines that the session holds as quantities by key."""
    lines = []
    for key, quantity in held.items():
        product_id, _, size = key.partition(":")
        if product_id in PRODUCTS:
            lines.append(Line(PRODUCTS[product_id], size, quantity))
    return tuple(lines)


def put(session: MutableMapping[str, Any], product: Product, size: str, quantity: int) -> None:
    """Add `quantity` more of a product to the cart of `session`."""
    key = Line(product, size, 0).key
    held = session.get("cart", {})
    session["cart"] = {**held, key: min(held.get(key, 0) + quantity, MOST_OF_ONE)}


def change(session: MutableMapping[str, Any], key: str, quantity: int) -> None:
    """Set a line of the cart of `session` to `quantity`; 0 takes it out."""
    held = {**session.get("cart", {})}
    if key in held and quantity > 0:
        held[key] = min(quantity, MOST_OF_ONE)
    else:
        held.pop(key, None)
    session["cart"] = held


def clear(session: MutableMapping[str, Any]) -> None:
    for name in ("cart", "coupon"):
        session.pop(name, None)
