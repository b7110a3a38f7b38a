"""Instants as whole microseconds since 1970-01-01 UTC, and the RFC 3339 texts they come from and go to.

Every time inside omnisdk is such an ``int``: exact, ordered, and cheap to store and compare. Only this module reads
the system clock, and only shells (server, SDK) call `now`: pure code is given its time.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a calendar can hold in every time zone. "Never" is often written as the last second of the year 9999.
_EARLIEST = -62_135_510_400 * SECOND  # 0001-01-02
_LATEST = 253_402_128_000 * SECOND  # 9999-12-30


def now() -> int:
    """Return the present instant in microseconds since the epoch."""
    return time.time_ns() // 1000


def from_datetime(moment: datetime) -> int:
    """Return `moment` in microseconds since the epoch; a naive one is read as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int) -> datetime:
    """Return `instant` as an aware UTC datetime; one before year 1 or after 9999 as the first or last there is."""
    return _EPOCH + timedelta(microseconds=min(max(instant, _EARLIEST), _LATEST))


def parse(text: str) -> int:
    """Return the instant an RFC 3339 / ISO 8601 `text` names (``Z`` or an offset; without one, UTC).

    More than six fraction digits are cut. Raises ValueError when it is no such text.
    """
    return from_datetime(datetime.fromisoformat(text.strip()))


def to_text(instant: int) -> str:
    """Return `instant` as RFC 3339 in UTC with ``Z``: milliseconds, or microseconds where there are any."""
    moment = to_datetime(instant).replace(tzinfo=None)
    return moment.isoformat(timespec="microseconds" if instant % 1000 else "milliseconds") + "Z"
