"""How long a campaign still runs, in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from omnisdk.clock import DAY, HOUR, MINUTE
from omnisdk.content.locales import babel_locale
from omnisdk.content.values import last_day, long_date

Unit = Literal["week", "day", "hour", "minute", "second"]


def ends_in(ends: int, now: int, locale: str) -> str:
    """Return the time left in its largest whole unit: ``2 days``, ``3 giờ``, ``5 นาที``.

    Rounded down, so that it never promises more than there is; at the very end it says one minute.
    """
    left = max(ends - now, MINUTE)
    if left >= DAY:
        return span(left // DAY, "day", locale)
    if left >= HOUR:
        return span(left // HOUR, "hour", locale)
    return span(left // MINUTE, "minute", locale)


def span(count: int, unit: Unit, locale: str) -> str:
    """Return a count of a unit in words."""
    from babel.dates import format_timedelta

    # A threshold that nothing reaches keeps Babel in the unit asked for: 8 days stay days.
    return format_timedelta(
        timedelta(**{unit + "s": count}),
        granularity=unit,
        threshold=1e12,
        locale=babel_locale(locale),
    )


def ends_on(ends: int, timezone: str, locale: str) -> str:
    """Return the last day on which the campaign is live; `ends` is the first instant when it no longer is."""
    return long_date(last_day(ends, timezone), locale)
