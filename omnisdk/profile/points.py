"""Loyalty points: the balance said last, and how much of it was spent.

points  {"shop" | "other": [[key…, balance | null, redeemed | null], …]}   the latest statements, sorted
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from omnisdk.profile import values
from omnisdk.profile.latest import Entry, Key, add_entry, key_of

MOST_STATEMENTS = 100


def change(
    document: dict[str, Any],
    vouched: bool,
    key: Key,
    *,
    balance: object,
    redeemed: object = None,
    limit: int = MOST_STATEMENTS,
) -> None:
    """Take in a `Points Changed`, or the trait `points`; what is no number says nothing."""
    says = [_points(balance), _points(redeemed)]
    if says != [None, None]:
        add_entry(document.setdefault("points", {}).setdefault("shop" if vouched else "other", []), key, says, limit)


def balance(document: dict[str, Any], view: str) -> int | float | None:
    """Return the balance said last in `view`, None when none ever was."""
    return next((entry[3] for entry in reversed(_statements(document, view)) if entry[3] is not None), None)


def redeemed(document: dict[str, Any], view: str, after: int | None, until: int) -> int | float:
    """Return the points spent that were said with ``after < t <= until``: as stated, else the drop of the balance."""
    total, before = Decimal(), Decimal()
    for entry in _statements(document, view):
        said, spent = entry[3], entry[4]
        if spent is None:
            spent = max(before - Decimal(str(said)), Decimal())
        if said is not None:
            before = Decimal(str(said))
        if entry[0] <= until and (after is None or entry[0] > after):
            total += Decimal(str(spent))
    return values.number(total)


def _points(said: object) -> int | float | None:
    exact = values.amount(said)
    return None if exact is None else values.number(Decimal(exact))


def _statements(document: dict[str, Any], view: str) -> list[Entry]:
    held = document.get("points")
    if not held:
        return []
    shop: list[Entry] = held.get("shop", [])
    others: list[Entry] = held.get("other", []) if view == "all" else []
    return sorted((*shop, *others), key=key_of) if others else shop
