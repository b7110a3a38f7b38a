"""POST /v1/batch and one address for each call of the Segment spec, by full name and by letter."""

from __future__ import annotations

from flask import Response
from werkzeug import Request

from omnisdk.delivery.losses import LOSSES_HEADER
from server_example.services import ingest
from server_example.services.server import Server
from server_example.views import auth, body, gate
from server_example.views.context import answer

# The one-letter forms are what the stock browser client of Segment sends to.
CALLS = {"track": "t", "identify": "i", "page": "p", "screen": "s", "group": "g", "alias": "a"}


def batch(server: Server, request: Request) -> Response:
    """Store a batch of events."""
    return _ingested(server, request, None)


def call(name: str, server: Server, request: Request) -> Response:
    """Store one event, its type given by the address."""
    return _ingested(server, request, name)


def _ingested(server: Server, request: Request, call: str | None) -> Response:
    now = server.now()  # before the body is read: the client's clock is compared with this reading
    payload = body.payload(request)
    role = auth.role(server.config, request, payload)
    gate.admit(server, request, role, gate.events_in(payload) if call is None else 1)
    told = answer(ingest.ingest(server, payload, role, now, call))
    if role == "shop" and LOSSES_HEADER in request.headers:  # after the commit: before it, a retry would count again
        ingest.count_losses(server, request.headers[LOSSES_HEADER])
    return told
