"""Law 3 over HTTP: whatever a browser sends, it changes nothing that only the shop may say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import jwt
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnisdk import clock
from omnisdk.identity import tokens
from tests.server.helpers import BROWSER, IDENTITY_KEY, SHOP

MEMBER, ATTACKER = "u-thành-viên", "u-kẻ-lạ"
DEVICE = "a-thành-viên"  # the member's browser, whose id the attacker has got hold of
PHONE = "+84901234567"

_runs = count()


def _jwt(user: str, now: int, key: str = IDENTITY_KEY, lives: int = 600, made: bool = True) -> str:
    seconds = now // clock.SECOND
    claims = {"sub": user, "exp": seconds + lives, **({"iat": seconds} if made else {})}
    return jwt.encode(claims, key, algorithm="HS256" if key else "none")


# What an attacker has at hand: a token of their own, which is good, and any number of bad ones for the member.
TOKENS: dict[str, Callable[[int], str]] = {
    "own": lambda now: tokens.mint(ATTACKER, IDENTITY_KEY, now=now),
    "own, undated": lambda now: _jwt(ATTACKER, now, made=False),
    "forged": lambda now: tokens.mint(MEMBER, IDENTITY_KEY, now=now)[:-2] + "xx",
    "foreign": lambda now: _jwt(MEMBER, now, key="another key that is long enough to be one"),
    "expired": lambda now: _jwt(MEMBER, now, lives=-1),
    "too long a life": lambda now: _jwt(MEMBER, now, lives=3 * 86_400),
    "unsigned": lambda now: _jwt(MEMBER, now, key=""),
    "none": lambda now: "not.a.token",
}

_PROPERTIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Membership Ended", {"membership": "gym"}),
    ("Membership Started", {"membership": "gym", "until": "2020-01-01"}),
    ("Membership Started", {"membership": "gym", "method": "claimed"}),
    ("Order Refunded", {"order_id": "o1"}),
    ("Order Cancelled", {"order_id": "o1"}),
    ("Order Completed", {"order_id": "o1", "total": 0, "products": []}),
    ("Order Completed", {"order_id": "o2", "total": 9_000_000, "products": [{"product_id": "P9", "category": "golf"}]}),
    ("Points Changed", {"balance": 1_000_000}),
    ("Consent Changed", {"purposes": {"marketing": True}}),
    ("Promotion Viewed", {"promotion_id": "gym-trial", "position": "home-hero", "decision_id": "d1"}),
    ("Store Visited", {"store_id": "D1", "method": "staff"}),
)
_TRAITS = ({"memberships": []}, {"points": 99}, {"phone": PHONE}, {"interest": "golf"}, {"interest": None})


@st.composite
def attacks(draw: st.DrawFn) -> dict[str, Any]:
    """One event with the write key: any ids, any token the attacker has, any time, about anything."""
    call: dict[str, Any] = {"messageId": draw(st.sampled_from(["m0", "m1", "z9"])) + str(draw(st.integers(0, 99)))}
    user = draw(st.sampled_from([None, MEMBER, ATTACKER]))
    if user is not None:
        call["userId"] = user
    call["anonymousId"] = draw(st.sampled_from([DEVICE, "a-kẻ-lạ"]))
    token = draw(st.sampled_from([None, *TOKENS]))
    if token is not None:
        call |= draw(st.sampled_from([{"identityToken": token}, {"context": {"identityToken": token}}]))
    if draw(st.booleans()):
        call["timestamp"] = draw(
            st.sampled_from(["2001-01-01T00:00:00Z", "2026-09-21T14:13:19Z", "2090-01-01T00:00:00Z"])
        )
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return {**call, "type": "alias", "previousId": draw(st.sampled_from([MEMBER, DEVICE, ATTACKER]))}
    if kind <= 3:
        refs = {"externalIds": [{"type": "phone", "id": PHONE}]}
        return {**call, "type": "identify", "traits": draw(st.sampled_from(_TRAITS)), "phone": PHONE} | (
            {} if "context" in call else {"context": refs}
        )
    name, properties = draw(st.sampled_from(_PROPERTIES))
    return {**call, "type": "track", "event": name, "properties": properties}


def shop_says(client: FlaskClient) -> None:
    """The shop's word, under messageIds that were never used: those of a forgotten person are refused for good."""
    run = next(_runs)
    told = [
        ({"type": "identify", "anonymousId": DEVICE, "traits": {"phone": PHONE, "interest": "yoga"}}),
        ({"type": "track", "event": "Membership Started", "properties": {"membership": "gym"}}),
        ({"type": "track", "event": "Order Completed", "properties": {
            "order_id": "o1", "total": 500_000, "products": [{"product_id": "P1", "category": "yoga"}]}}),
        ({"type": "track", "event": "Points Changed", "properties": {"balance": 10}}),
    ]  # fmt: skip
    batch = [{**call, "userId": MEMBER, "messageId": f"s{run}-{number}"} for number, call in enumerate(told)]
    answer = client.post("/v1/batch", json={"batch": batch}, headers=SHOP).get_json()
    assert answer["accepted"] == len(batch), answer


def minted(call: dict[str, Any], now: int) -> dict[str, Any]:
    """Put the tokens of this moment in the place of their names."""
    if "identityToken" in call:
        return {**call, "identityToken": TOKENS[call["identityToken"]](now)}
    if "identityToken" in call.get("context", {}):
        return {**call, "context": {"identityToken": TOKENS[call["context"]["identityToken"]](now)}}
    return call


def profile(client: FlaskClient, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/profiles/{ref}", headers=SHOP).get_json()
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(attacks(), min_size=1, max_size=6))
def test_no_browser_takes_from_a_member_what_the_shop_vouches_for(app: Flask, batch: list[dict[str, Any]]) -> None:
    client = app.test_client()
    client.delete(f"/v1/profiles/user:{MEMBER}", headers=SHOP)
    client.delete(f"/v1/profiles/user:{ATTACKER}", headers=SHOP)
    app.extensions["omnisdk"].now.time += 10 * clock.SECOND  # after the forgetting, so that it may be said again
    shop_says(client)
    before = profile(client, f"user:{MEMBER}")

    app.extensions["omnisdk"].now.time += clock.SECOND  # the attack comes later, whatever times it tells
    now = app.extensions["omnisdk"].now()
    answer = client.post("/v1/batch", json={"batch": [minted(call, now) for call in batch]}, headers=BROWSER)
    assert answer.status_code == 200

    after = profile(client, f"user:{MEMBER}")
    assert after["identifiers"] == before["identifiers"]
    assert after["shop"] == before["shop"]
    assert after["facts"]["traits"]["interest"] == "yoga"
    for asker in ({"userId": MEMBER}, {"anonymousId": DEVICE}, {"person": f"phone:{PHONE}"}):
        asked = {"placements": ["popup", "home-hero"], **asker}
        decisions = client.post("/v1/decide", json=asked, headers=SHOP).get_json()["decisions"]
        assert [decision["campaign"] for decision in decisions] == [None, None], asker
    stranger = client.get(f"/v1/profiles/user:{ATTACKER}", headers=SHOP)
    if stranger.status_code == 200:
        assert "membership:gym" not in stranger.get_json()["shop"].get("owns", [])
        assert stranger.get_json()["identifiers"] != before["identifiers"]
