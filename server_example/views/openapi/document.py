"""Write the OpenAPI 3.1 document from the table of routes, the views' docstrings and the models."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

import orjson

from server_example.views import errors, routes
from server_example.views.openapi.codes import table_of_codes
from server_example.views.openapi.described import HEADERS, SCHEMES, Failures, described, function_of, path_of, prose
from server_example.views.openapi.operations import operation_of
from server_example.views.openapi.schemas import Json, schemas
from server_example.views.routes import ROUTES, Route

_LICENCE: Final = {"name": "Apache 2.0", "identifier": "Apache-2.0"}
_KEYS: Final = (
    "The write key (`wk_…`) is the browsers': it sends events and asks for decisions. The secret key (`sk_…`) is the shop "
    "back end's: it is believed besides, names anybody, explains, reads, exports and forgets people. Either may come as "
    "Basic user, as Bearer token, as `writeKey` in the query or in the body, or as `writeKey` of the items of a batch. "
    "The secret key together with an `Origin` header stands in a page, where anybody can read it, and is refused."
)


def as_json(prefix: str = "") -> bytes:
    """Return the document as JSON for a server reached under `prefix`, such as ``/omni``; the same bytes each time."""
    servers = [{"url": quote(prefix) or "/", "description": "Where this document came from."}]
    return orjson.dumps({**_document(), "servers": servers})


@cache
def _document() -> Json:
    paths: dict[str, Json] = {}
    first: dict[tuple[str, Any], str] = {}  # by method and view: the path that has it first, of which others are forms
    tags: dict[str, str] = {}
    failures = Failures()
    for route in ROUTES:
        operation = operation_of(route)
        path = path_of(route)
        original = first.setdefault((route.method, _identity(route)), path)
        same_as = f"{route.method} {original}" if original != path else None
        paths.setdefault(path, {})[route.method.lower()] = described(route, operation, failures, same_as)
        tags.setdefault(operation.tag, prose(sys.modules[function_of(route.view).__module__].__doc__))
    return {
        "openapi": "3.1.0",
        "info": {"title": "omnisdk", "version": version("omnisdk"), "description": _about(), "license": _LICENCE},
        "servers": [],
        "tags": [{"name": name, "description": meaning} for name, meaning in tags.items()],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": failures.responses,
            "headers": HEADERS,
            "securitySchemes": SCHEMES,
        },
    }


def _identity(route: Route) -> Any:
    return function_of(route.view), getattr(route.view, "args", ())


def _about() -> str:
    parts = [
        "Decides what each visitor of a shop sees now, and says why. Events of the Segment spec come in, fold into one "
        "profile per person, and decisions come out. JSON in, JSON out; times are RFC 3339 in UTC with `Z`.",
        f"**Keys.** {_KEYS}",
        f"**Errors.** {prose(errors.__doc__)}\n\n{table_of_codes()}",
        f"**Addresses.** {prose(routes.__doc__)} An `OPTIONS` request to any of them is answered as a preflight.",
    ]
    return "\n\n".join(parts)
