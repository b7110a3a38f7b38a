"""Products looked at and put into carts, and the interest in categories that follows.

viewed  {"products": {product_id: [key…, line]}, "categories": {category: counter}}
added   {category: counter}
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from omnisdk.clock import DAY
from omnisdk.events.model import Event
from omnisdk.profile import counters, products
from omnisdk.profile.latest import Key, keep_latest, keep_smallest
from omnisdk.profile.orders import Order

MOST_PRODUCTS = 50
MOST_CATEGORIES = 200

HALF_LIFE_DAYS = 14
VIEWED_WEIGHT, ADDED_WEIGHT, ORDERED_WEIGHT = 1, 3, 5


def view(document: dict[str, Any], event: Event, key: Key, limit: int = MOST_PRODUCTS) -> None:
    """Take in a `Product Viewed`."""
    line = products.line(event.properties)
    held = document.setdefault("viewed", {"products": {}, "categories": {}})
    if product_id := line.pop("product_id", None):
        shown = {name: line[name] for name in ("category", "name", "price", "image_url", "url") if name in line}
        keep_latest(held["products"], product_id, key, [shown], limit)
    if category := line.get("category"):
        _tally(held["categories"], category, key[0])


def add(document: dict[str, Any], event: Event, key: Key) -> None:
    """Take in a `Product Added`, for interest; what it does to the cart is the cart's."""
    if category := products.line(event.properties).get("category"):
        _tally(document.setdefault("added", {}), category, key[0])


def latest_products(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the products looked at, latest first, each with what there is of product_id, name, price (exact decimal
    text), image_url, url and category."""
    held = document.get("viewed", {}).get("products", {})
    latest = sorted(held.items(), key=lambda each: (each[1][:3], each[0]), reverse=True)
    return [{"product_id": product_id, **entry[3]} for product_id, entry in latest]


def category(document: dict[str, Any], name: str) -> counters.Counter | None:
    """Return the counter of products looked at in a category."""
    found: counters.Counter | None = document.get("viewed", {}).get("categories", {}).get(name)
    return found


def categories(document: dict[str, Any]) -> list[str]:
    """Return the categories of the products looked at."""
    return sorted(document.get("viewed", {}).get("categories", ()))


def interest(document: dict[str, Any], orders: Iterable[Order], name: str, now: int) -> float:
    """Return the interest in a category at `now`: each look counts 1, each putting into the cart 3, each order 5,
    and half as much for every 14 days since (whole UTC days, so that today's count in full). At most six decimals."""
    today = now // DAY
    days: dict[int, int] = {}
    for counter, weight in (
        (category(document, name), VIEWED_WEIGHT),
        (document.get("added", {}).get(name), ADDED_WEIGHT),
    ):
        for day, n in counters.days(counter):
            days[day] = days.get(day, 0) + n * weight
    for day in _ordered(orders, name):
        days[day] = days.get(day, 0) + ORDERED_WEIGHT
    # A fixed order of summing: floats are not associative, and equal documents must give equal facts.
    score = 0.0
    for day, weight in sorted(days.items()):
        if day <= today:
            score += weight * math.pow(0.5, (today - day) / HALF_LIFE_DAYS)
    return round(score, 6)


def interests(document: dict[str, Any], orders: Iterable[Order]) -> list[str]:
    """Return the categories in which any interest was ever shown."""
    ordered = {line["category"] for order in orders for line, _ in order.lines if "category" in line}
    return sorted({*categories(document), *document.get("added", ()), *ordered})


def _ordered(orders: Iterable[Order], name: str) -> Iterator[int]:
    for order in orders:
        if any(line.get("category") == name for line, _ in order.lines):
            yield order.time // DAY


def _tally(held: dict[str, counters.Counter], name: str, timestamp: int) -> None:
    counters.tally(held, name, timestamp)
    keep_smallest(held, MOST_CATEGORIES)
