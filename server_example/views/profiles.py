"""GET and DELETE /v1/profiles/{ref}, GET /v1/profiles/{ref}/export. For the secret key only."""

from __future__ import annotations

from flask import Response, request

from server_example.services import profiles
from server_example.views import auth
from server_example.views.context import answer, server


def read(ref: str) -> Response:
    """Answer what is known of the person `ref` names."""
    auth.shop_only(server().config, request)
    return answer(profiles.read(server(), ref, server().now()))


def export(ref: str) -> Response:
    """Answer what is known of the person, and every event as received."""
    auth.shop_only(server().config, request)
    return answer(profiles.export(server(), ref, server().now()))


def forget(ref: str) -> Response:
    """Forget the person for good."""
    auth.shop_only(server().config, request)
    return answer(profiles.forget(server(), ref, server().now()))
