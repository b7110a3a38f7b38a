"""decide: what it asks, what it gives back, and that it never comes late and never raises."""

from __future__ import annotations

import copy
import json
import pickle
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug import Response

from omnisdk import AfterClose, Content, Decision, Omni, Reason, UsageError, WrongArgument
from omnisdk.client import shared
from tests.sdk.servers import Server, decided, won

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


def test_placements_that_are_no_list_are_a_fault_without_decisions(
    server: Server, make_omni: Callable[..., Omni]
) -> None:
    lenient: Any = make_omni(server.url)
    assert lenient.decide_all(None, "u1") == {}
    assert lenient.stats().faults == {"wrong_argument": 1}
    strict: Any = make_omni(server.url, strict=True)
    with pytest.raises(WrongArgument):
        strict.decide_all(7, "u1")


def test_one_placement_given_as_a_text_is_one_placement(omni: Omni) -> None:
    assert list(omni.decide_all("hero", "u1")) == ["hero"]


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
