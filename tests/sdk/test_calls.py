"""The call shapes of the SDK, as they arrive at a server."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from omnisdk import Omni, OrderCompleted, Product, StoreVisited
from tests.sdk.servers import Server

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z")


def arrived(omni: Omni, server: Server) -> list[dict[str, Any]]:
    """Return the events as they arrived, without what each has anew."""
    assert omni.flush()
    events = []
    for event in server.taken:
        event = dict(event)
        assert uuid.UUID(event.pop("messageId")).version == 7
        assert INSTANT.fullmatch(event.pop("timestamp"))
        events.append(event)
    return events


def test_identify_by_user_id(omni: Omni, server: Server) -> None:
    omni.identify("u1", {"phone": "0901234567"})
    assert arrived(omni, server) == [{"type": "identify", "userId": "u1", "traits": {"phone": "0901234567"}}]


def test_identify_by_phone_alone(omni: Omni, server: Server) -> None:
    omni.identify(phone="0901234567", traits={"interest": "gốm"})
    assert arrived(omni, server) == [{"type": "identify", "phone": "0901234567", "traits": {"interest": "gốm"}}]


def test_identify_by_a_phone_among_the_traits_alone(omni: Omni, server: Server) -> None:
    omni.identify(traits={"phone": "0901234567"})
    assert arrived(omni, server) == [{"type": "identify", "traits": {"phone": "0901234567"}}]


def test_track_a_model(omni: Omni, server: Server) -> None:
    omni.track("u1", OrderCompleted(order_id="A1", total=120, products=[Product(product_id="P1", category="gốm")]))
    assert arrived(omni, server) == [
        {
            "type": "track",
            "userId": "u1",
            "event": "Order Completed",
            "properties": {"order_id": "A1", "total": 120, "products": [{"product_id": "P1", "category": "gốm"}]},
        }
    ]


def test_track_a_name(omni: Omni, server: Server) -> None:
    omni.track("u1", "Store Visited", {"store_id": "D1", "method": "staff"})
    assert arrived(omni, server) == [
        {
            "type": "track",
            "userId": "u1",
            "event": "Store Visited",
            "properties": {"store_id": "D1", "method": "staff"},
        }
    ]


def test_a_model_and_a_name_with_the_same_properties_arrive_the_same(omni: Omni, server: Server) -> None:
    omni.track("u1", StoreVisited(store_id="D1", method="staff"))
    omni.track("u1", "Store Visited", {"store_id": "D1", "method": "staff"})
    model, name = arrived(omni, server)
    assert model == name


def test_a_name_needs_no_properties(omni: Omni, server: Server) -> None:
    omni.track("u1", "Đã xem bảng giá")
    assert arrived(omni, server) == [{"type": "track", "userId": "u1", "event": "Đã xem bảng giá"}]


def test_page_screen_group_alias(omni: Omni, server: Server) -> None:
    omni.page("u1", "หน้าแรก", {"path": "/"}, category="shop")
    omni.screen("u1", "Giỏ hàng")
    omni.group("u1", "acme", {"plan": "vàng"})
    omni.alias("old", "u1")
    assert arrived(omni, server) == [
        {"type": "page", "userId": "u1", "name": "หน้าแรก", "category": "shop", "properties": {"path": "/"}},
        {"type": "screen", "userId": "u1", "name": "Giỏ hàng"},
        {"type": "group", "userId": "u1", "groupId": "acme", "traits": {"plan": "vàng"}},
        {"type": "alias", "userId": "u1", "previousId": "old"},
    ]


VERBS: dict[str, Callable[[Omni, dict[str, Any]], None]] = {
    "identify": lambda omni, who: omni.identify(**who),
    "track": lambda omni, who: omni.track(event="Store Visited", **who),
    "page": lambda omni, who: omni.page(**who),
    "screen": lambda omni, who: omni.screen(**who),
    "group": lambda omni, who: omni.group(group_id="g", **who),
    "alias": lambda omni, who: omni.alias(previous_id="old", **who),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_takes_every_id_time_context_and_message_id(verb: str, omni: Omni, server: Server) -> None:
    VERBS[verb](
        omni,
        {
            "user_id": "u1",
            "anonymous_id": "a1",
            "phone": "0901234567",
            "email": "lan@example.vn",
            "card": 77,
            "timestamp": datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=7))),
            "context": {"locale": "th"},
            "message_id": "order-7",
        },
    )
    assert omni.flush()
    (event,) = server.taken
    assert (
        event.items()
        >= {
            "type": verb,
            "userId": "u1",
            "anonymousId": "a1",
            "phone": "0901234567",
            "email": "lan@example.vn",
            "card": "77",
            "timestamp": "2026-11-01T02:00:00.000Z",
            "context": {"locale": "th"},
            "messageId": "order-7",
        }.items()
    )


@pytest.mark.parametrize(
    ("given", "sent"),
    [(42, "42"), (42.0, "42"), (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"), ("khách-1", "khách-1")],
    ids=repr,
)
def test_ids_arrive_as_text(given: Any, sent: str, omni: Omni, server: Server) -> None:
    omni.track(given, "Store Visited")
    assert omni.flush()
    assert server.taken[0]["userId"] == sent


def test_empty_ids_are_absent(omni: Omni, server: Server) -> None:
    omni.track(None, "Store Visited", anonymous_id="a1", phone="", email="  ")
    assert arrived(omni, server) == [{"type": "track", "anonymousId": "a1", "event": "Store Visited"}]


def test_what_the_caller_changes_afterwards_does_not_change_the_event(omni: Omni, server: Server) -> None:
    basket = {"items": ["bát"]}
    omni.track("u1", "Cart Viewed", basket)
    basket["items"].append("đĩa")
    assert arrived(omni, server)[0]["properties"] == {"items": ["bát"]}


def test_a_dataclass_may_be_properties(omni: Omni, server: Server) -> None:
    @dataclass
    class Visit:
        store_id: str

    omni.track("u1", "Store Visited", Visit("D1"))  # type: ignore[arg-type] # promised in the reference, too wide to type
    assert arrived(omni, server)[0]["properties"] == {"store_id": "D1"}


def test_the_key_authenticates_and_the_library_is_named_once_per_batch(omni: Omni, server: Server) -> None:
    omni.track("u1", "Store Visited")
    assert omni.flush()
    assert server.headers[0]["Authorization"] == "Bearer sk_test"
    envelope = server.envelopes[0]
    assert envelope["context"]["library"]["name"] == "omnisdk"
    assert INSTANT.fullmatch(envelope["sentAt"])


def test_a_second_person_of_the_same_call_is_a_different_message(omni: Omni, server: Server) -> None:
    for _ in range(3):
        omni.track("u1", "Store Visited")
    assert omni.flush()
    assert len(server.taken_ids) == 3
