"""The envelope as Segment's and RudderStack's clients fill it: what each odd field of theirs does, or does not."""

from __future__ import annotations

from typing import Any

import pytest

from omnisdk.events import Unreadable, read_call
from tests.events.reader import Ids, read, refuse, settings, take, track


def external(kind: str, value: object, **fields: Any) -> dict[str, Any]:
    return {"id": value, "type": kind, "collection": "users", "encoding": "none", **fields}


@pytest.mark.parametrize("name", ["externalIds", "externalId"])
def test_external_ids_are_read_in_both_spellings(name: str) -> None:
    listed = [external("phone", "0901 234 567"), external("email", " An@Shop.Example "), external("ga_client_id", "x")]

    event = take(track(context={name: listed}), role="shop")

    assert event.refs == ("email:an@shop.example", "phone:+84901234567")
    assert take(track(context={name: listed})).refs == (), "a browser says whatever it likes"


@pytest.mark.parametrize(
    "fields", [{"collection": "accounts"}, {"encoding": "sha256"}, {"encoding": "none", "collection": ["users"]}]
)
def test_an_external_id_that_is_not_a_persons_or_is_hashed_is_no_identifier(fields: dict[str, Any]) -> None:
    listed = [external("phone", "0901234567", **fields), external("email", "an@shop.example")]

    assert take(track(context={"externalIds": listed}), role="shop").refs == ("email:an@shop.example",)


@pytest.mark.parametrize("listed", ["x", {"type": "phone"}, [1, None, "phone", [], {"type": ["phone"], "id": 1}]])
def test_external_ids_of_any_other_shape_are_passed_over(listed: object) -> None:
    assert take(track(context={"externalIds": listed}), role="shop").refs == ()


def test_what_stands_at_the_top_of_a_batch_is_merged_into_its_items_which_win() -> None:
    envelope = {
        "context": {"locale": "vi-VN", "library": {"name": "analytics-go"}, "traits": {"city": "Huế", "tier": "gold"}},
        "integrations": {"All": False},
        "timestamp": "2001-01-01T00:00:00Z",
        "writeKey": "wk_1",
    }
    bare = take(track(), envelope=envelope)
    own = take(track(context={"locale": "th-TH", "traits": {"tier": "silver"}}), envelope=envelope)

    assert bare.context == {"locale": "vi-VN", "library": {"name": "analytics-go"}}
    assert own.context == {"locale": "th-TH", "library": {"name": "analytics-go"}}
    assert (bare.traits, own.traits) == ({"city": "Huế", "tier": "gold"}, {"city": "Huế", "tier": "silver"})
    assert bare.timestamp == take(track()).timestamp


@pytest.mark.parametrize(
    "fields",
    [
        {"traits": {"city": "Đà Nẵng"}},
        {"context": {"traits": {"city": "Đà Nẵng"}}},
        {"traits": {"city": "Đà Nẵng"}, "context": {"traits": {"city": "Huế"}}},
        {"traits": None, "context": {"traits": {"city": "Đà Nẵng"}}},
    ],
)
def test_identify_traits_are_read_from_both_places_and_the_events_own_win(fields: dict[str, Any]) -> None:
    event = take({"type": "identify", "anonymousId": "a1", **fields})

    assert event.traits == {"city": "Đà Nẵng"}
    assert "traits" not in event.context


def test_fields_of_the_carriers_are_not_stored() -> None:
    carried = {"version": 2, "writeKey": "wk_1", "receivedAt": "2026-01-01T00:00:00Z", "channel": "server",
               "projectId": "p", "_metadata": {"bundled": []}, "integrations": {"All": True}}  # fmt: skip

    assert take(track(**carried)) == take(track())


def test_the_path_gives_the_type_of_a_single_call_whatever_the_item_says() -> None:
    for said in ("track", "page", "nonsense", 7, None):
        batch = read_call(track(type=said, name="Trang chủ"), "page", **settings())
        assert [(event.type, event.name) for _, event in batch.events] == [("page", "Trang chủ")]


def test_a_made_message_id_is_the_same_on_whatever_way_the_event_comes_again() -> None:
    item = track(messageId=None, properties={"price": 12.5, "tên": "gậy ⛳"})
    made = take(item).message_id

    single = {name: value for name, value in item.items() if name != "type"}
    assert [event.message_id for _, event in read_call(single, "track", **settings()).events] == [made]
    resent = {**item, "sentAt": "2026-11-22T09:59:59Z", "integrations": {}, "writeKey": "wk", "_metadata": {"n": 1}}
    assert take(resent, envelope={"sentAt": "2026-11-22T09:00:00Z", "context": {"locale": "vi"}}).message_id == made
    assert take({**item, "originalTimestamp": "2026-11-22T09:00:00Z"}).message_id != made


def test_a_message_id_may_have_100_characters_of_any_script() -> None:
    assert take(track(messageId="ạ" * 100)).message_id == "ạ" * 100
    assert refuse(track(messageId="ạ" * 101)).code == "MESSAGE_ID_TOO_LONG"
    assert take(track(messageId=" " + "m" * 100 + "\x00\x1f")).message_id == "m" * 100


@pytest.mark.parametrize("said", [2.0**53, 1.1805916207174113e21, -1e300, float("inf")])
def test_a_number_that_lost_its_last_digits_is_no_id_of_anybody(said: float) -> None:
    batch = read({"batch": [track(userId=said, messageId=said)]}, role="shop", new_id=Ids())

    [(_, event)] = batch.events
    assert (event.user_id, event.anonymous_id, batch.notes) == (None, "a1", {"junk_id": 2})
    assert event.message_id.startswith("made-")


def test_the_refusal_says_to_send_such_an_id_as_text() -> None:
    rejected = refuse(track(anonymousId=2.0**70))

    assert rejected.message == (
        "batch[0].anonymousId: 1.1805916207174113e+21 is too large to be exact as a number; send the id as text"
    )
    assert take(track(anonymousId=2.0**53 - 1)).anonymous_id == "9007199254740991"


def test_an_item_that_was_no_json_is_refused_in_its_place() -> None:
    batch = read({"batch": [track(), Unreadable("INVALID_JSON", "expecting value at byte 9"), track(messageId="m2")]})

    assert [index for index, _ in batch.events] == [0, 2]
    [rejected] = batch.rejected
    assert (rejected.index, rejected.message_id, rejected.code) == (1, None, "INVALID_JSON")
    assert rejected.message == "batch[1]: expecting value at byte 9"
