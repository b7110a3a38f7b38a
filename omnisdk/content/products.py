"""The products a creative shows: those looked at, in the cart, or of the last order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from omnisdk.content.links import is_safe
from omnisdk.profile.facts import Reading
from omnisdk.profile.products import Line
from omnisdk.profile.values import number
from omnisdk.profile.viewed import latest_products

_MOST: Final = 3  # where the creative does not say how many
_ADDRESSES: Final = ("image_url", "url")


def products(block: Mapping[str, Any], reading: Reading) -> list[dict[str, Any]]:
    """Return ``[{product_id, name, price, image_url, url}]`` as `block` (``{from: viewed|cart|order, most: 3}``) asks.

    Latest first for what was looked at or put into the cart. What is not known of a product is absent, and so is an
    address that is not safe to follow; a product without id and name is left out. `price` is a number in the site's
    currency as it was sent.
    """
    most = int(block.get("most") or _MOST)
    drawn = (_drawn(line) for line in _lines(str(block.get("from", "viewed")), reading))
    return [each for each in drawn if "product_id" in each or "name" in each][:most]


def _lines(source: str, reading: Reading) -> Iterable[Line]:
    if source == "cart":
        return [line for line, _ in reversed(reading.cart.lines.values())]
    if source == "order":
        return [line for line, _ in reading.orders[-1].lines] if reading.orders else []
    return latest_products(reading.document)


def _drawn(line: Line) -> dict[str, Any]:
    drawn: dict[str, Any] = {name: line[name] for name in ("product_id", "name") if name in line}
    if "price" in line:
        drawn["price"] = number(Decimal(line["price"]))
    for name in _ADDRESSES:
        if name in line and is_safe(line[name]):
            drawn[name] = line[name]
    return drawn
