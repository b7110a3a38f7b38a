"""Counting in windows: ``now - window < t <= now``, exact as far as timestamps are kept and by whole days beyond."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omnisdk.clock import DAY
from omnisdk.profile import counters
from tests.profile.lives import START, event, read

_STAMPS = st.lists(st.integers(START - 20 * DAY, START), min_size=1, max_size=200)


def counted(stamps: list[int]) -> counters.Counter:
    held: dict[str, counters.Counter] = {}
    for stamp in stamps:
        counters.tally(held, "x", stamp)
    return held["x"]


def between(stamps: list[int], after: int, until: int) -> int:
    return sum(after < stamp <= until for stamp in stamps)


@given(_STAMPS, st.integers(START - 21 * DAY, START), st.integers(START - 21 * DAY, START + DAY))
def test_a_window_is_exact_while_its_timestamps_are_kept(stamps: list[int], after: int, until: int) -> None:
    counter = counted(stamps)
    if len(stamps) > counters.RECENT:
        after = max(after, sorted(stamps)[-counters.RECENT])
    assert counters.count_within(counter, after, until) == between(stamps, after, until)


@given(_STAMPS, st.integers(0, 21))
def test_a_window_that_begins_with_a_day_is_exact_beyond_them(stamps: list[int], days: int) -> None:
    after = (START // DAY - days) * DAY - 1  # the day's first microsecond is inside
    assert counters.count_within(counted(stamps), after, START) == between(stamps, after, START)


@given(_STAMPS, st.integers(START - 21 * DAY, START))
def test_a_window_is_never_wrong_by_more_than_the_day_it_cuts(stamps: list[int], after: int) -> None:
    found = counters.count_within(counted(stamps), after, START)
    day = after // DAY
    cut = between(stamps, day * DAY - 1, (day + 1) * DAY - 1)
    assert abs(found - between(stamps, after, START)) <= cut


@given(_STAMPS)
def test_days_add_up(stamps: list[int]) -> None:
    assert sum(n for _, n in counters.days(counted(stamps))) == len(stamps)


def test_the_start_of_a_window_is_outside_and_its_end_inside() -> None:
    now = START + 7 * DAY
    events = [event("Class Booked", at) for at in (START, START + 1, now, now + 1)]
    assert read(events, "events.Class Booked.count(7d)", now=now) == 2
    assert read(events, "events.Class Booked.count", now=now) == 4


def test_days_older_than_400_are_forgotten_but_still_counted_in_all() -> None:
    counter = counted([START - 500 * DAY, *(START - minute for minute in range(100))])
    assert counters.count(counter) == 101
    assert counters.first(counter) == START - 500 * DAY
    assert counters.count_within(counter, START - 600 * DAY, START) == 100
