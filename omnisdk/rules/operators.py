"""What the operators of a rule mean, exactly (DESIGN 8): each builds one check of one fact.

A check reads its fact through a getter that was resolved when the rules were compiled. A fact that is missing makes
every check false but ``exists: false``. Text is compared after NFC and trimming, case counts; ``true`` is not 1; text
and numbers are never converted into each other. On a fact that is a list, an operator holds if it holds for one of its
elements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

from omnisdk import clock
from omnisdk.profile.facts import MISSING, Getter, Reading
from omnisdk.profile.values import tidy

Check = Callable[[Reading], bool]

_LISTS: Final = frozenset({list, tuple, set, frozenset})
_NUMBERS: Final = frozenset({int, float, Decimal})  # bool is its own type and so no number


def same(found: Any, value: Any) -> bool:
    """Whether two single values are equal as rules mean it; `value` is the rule's, text in it already tidy."""
    if type(found) is str:
        return type(value) is str and (found == value or tidy(found) == value)
    if type(found) in _NUMBERS:
        return type(value) in _NUMBERS and bool(found == value)
    return type(found) is type(value) and bool(found == value)


def elements(found: Any) -> tuple[Any, ...]:
    """Return the values an operator looks at: those of a list fact, else the one value."""
    return tuple(found) if type(found) in _LISTS else (found,)


# --- equality and membership ------------------------------------------------------------------------------------------
def _is(get: Getter, value: Any, is_time: bool) -> Check:
    if type(value) is str:

        def is_text(reading: Reading) -> bool:
            found = get(reading)
            if type(found) is str:
                return found == value or tidy(found) == value
            return type(found) in _LISTS and any(same(each, value) for each in found)

        return is_text

    def is_value(reading: Reading) -> bool:
        found = get(reading)
        if type(found) in _LISTS:
            return any(same(each, value) for each in found)
        return same(found, value)

    return is_value


def _in(get: Getter, value: Any, is_time: bool) -> Check:
    texts = frozenset(each for each in value if type(each) is str)
    others = tuple(each for each in value if type(each) is not str)

    def one_in(found: Any) -> bool:
        if type(found) is str:
            return found in texts or tidy(found) in texts
        return any(same(found, each) for each in others)

    def is_in(reading: Reading) -> bool:
        found = get(reading)
        if type(found) in _LISTS:
            return any(one_in(each) for each in found)
        return one_in(found)

    return is_in


def _contains(get: Getter, value: Any, is_time: bool) -> Check:
    def contains(reading: Reading) -> bool:
        found = get(reading)
        if type(found) in _LISTS:
            return any(same(each, value) for each in found)
        return type(found) is str and type(value) is str and value in tidy(found)

    return contains


def _starts_with(get: Getter, value: Any, is_time: bool) -> Check:
    def starts_with(reading: Reading) -> bool:
        return any(type(each) is str and tidy(each).startswith(value) for each in elements(get(reading)))

    return starts_with


def _exists(get: Getter, value: Any, is_time: bool) -> Check:
    def exists(reading: Reading) -> bool:
        return is_present(get(reading)) is value

    return exists


def is_present(found: Any) -> bool:
    """Whether a getter's answer is a value: ``null`` is as missing as what was never there."""
    return found is not None and found is not MISSING


# --- order ------------------------------------------------------------------------------------------------------------
def _at_least(get: Getter, value: Any, is_time: bool) -> Check:
    def at_least(reading: Reading) -> bool:
        found = get(reading)
        return type(found) in _NUMBERS and bool(found >= value)

    return at_least


def _at_most(get: Getter, value: Any, is_time: bool) -> Check:
    def at_most(reading: Reading) -> bool:
        found = get(reading)
        return type(found) in _NUMBERS and bool(found <= value)

    return at_most


def _more_than(get: Getter, value: Any, is_time: bool) -> Check:
    def more_than(reading: Reading) -> bool:
        found = get(reading)
        return type(found) in _NUMBERS and bool(found > value)

    return more_than


