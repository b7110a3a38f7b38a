"""POST /v1/decide and POST /v1/explain."""

from __future__ import annotations

from flask import Response
from werkzeug import Request

from server_example.services import decide as service
from server_example.services.server import Server
from server_example.views import auth, body, gate
from server_example.views.context import answer


def decide(server: Server, request: Request) -> Response:
    """Answer what to show in each placement, after storing the events that came along."""
    now = server.now()
    payload = body.payload(request)
    role = auth.role(server.config, request, payload)
    gate.admit(server, request, role, gate.events_in(payload, "events"))
    return answer(service.decide(server, payload, role, request.headers.get("User-Agent"), now))


def explain(server: Server, request: Request) -> Response:
    """Answer why each campaign is, or is not, shown."""
    now = server.now()
    payload = body.payload(request)
    auth.shop_only(server.config, request, payload)
    gate.admit(server, request, "shop")
    return answer(service.explain(server, payload, now))
