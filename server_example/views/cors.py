"""Which pages' scripts may read our answers. A request from any other page is still answered, only without these."""

from __future__ import annotations

import logging
import re

from flask import Request, Response

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
NAMED_ORIGINS = 100  # how many unlisted origins are named in the log before it says no more

_THIS_MACHINE = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")
_ORIGIN = re.compile(r"https?://[^\s/\"'\\]{1,255}")


class Cors:
    """Adds the CORS headers, and names each unlisted origin once."""

    def __init__(self) -> None:
        self._named: set[str] = set()

    def add_to(self, response: Response, request: Request, server: Server, *, preflight: bool = False) -> None:
        """Put on `response` what the page of `request` needs to read it, if it is listed."""
        origin = request.headers.get("Origin")
        response.vary.add("Origin")
        if origin is None:
            return
        if not _listed(origin, server):
            self._name(origin, request)
            return
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
        if preflight:
            headers["Access-Control-Allow-Methods"] = "POST, GET, OPTIONS"
            headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
            headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)

    def _name(self, origin: str, request: Request) -> None:
        if origin in self._named or len(self._named) >= NAMED_ORIGINS or _ORIGIN.fullmatch(origin) is None:
            return
        if origin.partition("//")[2] == request.host:
            return  # the page's own host, by a proxy of the shop: no CORS is needed
        self._named.add(origin)
        log.warning('a page of %s called, which is not listed; to let it read answers: origins: ["%s"]', origin, origin)


def _listed(origin: str, server: Server) -> bool:
    if _THIS_MACHINE.fullmatch(origin):
        return True
    try:
        return plain_origin(origin) in server.rules.origins
    except (NoRules, StorageUnavailable):
        return False
