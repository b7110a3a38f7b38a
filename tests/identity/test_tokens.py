"""Identity tokens: what PyJWT makes we read, what we make PyJWT reads, and nothing forged, foreign or late counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import clock
from omnisdk.identity import tokens
from omnisdk.identity.tokens import mint

KEY = "khoá-ký-của-cửa-hàng-đủ-dài-để-an-toàn"
NOW = clock.parse("2026-11-22T10:00:00Z")
SECONDS = NOW // clock.SECOND


def verify(token: str, key: str, *, now: int) -> str | None:
    proven = tokens.verify(token, key, now=now)
    return None if proven is None else proven.user_id


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Any, claims: Any, key: str = KEY) -> str:
    """A token of any header and claims with a right HS256 signature."""
    parts = [part if isinstance(part, str) else encode(json.dumps(part).encode()) for part in (header, claims)]
    text = ".".join(parts)
    return f"{text}.{encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIMS = {"sub": "u1", "exp": SECONDS + 60}


@pytest.mark.parametrize("user_id", ["u1", "khách-7", "ลูกค้า", "a@b.vn", "x" * 256])
def test_what_is_minted_is_verified(user_id: str) -> None:
    assert verify(mint(user_id, KEY, now=NOW), KEY, now=NOW) == user_id


@pytest.mark.parametrize("user_id", ["u1", "khách-7"])
def test_pyjwt_reads_what_we_mint(user_id: str) -> None:
    token = mint(user_id, KEY, now=NOW, ttl=2 * clock.HOUR)

    claims = jwt.decode(token, KEY, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})

    assert claims == {"sub": user_id, "iat": SECONDS, "exp": SECONDS + 7200}


@pytest.mark.parametrize("more", [{}, {"iat": SECONDS}, {"iss": "shop", "aud": "omni"}, {"nbf": SECONDS - 5}])
def test_we_read_what_pyjwt_mints(more: dict[str, Any]) -> None:
    token = jwt.encode({**CLAIMS, **more}, KEY, algorithm="HS256")

    assert verify(token, KEY, now=NOW) == "u1"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_of_pyjwt_proves_nothing(algorithm: str) -> None:
    token = jwt.encode(CLAIMS, KEY * 2, algorithm=algorithm)

    assert verify(token, KEY * 2, now=NOW) is None


@pytest.mark.parametrize("algorithm", ["none", "None", "HS384", "hs256", "RS256", "", None, 7, ["HS256"]])
def test_the_header_must_say_hs256_even_under_a_right_signature(algorithm: object) -> None:
    assert verify(signed({**HEADER, "alg": algorithm}, CLAIMS), KEY, now=NOW) is None


def test_an_unsigned_token_proves_nothing() -> None:
    unsigned = jwt.encode(CLAIMS, "", algorithm="none")

    assert verify(unsigned, KEY, now=NOW) is None
    assert verify(unsigned, "", now=NOW) is None


def test_a_foreign_key_proves_nothing() -> None:
    assert verify(mint("u1", "another key", now=NOW), KEY, now=NOW) is None
    assert verify(signed(HEADER, CLAIMS, key=""), "", now=NOW) is None


def test_a_token_counts_until_the_second_it_expires() -> None:
    token = mint("u1", KEY, now=NOW, ttl=clock.MINUTE)

    assert verify(token, KEY, now=NOW + clock.MINUTE - 1) == "u1"
    assert verify(token, KEY, now=NOW + clock.MINUTE) is None


def test_a_token_may_live_24_hours_and_a_minute_for_the_clocks() -> None:
    longest = SECONDS + 24 * 3600 + 60

    assert verify(signed(HEADER, {**CLAIMS, "exp": longest}), KEY, now=NOW) == "u1"
    assert verify(signed(HEADER, {**CLAIMS, "exp": longest + 1}), KEY, now=NOW) is None


def test_a_token_not_yet_valid_proves_nothing() -> None:
    assert verify(signed(HEADER, {**CLAIMS, "nbf": SECONDS + 60}), KEY, now=NOW) == "u1"
    assert verify(signed(HEADER, {**CLAIMS, "nbf": SECONDS + 61}), KEY, now=NOW) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": SECONDS + 60},
        {"sub": "u1"},
        {**CLAIMS, "sub": ""},
        {**CLAIMS, "sub": "  "},
        {**CLAIMS, "sub": 7},
        {**CLAIMS, "sub": None},
        {**CLAIMS, "sub": ["u1"]},
        {**CLAIMS, "sub": "x" * 257},
        {**CLAIMS, "exp": str(SECONDS + 60)},
        {**CLAIMS, "exp": True},
        {**CLAIMS, "exp": None},
        {**CLAIMS, "exp": float("nan")},
        {**CLAIMS, "exp": float("inf")},
        {**CLAIMS, "nbf": "soon"},
        ["sub", "u1"],
        "u1",
        encode(b"\xff\xfe"),
        encode(b"[" * 3000),
        "",
    ],
    ids=range(19),
)
def test_wrong_claims_prove_nothing_even_under_a_right_signature(claims: Any) -> None:
    assert verify(signed(HEADER, claims), KEY, now=NOW) is None


@pytest.mark.parametrize("header", [{}, [], "", {**HEADER, "crit": ["exp"]}, encode(b"{")], ids=range(5))
def test_a_wrong_header_proves_nothing_even_under_a_right_signature(header: Any) -> None:
    assert verify(signed(header, CLAIMS), KEY, now=NOW) is None


def test_a_token_is_written_in_one_way_only() -> None:
    token = mint("u1", KEY, now=NOW)
    head, claims, signature = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    sibling = last[last.index(signature[-1]) ^ 1]  # the same bytes, other unused bits

    for other in (
        f"{token}=",
        f" {token}",
        f"{token}\n",
        f"{head}.{claims}.{signature[:-1]}{sibling}",
        token.replace("-", "+").replace("_", "/") + "+",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{head}..{signature}",
        f"{head}.{claims}.x.{signature}",
        "..",
        ".",
        "",
        "ü.ü.ü",
        "\ud800",
    ):
        assert verify(other, KEY, now=NOW) is None


def test_a_token_over_4_kb_is_not_even_looked_at() -> None:
    long = signed({**HEADER, "kid": "x" * 4000}, CLAIMS)

    assert len(long) > 4096
    assert verify(long, KEY, now=NOW) is None
    assert verify(signed({**HEADER, "kid": "x" * 1000}, CLAIMS), KEY, now=NOW) == "u1"


@given(st.data())
def test_no_changed_character_survives(data: st.DataObject) -> None:
    token = mint("u1", KEY, now=NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda character: character != token[place]))

    assert verify(token[:place] + other + token[place + 1 :], KEY, now=NOW) is None


@given(st.text(max_size=80), st.text(max_size=8))
def test_verifying_raises_nothing(token: str, key: str) -> None:
    assert verify(token, key, now=NOW) is None


@pytest.mark.parametrize(
    ("user_id", "key", "ttl", "message"),
    [
        ("", KEY, clock.HOUR, "user_id ''"),
        ("x" * 257, KEY, clock.HOUR, "1 to 256 characters is due"),
        ("u1", "", clock.HOUR, "key: empty; set OMNI_IDENTITY_KEY"),
        ("u1", KEY, clock.DAY + 1, "ttl 86400 s: 1 s to 86400 s is possible"),
        ("u1", KEY, 0, "ttl 0 s: 1 s to 86400 s is possible"),
    ],
)
def test_minting_refuses_what_would_prove_nothing(user_id: str, key: str, ttl: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mint(user_id, key, now=NOW, ttl=ttl)


@pytest.mark.parametrize(
    ("claims", "since"),
    [
        ({"iat": SECONDS - 30}, NOW - 29 * clock.SECOND - 1),  # the end of that second: it was not made later
        ({"iat": SECONDS}, NOW),
        ({"iat": SECONDS + 40}, NOW),  # a clock ahead of ours
        ({}, NOW),
        ({"iat": "yesterday"}, NOW),
        ({"iat": -5}, NOW),
        ({"iat": True}, NOW),
    ],
)
def test_a_token_proves_nothing_from_before_it_was_made(claims: dict[str, Any], since: int) -> None:
    proven = tokens.verify(signed(HEADER, {**CLAIMS, **claims}), KEY, now=NOW)
    assert proven == ("u1", since)
