"""A fact's value in words: plain, as an amount of money, or as a date. What a filter cannot read counts as empty.

Nothing is converted: ``money`` takes numbers only, ``date`` takes days and ISO 8601 texts, as traits hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from omnisdk import clock
from omnisdk.content.locales import babel_locale, language
from omnisdk.profile.facts import MISSING
from omnisdk.profile.values import zone

Filter = Literal["money", "date"] | None

_NUMBERS = frozenset({int, float, Decimal})
_ONE_DAY = timedelta(days=1)
_LONG_DATES: Mapping[str, str] = {"vi": "d 'tháng' M 'năm' y", "th": "d MMMM y"}  # others as Babel has them


def is_empty(value: Any, filter_: Filter = None) -> bool:
    """Whether a placeholder with `value` has nothing to say. 0 and false say something; a blank text does not."""
    if value is None or value is MISSING:
        return True
    if filter_ == "money":
        return type(value) not in _NUMBERS
    if filter_ == "date":
        return _day(value, "UTC") is None
    if type(value) is str:
        return not value.strip()
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(is_empty(each) for each in value)
    return isinstance(value, Mapping)


def in_words(value: Any, filter_: Filter, locale: str, timezone: str, currency: str) -> str:
    """Return a value that is not empty as text in `locale`; dates in `timezone`, amounts in `currency` (ISO 4217)."""
    if filter_ == "money":
        return money(value, locale, currency)
    if filter_ == "date":
        day = _day(value, timezone)
        return "" if day is None else long_date(day, locale)
    if isinstance(value, (list, tuple)):
        return ", ".join(in_words(each, None, locale, timezone, currency) for each in value if not is_empty(each))
    if isinstance(value, (set, frozenset)):
        return in_words(sorted(value, key=str), None, locale, timezone, currency)
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in _NUMBERS:
        return number(value)
    return str(value)


def number(value: float | Decimal) -> str:
    """Return a number with the digits it needs: 3 for 3.0, 0.25, never an exponent."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return str(value)
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float | Decimal, locale: str, currency: str) -> str:
    """Return an amount as `locale` writes it, with the decimals the currency has (none for VND); without a currency,
    as a plain number of that locale."""
    from babel.numbers import format_currency, format_decimal

    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not currency:
        return format_decimal(exact, locale=babel_locale(locale))
    return format_currency(exact, currency, locale=babel_locale(locale))


def long_date(day: date, locale: str) -> str:
    """Return a day with its month in words and its year: ``3 May 2026``, ``3 tháng 5 năm 2026``, ``3 พฤษภาคม 2026``.

    Vietnamese is written as `explain` writes it, less the leading "ngày": a shop's text may have it already ("đến hết
    ngày {{ ends_on }}"). Thai has the bare Gregorian year, as shops print it, where Babel would add the era.
    """
    from babel.dates import format_date

    return format_date(day, format=_LONG_DATES.get(language(locale), "long"), locale=babel_locale(locale))


def local_moment(instant: int, timezone: str) -> datetime:
    """Return an instant (microseconds) as `timezone` tells it; in UTC where it is too near to an end of the calendar
    for that, as shops write 9999-12-31 for ever."""
    moment = clock.to_datetime(instant)
    try:
        return moment.astimezone(zone(timezone))
    except OverflowError:
        return moment


def local_day(instant: int, timezone: str) -> date:
    """Return the day that an instant (microseconds) falls on in `timezone`."""
    return local_moment(instant, timezone).date()


def is_midnight(instant: int, timezone: str) -> bool:
    """Whether a day of `timezone` begins at an instant (microseconds)."""
    moment = local_moment(instant, timezone)
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def last_day(end: int, timezone: str) -> date:
    """Return the last day of what is over at `end` (microseconds): where that is midnight, the day before it, as
    whoever writes "until 31 December" means all of that day."""
    day = local_day(end, timezone)
    return day - _ONE_DAY if is_midnight(end, timezone) and day > date.min else day


def _day(value: Any, timezone: str) -> date | None:
    try:
        if type(value) is date:
            return value
        if type(value) is str:
            moment = datetime.fromisoformat(value.strip())
            return local_day(clock.from_datetime(moment), timezone) if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None
    return None
