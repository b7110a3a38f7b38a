"""Laws of reading, over whatever JSON can hold and some that it cannot."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from omnisdk.events import BadBody, Batch, Event, read_call
from omnisdk.events.catalogue import EVENTS, KINDS
from tests.events.reader import NOW, read, settings, track

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=12) | st.sampled_from(
    ["\0", "\ud800", "undefined", "2026-11-22T09:00:00Z", "token-u1", "đồ golf", "ไม้กอล์ฟ", "12.5", "0901234567"]
)
LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**64), 10**400, 1_795_339_800, 1e308])
    | st.floats()
    | TEXT
)
JSON = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))

FIELDS = [
    "type", "event", "name", "category", "messageId", "userId", "anonymousId", "previousId", "groupId", "phone", "email",
    "card", "timestamp", "originalTimestamp", "sentAt", "identityToken", "integrations", "traits", "properties", "context",
]  # fmt: skip
CALLS = ["identify", "track", "page", "screen", "group", "alias"]
CONTEXT = JSON | st.fixed_dictionaries({}, optional={"traits": JSON, "externalIds": JSON, "identityToken": TEXT})


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    """Things that are nearly events: each field right, missing, or anything at all."""
    item = draw(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8))
    right: dict[str, st.SearchStrategy[Any]] = {
        "type": st.sampled_from(CALLS),
        "event": st.sampled_from(sorted(EVENTS)),
        "anonymousId": st.sampled_from(["a1", "a2"]),
        "userId": st.sampled_from(["u1", "u2", 7]),
        "context": CONTEXT,
    }
    for name, values in right.items():
        if draw(st.booleans()):
            item[name] = draw(values)
    known = KINDS.get(item.get("event")) if isinstance(item.get("event"), str) else None
    if known and draw(st.booleans()):
        item["properties"] = draw(st.dictionaries(st.sampled_from(sorted(known)), JSON, max_size=5))
    return item


ITEM = items() | JSON
ROLE = st.sampled_from(["shop", "browser"])


def assert_storable(value: object, depth: int = 0) -> None:
    assert depth <= 20
    if isinstance(value, str):
        value.encode()
        assert "\0" not in value
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, bool) or value is None:
        pass
    elif isinstance(value, int):
        assert -(2**63) <= value < 2**63
    elif isinstance(value, dict):
        for name, part in value.items():
            assert type(name) is str
            assert_storable(name)
            assert_storable(part, depth + 1)
    else:
        assert type(value) is list
        for part in value:
            assert_storable(part, depth + 1)


def assert_sound(event: Event) -> None:
    for value in (event.properties, event.traits, event.context, dict(event.sent), list(event.refs), event.name):
        assert_storable(value)
    for text in (event.message_id, event.user_id, event.anonymous_id, event.previous_id, event.group_id):
        if text is not None:
            assert_storable(text)
            assert text == text.strip() != ""
    assert 0 < event.timestamp <= event.received_at == NOW
    assert len(event.message_id) <= 100
    assert "identityToken" not in event.context
    if event.role == "browser":
        assert event.refs == ()
        assert event.proven or event.anonymous_id is not None
        assert not event.vouched
    else:
        assert event.user_id or event.anonymous_id or event.refs
    assert event.type != "track" or event.name


def assert_whole(batch: Batch, sent: int) -> None:
    """Every item has exactly one verdict, in order."""
    taken = [index for index, _ in batch.events]
    refused = [one.index for one in batch.rejected]
    assert taken == sorted(taken)
    assert refused == sorted(refused)
    assert sorted(taken + refused) == list(range(sent))
    for one in batch.rejected:
        assert one.message.startswith(f"batch[{one.index}]")
        assert len(one.message) < 1000
        assert_storable(one.message)
        assert_storable(one.message_id)
    for _, event in batch.events:
        assert_sound(event)
    assert all(type(count) is int and count > 0 for count in batch.notes.values())


@given(JSON, ROLE)
def test_whatever_the_body_is_it_is_read_or_refused_with_a_reason(body: Any, role: str) -> None:
    try:
        batch = read(body, role=role)
    except BadBody as bad:
        assert_storable([bad.code, bad.message])
    else:
        assert_whole(batch, len(body["batch"]))


@given(st.lists(ITEM, max_size=4), st.dictionaries(st.sampled_from(["context", "sentAt", "identityToken"]), JSON), ROLE)
def test_every_item_is_taken_sound_or_refused_by_itself(batch: list[Any], envelope: dict[str, Any], role: str) -> None:
    try:
        result = read({**envelope, "batch": batch}, role=role)
    except BadBody as bad:
        assert bad.message.startswith("context")
    else:
        assert_whole(result, len(batch))


@given(st.lists(ITEM, max_size=4), ROLE)
def test_a_good_neighbour_survives_unchanged(bad: list[Any], role: str) -> None:
    good = track(messageId="good", properties={"name": "gậy golf", "price": 5})
    alone = read({"batch": [good]}, role=role).events[0][1]

    for place in range(len(bad) + 1):
        batch = read({"batch": [*bad[:place], good, *bad[place:]]}, role=role)
        assert (place, alone) in batch.events


@given(items(), ROLE, st.sampled_from(CALLS))
def test_one_call_reads_as_a_batch_of_one(item: dict[str, Any], role: str, call: str) -> None:
    single = read_call(item, call, **settings(role=role))
    batch = read({"batch": [{**item, "type": call}]}, role=role)

    assert single.events == batch.events
    assert [one.code for one in single.rejected] == [one.code for one in batch.rejected]
    assert single.notes == batch.notes


@given(items(), ROLE)
def test_reading_what_was_read_changes_nothing(item: dict[str, Any], role: str) -> None:
    for _, event in read({"batch": [item]}, role=role).events:
        again = track(event.name, type=event.type, anonymousId="a1", properties=event.properties, traits=event.traits)
        if event.type in ("group", "alias"):
            continue
        [(_, second)] = read({"batch": [again]}, role=role).events
        assert (second.properties, second.traits, second.name) == (event.properties, event.traits, event.name)


@given(items(), ROLE)
def test_the_same_body_is_read_the_same_after_json_has_carried_it(item: dict[str, Any], role: str) -> None:
    try:
        carried = json.loads(json.dumps(item))
    except ValueError:  # an integer that Python does not write
        return

    assert repr(read({"batch": [item]}, role=role)) == repr(read({"batch": [carried]}, role=role))
