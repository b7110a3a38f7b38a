"""Which key a request carries: the write key is a browser's, the secret key the shop's."""

from __future__ import annotations

import base64
import hmac
import logging
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from werkzeug import Request

from server_example.config import ServerConfig
from server_example.views.cors import nameable
from server_example.views.errors import ApiError

log = logging.getLogger("omnisdk.server")

Role = Literal["shop", "browser"]

_SEPARATORS = re.compile(r"[\s,;=\"':]+")  # between the parts of an Authorization header of any scheme


def role(config: ServerConfig, request: Request, body: Any = None) -> Role:
    """Return whose key came with `request`: in Basic or Bearer, in `body` or its items, or in the query.

    The first key known counts: a shop's own Basic password for its test site must not hide the key in the body.
    Raises ApiError (401, 403).
    """
    found: Role | None = None
    given = False
    for key in _candidates(request, body):
        given = True
        found = _known(config, key)
        if found is not None:
            break
    else:
        found = _role_of_items(config, body)
    if "Origin" in request.headers:
        _refuse_secret_key_of_page(config, request, body)
    if found is None:
        code, message = ("UNKNOWN_KEY", "this key is not known here") if given else ("NO_KEY", "no key came with it")
        hint = "send the write key or the secret key as Basic user, Bearer token or `writeKey` in the body"
        raise ApiError(401, code, message, hint=hint, docs="keys")
    if found == "shop" and request.query_string and _is_secret(config, _texts_of_query(request)):
        _warn_of_url()
    return found


def role_of_header(config: ServerConfig, request: Request) -> Role | None:
    """Return whose key stands in the Authorization header, which needs no body; None when it is nobody's."""
    key = _of_header(request)
    return None if key is None else _known(config, key)


def shop_only(config: ServerConfig, request: Request, body: Any = None) -> None:
    """Let only the secret key pass. Raises ApiError (401, 403)."""
    if role(config, request, body) != "shop":
        message = "this address answers the secret key only"
        raise ApiError(403, "SECRET_KEY_NEEDED", message, hint="call it from the shop's back end", docs="keys")


def _candidates(request: Request, body: Any) -> Iterator[str]:
    key = _of_header(request)
    if key is not None:
        yield key
    if isinstance(body, dict) and isinstance(body.get("writeKey"), str):
        yield body["writeKey"]
    yield from request.args.getlist("writeKey")


def _of_header(request: Request) -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").strip().partition(" ")
    match scheme.lower():
        case "basic":
            return _basic(value)[0]
        case "bearer":
            return value.strip()
    return None


def _basic(value: str) -> tuple[str, str]:
    """Return user and password; nothing where it is no base64, no UTF-8, or bytes that no header should hold."""
    try:
        user, _, password = base64.b64decode(value.strip() + "==").decode("utf-8").partition(":")
    except ValueError:
        return "", ""
    return user, password


def _role_of_items(config: ServerConfig, body: Any) -> Role | None:
    """Return the role of the keys that only the items carry: one browser's among them makes it a browser's batch."""
    roles = {_known(config, key) for key in _keys_of_items(body)}
    return "browser" if "browser" in roles else "shop" if "shop" in roles else None


def _keys_of_items(body: Any) -> set[str]:
    items = body.get("batch") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return set()
    return {item["writeKey"] for item in items if isinstance(item, dict) and isinstance(item.get("writeKey"), str)}


def _known(config: ServerConfig, key: str) -> Role | None:
    given = key.encode("utf-8", "replace")
    is_shop = hmac.compare_digest(given, config.secret_key.encode())
    is_browser = hmac.compare_digest(given, config.write_key.encode())
    return "shop" if is_shop else "browser" if is_browser else None


def _refuse_secret_key_of_page(config: ServerConfig, request: Request, body: Any) -> None:
    """Refuse what came from a page with the secret key anywhere in it, even where no key is looked for.

    Raises ApiError 403.
    """
    header = request.headers.get("Authorization", "")
    texts = [*_SEPARATORS.split(header), *_basic(header.partition(" ")[2]), *_texts_of_query(request)]
    if isinstance(body, dict):
        texts += [body["writeKey"]] if isinstance(body.get("writeKey"), str) else []
        texts += _keys_of_items(body)
    if not _is_secret(config, texts):
        return
    origin = request.headers["Origin"][:200]
    log.error("the SECRET key came from a browser at %r: take it out of that page and replace it", nameable(origin))
    message = f"the secret key came with an Origin header ({origin}): it is in a page, where anybody can read it"
    hint = "use the write key in pages, and give the server a new OMNI_SECRET_KEY now"
    raise ApiError(403, "SECRET_KEY_IN_BROWSER", message, hint=hint, docs="keys")


def _texts_of_query(request: Request) -> list[str]:
    return [text for _, texts in request.args.lists() for text in texts]


def _is_secret(config: ServerConfig, texts: Iterable[str]) -> bool:
    return "shop" in {_known(config, text) for text in texts}


@lru_cache(1)
def _warn_of_url() -> None:
    """Say it once in a process: every such request would say the same."""
    log.error("the SECRET key came in a URL, which proxies write to their logs: send it as Basic user or Bearer token")
