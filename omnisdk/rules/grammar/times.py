"""Durations, instants, times of day and opening hours."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from omnisdk import clock
from omnisdk.rules.files.report import Wrong, quoted, suggestion
from omnisdk.rules.files.tree import Entry, Node, Scalar, Seq, described
from omnisdk.rules.grammar.scalars import scalar
from omnisdk.rules.grammar.scope import Scope, as_map
from omnisdk.rules.model import OpeningHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"s": clock.SECOND, "m": clock.MINUTE, "h": clock.HOUR, "d": clock.DAY, "w": clock.WEEK}
LONGEST = 100 * 366 * clock.DAY

_DURATION = re.compile(r"([0-9]{1,9})([smhdw])")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?\s?([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)

DURATION_HINT = "write 30s, 15m, 1h, 7d or 4w"
_DATE_HINT = "write 2026-11-01 or 2026-11-01T09:00"


def read_duration(_: Scope, node: Node) -> int:
    """Read ``30s 15m 1h 7d 4w``; returns microseconds."""
    text = scalar(node, "a duration", DURATION_HINT).text
    match = _DURATION.fullmatch(text)
    if match is None:
        raise Wrong(node, "a duration is a number and a unit", described(node), DURATION_HINT)
    result = int(match[1]) * UNITS[match[2]]
    if not 0 < result <= LONGEST:
        raise Wrong(node, "a duration is above 0 and at most 100 years", described(node), DURATION_HINT)
    return result


def read_start(scope: Scope, node: Node) -> int:
    """Read a date or an instant; returns microseconds. A date alone is its first instant in site.timezone."""
    return _instant(node, scope.zone, whole_day=False)


def read_day(scope: Scope, node: Node) -> str:
    """Read a date alone; returns it as written, ``2026-11-01``."""
    text = scalar(node, "a date", "write 2026-11-01").text.strip()
    read_start(scope, node)
    if not _DATE.fullmatch(text):
        raise Wrong(node, "a date alone is expected", described(node), f"write {text[:10]}")
    return text


def read_end(scope: Scope, node: Node) -> int:
    """Read a date or an instant; returns microseconds. A date alone ends with the end of that day: the next begins."""
    return _instant(node, scope.zone, whole_day=True)


def _instant(node: Node, zone: tzinfo, *, whole_day: bool) -> int:
    text = scalar(node, "a date", _DATE_HINT).text.strip()
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=1 if whole_day else 0)
            moment = datetime(day.year, day.month, day.day, tzinfo=zone)
        elif _DATE_TIME.fullmatch(text):
            moment = datetime.fromisoformat(text.upper().replace(" Z", "Z"))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        else:
            raise Wrong(node, "a date is expected", described(node), _DATE_HINT)
        return clock.from_datetime(moment)
    except (ValueError, OverflowError):
        raise Wrong(node, "no such date", described(node), _DATE_HINT) from None


def read_clock(_: Scope, node: Node) -> int:
    """Read a time of day, ``"09:00"``; returns minutes, 0 to 1440."""
    text = scalar(node, "a time of day", 'write "09:00"').text
    match = _CLOCK.fullmatch(text.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minutes <= 24 * 60:
        raise Wrong(node, "a time of day is hours and minutes", described(node), 'write "09:00", from 00:00 to 24:00')
    return minutes


def read_quiet_hours(scope: Scope, node: Node) -> tuple[int, int]:
    """Read ``["21:00", "08:00"]``; returns minutes of the day, from and to. May pass midnight."""
    if not isinstance(node, Seq) or len(node.items) != 2:
        raise Wrong(node, "quiet hours are two times of day", described(node), 'write ["21:00", "08:00"]')
    start, end = (read_clock(scope, item) for item in node.items)
    if start % 1440 == end % 1440:
        raise Wrong(
            node, "quiet hours begin and end at the same time", "found no time in between", 'write ["21:00", "08:00"]'
        )
    return start % 1440, end % 1440


def read_opening_hours(scope: Scope, node: Node) -> OpeningHours:
    """Read ``{mon-sat: "08:00-21:00", sun: ["08:00-12:00", "14:00-18:00"]}``."""
    open_: dict[str, list[tuple[int, int]]] = {day: [] for day in DAYS}
    named: dict[str, Entry] = {}
    for entry in as_map(node, "opening_hours").entries:
        days = scope.attempt(_read_days, entry.key) or ()
        for day in days:
            if day in named:
                earlier = named[day].key.text
                scope.report.fault(entry.key, f"{day} stands twice", f"also in {quoted(earlier)}", "name each day once")
            named.setdefault(day, entry)
        items: list[Node] = entry.value.items if isinstance(entry.value, Seq) else [entry.value]
        for item in items:
            for day in days:
                _open(open_, day, scope.attempt(_read_hours, item))
    return OpeningHours({day: _joined(hours) for day, hours in open_.items() if hours})


def _open(open_: dict[str, list[tuple[int, int]]], day: str, hours: tuple[int, int] | None) -> None:
    if hours is None:
        return
    start, end = hours
    if start < end:
        open_[day].append((start, end))
    else:  # past midnight: the rest belongs to the next day
        open_[day].append((start, 24 * 60))
        if end:
            open_[DAYS[(DAYS.index(day) + 1) % 7]].append((0, end))


def _joined(hours: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    result: list[tuple[int, int]] = []
    for start, end in sorted(hours):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _read_days(_: Scope, node: Node) -> tuple[str, ...]:
    assert isinstance(node, Scalar)
    first, dash, last = node.text.strip().partition("-")
    ends = [first.strip(), last.strip()] if dash else [first.strip()]
    for day in ends:
        if day not in DAYS:
            raise Wrong(node, "unknown day", described(node), suggestion(day, DAYS))
    start, end = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return tuple(DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1))


def _read_hours(scope: Scope, node: Node) -> tuple[int, int]:
    text = scalar(node, "hours", 'write "08:00-21:00"').text
    parts = [part.strip() for part in text.replace("–", "-").split("-")]
    if len(parts) != 2 or not all(_CLOCK.fullmatch(part) for part in parts):
        raise Wrong(node, "hours are two times of day", described(node), 'write "08:00-21:00"')
    start, end = (_minutes(part) for part in parts)
    if start == end or start >= 24 * 60 or end > 24 * 60:
        raise Wrong(
            node, "hours begin and end at different times of one day", described(node), 'all day is "00:00-24:00"'
        )
    return start, end


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
