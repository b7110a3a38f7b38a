"""Traits: what the shop and what others say of a person, the latest of each kept apart.

    traits  {"shop" | "other": {trait: [key…, value]}}

A trait reads as the shop has it if the shop ever set it (null: the person lacks it), else as the others have it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from omnisdk.profile import values
from omnisdk.profile.latest import Key, drop_oldest, put_latest

MOST_TRAITS = {"shop": 500, "other": 200}
LARGEST_TRAIT = 4096  # characters of JSON: what is larger is no fact, and reads as if the person lacked it


def take(
    document: dict[str, Any],
    traits: Mapping[str, Any],
    vouched: bool,
    key: Key,
    limits: Mapping[str, int] = MOST_TRAITS,
) -> None:
    """Take in the traits of an identify call."""
    trust = "shop" if vouched else "other"
    held = document.setdefault("traits", {}).setdefault(trust, {})
    for raw, value in traits.items():
        name = values.name(raw)
        if name is not None:
            put_latest(held, name, key, [_small(values.plain(value))])
    drop_oldest(held, limits[trust])


def _small(value: Any) -> Any:
    if not isinstance(value, (str, list, dict)):
        return value
    return value if len(json.dumps(value, ensure_ascii=False)) <= LARGEST_TRAIT else None


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
