"""POST /v1/decide and POST /v1/explain: what a person sees in each placement, and why."""

from __future__ import annotations

from werkzeug import Request

from server_example.services import decide as service
from server_example.services.server import Server
from server_example.views import auth, body, gate
from server_example.views.context import encoded


def decide(server: Server, request: Request) -> bytes:
    """Answer what to show in each placement, after storing the events that came along.

    With the secret key it is about `person`, else `userId`, else `anonymousId`. With the write key it is about the user
    of a valid `identityToken`, else whoever `anonymousId` belongs to, else nobody; a bad token is no error. A decide joins
    nobody; the events that come with it may.
    """
    now = server.now()
    payload = body.payload(request)
    role = auth.role(server.config, request, payload)
    gate.admit(server, request, role, gate.events_in(payload, "events"))
    return encoded(service.decide(server, payload, role, request.headers.get("User-Agent"), now))


def explain(server: Server, request: Request) -> bytes:
    """Answer why each campaign is, or is not, shown.

    Every campaign of each placement asked, in order of arbitration. Nothing is stored.
    """
    now = server.now()
    payload = body.payload(request)
    auth.shop_only(server.config, request, payload)
    gate.admit(server, request, "shop")
    return encoded(service.explain(server, payload, now))
