"""The products that an event names, kept as small as what facts and drawings need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from omnisdk.profile import values

# A line holds what there is of: product_id, category, brand, coupon, name, image_url, url (texts), price (exact
# decimal text), quantity (number; missing means one), tags (sorted texts).
Line: TypeAlias = dict[str, Any]

MOST_LINES = 1000  # products of one event that are kept; its 32 KB hold fewer

Attributes: TypeAlias = tuple[str, str, str, str]  # category, product_id, brand, coupon; "" for none


def lines(properties: Mapping[str, Any]) -> list[Line] | None:
    """Return the lines of the event's list `products`; None when it has no such list."""
    found = properties.get("products")
    if not isinstance(found, list):
        return None
    return [line(product) for product in found[:MOST_LINES] if isinstance(product, dict)]


def line(product: Mapping[str, Any]) -> Line:
    """Return the line of one product, be it of a list or the properties of an event about a single product."""
    kept: Line = {}
    if product_id := values.name(product.get("product_id")) or values.name(product.get("sku")):
        kept["product_id"] = product_id
    for field in ("category", "brand", "coupon"):
        if (value := product.get(field)) is not None and (said := values.name(value)):
            kept[field] = said
    for field in ("name", "image_url", "url"):
        if (value := product.get(field)) is not None and (shown := values.caption(value)):
            kept[field] = shown
    if (price := values.amount(product.get("price"))) is not None:
        kept["price"] = price
    if (pieces := values.quantity(product.get("quantity"))) is not None:
        kept["quantity"] = pieces
    if (tags := product.get("tags")) and (tagged := values.names(tags)):
        kept["tags"] = tagged
    return kept


def which(kept: Line) -> str:
    """Return what tells the line's product from others: its id, else its name, else ""."""
    return str(kept.get("product_id") or kept.get("name") or "")


def attributes(event: Mapping[str, Any], product: Mapping[str, Any]) -> Attributes:
    """Return what a condition on a product can name; a product takes what it does not say itself from its event."""
    return (
        product.get("category") or event.get("category") or "",
        product.get("product_id") or event.get("product_id") or "",
        product.get("brand") or event.get("brand") or "",
        product.get("coupon") or event.get("coupon") or "",
    )


def holds(found: Attributes, where: Mapping[str, str]) -> bool:
    """Return whether one product's attributes have all of `where` (category, product_id, brand, coupon)."""
    category, product_id, brand, coupon = found
    for name, wanted in where.items():
        value = {"category": category, "product_id": product_id, "brand": brand, "coupon": coupon}.get(name)
        if not value or value != wanted:
            return False
    return True
