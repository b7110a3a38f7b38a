"""Facts about orders: how often, how much, how regularly, how discounted."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from omnisdk.clock import DAY
from omnisdk.profile import values
from omnisdk.profile.orders import Order


def within(orders: Sequence[Order], window: int | None, now: int) -> Sequence[Order]:
    """Return the orders with ``now - window < time <= now``; all without a window."""
    if window is None:
        return orders
    return [order for order in orders if now - window < order.time <= now]


def total(orders: Sequence[Order], currency: str) -> int | float:
    """Return the worth of the orders in `currency`; one that names none is in it."""
    return values.number(_sum(_in(orders, currency)))


def average(orders: Sequence[Order], currency: str) -> int | float | None:
    """Return the mean worth of an order in `currency`, None without one."""
    counted = _in(orders, currency)
    return values.number(_sum(counted) / len(counted)) if counted else None


def interval_days(orders: Sequence[Order]) -> int | float | None:
    """Return the median time between one order and the next, in days; None with fewer than two orders."""
    interval = _interval(orders)
    return None if interval is None else values.number(Decimal(str(interval)) / DAY)


def overdue(orders: Sequence[Order], now: int) -> float | None:
    """Return the time since the last order divided by the person's own median interval; None without one."""
    interval = _interval(orders)
    return round((now - orders[-1].time) / interval, 6) if interval else None


def discounted_share(orders: Sequence[Order]) -> float | None:
    """Return the share (0 to 1) of the orders that had a discount or a coupon, None without orders."""
    return sum(order.discounted for order in orders) / len(orders) if orders else None


def tag_share(orders: Sequence[Order], tag: str) -> float | None:
    """Return the share (0 to 1) of the orders that hold a product tagged so, None without orders."""
    if not orders:
        return None
    return sum(any(tag in line.get("tags", ()) for line, _ in order.lines) for order in orders) / len(orders)


def of_category(orders: Sequence[Order], category: str) -> list[Order]:
    """Return the orders that hold a product of the category."""
    return [order for order in orders if any(line.get("category") == category for line, _ in order.lines)]


def categories(orders: Sequence[Order]) -> list[str]:
    """Return the categories bought."""
    return sorted({line["category"] for order in orders for line, _ in order.lines if "category" in line})


def tags(orders: Sequence[Order]) -> list[str]:
    """Return the tags of the products bought."""
    return sorted({tag for order in orders for line, _ in order.lines for tag in line.get("tags", ())})


def _in(orders: Sequence[Order], currency: str) -> list[Order]:
    wanted = currency.upper()
    return [order for order in orders if not wanted or order.currency in ("", wanted)]


def _sum(orders: Sequence[Order]) -> Decimal:
    return sum((order.worth for order in orders), Decimal())


def _interval(orders: Sequence[Order]) -> float | None:
    if len(orders) < 2:
        return None
    return median(after.time - before.time for before, after in itertools.pairwise(orders))
