"""decide: what it asks, what it gives back, and that it never comes late and never raises."""

from __future__ import annotations

import copy
import json
import pickle
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Request, Response

from omnisdk import AfterClose, Content, Decision, Omni, Reason, UsageError, WrongArgument
from omnisdk.client import asking, shared
from tests.sdk.servers import RawServer, Serve, Server, answer_with, decided, our_threads, read_request, wait_for, won

EMPTY = [Response(json.dumps({"decisions": [{"placement": "hero", "campaign": None, "reason": "GUARDED"}]}))]


def test_a_winner_is_true_and_carries_everything(omni: Omni, server: Server) -> None:
    decision = omni.decide("u1", "hero", context={"page": {"path": "/gốm"}, "locale": "vi"})
    assert decision
    assert (decision.placement, decision.reason, decision.campaign) == ("hero", "WON", "đồ-gốm")
    assert (decision.id, decision.variant, decision.kind, decision.coupon) == ("d-1", "a", "banner", "GOM10")
    assert decision.ends_at == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert decision.show_before == datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    assert decision.content.title == decision.content["title"] == "Gốm Bát Tràng giảm 10%"
    assert decision.content.cta.url == "/gom"
    assert decision.content.products[0].name == "Bình"
    assert decision.offer.text == "ลด 10%"
    assert decision.offer.discount.percent == 10
    assert decision.size == (1200, 240)
    assert decision.promotes == ("category:gốm",)
    assert server.questions == [
        {"placements": ["hero"], "userId": "u1", "context": {"page": {"path": "/gốm"}, "locale": "vi"}}
    ]


def test_nothing_is_false_says_why_and_its_content_is_safe_to_read(omni: Omni, server: Server) -> None:
    server.decide_script += EMPTY
    decision = omni.decide("u1", "hero")
    assert not decision
    assert decision.reason == Reason.GUARDED
    content = decision.content
    assert content.title == content["title"] == content.cta.url == content.image.alt == content.data.a == ""
    assert content.products == []
    assert f"{content.title}|{content.cta.label}" == "|"
    assert (content.get("title"), "title" in content, len(content), list(content)) == (None, False, 0, [])
    assert (decision.ends_at, decision.coupon, decision.id, decision.offer.text) == (None, None, None, "")


def test_content_is_a_dict_that_can_be_written_copied_and_pickled(omni: Omni) -> None:
    content = omni.decide("u1", "hero").content
    assert json.loads(json.dumps(content)) == won("hero")["content"]
    assert copy.deepcopy(content) == content == pickle.loads(pickle.dumps(content))  # as a cache does
    assert isinstance(copy.deepcopy(content).cta, Content)
    assert not hasattr(content, "__html__")


@pytest.mark.parametrize(
    ("ids", "asked"),
    [
        ({"user_id": 7}, {"userId": "7"}),
        ({"anonymous_id": "a1"}, {"anonymousId": "a1"}),
        ({"user_id": "u1", "anonymous_id": "a1"}, {"userId": "u1", "anonymousId": "a1"}),
        ({"phone": "0901 234 567"}, {"person": "phone:0901 234 567"}),
        ({"email": "lan@example.vn"}, {"person": "email:lan@example.vn"}),
        ({"card": 77}, {"person": "card:77"}),
        ({"user_id": "u1", "phone": "0901234567"}, {"userId": "u1"}),
        ({}, {}),
    ],
    ids=repr,
)
def test_the_person_is_asked_for_by_any_id(
    ids: dict[str, Any], asked: dict[str, str], omni: Omni, server: Server
) -> None:
    assert omni.decide(placement="hero", **ids)
    assert server.questions == [{"placements": ["hero"], **asked}]


def test_decide_all_gives_a_decision_for_each_placement_in_the_order_asked(omni: Omni, server: Server) -> None:
    server.decide_script.append(decided({"placement": "popup", "campaign": None, "reason": "OWNED"}, won("hero")))
    decisions = omni.decide_all(["hero", "popup", "quên"], anonymous_id="a1")
    assert list(decisions) == ["hero", "popup", "quên"]
    assert [d.placement for d in decisions.values()] == ["hero", "popup", "quên"]
    assert [d.reason for d in decisions.values()] == ["WON", "OWNED", "SERVER_UNAVAILABLE"]
    assert len(server.questions) == 1
    assert omni.decide_all([], "u1") == {}


# Exposures


