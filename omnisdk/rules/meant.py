"""What a fact's name that cannot be read was probably meant to be, its window of time included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omnisdk.profile.catalogue import UnknownFact

_WINDOWED = re.compile(r"(.+)\(\s*([0-9]{0,5})\s*([^()\"']*)\)\s*")


def meant_fact(error: UnknownFact) -> str | None:
    """Return the name to suggest for one that no fact has, or None.

    A window in another form stays one: `orders.count(7)` and `orders.count(7D)` were meant as `orders.count(7d)`.
    """
    from omnisdk.profile.catalogue import UnknownFact, parse_fact

    match = _WINDOWED.fullmatch(error.name)
    if match is None:
        return error.suggestion
    repaired = f"{match[1].rstrip()}({_window(int(match[2] or 0), match[3].strip())})"
    if repaired == error.name:
        return error.suggestion
    try:
        parse_fact(repaired)
    except UnknownFact as again:
        return again.suggestion
    return repaired


def _window(length: int, unit: str) -> str:
    """Return a window as it is written: without a unit, or with one there is not, of days; without a length, a week."""
    if not length:
        return "7d"
    folded = unit.casefold()
    if unit == "M" or folded.startswith("mo"):
        return f"{30 * length}d"
    if folded.startswith("y"):
        return f"{365 * length}d"
    return f"{length}{folded[:1] if folded[:1] in tuple('smhdw') else 'd'}"