def _less_than(get: Getter, value: Any, is_time: bool) -> Check:
    def less_than(reading: Reading) -> bool:
        found = get(reading)
        return type(found) in _NUMBERS and bool(found < value)

    return less_than


# --- time -------------------------------------------------------------------------------------------------------------
Instant = Callable[[Reading], "int | None"]


def _instant(get: Getter, is_time: bool) -> Instant:
    """Return a getter of instants. A fact that is one is an int; a trait may hold one as ISO 8601 text, which without
    an offset is in the site's time zone and without a time is the start of that day. A number is never an instant."""
    if is_time:

        def fact_instant(reading: Reading) -> int | None:
            found = get(reading)
            return found if type(found) is int else None

        return fact_instant

    def text_instant(reading: Reading) -> int | None:
        found = get(reading)
        if type(found) is not str:
            return None
        try:
            moment = datetime.fromisoformat(found.strip())
            return clock.from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=reading.zone))
        except (ValueError, OverflowError):
            return None

    return text_instant


def _within(get: Getter, value: Any, is_time: bool) -> Check:
    instant = _instant(get, is_time)

    def within(reading: Reading) -> bool:
        found = instant(reading)
        return found is not None and reading.context.now - value <= found <= reading.context.now

    return within


def _older_than(get: Getter, value: Any, is_time: bool) -> Check:
    instant = _instant(get, is_time)

    def older_than(reading: Reading) -> bool:
        found = instant(reading)
        return found is not None and found < reading.context.now - value

    return older_than


def _within_next(get: Getter, value: Any, is_time: bool) -> Check:
    instant = _instant(get, is_time)

    def within_next(reading: Reading) -> bool:
        found = instant(reading)
        return found is not None and reading.context.now <= found <= reading.context.now + value

    return within_next


def _before(get: Getter, value: Any, is_time: bool) -> Check:
    instant = _instant(get, is_time)

    def before(reading: Reading) -> bool:
        found = instant(reading)
        return found is not None and found < value

    return before


def _after(get: Getter, value: Any, is_time: bool) -> Check:
    instant = _instant(get, is_time)

    def after(reading: Reading) -> bool:
        found = instant(reading)
        return found is not None and found > value

    return after


def _anniversary(get: Getter, value: Any, is_time: bool) -> Check:
    days = value // clock.DAY

    def anniversary(reading: Reading) -> bool:
        day = _local_day(get(reading), is_time, reading.zone)
        if day is None:
            return False
        today = reading.local.date()
        following = _same_day_in(day, today.year)
        if following < today:
            following = _same_day_in(day, today.year + 1)
        return following - today <= timedelta(days=days)

    return anniversary


def _local_day(found: Any, is_time: bool, zone: tzinfo) -> date | None:
    """Return the day an instant falls on in `zone`; of a text, the day it says itself."""
    try:
        if is_time:
            return clock.to_datetime(found).astimezone(zone).date() if type(found) is int else None
        moment = datetime.fromisoformat(found.strip()) if type(found) is str else None
        if moment is None:
            return None
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):  # no date, or one that its own offset pushes out of the calendar
        return None


def _same_day_in(day: date, year: int) -> date:
    """Return `day` in another year; 29 February is the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


# name → (getter, the rule's value, whether the fact is an instant) → check. `not` is the tree's, not an operator.
OPERATORS: Final[Mapping[str, Callable[[Getter, Any, bool], Check]]] = {
    "is": _is,
    "in": _in,
    "contains": _contains,
    "starts_with": _starts_with,
    "exists": _exists,
    "at_least": _at_least,
    "at_most": _at_most,
    "more_than": _more_than,
    "less_than": _less_than,
    "within": _within,
    "older_than": _older_than,
    "within_next": _within_next,
    "before": _before,
    "after": _after,
    "anniversary": _anniversary,
}
