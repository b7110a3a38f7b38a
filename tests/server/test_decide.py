from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode

from omnisdk import clock as clocks
from omnisdk.identity import tokens
from server_example import keys
from server_example.services.devices import Devices
from tests.server.conftest import Clock
from tests.server.helpers import BROWSER, IDENTITY_KEY, NOW, SHOP, SIGNING_KEY, assert_error

MEMBER = {"type": "track", "event": "Membership Started", "properties": {"membership": "gym"}}


def decided(client: FlaskClient, headers: dict[str, str] = BROWSER, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/decide", json={"placements": ["popup"], **body}, headers=headers)
    assert response.status_code == 200, response.get_json()
    answer: dict[str, Any] = response.get_json()
    return answer


def told(client: FlaskClient, event: dict[str, Any], headers: dict[str, str] = SHOP) -> None:
    answer = client.post("/v1/batch", json={"batch": [event]}, headers=headers).get_json()
    assert answer["accepted"] == 1, answer


def signed_in(token: str) -> Any:
    signer = Signer(keys.derived(SIGNING_KEY, "decision"), key_derivation="none", digest_method=sha256)
    return json.loads(base64_decode(signer.unsign(token)))


def reason(answer: dict[str, Any]) -> str:
    found: str = answer["decisions"][0]["reason"]
    return found


def token_for(user_id: str, key: str = IDENTITY_KEY, now: int = NOW) -> str:
    return tokens.mint(user_id, key, now=now)


def test_a_stranger_gets_the_campaign_with_all_that_applies_and_nothing_else(client: FlaskClient) -> None:
    answer = decided(client, anonymousId="a1")
    assert set(answer) == {"decisions", "state"} and answer["state"] == "0"
    [decision] = answer["decisions"]
    signed = signed_in(decision.pop("token"))
    assert signed == [decision.pop("id"), "gym-trial", "popup", None]
    assert decision == {
        "placement": "popup",
        "campaign": "gym-trial",
        "kind": "popup",
        "reason": "WON",
        "ends_at": "2026-12-31T17:00:00.000Z",
        "coupon": "TAPTHU",
        "content": {
            "title": "Tập thử miễn phí, bạn",
            "cta": {"label": "Đăng ký", "url": "/tap-thu"},
        },
        "trigger": {"after": 90.0},
        "promotes": ["membership:gym"],
        "offer": {"text": "Tập thử 0đ"},
    }


def test_a_decisions_token_cannot_be_changed(client: FlaskClient) -> None:
    token = decided(client, anonymousId="a1")["decisions"][0]["token"]
    with pytest.raises(BadSignature):
        signed_in(("A" if token[0] != "A" else "B") + token[1:])


def test_answers_come_in_the_order_asked_and_only_three_keys_are_always_there(client: FlaskClient) -> None:
    told(client, {"type": "identify", "anonymousId": "a1", "traits": {"interest": "golf"}}, BROWSER)
    answer = decided(client, anonymousId="a1", placements=["home-hero", "nowhere", "popup"])
    assert [one["placement"] for one in answer["decisions"]] == ["home-hero", "nowhere", "popup"]
    assert answer["decisions"][0]["size"] == [1200, 240]
    assert answer["decisions"][1] == {"placement": "nowhere", "campaign": None, "reason": "UNKNOWN_PLACEMENT"}
    assert len({one["id"] for one in answer["decisions"] if one["campaign"]}) == 2


def test_texts_come_in_the_language_asked(client: FlaskClient) -> None:
    [decision] = decided(client, anonymousId="a1", context={"locale": "th-TH"})["decisions"]
    assert decision["content"]["title"] == "ทดลองเล่นฟรี"
    assert decision["offer"]["text"] == "ทดลองฟรี"


def test_events_are_folded_before_deciding_and_counted_in_the_answer(client: FlaskClient) -> None:
    bad = {"type": "track", "messageId": "m2", "anonymousId": "a1"}
    answer = decided(client, anonymousId="a1", events=[{**MEMBER, "anonymousId": "a1", "messageId": "m1"}, bad])
    assert reason(answer) == "NONE" and answer["decisions"][0]["campaign"] is None
    assert (answer["events"]["accepted"], answer["events"]["duplicates"]) == (1, 0)
    assert [one["code"] for one in answer["events"]["rejected"]] == ["NO_EVENT_NAME"]
    again = decided(client, anonymousId="a1", events=[{**MEMBER, "anonymousId": "a1", "messageId": "m1"}])
    assert again["events"] == {"accepted": 0, "duplicates": 1, "rejected": []}
    assert again["state"] == answer["state"] != "0"


def test_an_empty_list_of_events_is_counted_too_and_stores_nothing(client: FlaskClient) -> None:
    answer = decided(client, anonymousId="a1", events=[])
    assert answer["events"] == {"accepted": 0, "duplicates": 0, "rejected": []}
    assert_error(client.get("/v1/profiles/anonymous:a1", headers=SHOP), 404, "UNKNOWN_PERSON")


def test_a_decide_links_nothing(client: FlaskClient) -> None:
    told(client, {**MEMBER, "userId": "u1"})
    decided(client, SHOP, userId="u1", anonymousId="a1")
    decided(client, userId="u1", anonymousId="a1", identityToken=token_for("u1"))
    assert_error(client.get("/v1/profiles/anonymous:a1", headers=SHOP), 404, "UNKNOWN_PERSON")


def test_the_shop_names_anybody_and_learns_every_reason(client: FlaskClient) -> None:
    told(client, {**MEMBER, "userId": "u1", "traits": {}, "context": {"traits": {}}})
    told(client, {"type": "identify", "userId": "u1", "traits": {"phone": "0901 234 567"}})
    for named in ({"userId": "u1"}, {"person": "user:u1"}, {"person": "phone:0901234567"}):
        assert reason(decided(client, SHOP, **named)) == "OWNED"
    assert reason(decided(client, SHOP, anonymousId="a9")) == "WON"
    assert reason(decided(client, SHOP, placements=["sms"], userId="u2")) == "UNREACHABLE"


def test_a_browser_learns_no_reason_that_tells_of_a_person(client: FlaskClient) -> None:
    told(client, {**MEMBER, "anonymousId": "a1"}, BROWSER)
    assert decided(client, anonymousId="a1")["decisions"] == [
        {"placement": "popup", "campaign": None, "reason": "NONE"}
    ]
    assert reason(decided(client, anonymousId="a1", placements=["sms"])) == "UNKNOWN_PLACEMENT"
    on_checkout = {"page": {"url": "https://shop.example/thanh-toan?x=1"}}
    assert reason(decided(client, anonymousId="a2", context=on_checkout)) == "GUARDED"


@pytest.mark.parametrize("place", ["top", "context"])
def test_a_browser_is_the_user_its_token_proves(client: FlaskClient, place: str) -> None:
    told(client, {**MEMBER, "userId": "u1"})
    token = {"identityToken": token_for("u1")}
    body: dict[str, Any] = token if place == "top" else {"context": token}
    assert reason(decided(client, anonymousId="a1", userId="u1", **body)) == "NONE"
    assert reason(decided(client, anonymousId="a1", userId="u1")) == "WON"


@pytest.mark.parametrize(
    "token",
    [
        "forged",
        "",
        token_for("u1", key="another key"),
        token_for("u1", now=NOW - 2 * clocks.DAY),
        token_for("u2"),
        "a.b.c",
        "x" * 10_000,
    ],
)
def test_a_bad_token_is_no_error_and_reads_nothing(client: FlaskClient, token: str) -> None:
    told(client, {**MEMBER, "userId": "u1"})
    assert reason(decided(client, anonymousId="a1", userId="u1", identityToken=token)) == "WON"


def test_the_requests_token_counts_for_its_events(client: FlaskClient) -> None:
    event = {**MEMBER, "anonymousId": "a1", "userId": "u1", "messageId": "m1"}
    answer = decided(client, anonymousId="a1", identityToken=token_for("u1"), events=[event])
    assert answer["events"]["accepted"] == 1
    identifiers = client.get("/v1/profiles/user:u1", headers=SHOP).get_json()["identifiers"]
    assert set(identifiers) == {"user:u1", "anonymous:a1"}


def test_a_browser_may_not_name_a_person(client: FlaskClient) -> None:
    response = client.post("/v1/decide", json={"placements": [], "person": "user:u1"}, headers=BROWSER)
    assert_error(response, 403, "SECRET_KEY_NEEDED")


@pytest.mark.parametrize("junk", [None, "undefined", "", "null", 0])
def test_junk_ids_are_no_ids(client: FlaskClient, junk: object) -> None:
    answer = decided(client, anonymousId=junk, userId=junk)
    assert reason(answer) == "WON" and answer["state"] == "0"


def test_a_numeric_id_is_its_text(client: FlaskClient) -> None:
    told(client, {**MEMBER, "userId": 17})
    assert reason(decided(client, SHOP, userId=17)) == "OWNED"
    assert reason(decided(client, SHOP, userId="17")) == "OWNED"


@pytest.mark.parametrize(
    ("agent_in", "headers"),
    [("context", BROWSER), ("context", SHOP), ("header", BROWSER)],
)
def test_a_link_preview_is_shown_nothing(client: FlaskClient, agent_in: str, headers: dict[str, str]) -> None:
    agent = "Mozilla/5.0 (compatible; ZaloBot/1.0; +http://zalo.me)"
    context = {"userAgent": agent} if agent_in == "context" else {}
    more = {"User-Agent": agent} if agent_in == "header" else {}
    answer = decided(client, {**headers, **more}, anonymousId="a1", context=context)
    assert answer["decisions"][0]["campaign"] is None
    assert reason(answer) == ("BOT" if headers is SHOP else "NONE")


def test_the_shops_own_agent_is_not_the_visitors(client: FlaskClient) -> None:
    answer = decided(client, {**SHOP, "User-Agent": "UptimeRobot/2.0 (monitor bot)"}, anonymousId="a1")
    assert reason(answer) == "WON"


def test_agents_are_parsed_only_where_a_rule_asks_for_the_device(
    client: FlaskClient, app: Flask, config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    real = Devices._read
    monkeypatch.setattr(Devices, "_read", lambda self, agent: parsed.append(agent) or real(self, agent))
    phone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
    )
    decided(client, anonymousId="a1", context={"userAgent": phone})
    assert parsed == []
    text = config.rules_file.read_text("utf-8").replace("audience: golfers", "audience: {device.kind: phone}")
    config.rules_file.write_text(text, encoding="utf-8")
    app.extensions["omnisdk"].opened.rulesets.look()
    answer = decided(client, anonymousId="a1", placements=["home-hero"], context={"userAgent": phone})
    assert parsed == [phone] and answer["decisions"][0]["campaign"] == "golf-days"


def test_one_reading_of_the_clock_is_received_at_and_now(client: FlaskClient, clock: Clock) -> None:
    clock.time = NOW + 90 * clocks.DAY  # in December the campaign still runs; the event must not lie in the future
    event = {**MEMBER, "anonymousId": "a1", "messageId": "m1", "timestamp": "2030-01-01T00:00:00Z"}
    decided(client, anonymousId="a1", events=[event])
    exported = client.get("/v1/profiles/anonymous:a1/export", headers=SHOP).get_json()["events"][0]
    assert exported["timestamp"] == exported["receivedAt"] == clocks.to_text(clock.time)
    clock.time = NOW + 365 * clocks.DAY
    assert reason(decided(client, SHOP, anonymousId="a2")) == "ENDED"


@pytest.mark.parametrize(
    ("body", "place", "found"),
    [
        ({}, "placements", "nothing"),
        ({"placements": "popup"}, "placements", "'popup'"),
        ({"placements": {"popup": 1}}, "placements", "{'popup': 1}"),
        ({"placements": ["popup", 7]}, "placements[1]", "7"),
        ({"placements": ["p"] * 51}, "placements", "a list of 51"),
        ({"placements": [], "context": "x"}, "context", "'x'"),
        ({"placements": [], "context": {"page": []}}, "context.page", "[]"),
        ({"placements": [], "context": {"page": {"path": 5}}}, "context.page.path", "5"),
        ({"placements": [], "context": {"locale": ["vi"]}}, "context.locale", "a list of 1"),
        ({"placements": [], "anonymousId": "x" * 300}, "anonymousId", "'xxx"),
        ({"placements": [], "events": {}}, "events", "{}"),
        ([], "the body", "[]"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/decide", "/v1/explain"])
def test_a_bad_request_names_the_place_and_the_value(
    client: FlaskClient, path: str, body: object, place: str, found: str
) -> None:
    error = assert_error(client.post(path, json=body, headers=SHOP), 400, "INVALID_REQUEST")
    assert error["message"].startswith(f"{place}: ")
    assert f"found {found}" in error["message"]


@pytest.mark.parametrize("junk", [{"id": 1}, True, [], "undefined", 0, ""])
def test_junk_ids_and_tokens_are_absent_and_cost_the_carried_events_nothing(client: FlaskClient, junk: object) -> None:
    event = {**MEMBER, "anonymousId": "a1", "messageId": "m1"}
    answer = decided(client, anonymousId=junk, userId=junk, identityToken=junk, events=[event])
    assert answer["events"]["accepted"] == 1
    assert answer["decisions"][0]["reason"] == "WON"  # asked as without ids


def test_a_wrong_value_is_repeated_only_in_part(client: FlaskClient) -> None:
    response = client.post("/v1/decide", json={"placements": "x" * 100_000}, headers=BROWSER)
    assert len(response.get_json()["message"]) < 300


@pytest.mark.parametrize("reference", ["u1", "nobody:1", "phone:abc", "user:", "user:null", ""])
def test_a_person_that_cannot_be_read_is_400(client: FlaskClient, reference: str) -> None:
    response = client.post("/v1/decide", json={"placements": [], "person": reference}, headers=SHOP)
    if reference == "":
        assert response.status_code == 200  # an empty text is absent, as everywhere
    else:
        assert_error(response, 400, "BAD_REFERENCE")


def test_decisions_are_counted_by_their_true_reason(client: FlaskClient) -> None:
    told(client, {**MEMBER, "anonymousId": "a1"}, BROWSER)
    decided(client, anonymousId="a1")
    decided(client, anonymousId="a2")
    text = client.get("/metrics").text
    assert 'omni_decisions_total{reason="OWNED"} 1' in text
    assert 'omni_decisions_total{reason="WON"} 1' in text


def test_nobody_asked_for_is_answered_without_ids(client: FlaskClient) -> None:
    answer = decided(client)
    assert reason(answer) == "WON" and answer["state"] == "0"


def test_explain_tells_every_campaign_in_three_languages(client: FlaskClient) -> None:
    told(client, {**MEMBER, "userId": "u1"})
    body = {"userId": "u1", "placements": ["popup", "home-hero", "nowhere"]}
    placements = client.post("/v1/explain", json=body, headers=SHOP).get_json()["placements"]
    assert list(placements) == ["popup", "home-hero", "nowhere"] and placements["nowhere"] == []
    [gym] = [one for one in placements["popup"] if one["campaign"] == "gym-trial"]
    assert gym["reason"] == "OWNED"
    assert set(gym) == {"campaign", "reason", "text", "facts"}
    assert set(gym["text"]) == {"en", "vi", "th"} and all(gym["text"].values())
    assert gym["facts"]
    [golf] = [one for one in placements["home-hero"] if one["campaign"] == "golf-days"]
    assert golf["reason"] == "NOT_IN_AUDIENCE"


def test_explain_stores_nothing(client: FlaskClient) -> None:
    body = {"anonymousId": "a1", "placements": ["popup"], "events": [{**MEMBER, "anonymousId": "a1"}]}
    placements = client.post("/v1/explain", json=body, headers=SHOP).get_json()["placements"]
    assert placements["popup"][0]["reason"] == "WON"
    assert_error(client.get("/v1/profiles/anonymous:a1", headers=SHOP), 404, "UNKNOWN_PERSON")
