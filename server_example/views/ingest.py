"""POST /v1/batch and one address for each call of the Segment spec, by full name and by letter.

Success is exactly 200, after the commit: what is counted as accepted is kept, and what is refused says why.
"""

from __future__ import annotations

from werkzeug import Request

from omnisdk.delivery.losses import LOSSES_HEADER
from server_example.services import ingest
from server_example.services.server import Server
from server_example.views import auth, body, gate
from server_example.views.context import encoded

# The one-letter forms are what the stock browser client of Segment sends to.
CALLS = {"track": "t", "identify": "i", "page": "p", "screen": "s", "group": "g", "alias": "a"}


def batch(server: Server, request: Request) -> bytes:
    """Store a batch of events.

    Each is judged by itself, so a bad one costs its good neighbours nothing. The `context` of the batch is merged under
    that of each event. Sent again, an event is a duplicate, for good.
    """
    return _ingested(server, request, None)


def call(name: str, server: Server, request: Request) -> bytes:
    """Store one event, its type given by the address. Answered as a batch of one."""
    return _ingested(server, request, name)


def _ingested(server: Server, request: Request, call: str | None) -> bytes:
    now = server.now()  # before the body is read: the client's clock is compared with this reading
    payload = body.payload(request)
    role = auth.role(server.config, request, payload)
    gate.admit(server, request, role, gate.events_in(payload) if call is None else 1)
    told = encoded(ingest.ingest(server, payload, role, now, call))
    if role == "shop" and LOSSES_HEADER in request.headers:  # after the commit: before it, a retry would count again
        ingest.count_losses(server, request.headers[LOSSES_HEADER])
    return told
