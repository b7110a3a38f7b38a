"""Which pages' scripts may read our answers. A request from any other page is still answered, only without these."""

from __future__ import annotations

import logging
import re

from werkzeug import Request

from server_example.services.faults import NoRules, StorageUnavailable
from server_example.services.rulesets import plain_origin
from server_example.services.server import Server

log = logging.getLogger("omnisdk.server")

# What the stock browser clients of Segment and RudderStack send, beside what ours does.
ALLOWED_HEADERS = ", ".join((
    "Authorization", "Content-Type", "Content-Encoding", "X-Retry-Count", "X-Request-Id",
    "AnonymousId", "SentAt", "Rsa-Recovered", "Rsa-Retry-Attempt", "Rsa-Since-Last-Attempt",
    "Rsa-Since-First-Attempt", "Rsa-Retry-Reason",
))  # fmt: skip
PREFLIGHT_SECONDS = 7_200  # the longest Chromium keeps
_OF_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
    ("Access-Control-Max-Age", str(PREFLIGHT_SECONDS)),
)
_EXPOSED = ("Access-Control-Expose-Headers", "Retry-After, X-RateLimit-Reset, X-Request-Id")
_VARY = ("Vary", "Origin")
NAMED_ORIGINS = 100  # how many unlisted origins are named in the log before it says no more

_THIS_MACHINE = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,255}(?::\d{1,5})?")  # what no browser sends would only use up the names


def nameable(origin: str) -> str:
    """Return `origin` as a log may name it."""
    return origin if _ORIGIN.fullmatch(origin) else "an Origin that is none"


class Cors:
    """Says which CORS headers an answer gets, and names each unlisted origin once."""

    def __init__(self) -> None:
        self._named: set[str] = set()

    def headers(self, request: Request, server: Server, *, preflight: bool = False) -> list[tuple[str, str]]:
        """Return what the page of `request` needs to read the answer, if it is listed; `Vary` always."""
        origin = request.headers.get("Origin")
        if origin is None:
            return [_VARY]
        if not _listed(origin, server):
            self._name(origin, request)
            return [_VARY]
        allowed = [_VARY, ("Access-Control-Allow-Origin", origin)]
        return [*allowed, *_OF_PREFLIGHT] if preflight else [*allowed, _EXPOSED]

    def _name(self, origin: str, request: Request) -> None:
        if origin in self._named or len(self._named) >= NAMED_ORIGINS or _ORIGIN.fullmatch(origin) is None:
            return
        if origin.partition("//")[2] == request.host:
            return  # the page's own host, by a proxy of the shop: no CORS is needed
        self._named.add(origin)
        log.warning(
            'a page of %s called, which is not listed; to let it read answers, in omni.yaml: site: {origins: ["%s"]}',
            origin,
            origin,
        )


def _listed(origin: str, server: Server) -> bool:
    if _THIS_MACHINE.fullmatch(origin):
        return True
    try:
        return plain_origin(origin) in server.rules.origins
    except (NoRules, StorageUnavailable):
        return False
