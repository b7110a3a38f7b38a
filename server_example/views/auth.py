"""Which key a request carries: the write key is a browser's, the secret key the shop's."""

from __future__ import annotations

import base64
import hmac
import logging
from collections.abc import Iterator
from typing import Any, Literal

from flask import Request

from server_example.config import ServerConfig
from server_example.views.errors import ApiError

log = logging.getLogger("omnisdk.server")

Role = Literal["shop", "browser"]


def role(config: ServerConfig, request: Request, body: Any = None) -> Role:
    """Return whose key came with `request`: in Basic or Bearer, in `body` or its items, or in the query.

    The first key known counts: a shop's own Basic password for its test site must not hide the key in the body.
    Raises ApiError (401, 403).
    """
    found: list[Role] = []
    given = False
    for key in _candidates(request, body):
        given = True
        known = _known(config, key)
        if known is not None:
            found.append(known)
    role: Role | None = found[0] if found else _role_of_items(config, body)
    if "shop" in (*found, role) and "Origin" in request.headers:
        origin = request.headers["Origin"][:200]
        log.error("the SECRET key came from a browser at %r: take it out of that page and replace it", origin)
        message = f"the secret key came with an Origin header ({origin}): it is in a page, where anybody can read it"
        hint = "use the write key in pages, and give the server a new OMNI_SECRET_KEY now"
        raise ApiError(403, "SECRET_KEY_IN_BROWSER", message, hint=hint, docs="keys")
    if role is None:
        code, message = ("UNKNOWN_KEY", "this key is not known here") if given else ("NO_KEY", "no key came with it")
        hint = "send the write key or the secret key as Basic user, Bearer token or `writeKey` in the body"
        raise ApiError(401, code, message, hint=hint, docs="keys")
    return role


def shop_only(config: ServerConfig, request: Request, body: Any = None) -> None:
    """Let only the secret key pass. Raises ApiError (401, 403)."""
    if role(config, request, body) != "shop":
        message = "this address answers the secret key only"
        raise ApiError(403, "SECRET_KEY_NEEDED", message, hint="call it from the shop's back end", docs="keys")


def _candidates(request: Request, body: Any) -> Iterator[str]:
    scheme, _, value = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "basic":
        yield _basic_user(value)
    elif scheme.lower() == "bearer":
        yield value.strip()
    if isinstance(body, dict) and isinstance(body.get("writeKey"), str):
        yield body["writeKey"]
    if "writeKey" in request.args:
        yield request.args["writeKey"]


def _basic_user(value: str) -> str:
    try:
        return base64.b64decode(value.strip() + "==").decode("utf-8").partition(":")[0]
    except ValueError:  # no base64, no UTF-8, or bytes that no header should hold
        return ""


def _role_of_items(config: ServerConfig, body: Any) -> Role | None:
    """Return the role of the keys that only the items carry: one browser's among them makes it a browser's batch."""
    items = body.get("batch") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return None
    keys = {item["writeKey"] for item in items if isinstance(item, dict) and isinstance(item.get("writeKey"), str)}
    roles = {_known(config, key) for key in keys}
    return "browser" if "browser" in roles else "shop" if "shop" in roles else None


def _known(config: ServerConfig, key: str) -> Role | None:
    given = key.encode("utf-8", "replace")
    is_shop = hmac.compare_digest(given, config.secret_key.encode())
    is_browser = hmac.compare_digest(given, config.write_key.encode())
    return "shop" if is_shop else "browser" if is_browser else None
