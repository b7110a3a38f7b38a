"""Whatever is sent can be stored: as JSON in UTF-8, and in PostgreSQL's jsonb."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

import pytest

from omnisdk.events.cleaning import LARGEST_EVENT_BYTES, harmless, json_bytes
from tests.events.reader import read, refuse, take, track


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a\0b", "ab"),
        ("a\ud83d", "a\ufffd"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("gậy ⛳ กอล์ฟ", "gậy ⛳ กอล์ฟ"),
        (float("nan"), None),
        (float("inf"), None),
        (float("-inf"), None),
        (2**63, 2.0**63),
        (-(2**63) - 1, -(2.0**63)),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**70, 2.0**70),
        (10**400, None),
        (10**5000, None),
        (True, True),
        ({"k\0": ["\ud800", float("nan")]}, {"k": ["\ufffd", None]}),
        ({7: (1, 2)}, {"7": [1, 2]}),
        ({1, 2}, None),
        (b"bytes", None),
        (OrderedDict(a=1), {"a": 1}),
    ],
    ids=range(20),
)
def test_what_cannot_be_stored_becomes_harmless(sent: object, stored: object) -> None:
    event = take(track("Anything", properties={"p": sent, "good": "đồ golf"}))

    assert event.properties == {"p": stored, "good": "đồ golf"}
    assert type(event.properties["p"]) is type(stored)


def test_what_can_be_stored_is_not_copied() -> None:
    item = track(properties={"a": [1, 2.5, None, True, "ạ", {"b": {}}]})

    assert harmless(item) is item


def sized(size: int, **fields: Any) -> dict[str, Any]:
    """Return a track call of exactly `size` bytes."""
    item = track(properties={"p": ""}, **fields)
    item["properties"]["p"] = "x" * (size - json_bytes(item))
    assert json_bytes(item) == size
    return item


def test_an_event_may_have_32_kb_and_not_one_byte_more() -> None:
    assert LARGEST_EVENT_BYTES == 32 * 1024
    assert take(sized(LARGEST_EVENT_BYTES)).properties["p"]
    rejected = refuse(sized(LARGEST_EVENT_BYTES + 1))
    assert (rejected.code, rejected.message) == ("TOO_LARGE", "batch[0]: 32,769 bytes; an event may have 32,768")


@pytest.mark.parametrize(
    "large",
    ["ắ" * 11_000, "\x01" * 6_000, "\ud800" * 11_000, ["x"] * 9_000, [1.2345678901234567e-300] * 1_500, [None] * 7_000,
     {f"k{n}": {f"l{m}": 1 for m in range(100)} for n in range(50)}],
    ids=range(7),
)  # fmt: skip
def test_size_is_counted_as_compact_json_in_utf_8_whatever_it_is_made_of(large: object) -> None:
    assert refuse(track(properties={"p": large})).code == "TOO_LARGE"


def nested(levels: int, leaf: Any = 1) -> Any:
    value = leaf
    for _ in range(levels):
        value = {"a": value}
    return value


def test_sixteen_levels_are_taken_and_seventeen_are_not() -> None:
    assert take(track(properties=nested(15))).properties == nested(15)
    rejected = refuse(track(properties=nested(16)))
    assert rejected.code == "TOO_DEEP"
    assert rejected.message == f"batch[0].properties{'.a' * 15}: more than 16 levels deep"


@pytest.mark.parametrize("deep", [nested(10_000), nested(10_000, "\ud800"), nested(200, [[[1]]])], ids=range(3))
def test_depth_ends_no_recursion(deep: Any) -> None:
    batch = read({"batch": [track(traits=deep), track(messageId="m2")]})

    assert [event.message_id for _, event in batch.events] == ["m2"]
    assert batch.rejected[0].code == "TOO_DEEP"


def test_500_keys_are_taken_and_501_are_not() -> None:
    wide = {f"k{number}": number for number in range(500)}

    assert take(track(properties=wide)).properties == wide
    rejected = refuse(track(properties={"list": [{}, {**wide, "one more": 1}]}))
    assert rejected.code == "TOO_WIDE"
    assert rejected.message == "batch[0].properties.list[1]: 501 keys in one object; at most 500"


def test_an_id_beyond_64_bits_keeps_its_digits_while_a_property_becomes_a_float() -> None:
    event = take(track(userId=2**70, properties={"p": 2**70}))

    assert event.user_id == str(2**70)
    assert event.properties["p"] == float(2**70)


def test_the_envelopes_context_becomes_harmless_too() -> None:
    event = take(track(), envelope={"context": {"locale": "vi\0", "n": float("nan")}, "sentAt": "\ud800"})

    assert event.context == {"locale": "vi", "n": None}
    json.dumps(event.sent, ensure_ascii=False).encode()
