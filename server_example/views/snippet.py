"""GET /omni.js and its parts: files of the built snippet, packed where the browser takes it, with an ETag."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from flask import Request, Response, request

from server_example import install
from server_example.views.errors import ApiError

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".map": "application/json"}
PACKINGS = (("br", ".br"), ("gzip", ".gz"))  # the smaller first

FRESH_SECONDS = 300  # a shop that updates the server sees its pages follow within this
FOREVER_SECONDS = 31_536_000  # of an address that names the content: ?v= and the first digits of its SHA-256
FEWEST_DIGITS = 8

_NAME = re.compile(r"omni(?:-[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)?\.(?:js|css|js\.map)")


class File(NamedTuple):
    stamp: tuple[int, int]
    data: bytes
    sha256: str


_read: dict[Path, File] = {}


def entry() -> Response:
    """Answer omni.js, the script that a shop's pages load.

    It may be kept for five minutes; with `?v=` and the first digits of its SHA-256, for a year.
    """
    return serve("omni.js")


def part(name: str) -> Response:
    """Answer a part that omni.js loads when it is needed."""
    return serve(f"omni-{name}")


def serve(name: str) -> Response:
    """Return the file `name` of the snippet. Raises ApiError: 404, or 503 when the snippet is not built."""
    try:
        folder = install.snippet_folder()
    except install.SnippetNotBuilt:
        hint = "run `npm ci && npm run build` in snippet/, or install the omnisdk package"
        raise ApiError(503, "SNIPPET_NOT_BUILT", "this server has no built snippet", hint=hint) from None
    if _NAME.fullmatch(name) is None or not (folder / name).is_file():
        raise ApiError(404, "NOT_FOUND", f"the snippet has no part {name[:80]!r}")
    path, packing = _packed(folder / name, request)
    file = _file(path)
    response = Response(file.data, content_type=TYPES[Path(name).suffix])
    if packing is not None:
        response.headers["Content-Encoding"] = packing
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _kept_for(request.args.get("v", ""), _file(folder / name).sha256)
    # The same public bytes for every page: `import()` of a part from another host needs the first, COEP the second.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(file.sha256[:24])
    response.make_conditional(request)
    return response


def _kept_for(version: str, sha256: str) -> str:
    if len(version) >= FEWEST_DIGITS and sha256.startswith(version):
        return f"public, max-age={FOREVER_SECONDS}, immutable"
    return f"public, max-age={FRESH_SECONDS}"


def _packed(path: Path, request: Request) -> tuple[Path, str | None]:
    for packing, suffix in PACKINGS:
        packed = path.with_name(path.name + suffix)
        if request.accept_encodings[packing] > 0 and packed.is_file():
            return packed, packing
    return path, None


def _file(path: Path) -> File:
    """Return the file at `path`, read again when it changed."""
    found = path.stat()
    stamp = (found.st_mtime_ns, found.st_size)
    known = _read.get(path)
    if known is None or known.stamp != stamp:
        data = path.read_bytes()
        known = _read[path] = File(stamp, data, hashlib.sha256(data).hexdigest())
    return known
