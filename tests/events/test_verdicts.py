"""Each item of a batch is taken or refused by itself, and the refusal names the place, the value and what to do."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from omnisdk.events import BadBody, read_call
from tests.events.reader import NOW, read, refuse, settings, take, track


def test_a_bad_item_costs_no_good_neighbour() -> None:
    batch = read({"batch": [track(messageId="m0"), "junk", {"type": "nonsense"}, track(messageId="m3")]})

    assert [(index, event.message_id) for index, event in batch.events] == [(0, "m0"), (3, "m3")]
    assert [(one.index, one.code) for one in batch.rejected] == [(1, "NOT_AN_OBJECT"), (2, "UNKNOWN_TYPE")]


@pytest.mark.parametrize(
    ("item", "code", "message"),
    [
        (None, "NOT_AN_OBJECT", "batch[0]: nothing; an event is a JSON object"),
        (["x"], "NOT_AN_OBJECT", "batch[0]: a list; an event is a JSON object"),
        (track(type="trak"), "UNKNOWN_TYPE", 'batch[0].type: "trak"; did you mean "track"?'),
        (track(type="Track"), "UNKNOWN_TYPE", 'batch[0].type: "Track"; did you mean "track"?'),
        (
            track(type="Order Completed"),
            "UNKNOWN_TYPE",
            'batch[0].type: "Order Completed"; send "type": "track" with "event": "Order Completed"',
        ),
        (
            track(type=None),
            "UNKNOWN_TYPE",
            "batch[0].type: nothing; one of identify, track, page, screen, group, alias is due",
        ),
        (track(type=7), "UNKNOWN_TYPE", "batch[0].type: 7; one of identify, track, page, screen, group, alias is due"),
        (track("  "), "NO_EVENT_NAME", 'batch[0].event: "  "; a name is due, such as "Product Viewed"'),
        (track(event=42), "NO_EVENT_NAME", 'batch[0].event: 42; a name is due, such as "Product Viewed"'),
        (track("x" * 201), "EVENT_NAME_TOO_LONG", "batch[0].event: 201 characters; a name may have 200"),
        (track(anonymousId=None), "NO_ID", "batch[0]: no id; send userId or anonymousId"),
        (
            track(anonymousId="undefined"),
            "NO_ID",
            'batch[0].anonymousId: "undefined" is a placeholder, not an id; send a real userId or anonymousId',
        ),
        (
            {"type": "track", "event": "X", "user_id": "u1"},
            "NO_ID",
            'batch[0]: no id; found "user_id", write it "userId"',
        ),
        (
            track(anonymousId=None, userId="u1"),
            "UNPROVEN_USER",
            'batch[0].userId: "u1" from a browser without proof; send anonymousId with it, or an identityToken for '
            "exactly this user, or use the secret key on a server",
        ),
        (track(anonymousId="a" * 257), "ID_TOO_LONG", "batch[0].anonymousId: 257 characters; an id may have 256"),
        (
            track(messageId="m" * 101),
            "MESSAGE_ID_TOO_LONG",
            "batch[0].messageId: 101 characters; a messageId may have 100",
        ),
        (
            {"type": "group", "anonymousId": "a1", "groupId": None},
            "NO_GROUP_ID",
            "batch[0].groupId: nothing; the id of the group is due",
        ),
        (
            {"type": "alias", "userId": "u1", "identityToken": "token-u1", "previousId": "null"},
            "NO_PREVIOUS_ID",
            'batch[0].previousId: "null"; the id so far is due',
        ),
    ],
)
def test_a_refusal_names_the_place_the_value_and_a_hint(item: object, code: str, message: str) -> None:
    rejected = refuse(item)

    assert (rejected.code, rejected.message) == (code, message)


def test_a_refusal_carries_the_message_id_that_was_sent() -> None:
    assert refuse(track("", messageId="m7")).message_id == "m7"
    assert refuse(track("", messageId=7)).message_id == "7"
    assert refuse(track(messageId="m" * 101)).message_id is None
    assert refuse("no object").message_id is None


def test_a_value_in_a_message_is_cut_and_storable() -> None:
    message = refuse(track(type="\ud800\0" + "x" * 500)).message

    assert len(message) < 200
    assert "\0" not in message
    message.encode()


@pytest.mark.parametrize(
    ("payload", "code", "message"),
    [
        ([track()], "NOT_AN_OBJECT", "body: a list; a JSON object is due"),
        ("text", "NOT_AN_OBJECT", 'body: "text"; a JSON object is due'),
        ({}, "NO_BATCH", 'batch: nothing; a list of events is due, {"batch": […]}'),
        ({"batch": {}}, "NO_BATCH", 'batch: an object; a list of events is due, {"batch": […]}'),
        (
            track(),
            "NO_BATCH",
            'batch: nothing; a list of events is due, {"batch": […]}; send a single event to the path of its call, '
            "such as /v1/track",
        ),
        ({"batch": [{}] * 2501}, "TOO_MANY_EVENTS", "batch: 2,501 events; at most 2,500 in one body"),
        (
            {"batch": [track()], "context": {"a": "x" * 40_000}},
            "TOO_LARGE",
            "context: 40,008 bytes; an event may have 32,768",
        ),
        (
            {"batch": [track()] * 2500, "context": {"a": "x" * 30_000}},
            "TOO_LARGE",
            "context: 30,008 bytes for each of 2,500 events; send it with fewer events",
        ),
    ],
)
def test_only_a_body_without_readable_events_is_refused_as_a_whole(payload: object, code: str, message: str) -> None:
    with pytest.raises(BadBody) as caught:
        read(payload)

    assert (caught.value.code, caught.value.message) == (code, message)


def test_2500_events_and_no_event_are_both_a_batch() -> None:
    assert len(read({"batch": [track()] * 2500}).events) == 2500
    assert read({"batch": []}).events == []


def test_a_single_call_has_the_type_of_its_path() -> None:
    item = track(type="identify", traits={"city": "Huế"})

    batch = read_call(item, "track", **settings())

    [(index, event)] = batch.events
    assert (index, event.type, event.name, event.received_at) == (0, "track", "Product Viewed", NOW)


def test_a_refused_single_call_is_named_without_a_batch() -> None:
    [rejected] = read_call({"anonymousId": "a1"}, "track", **settings()).rejected

    assert rejected.message == 'event.event: nothing; a name is due, such as "Product Viewed"'


def test_an_unknown_call_is_the_programs_fault_not_the_clients() -> None:
    with pytest.raises(ValueError, match="'purchase' is no call"):
        read_call({}, "purchase", **settings())


def test_the_payload_is_left_as_it_was() -> None:
    payload: dict[str, Any] = {
        "batch": [
            track(
                "Order Completed",
                identityToken="token-u1",
                properties={"total": "12", "products": [{"price": "3"}, 7]},
                context={"identityToken": "x", "traits": {"a": 1}},
                phone="0901234567",
            )
        ],
        "context": {"identityToken": "token-u2", "locale": "vi"},
    }
    before = copy.deepcopy(payload)

    read(payload, role="shop")

    assert payload == before


def test_names_are_trimmed_and_composed() -> None:
    decomposed = "Đã xem sa\u0301ch"

    assert take(track(f" {decomposed} ")).name == "Đã xem sách"
    assert take(track("ดูสินค้า")).name == "ดูสินค้า"


def test_a_page_has_the_name_and_category_of_its_arguments() -> None:
    event = take(
        {"type": "page", "name": "Trang chủ", "category": "Cửa hàng", "anonymousId": "a1", "properties": {"path": "/"}}
    )

    assert event.name == "Trang chủ"
    assert event.properties == {"path": "/", "category": "Cửa hàng"}


def test_integrations_keys_and_unknown_fields_are_left_out() -> None:
    event = take(track(integrations={"All": True}, writeKey="wk_1", _metadata={"x": 1}, channel="web"))

    assert "wk_1" not in repr(event)
    assert "All" not in repr(event)


def test_an_object_that_is_none_counts_as_absent_and_is_counted() -> None:
    batch = read({"batch": [track(properties="x", traits=[1], context=7)], "context": "y"})

    [(_, event)] = batch.events
    assert (event.properties, event.traits, event.context) == ({}, {}, {})
    assert batch.notes == {"wrong_properties": 1, "wrong_traits": 1, "wrong_context": 2}


def test_no_character_that_commands_a_terminal_stands_in_a_message() -> None:
    message = refuse({"type": "\u009b31mX\u202eđồ", "anonymousId": "a1"}).message
    assert message.isprintable() and "đồ" in message and "\\u009b" in message
