"""The quotas at the door: refused before a body is read where an address has nothing left, charged once it is known.

A request counts as its number of events, and as one if it has none. With the write key it is charged to its address and
to the key; with the secret key to the key alone. What is refused for a fault of its own costs its address one.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from werkzeug import Request

from omnisdk import clock
from omnisdk.events.envelope import MOST_EVENTS
from server_example.services.quotas import Charge, Quota, Refusal
from server_example.services.server import Server
from server_example.views import addresses, auth
from server_example.views.errors import ApiError

log = logging.getLogger("omnisdk.server")

_WHOSE: dict[Quota, str] = {
    "address": "your address",
    "write_key": "the write key",
    "secret_key": "the secret key",
    "unknown_keys": "keys from your address that are not known here",
}


SMALL_BYTES = 16 * 1024  # reads in less time than the rest of a request takes
BYTES_OF_AN_EVENT = 1_024  # what stock clients send for one, about

_ADDRESS = "omnisdk.address"  # in the request's environment: whom it is charged to, None for nobody
_CHARGED = "omnisdk.charged"


def arrived(server: Server, request: Request) -> None:
    """Let the request in, or raise ApiError 429 when its address has nothing left. Reads no body.

    A small body is let in to be read all the same, so that its answer says when exactly the same will pass. So is whoever
    has a good key: an address may be thousands of people's, and one of them must not lock out the others by guessing.
    """
    proxies = server.config.trusted_proxies
    address = addresses.counted(request, proxies)
    request.environ[_ADDRESS] = address
    if not proxies and "HTTP_X_FORWARDED_FOR" in request.environ:
        _tell_of_a_proxy()
    if address is None:
        return
    now, quotas = server.now(), server.quotas
    if quotas.calm(now):
        return
    role = auth.role_of_header(server.config, request)
    if role == "shop" or _is_small(request):
        return
    if role is None and (wait := quotas.wait("unknown_keys", address, now)):
        quota: Quota = "unknown_keys"
    elif wait := quotas.wait("address", address, now, _likely_events(request)):
        quota = "address"
    else:
        return
    request.environ[_CHARGED] = True
    raise refused(server, Refusal(quota, wait))


def _is_small(request: Request) -> bool:
    length = request.content_length
    if length is None:
        return "chunked" not in request.environ.get("HTTP_TRANSFER_ENCODING", "")
    return length <= SMALL_BYTES and "HTTP_CONTENT_ENCODING" not in request.environ


def _likely_events(request: Request) -> int:
    return min(1 + (request.content_length or 0) // BYTES_OF_AN_EVENT, MOST_EVENTS)


def admit(server: Server, request: Request, role: auth.Role | None, events: int = 1) -> None:
    """Charge the request, whose key is known now, for its `events`. Raises ApiError 429 when its quota is spent.

    Without a role, where an address asks for no key, it is charged to where it came from.
    """
    request.environ[_CHARGED] = True
    cost = min(max(events, 1), MOST_EVENTS)
    charges: list[Charge] = []
    address = request.environ.get(_ADDRESS)
    if role != "shop" and address is not None:
        charges.append(("address", address, cost))
    if role is not None:
        charges.append(("write_key" if role == "browser" else "secret_key", "", cost))
    refusal = server.quotas.take(server.now(), *charges)
    if refusal is not None:
        raise refused(server, refusal)


def after_failure(server: Server, request: Request, error: ApiError) -> ApiError:
    """Charge its address one for a request that was refused before it was charged; return what to answer it.

    That is `error`, or 429 when the address has nothing left.
    """
    address = request.environ.get(_ADDRESS)
    if address is None or _CHARGED in request.environ or not 400 <= error.status < 500:
        return error
    request.environ[_CHARGED] = True
    if auth.role_of_header(server.config, request) == "shop":
        return error
    quota: Quota = "unknown_keys" if error.code == "UNKNOWN_KEY" else "address"
    refusal = server.quotas.take(server.now(), (quota, address, 1))
    return error if refusal is None else refused(server, refusal)


def events_in(payload: Any, name: str = "batch") -> int:
    """Return how many events a body says it has under `name`."""
    events = payload.get(name) if isinstance(payload, dict) else None
    return len(events) if isinstance(events, list) else 0


def refused(server: Server, refusal: Refusal) -> ApiError:
    """Count a request over its quota, and return its answer."""
    server.metrics.count("omni_quota_refusals_total", quota=refusal.quota)
    return quota_exceeded(refusal)


def quota_exceeded(refusal: Refusal) -> ApiError:
    """Return the answer to a request over its quota: in how many whole seconds the same would pass.

    X-RateLimit-Reset, which Segment sends too, says the same in the same unit.
    """
    seconds = str(max(1, -(-refusal.wait // clock.SECOND)))
    message = f"too many: the quota of {_WHOSE[refusal.quota]} is spent; the same passes in {seconds} s"
    headers = {"Retry-After": seconds, "X-RateLimit-Reset": seconds}
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, "QUOTA_EXCEEDED", message, docs="quotas", headers=headers)


@lru_cache(1)
def _tell_of_a_proxy() -> None:
    """Say it once in a process: every such request would say the same."""
    log.warning(
        "requests come through a proxy (X-Forwarded-For); set OMNI_TRUSTED_PROXIES=1, or how many stand before this"
        " server, so that the quota of an address is the visitor's and not the proxy's"
    )
