"""The drawer's answer: every campaign with its reason, in the page's language, for who is really there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from omnisdk.rules.reading import read_file
from server_example.demo import RULES, words
from server_example.demo.asking import DecisionServer
from server_example.demo.frame import EXTENSION
from tests.demo.conftest import Running, Visitor
from tests.support.server import SECRET_KEY, WRITE_KEY

Visiting = Callable[[], Visitor]


def asked(
    someone: Visitor, placement: str, path: str = "/vi/classes", language: str = "vi"
) -> dict[str, dict[str, Any]]:
    answer = someone.get(f"/{language}/why", params={"path": path, "placement": placement}).raise_for_status().json()
    assert [each["placement"] for each in answer["placements"]] == [placement]
    return {each["campaign"]: each for each in answer["placements"][0]["campaigns"]}


def test_each_campaign_of_the_rules_is_there_with_a_reason_and_a_sentence(visitor: Visiting) -> None:
    ruleset = read_file(RULES).ruleset
    assert ruleset is not None
    verdicts = asked(visitor(), "home-hero", "/vi/")
    assert set(verdicts) == set(ruleset.campaigns)
    assert all(each["reason"].isupper() and each["text"] for each in verdicts.values())
    assert [name for name, each in verdicts.items() if each["reason"] == "WON"] == ["welcome"]


def test_the_member_is_told_that_she_owns_it_in_the_language_of_the_page(visitor: Visiting) -> None:
    someone = visitor()
    someone.sign_in("ha")
    vietnamese = asked(someone, "schedule-popup")["gym-trial"]
    english = asked(someone, "schedule-popup", "/en/classes", "en")["gym-trial"]
    assert vietnamese["reason"] == english["reason"] == "OWNED"
    assert "membership:gym" in english["text"]
    assert vietnamese["text"] != english["text"]


def test_nobody_can_ask_about_somebody_else(visitor: Visiting) -> None:
    someone = visitor()
    query = {"path": "/vi/classes", "placement": "schedule-popup", "userId": "ha", "person": "user:ha"}
    answer = someone.get("/vi/why", params=query).json()
    reasons = {each["campaign"]: each["reason"] for each in answer["placements"][0]["campaigns"]}
    assert reasons["gym-trial"] == "WON"
    assert answer["person"] == words.say("vi", "why.person_nobody")


def test_while_somebody_pays_the_popup_is_guarded_on_every_page(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    assert asked(someone, "schedule-popup")["gym-trial"]["reason"] == "WON"
    event = {"event": "Checkout Started", "anonymousId": someone.anonymous_id, "messageId": someone.anonymous_id}
    httpx.post(f"{running.url}/v1/track", json=event, auth=(WRITE_KEY, ""), trust_env=False).raise_for_status()
    assert asked(someone, "schedule-popup")["gym-trial"]["reason"] == "GUARDED"


def test_a_placement_that_is_no_name_is_not_asked_for(visitor: Visiting) -> None:
    answer = visitor().get("/vi/why", params={"placement": ["<b>", "x" * 41, "unknown"]}).json()
    assert answer["placements"] == [{"placement": "unknown", "campaigns": []}]


def test_a_server_that_does_not_answer_leaves_a_sentence_and_the_shop_open(
    visitor: Visiting, running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = DecisionServer("http://127.0.0.1:1", SECRET_KEY)
    monkeypatch.setitem(running.app.extensions, EXTENSION, replace(running.shop, server=nowhere))
    someone = visitor()
    answer = someone.get("/vi/why", params={"placement": "popup"})
    assert (answer.status_code, answer.json()["message"]) == (503, words.say("vi", "why.failed"))
    someone.sign_in("ha")
    assert someone.get("/vi/classes").status_code == 200
    assert "no answer from the decision server" in caplog.text
    nowhere.close()
