"""Traits: what the shop and what others say of a person, the latest of each kept apart.

    traits  {"shop" | "other": {trait: [key…, value]}}

A trait reads as the shop has it if the shop ever set it (null: the person lacks it), else as the others have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisdk.profile import values
from omnisdk.profile.latest import Key, keep_latest

MOST_TRAITS = 500


def take(
    document: dict[str, Any], traits: Mapping[str, Any], vouched: bool, key: Key, limit: int = MOST_TRAITS
) -> None:
    """Take in the traits of an identify call."""
    held = document.setdefault("traits", {}).setdefault("shop" if vouched else "other", {})
    for raw, value in traits.items():
        name = values.name(raw)
        if name is not None:
            keep_latest(held, name, key, [values.plain(value)], limit)


def read(document: dict[str, Any], name: str) -> Any:
    """Return the trait's value, None when the person lacks it."""
    held = document.get("traits")
    if not held:
        return None
    entry = held.get("shop", {}).get(name) or held.get("other", {}).get(name)
    return entry[3] if entry else None


def everything(document: dict[str, Any], *, from_shop_only: bool = False) -> dict[str, Any]:
    """Return every trait that the person has, as `read` gives it."""
    held = document.get("traits", {})
    entries = {**({} if from_shop_only else held.get("other", {})), **held.get("shop", {})}
    return {name: entry[3] for name, entry in entries.items() if entry[3] is not None}
