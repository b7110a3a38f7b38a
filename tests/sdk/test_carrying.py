"""A decide carries the events of its person that the server may not have yet."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import Request, Response

from omnisdk import Omni
from omnisdk.client import shared
from tests.sdk.servers import Server, wait_for


def hold_batches(server: Server) -> threading.Event:
    """Let the server keep every batch without an answer until the event is set."""
    release = threading.Event()

    def hold(request: Request) -> Response:
        release.wait(5)
        return Response("", 503)

    server.script.append(hold)
    return release


def carried(server: Server) -> list[Any]:
    return [event.get("event", event["type"]) for event in server.questions[-1].get("events", [])]


def test_a_decide_carries_what_is_unsent_and_what_is_in_flight_of_that_person_only(
    server: Server, make_omni: Callable[..., Omni]
) -> None:
    omni = make_omni(server.url)
    release = hold_batches(server)
    omni.track("u1", "Membership Started", {"membership": "gym"})
    omni.track("u2", "Membership Started", {"membership": "gym"})
    wait_for(lambda: len(server.batches) == 1)  # in flight, and stuck
    omni.track("u1", "Store Visited")
    omni.track("u2", "Store Visited")
    started = time.monotonic()
    assert omni.decide("u1", "hero")
    assert time.monotonic() - started < 1  # the stuck batch is no hindrance
    release.set()
    assert carried(server) == ["Membership Started", "Store Visited"]
    sent = server.questions[-1]["events"]
    assert omni.flush()
    assert [e for e in server.taken if e["userId"] == "u1"] == sent  # they are queued still, with the same ids
    assert omni.stats().delivered == 4
    omni.decide("u1", "hero")
    assert carried(server) == []


@pytest.mark.parametrize(
    ("report", "ask"),
    [
        ({"anonymous_id": "a1"}, {"anonymous_id": "a1"}),
        ({"phone": "0901 234 567"}, {"phone": "+84 901234567"}),
        ({"email": "Lan@Example.vn "}, {"email": "lan@example.vn"}),
        ({"card": 77}, {"card": "77"}),
        ({"user_id": 7}, {"user_id": "7"}),
        ({"user_id": "u1", "anonymous_id": "a1"}, {"anonymous_id": "a1"}),
    ],
    ids=repr,
)
def test_an_event_is_carried_by_any_id_it_shares(
    report: dict[str, Any], ask: dict[str, Any], server: Server, make_omni: Callable[..., Omni]
) -> None:
    omni = make_omni(server.url, send_interval_seconds=30)
    omni.track(event="Store Visited", **report)
    omni.track("somebody-else", "Store Visited", anonymous_id="a9", phone="0987654321", email="x@y.z", card=1)
    omni.decide(placement="hero", **ask)
    assert carried(server) == ["Store Visited"]


def test_ids_that_an_unsent_event_joins_carry_each_other(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url, send_interval_seconds=30)
    omni.track(event="Lead Captured", phone="0901234567")
    omni.identify("u1", {"phone": "+84901234567"})
    omni.alias("a-old", "u1")
    omni.track(event="Product Viewed", anonymous_id="a-old")
    omni.track(event="Product Viewed", anonymous_id="a-other")
    omni.decide("u1", "hero")
    assert carried(server) == ["Lead Captured", "identify", "alias", "Product Viewed"]


def test_a_decide_without_ids_carries_nothing(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url, send_interval_seconds=30)
    omni.track("u1", "Store Visited")
    omni.decide(placement="hero")
    assert carried(server) == []


def test_at_most_the_newest_hundred_and_200_kb_are_carried(
    server: Server, make_omni: Callable[..., Omni], nobody: str
) -> None:
    omni = make_omni(server.url, send_interval_seconds=30)
    server.script.append(Response("", 429, {"Retry-After": "60"}))
    for number in range(150):
        omni.track("u1", "Page", {"n": number})
    wait_for(lambda: len(server.batches) == 1)
    omni.decide("u1", "hero")
    assert [e["properties"]["n"] for e in server.questions[-1]["events"]] == list(range(50, 150))
    for number in range(20):
        omni.track("u1", "Page", {"n": number, "text": "ก" * 9_000})
    omni.decide("u1", "hero")
    events = server.questions[-1]["events"]
    assert [e["properties"]["n"] for e in events] == list(range(20 - len(events), 20))
    assert len(json.dumps(events, ensure_ascii=False).encode()) <= shared.MOST_CARRIED_BYTES
    assert len(events) == 7
