"""When an attempt is repeated, and how long it waits: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import clock
from omnisdk.delivery.retry import NO_ANSWER, Step, delay_seconds, next_step, retry_after_seconds

NOW = clock.parse("2026-11-22T09:00:00Z")


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (NO_ANSWER, Step.RETRY),
        (202, Step.RETRY),
        (204, Step.RETRY),
        (301, Step.RETRY),
        (400, Step.DROP),
        (401, Step.PAUSE),
        (403, Step.PAUSE),
        (404, Step.DROP),
        (405, Step.DROP),
        (408, Step.RETRY),
        (413, Step.SPLIT),
        (422, Step.DROP),
        (425, Step.RETRY),
        (429, Step.RETRY),
        (500, Step.RETRY),
        (501, Step.DROP),
        (502, Step.RETRY),
        (503, Step.RETRY),
        (504, Step.RETRY),
        (505, Step.DROP),
    ],
)
def test_each_status_has_its_step_whatever_the_body(status: int, step: Step) -> None:
    assert next_step(status, readable=True) is next_step(status, readable=False) is step


def test_only_a_200_with_a_json_object_is_an_acknowledgement() -> None:
    assert next_step(200, readable=True) is Step.DONE
    assert next_step(200, readable=False) is Step.RETRY


def test_delays_double_up_to_a_minute_and_are_fully_jittered() -> None:
    longest = [delay_seconds(attempt, None, 1.0) for attempt in range(10)]
    assert longest == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [delay_seconds(attempt, None, 0.0) for attempt in range(10)] == [0] * 10
    assert delay_seconds(10_000, None, 0.5) == 30


@given(st.integers(0, 10_000), st.floats(0, 1), st.none() | st.floats(0, 3600))
def test_retry_after_is_a_minimum(attempt: int, random: float, asked: float | None) -> None:
    delay = delay_seconds(attempt, asked, random)
    assert delay >= (asked or 0)
    assert delay == delay_seconds(attempt, None, random) or delay == asked


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("1.5", None),
        ("٣", None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("7200", 3600.0),
        ("9" * 400, 3600.0),
        ("Sun, 22 Nov 2026 09:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 3600.0),
        ("Sun, 99 Nov 2026 09:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_and_capped_at_an_hour(
    text: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(text, NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reader(text: str) -> None:
    seconds = retry_after_seconds(text, NOW)
    assert seconds is None or 0 <= seconds <= 3600
