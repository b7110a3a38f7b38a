"""Counting in time: how often, first, last, and in any window.

A counter is the sorted list of its timestamps while there are at most RECENT of them, and then
``{"n", "first", "days", "recent"}``: the days are a histogram by UTC day of the DAYS days up to the latest, `recent` the
RECENT latest timestamps. Either form is a function of the multiset of timestamps alone. Windows are exact as far as the
recent timestamps reach; beyond, whole days are exact and the one day that the window cuts is shared out evenly.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from omnisdk.clock import DAY

RECENT = 64
DAYS = 400

Counter: TypeAlias = list[int] | dict[str, Any]


def tally(counters: dict[str, Counter], name: str, timestamp: int) -> None:
    """Count one event of that `name`."""
    counter = counters.get(name)
    if counter is None:
        counters[name] = [timestamp]
    elif isinstance(counter, list):
        _insert(counter, timestamp)
        if len(counter) > RECENT:
            counters[name] = _grow(counter)
    else:
        _count(counter, timestamp)


def count(counter: Counter | None) -> int:
    """Return how many there were in all."""
    if counter is None:
        return 0
    return len(counter) if isinstance(counter, list) else int(counter["n"])


def first(counter: Counter) -> int:
    """Return the first timestamp."""
    return counter[0] if isinstance(counter, list) else int(counter["first"])


def last(counter: Counter) -> int:
    """Return the last timestamp."""
    return counter[-1] if isinstance(counter, list) else int(counter["recent"][-1])


def recent(counter: Counter | None) -> list[int]:
    """Return the latest timestamps, sorted: all of them while there are at most RECENT."""
    if counter is None:
        return []
    return counter if isinstance(counter, list) else list(counter["recent"])


def count_within(counter: Counter | None, after: int, until: int) -> int:
    """Return how many there were with ``after < timestamp <= until``."""
    stamps = recent(counter)
    if not stamps or until <= after:
        return 0
    exact = bisect_right(stamps, until) - bisect_right(stamps, after)
    if counter is None or isinstance(counter, list) or after >= stamps[0]:
        return exact
    return exact + _older(counter["days"], stamps, after, min(until, stamps[0] - 1))


def days(counter: Counter | None) -> Iterator[tuple[int, int]]:
    """Yield each UTC day (days since the epoch) that is kept, with its count, earliest first."""
    if counter is None:
        return
    if isinstance(counter, list):
        yield from sorted((int(day), n) for day, n in _histogram(counter).items())
    else:
        yield from sorted((int(day), n) for day, n in counter["days"].items())


def _older(histogram: dict[str, int], stamps: list[int], after: int, until: int) -> int:
    """Return how many in ``(after, until]`` came before the recent `stamps`, by the days kept."""
    if until <= after:
        return 0
    borrowed = _histogram(stamps)  # the recent ones stand in the days too, and were counted exactly
    total = 0.0
    for text, n in histogram.items():
        day = int(text)
        older = n - borrowed.get(text, 0)
        start, end = day * DAY, (day + 1) * DAY
        if older <= 0 or end <= after or start > until:
            continue
        end = min(end, stamps[0])  # where the exact ones begin: none of the older are later
        span = max(end - start, 1)
        covered = min(until + 1, end) - max(after + 1, start)
        total += older * max(0, min(covered, span)) / span
    return round(total)


def _insert(stamps: list[int], timestamp: int) -> None:
    if not stamps or timestamp >= stamps[-1]:
        stamps.append(timestamp)
    else:
        insort(stamps, timestamp)


def _histogram(stamps: Iterable[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for stamp in stamps:
        day = str(stamp // DAY)
        found[day] = found.get(day, 0) + 1
    return found


def _grow(stamps: list[int]) -> dict[str, Any]:
    histogram = _histogram(stamps)
    _forget_old_days(histogram, stamps[-1] // DAY)
    return {"n": len(stamps), "first": stamps[0], "days": histogram, "recent": stamps[-RECENT:]}


def _count(counter: dict[str, Any], timestamp: int) -> None:
    counter["n"] += 1
    if timestamp < counter["first"]:
        counter["first"] = timestamp
    stamps: list[int] = counter["recent"]
    latest = stamps[-1] // DAY
    day = timestamp // DAY
    if day > latest - DAYS:
        histogram: dict[str, int] = counter["days"]
        text = str(day)
        histogram[text] = histogram.get(text, 0) + 1
        if day > latest:
            _forget_old_days(histogram, day)
    if timestamp > stamps[0]:
        _insert(stamps, timestamp)
        del stamps[0]


def _forget_old_days(histogram: dict[str, int], latest: int) -> None:
    for text in [text for text in histogram if int(text) <= latest - DAYS]:
        del histogram[text]
