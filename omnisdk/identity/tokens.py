"""Identity tokens: the shop's proof that a browser belongs to a user.

A token is a JWT, signed with HS256 (RFC 7515, RFC 7519), with ``sub``, ``exp`` and ``iat``; any language's JWT library
can make one. It is written here with the standard library's hmac because the base install of omnisdk brings no JWT
library, and one algorithm with three claims needs none; the tests check it against PyJWT in both directions.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from typing import Any, NamedTuple, TypeGuard

from omnisdk import clock

LONGEST_LIFE = clock.DAY
LONGEST_TOKEN = 4096  # characters
_SKEW = clock.MINUTE  # what the clock that made the token may be ahead of ours
_LONGEST_USER_ID = 256  # characters, as in events

_HEADER = {"alg": "HS256", "typ": "JWT"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


def mint(user_id: str, key: str, *, now: int, ttl: int = clock.HOUR) -> str:
    """Return a token that proves `user_id` from `now` for `ttl` (both microseconds, at most 24 hours).

    Raises ValueError for an empty user id or key and for a `ttl` out of range.
    """
    if not user_id.strip() or len(user_id) > _LONGEST_USER_ID:
        raise ValueError(f"user_id {user_id!r:.60}: a text of 1 to {_LONGEST_USER_ID} characters is due")
    if not key:
        raise ValueError("key: empty; set OMNI_IDENTITY_KEY")
    if not clock.SECOND <= ttl <= LONGEST_LIFE:
        raise ValueError(f"ttl {ttl / clock.SECOND:g} s: 1 s to {LONGEST_LIFE // clock.SECOND} s is possible")
    claims = {"sub": user_id, "iat": now // clock.SECOND, "exp": (now + ttl) // clock.SECOND}
    signed = f"{_encode(_json(_HEADER))}.{_encode(_json(claims))}"
    return f"{signed}.{_encode(_signature(signed, key))}"


class Proven(NamedTuple):
    """What a valid token proves."""

    user_id: str
    since: int  # microseconds: it was not made before


def verify(token: str, key: str, *, now: int) -> Proven | None:
    """Return whom `token` proves at `now` (microseconds), and since when, or None when it proves nothing.

    `since` is the end of the second of ``iat``, the claim that says when it was made; without that claim it is `now`.

    None for every fault alike: a foreign key, an algorithm other than HS256, expired, not yet valid, an ``exp`` more
    than 24 hours ahead, without ``sub`` or ``exp``, over 4 KB, or no JWT at all. Raises nothing.
    """
    if not key or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    signed, _, signature = token.rpartition(".")
    given = _decode(signature)
    if given is None or not hmac.compare_digest(given, _signature(signed, key)):
        return None
    header_text, dot, claims_text = signed.partition(".")
    header, claims = _object(header_text), _object(claims_text)
    if not dot or header is None or claims is None:
        return None
    # "crit" names extensions that whoever does not know them must refuse (RFC 7515, 4.1.11); none is known here.
    if header.get("alg") != "HS256" or "crit" in header:
        return None
    user_id, expires, begins = claims.get("sub"), claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(user_id, str) or not user_id.strip() or len(user_id) > _LONGEST_USER_ID:
        return None
    if not _is_number(expires) or not _is_number(begins):
        return None
    seconds = now / clock.SECOND
    if not seconds < expires <= seconds + (LONGEST_LIFE + _SKEW) / clock.SECOND:
        return None
    if begins > seconds + _SKEW / clock.SECOND:
        return None
    made = claims.get("iat")
    return Proven(user_id, min(now, (int(made) + 1) * clock.SECOND - 1) if _is_second(made) else now)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_second(value: object) -> TypeGuard[int | float]:
    return _is_number(value) and 0 <= value < 2**40


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes | None:
    """Return what the base64url `text` says; None unless it is written in the one canonical way, without padding."""
    if not _BASE64URL.fullmatch(text):
        return None
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    return data if _encode(data) == text else None


def _object(text: str) -> dict[str, Any] | None:
    data = _decode(text)
    if data is None:
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _signature(signed: str, key: str) -> bytes:
    return hmac.digest(key.encode(errors="surrogatepass"), signed.encode(), hashlib.sha256)
