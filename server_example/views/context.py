"""What every view starts from and ends with: the server behind this app, and JSON out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from flask import Response, current_app

from server_example.services.server import Server

EXTENSION = "omnisdk"
NOT_KEPT = {"Cache-Control": "no-store"}
JSON_HEADERS = (("Content-Type", "application/json"), *NOT_KEPT.items())


def server() -> Server:
    """Return the decision server of the app that answers."""
    found: Server = current_app.extensions[EXTENSION]
    return found


def answer(value: dict[str, Any]) -> Response:
    """Return `value` as JSON with status 200, never to be kept by a cache: it is about one person at one moment."""
    return json_response(encoded(value))


def encoded(value: dict[str, Any]) -> bytes:
    """Return `value` as JSON: what a busy view answers with status 200."""
    return orjson.dumps(value, default=_plain)


def json_response(body: bytes) -> Response:
    """Return what `encoded` made as a response of Flask's."""
    return Response(body, headers=JSON_HEADERS)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            whole = value == value.to_integral_value() and -(2**63) <= value < 2**63
            return int(value) if whole else float(value)
        case frozenset() | set():
            return sorted(value)
    raise TypeError(type(value).__name__)