def test_what_became_of_a_decision_is_reported_for_the_person_it_was_asked_for(omni: Omni, server: Server) -> None:
    decision = omni.decide("u1", "hero", anonymous_id="a1")
    decision.viewed()
    decision.clicked()
    decision.dismissed()
    decision.dismissed(reason="owned")
    decision.sent("zalo")
    decision.sent()
    assert omni.flush()
    about = {"promotion_id": "đồ-gốm", "creative": "a", "position": "hero", "decision_id": "d-1"}
    assert [(e["event"], e["properties"]) for e in server.taken] == [
        ("Promotion Viewed", about),
        ("Promotion Clicked", about),
        ("Promotion Dismissed", about),
        ("Promotion Dismissed", {**about, "reason": "owned"}),
        ("Message Sent", {**about, "channel": "zalo"}),
        ("Message Sent", {**about, "channel": "banner"}),
    ]
    assert all((e["userId"], e["anonymousId"]) == ("u1", "a1") for e in server.taken)


def test_an_empty_decision_reports_nothing(omni: Omni, server: Server) -> None:
    server.decide_script += EMPTY
    decision = omni.decide("u1", "hero")
    decision.viewed()
    decision.clicked()
    decision.dismissed()
    decision.sent("zalo")
    assert omni.stats().enqueued == 0


# Carried events


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


# Lateness and faults of the server


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_a_refusal_is_an_empty_decision_said_once(
    status: int, omni: Omni, server: Server, said: Callable[[], list[str]]
) -> None:
    server.decide_script += [Response('{"decisions": []}', status)] * 2
    for _ in range(2):
        decision = omni.decide("u1", "hero")
        assert (bool(decision), decision.reason) == (False, Reason.SERVER_UNAVAILABLE)
    (line,) = said()
    assert f"status {status}" in line


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "null",
        "{}",
        '{"decisions": 1}',
        '{"decisions": {}}',
        '{"decisions": [1, null, "x", {}]}',
        "[" * 100_000,
    ],
    ids=lambda body: body[:20],
)
def test_an_unreadable_answer_is_an_empty_decision(body: str, omni: Omni, server: Server) -> None:
    server.decide_script.append(Response(body))
    decision = omni.decide("u1", "hero")
    assert (bool(decision), decision.placement, decision.reason) == (False, "hero", Reason.SERVER_UNAVAILABLE)
    assert decision.content.title == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {"placement": st.just("hero")}, optional=dict.fromkeys(won("x").keys() - {"placement"}, json_values)
    )
)
def test_an_answer_of_another_version_never_breaks_a_page(raw: dict[str, Any]) -> None:
    answer = json.dumps({"decisions": [raw], "events": 7, "new": []}).encode()
    decisions = shared.read_answer(answer, ["hero"], lambda *_: None)
    assert decisions is not None
    decision = decisions["hero"]
    assert isinstance(decision.reason, str)
    str(decision.content.title), decision.content.cta, decision.offer.text, bool(decision)
    decision.viewed()


def test_nobody_at_the_port_is_an_empty_decision_at_once(nobody: str, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(nobody)
    started = time.monotonic()
    decision = omni.decide("u1", "hero")
    assert (bool(decision), decision.reason) == (False, Reason.SERVER_UNAVAILABLE)
    assert time.monotonic() - started < 1


def silence(connection: socket.socket, ending: threading.Event) -> None:
    ending.wait(30)


def drip_header(connection: socket.socket, ending: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while not ending.wait(0.05):
        connection.sendall(b".")


def drip_body(connection: socket.socket, ending: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    while not ending.wait(0.05):
        connection.sendall(b" ")


@pytest.mark.parametrize("serve", [silence, drip_header, drip_body])
def test_the_deadline_counts_everything_also_from_a_server_that_drips(
    serve: Serve, make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer]
) -> None:
    omni = make_omni(raw_server(serve).url, timeout_seconds=0.25)
    omni.decide("u1", "hero")  # starts the helper thread
    taken = []
    for _ in range(5):
        started = time.monotonic()
        decision = omni.decide("u1", "hero")
        taken.append(time.monotonic() - started)
        assert (bool(decision), decision.reason) == (False, Reason.TIMEOUT)
    assert min(taken) >= 0.2
    assert max(taken) < 0.4
    # The requests that came late are cut off, so the threads they held are free again.
    wait_for(lambda: len(our_threads()) <= 2)
    assert omni._asker._unfinished <= 1


def test_a_late_answer_does_not_reach_the_next_question(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer]
) -> None:
    def serve(connection: socket.socket, ending: threading.Event) -> None:
        while (body := read_request(connection)) is not None:
            name = json.loads(body)["placements"][0]
            if name == "slow":
                ending.wait(0.3)
            answer_with(connection, json.dumps({"decisions": [won(name)]}).encode())

    omni = make_omni(raw_server(serve).url)
    for _ in range(3):
        assert omni.decide("u1", "slow", timeout_seconds=0.1).reason == Reason.TIMEOUT
        assert omni.decide("u1", "hero").placement == "hero"


def test_one_connection_serves_many_decides(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer]
) -> None:
    def serve(connection: socket.socket, ending: threading.Event) -> None:
        while read_request(connection) is not None:
            answer_with(connection, json.dumps({"decisions": [won("hero")]}).encode())

    raw = raw_server(serve)
    omni = make_omni(raw.url)
    assert all(omni.decide("u1", "hero") for _ in range(20))
    assert raw.connections == 1


