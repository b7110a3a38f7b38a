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


_ADDRESS = "omnisdk.address"  # in the request's environment: whom it is charged to, None for nobody
_CHARGED = "omnisdk.charged"


def arrived(server: Server, request: Request) -> None:
    """Let the request in, or raise ApiError 429 when its address has nothing left. Reads no body."""
    proxies = server.config.trusted_proxies
    address = addresses.counted(request, proxies)
    request.environ[_ADDRESS] = address
    if not proxies and "HTTP_X_FORWARDED_FOR" in request.environ:
        _tell_of_a_proxy()
    if address is None:
        return
    now, quotas = server.now(), server.quotas
    refusal = None
    if guessing := quotas.wait("unknown_keys", address, now):
        refusal = Refusal("unknown_keys", guessing)  # whatever its key: a good guess must not be told apart
    elif (spent := quotas.wait("address", address, now)) and auth.role_of_header(server.config, request) != "shop":
        refusal = Refusal("address", spent)
    if refusal is not None:
        request.environ[_CHARGED] = True
        server.metrics.count("omni_quota_refusals_total", quota=refusal.quota)
        raise refused(refusal)


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
        raise refused(refusal)


def failed(server: Server, request: Request, error: ApiError) -> None:
    """Charge its address one for a request that was refused before it was charged."""
    address = request.environ.get(_ADDRESS)
    if address is not None and _CHARGED not in request.environ and 400 <= error.status < 500:
        request.environ[_CHARGED] = True
        server.quotas.take(server.now(), ("unknown_keys" if error.code == "UNKNOWN_KEY" else "address", address, 1))


def events_in(payload: Any, name: str = "batch") -> int:
    """Return how many events a body says it has under `name`."""
    events = payload.get(name) if isinstance(payload, dict) else None
    return len(events) if isinstance(events, list) else 0


def refused(refusal: Refusal) -> ApiError:
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
