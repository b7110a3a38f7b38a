"""Reading what events and traits say: names, amounts, quantities and moments, each in one exact form.

Everything here is a function of the value alone and never raises: what cannot be read is None.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from omnisdk import clock

LONGEST_NAME = 200  # characters of an id, a category, an event name: longer ones are cut
LONGEST_TEXT = 500  # characters of what is only drawn: names, addresses
DEEPEST_TRAIT = 8  # levels of a nested trait that are kept
_LARGEST_DIGITS = 18  # of an amount before the point: no currency needs more, and sums stay exact in 28 digits


def tidy(text: str) -> str:
    """Return `text` in NFC and trimmed: the form in which texts are compared."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def name(value: object) -> str | None:
    """Return an id or a name as text (a number as its digits); None when there is none."""
    if type(value) is str:
        return tidy(value)[:LONGEST_NAME].rstrip() or None
    if type(value) is int:
        return str(value)
    if type(value) is float and value.is_integer():
        return str(int(value))
    return None


def names(value: object) -> list[str]:
    """Return the names in a list, or the one name that stands there alone, without doubles, sorted."""
    values = value if isinstance(value, list) else [value]
    return sorted({found for each in values if (found := name(each)) is not None})


def caption(value: object) -> str | None:
    """Return a text that is only drawn; None when there is none."""
    return value[:LONGEST_TEXT] if type(value) is str and value else None


def amount(value: object) -> str | None:
    """Return an amount of money as exact decimal text in its shortest form (``120``, ``99.9``); None for none."""
    if type(value) is int:
        return str(value) if abs(value) < 10**_LARGEST_DIGITS else None
    if type(value) is str:
        if len(value) > 40:
            return None
    elif type(value) is not float:
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    # Judged by its digits: arithmetic on 1e999999999 overflows.
    if not number.is_finite() or number.adjusted() >= _LARGEST_DIGITS or int(number.as_tuple().exponent) < -40:
        return None
    number = round(number, 9).normalize()
    return format(number, "f") if number else "0"


def quantity(value: object) -> int | float | None:
    """Return a quantity of pieces (never below 0), None when none is said."""
    exact = amount(value)
    return None if exact is None else max(number(Decimal(exact)), 0)


def number(exact: Decimal) -> int | float:
    """Return `exact` as the int it is, else as the nearest float: the form in which facts are compared and sent."""
    whole = int(exact)
    return whole if whole == exact and -(2**63) <= whole < 2**63 else float(exact)  # JSON of ours ends at 64 bits


def plain(value: Any, levels: int = DEEPEST_TRAIT) -> Any:
    """Return a copy of a trait's value: texts tidy, numbers finite and within 64 bits, at most so many `levels`."""
    if type(value) is str:
        return tidy(value)
    if value is None or type(value) is bool:
        return value
    if type(value) is int:
        return value if -(2**63) <= value < 2**63 else None
    if type(value) is float:
        return value if math.isfinite(value) else None
    if levels and isinstance(value, Mapping):
        return {tidy(str(key)): plain(part, levels - 1) for key, part in value.items()}
    if levels and isinstance(value, list | tuple):
        return [plain(part, levels - 1) for part in value]
    return None


def moment(value: object) -> int | str | None:
    """Return a stated moment: an instant, or the ``YYYY-MM-DD`` of a day whose time zone only a reader knows."""
    if type(value) is not str or len(value) > 40:
        return None
    text = value.strip()
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        return clock.parse(text)
    except (ValueError, OverflowError):
        return None


def instant(stated: int | str | None, zone: tzinfo, *, at_end: bool = False) -> int | None:
    """Return the instant of what `moment` gave: a day starts at 00:00 in `zone` and, `at_end`, ends with its end."""
    if stated is None or isinstance(stated, int):
        return stated
    try:
        day = date.fromisoformat(stated) + timedelta(days=1 if at_end else 0)
        return clock.from_datetime(datetime(day.year, day.month, day.day, tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def zone(timezone: str) -> tzinfo:
    """Return the IANA time zone of that name, UTC when there is none."""
    return _zone(timezone) or UTC


def is_zone(timezone: str) -> bool:
    """Return whether there is an IANA time zone of that name."""
    return _zone(timezone) is not None


@lru_cache(maxsize=1024)
def _zone(timezone: str) -> tzinfo | None:
    try:
        return ZoneInfo(timezone)
    except (LookupError, ValueError, OSError):
        return None
