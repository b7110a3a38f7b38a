"""GET and DELETE /v1/profiles/{ref}, GET /v1/profiles/{ref}/export. For the secret key only."""

from __future__ import annotations

from flask import Response, request

from server_example.services import profiles
from server_example.views import auth, gate
from server_example.views.context import answer, server


def read(ref: str) -> Response:
    """Answer what is known of the person `ref` names: all facts that rules can use."""
    _admit()
    return answer(profiles.read(server(), ref, server().now()))


def export(ref: str) -> Response:
    """Answer what is known of the person, and every event as received."""
    # The router sees `user:x%2Fexport` decoded, as the export of user:x. Where the WSGI server passes on the address as
    # it was sent, that is read as the person it names; granian does not.
    sent = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    if sent.partition("?")[0].lower().endswith("%2fexport"):
        return read(f"{ref}/export")
    _admit()
    return answer(profiles.export(server(), ref, server().now()))


def forget(ref: str) -> Response:
    """Forget the person for good.

    Profile and events are deleted. Keyed hashes of the identifiers and message ids remain, so that an event from before
    the forgetting is refused.
    """
    _admit()
    return answer(profiles.forget(server(), ref, server().now()))


def _admit() -> None:
    """Let only the secret key pass, within its quota. Raises ApiError (401, 403, 429)."""
    auth.shop_only(server().config, request)
    gate.admit(server(), request, "shop")
