"""GET /openapi.json: this reference for programs, made from the code that answers."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from typing import NamedTuple

from flask import Response, request

FRESH_SECONDS = 300
_NAME = "/openapi.json"
_PREFIXES = 8  # an app is reached under one or two


class Page(NamedTuple):
    data: bytes
    packed: bytes  # gzip: an eighth of it
    etag: str


def openapi() -> Response:
    """Describe every route in OpenAPI 3.1.

    Requests, answers, errors, limits, and examples that work as they stand against `make demo`. The same for everybody,
    and nothing in it is secret, so any page may read it and any cache keep it for five minutes.
    """
    prefix = (request.script_root + request.path).removesuffix(_NAME)
    page = _page(prefix)
    packed = request.accept_encodings["gzip"] > 0
    response = Response(page.packed if packed else page.data, content_type="application/json")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(f"{page.etag}-gzip" if packed else page.etag)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=_PREFIXES)
def _page(prefix: str) -> Page:
    from server_example.views.openapi.document import as_json  # its models cost 0.3 s: only where somebody asks

    data = as_json(prefix)
    return Page(data, gzip.compress(data, mtime=0), hashlib.sha256(data).hexdigest()[:24])
