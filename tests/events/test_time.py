"""The clock rule, and the times that clients write."""

from __future__ import annotations

import pytest

from omnisdk import clock
from omnisdk.events.times import read_instant
from tests.events.reader import NOW, notes, take, track


def at(text: str) -> int:
    return clock.parse(f"2026-11-22T{text}Z")


def when(item: dict[str, object], envelope: dict[str, object] | None = None, **changed: object) -> int:
    return take(item, envelope=envelope, **changed).timestamp


def test_a_clock_more_than_60_seconds_off_is_corrected() -> None:
    slow = track(timestamp="2026-11-22T08:00:00Z", sentAt="2026-11-22T08:00:10Z")
    fast = track(timestamp="2026-11-23T08:00:00Z", sentAt="2026-11-23T08:00:10Z")

    assert when(slow) == when(fast) == NOW - 10 * clock.SECOND


@pytest.mark.parametrize("sent_at", ["2026-11-22T09:59:00Z", "2026-11-22T10:01:00Z", "2026-11-22T10:00:00Z"])
def test_a_clock_at_most_60_seconds_off_is_left_alone(sent_at: str) -> None:
    assert when(track(timestamp="2026-11-22T09:58:00Z", sentAt=sent_at)) == at("09:58:00")


def test_just_over_60_seconds_is_over() -> None:
    item = track(timestamp="2026-11-22T09:58:00Z", sentAt="2026-11-22T09:58:59.999999Z")

    assert when(item) == NOW - (59 * clock.SECOND + 999_999)


def test_the_items_sent_at_goes_before_the_envelopes() -> None:
    envelope = {"sentAt": "2026-11-22T08:00:00Z"}
    item = track(timestamp="2026-11-22T07:00:00Z")

    assert when(item, envelope) == at("09:00:00")
    assert when({**item, "sentAt": "2026-11-22T07:30:00Z"}, envelope) == at("09:30:00")


def test_without_sent_at_nothing_is_corrected() -> None:
    assert when(track(timestamp="2026-11-20T00:00:00Z")) == clock.parse("2026-11-20T00:00:00Z")


def test_the_future_is_clamped() -> None:
    assert when(track(timestamp="2026-11-22T10:00:00.000001Z")) == NOW
    assert when(track(timestamp="2999-01-01T00:00:00Z")) == NOW
    assert when(track(timestamp="2026-11-22T09:00:00Z", sentAt="2026-11-22T08:00:00Z")) == NOW


def test_original_timestamp_goes_before_timestamp() -> None:
    item = track(timestamp="2026-11-22T09:00:00Z", originalTimestamp="2026-11-22T08:00:00Z")

    assert when(item) == at("08:00:00")


def test_without_a_time_it_happened_when_it_came() -> None:
    assert when(track(timestamp=None)) == NOW


def test_imports_are_left_uncorrected() -> None:
    item = track(timestamp="2026-11-22T07:00:00Z", sentAt="2026-11-22T08:00:00Z")

    assert when(item, correct_clock=False) == at("07:00:00")


def test_raw_times_are_kept() -> None:
    item = track(timestamp="2026-11-22T15:00:00+07:00", originalTimestamp=1_763_800_000_000)

    sent = take(item, envelope={"sentAt": "2026-11-22T08:00:01.5Z"}).sent

    assert sent == {
        "timestamp": "2026-11-22T15:00:00+07:00",
        "originalTimestamp": "1763800000000",
        "sentAt": "2026-11-22T08:00:01.5Z",
    }


@pytest.mark.parametrize(
    "wrong",
    ["yesterday", "2026-13-01T00:00:00Z", "", "x" * 10_000, True, [], {}, 12, -5, 0, "1969-07-20T20:17:00Z",
     "0001-01-01T00:00:00+14:00", "9" * 39, "\ud800"],
    ids=range(14),
)  # fmt: skip
def test_an_unreadable_time_is_the_time_of_receipt_and_counted(wrong: object) -> None:
    item = track(timestamp=wrong)

    assert when(item) == NOW
    assert notes(item) == {"wrong_timestamp": 1}


@pytest.mark.parametrize("no_json", [10**400, float("nan")], ids=["huge", "nan"])
def test_a_number_that_cannot_be_stored_is_no_time(no_json: object) -> None:
    assert when(track(timestamp=no_json)) == NOW


@pytest.mark.parametrize("wrong", ["soon", 10**400, []], ids=["text", "huge", "list"])
def test_an_unreadable_sent_at_corrects_nothing(wrong: object) -> None:
    item = track(timestamp="2026-11-22T07:00:00Z")

    assert when(item, {"sentAt": wrong}) == at("07:00:00")
    assert when({**item, "sentAt": wrong}, {"sentAt": "2026-11-22T08:00:00Z"}) == at("09:00:00")


def test_two_broken_clocks_never_lead_before_1970() -> None:
    item = track(timestamp="1971-01-01T00:00:00Z", sentAt="9999-12-31T23:59:59Z")

    assert when(item) == NOW
    assert notes(item) == {"wrong_timestamp": 1}


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22T09:30:00Z",
        "2026-11-22T09:30:00.000Z",
        "2026-11-22T09:30:00.000000+00:00",
        "2026-11-22T09:30:00.000000999Z",
        "2026-11-22T16:30:00.000+07:00",
        "2026-11-22T16:30:00+0700",
        "2026-11-22 09:30:00",
        " 2026-11-22T09:30:00Z ",
        1_795_339_800,
        1_795_339_800.0,
        1_795_339_800_000,
        1_795_339_800_000_000,
        "1795339800",
        "1795339800000",
        "1795339800.000",
    ],
)
def test_a_time_is_read_however_it_is_written(written: object) -> None:
    assert read_instant(written) == at("09:30:00")


def test_fractions_are_exact_to_the_microsecond() -> None:
    assert read_instant("2026-11-22T09:30:00.123456789Z") == at("09:30:00.123456")
    assert read_instant("2026-11-22T09:30:00.123Z") == at("09:30:00.123")
    assert read_instant(1_795_339_800_123) == at("09:30:00.123")


def test_a_date_is_its_midnight_in_utc() -> None:
    assert read_instant("2026-11-22") == read_instant("20261122") == at("00:00:00")