def test_decides_at_the_same_time_do_not_wait_for_each_other(server: Server, make_omni: Callable[..., Omni]) -> None:
    together = threading.Barrier(8, timeout=4)

    def meet(request: Request) -> Response:
        together.wait()  # answers only once eight have arrived
        return decided(won("hero"))

    omni = make_omni(server.url, timeout_seconds=5)
    server.decide_script += [meet] * 8
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(bool(omni.decide("u1", "hero")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


def test_more_late_decides_than_threads_still_leave_on_time(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_THREADS", 2)
    omni = make_omni(raw_server(silence).url, timeout_seconds=0.2)
    taken: list[float] = []

    def ask() -> None:
        started = time.monotonic()
        omni.decide("u1", "hero")
        taken.append(time.monotonic() - started)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 6
    assert max(taken) < 0.4
    assert len([name for name in our_threads() if name == "omnisdk-decide"]) <= 2


def test_idle_helpers_end(omni: Omni, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "IDLE_SECONDS", 0.05)
    assert omni.decide("u1", "hero")
    wait_for(lambda: "omnisdk-decide" not in our_threads())
    assert omni.decide("u1", "hero")


# Faults of the caller


FAULTY: dict[str, Callable[[Any], Any]] = {
    "no placement": lambda o: o.decide("u1"),
    "a number as placement": lambda o: o.decide("u1", 7),
    "context as text": lambda o: o.decide("u1", "hero", context="/golf"),
    "a row as id": lambda o: o.decide(object(), "hero"),
    "an unknown argument": lambda o: o.decide("u1", "hero", timestamp="2026-11-01"),
    "no time": lambda o: o.decide("u1", "hero", timeout_seconds=0),
    "time as text": lambda o: o.decide("u1", "hero", timeout_seconds="250ms"),
    "a circle": lambda o: o.decide("u1", "hero", context={"a": _circle()}),
}


def _circle() -> dict[str, Any]:
    circle: dict[str, Any] = {}
    circle["self"] = circle
    return circle


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_question_is_an_empty_decision_and_raises_only_when_strict(
    case: str, server: Server, make_omni: Callable[..., Omni], said: Callable[[], list[str]]
) -> None:
    omni = make_omni(server.url)
    decision = FAULTY[case](omni)
    assert isinstance(decision, Decision)
    assert (bool(decision), decision.reason) == (False, Reason.NONE)
    assert sum(omni.stats().faults.values()) == len(said()) == 1
    assert server.questions == []
    with pytest.raises(UsageError):
        FAULTY[case](make_omni(server.url, strict=True))


def test_after_close_a_decision_is_empty(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url)
    omni.close()
    assert omni.decide("u1", "hero").reason == Reason.SERVER_UNAVAILABLE
    strict = make_omni(server.url, strict=True)
    strict.close()
    with pytest.raises(AfterClose):
        strict.decide("u1", "hero")


def test_a_fault_of_the_sdk_itself_is_an_empty_decision(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, swallowed: list[Any]
) -> None:
    monkeypatch.setattr(shared, "question", lambda *_: 1 / 0)
    assert omni.decide("u1", "hero").reason == Reason.SERVER_UNAVAILABLE
    assert [place for place, _ in swallowed] == ["decide"]
    swallowed.clear()


# Identity tokens


def test_an_identity_token_proves_its_user_for_its_time(server: Server, make_omni: Callable[..., Omni]) -> None:
    import jwt

    key = "k" * 40
    omni = make_omni(server.url, identity_key=key)
    claims = jwt.decode(omni.identity_token("khách-1", ttl_seconds=600), key, algorithms=["HS256"])
    assert claims["sub"] == "khách-1"
    assert abs(claims["exp"] - time.time() - 600) < 5


@pytest.mark.parametrize("ttl", [0, -1, 86_401, "1h", None, float("nan")], ids=repr)
def test_a_token_without_key_user_or_sensible_time_is_empty_and_a_counted_fault(
    ttl: Any, server: Server, make_omni: Callable[..., Omni]
) -> None:
    keyless = make_omni(server.url)
    assert keyless.identity_token("u1") == ""
    assert keyless.stats().faults == {"wrong_argument": 1}
    strict = make_omni(server.url, identity_key="k" * 40, strict=True)
    with pytest.raises(WrongArgument):
        strict.identity_token("u1", ttl)
    with pytest.raises(UsageError):
        strict.identity_token("")
