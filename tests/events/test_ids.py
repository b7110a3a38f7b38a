"""Null, numeric and junk ids; made messageIds."""

from __future__ import annotations

import pytest

from tests.events.reader import Ids, notes, read, take, track

JUNK = [
    "undefined", "UNDEFINED", "null", "Null", "none", "None", "nan", "NaN", "0", "-1", "guest", "Guest", "anonymous",
    "unknown", "empty", "", "   ", "[object Object]", "true", "false", "nil", "'null'", '""', "\0", "n/a",
    "00000000-0000-0000-0000-000000000000", 0, 0.0, True, False, float("nan"), float("inf") - float("inf"), [], {},
    ["u1"], {"id": "u1"}, 10**5000, "DistinctId", "distinct_id", "Email", "not_authenticated", "000000", "0000-00-00",
    "--", "'0'", "Khách lẻ", "khách vãng lai", "ลูกค้าทั่วไป", "ไม่ระบุ", 2.0**53, 1e21,
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_a_junk_id_is_absent_and_counted(junk: object) -> None:
    batch = read({"batch": [track(userId=junk)]}, role="shop")

    [(_, event)] = batch.events
    assert event.user_id is None
    assert event.anonymous_id == "a1"
    assert batch.notes == {"junk_id": 1}


def test_a_null_id_is_absent_and_not_counted() -> None:
    batch = read({"batch": [track(userId=None)]}, role="shop")

    assert batch.events[0][1].user_id is None
    assert batch.notes == {}


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (-12, "-12"),
        (2**63, "9223372036854775808"),
        (12345678901234567890123, "12345678901234567890123"),
        (" u1 ", "u1"),
        ("u\x001\x1f", "u1"),
        ("khách-ạ", "khách-ạ"),
        ("ลูกค้า7", "ลูกค้า7"),
        ("a\ud800", "a\ufffd"),
        ("-7", "-7"),
        ("0901234567", "0901234567"),
        ("00a-0", "00a-0"),
        (2.0**53 - 1, "9007199254740991"),
    ],
)
def test_an_id_is_read_as_trimmed_storable_text(sent: object, read_as: str) -> None:
    assert take(track(userId=sent), role="shop").user_id == read_as


def test_a_numeric_message_id_is_text() -> None:
    assert take(track(messageId=77)).message_id == "77"


def test_a_junk_message_id_does_not_make_all_events_duplicates() -> None:
    first = take(track(messageId="undefined", properties={"product_id": "P1"}))
    second = take(track(messageId="undefined", properties={"product_id": "P2"}))

    assert first.message_id != second.message_id
    assert notes(track(messageId="undefined")) == {"junk_id": 1}


def test_a_missing_message_id_is_made_from_the_content_with_its_own_time() -> None:
    sent = track(messageId=None)

    again = {**dict(reversed(sent.items())), "sentAt": "2026-11-22T10:00:00Z", "identityToken": "token-u1"}

    assert take(sent).message_id.startswith("made-")
    assert len(take(sent).message_id) <= 100
    assert take(sent).message_id == take(again).message_id


@pytest.mark.parametrize(
    "changed",
    [
        {"timestamp": "2026-11-22T09:59:01Z"},
        {"anonymousId": "a2"},
        {"properties": {"product_id": "P2"}},
        {"event": "Product Clicked"},
        {"type": "page"},
    ],
)
def test_another_content_makes_another_message_id(changed: dict[str, object]) -> None:
    sent = track(messageId=None, properties={"product_id": "P1"})

    assert take(sent).message_id != take({**sent, **changed}).message_id


@pytest.mark.parametrize("timestamp", [None, "yesterday"])
def test_an_event_with_neither_message_id_nor_time_is_new_each_time(timestamp: object) -> None:
    item = track(messageId=None, timestamp=timestamp)

    batch = read({"batch": [item, item]}, new_id=Ids())

    assert [event.message_id for _, event in batch.events] == ["n1", "n2"]


def test_alias_names_the_id_so_far_or_else_the_browsers() -> None:
    named = {"type": "alias", "userId": "u1", "previousId": 12, "anonymousId": "a1"}

    assert take(named, role="shop").previous_id == "12"
    assert take({**named, "previousId": None}, role="shop").previous_id == "a1"


def test_group_has_its_group_id() -> None:
    assert take({"type": "group", "userId": "u1", "groupId": 5}, role="shop").group_id == "5"
