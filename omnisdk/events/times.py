"""Read the times that clients send, and correct them by the clock rule.

Source of the rule: the Segment spec, ``timestamp = receivedAt - (sentAt - originalTimestamp)``.
"""

from __future__ import annotations

from datetime import date, datetime

from omnisdk import clock
from omnisdk.events.cleaning import clean_text

# A client's clock nearer to ours than this is left as it is: the difference is mostly the way here.
TOLERANCE = 60 * clock.SECOND

_LONGEST_TEXT = 40  # characters of a time that is read

_EARLIEST = 0  # before 1970 no client existed: such a time is a broken clock or an unset field


def read_instant(value: object) -> int | None:
    """Return the instant `value` names, in microseconds; None when it names none.

    Read are ISO 8601 texts (``Z``, an offset, or neither for UTC; any number of fraction digits; a date alone is its
    00:00 UTC), and numbers, also as text: seconds, milliseconds or microseconds since 1970, told apart by their size.
    """
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _LONGEST_TEXT:
            return None
        if len(text) > 8 and text.isascii() and text.replace(".", "", 1).isdigit():  # 8 digits are a date, 20261122
            return _from_number(float(text))
        try:
            instant = clock.parse(text)
        except (ValueError, OverflowError):
            return None
        return instant if instant > _EARLIEST else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    if isinstance(value, datetime):
        return clock.from_datetime(value)
    if isinstance(value, date):
        return clock.from_datetime(datetime(value.year, value.month, value.day))
    return None


def _from_number(number: int | float) -> int | None:
    # 1e8 s is 1973 and 1e11 s the year 5138; 1e11 ms is 1973 again: the ranges of real times do not meet.
    if not 1e8 <= number < 1e17:  # also where it is NaN
        return None
    if number < 1e11:
        return round(number * clock.SECOND)
    if number < 1e14:
        return round(number * 1000)
    return round(number)


def corrected(original: int, sent_at: int | None, received_at: int) -> int:
    """Return when the event happened by our clock, never later than `received_at`.

    `original` is what the client wrote, `sent_at` its clock as it sent the event; without one nothing is corrected.
    """
    if sent_at is not None and abs(received_at - sent_at) > TOLERANCE:
        original = received_at - (sent_at - original)
    return min(original, received_at)


def time_text(value: object) -> str:
    """Return the time `value` as it was sent, for keeping beside the corrected one: short, and storable text."""
    if isinstance(value, str):
        return clean_text(value[:_LONGEST_TEXT])
    is_number = isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= 64)
    return repr(value) if is_number else type(value).__name__
