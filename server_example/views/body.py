"""Request bodies: raw bytes whatever their Content-Type says, unpacked under a limit, read as JSON."""

from __future__ import annotations

import contextlib
import zlib
from typing import Any

import orjson
from werkzeug import Request
from werkzeug.exceptions import RequestEntityTooLarge

from server_example.views import salvage
from server_example.views.errors import ApiError

MAX_BODY_BYTES = 4 * 1024 * 1024  # as sent and again as unpacked; stock clients stop at 512,000 bytes and an envelope
MOST_DRAINED_BYTES = 16 * 1024 * 1024  # a stock client's largest batch is 4 MB and one event of 4 MB
_CHUNK = 64 * 1024
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_MEMBERS = 32  # each one costs a copy of what follows it
# Values (commas and opening brackets) of a body: an object in two bytes takes 64 of memory, one with a key over 200.
MOST_VALUES = 250_000
_UNCOUNTED_BYTES = 512 * 1024  # the memory that so small a body may take is its own bound


def payload(request: Request) -> Any:
    """Return the request's JSON value. Raises ApiError (400, 413)."""
    request.max_content_length = MAX_BODY_BYTES
    try:
        raw = request.get_data(cache=False)
        # Of a body in chunks, whose length nobody said, werkzeug cuts off what is over the limit.
        if request.content_length is None and len(raw) >= MAX_BODY_BYTES and request.environ["wsgi.input"].read(1):
            raise RequestEntityTooLarge
    except RequestEntityTooLarge:
        _drain(request)
        raise
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        raw = unpacked(raw, encoding)
    return parsed(raw)


def _drain(request: Request) -> None:
    """Read the rest of a body too large and keep nothing of it.

    Answered before it has sent all, a stock client meets a closed connection, takes that for a broken network and
    sends the same megabytes up to ten times more.
    """
    left = MOST_DRAINED_BYTES
    if (request.content_length or 0) > left:
        return
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)


def unpacked(raw: bytes, encoding: str, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return `raw` unpacked; never more than `limit` bytes are made. Raises ApiError (400, 413)."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        hint = "send gzip, or no Content-Encoding"
        raise ApiError(400, "UNREADABLE_BODY", f"Content-Encoding: {encoding[:40]!r} is not read here", hint=hint)
    whole = bytearray()
    for _ in range(_MOST_MEMBERS):  # gzip allows several members, one after the other
        unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
        try:
            while raw and not unpacker.eof:
                whole += unpacker.decompress(raw, min(_CHUNK, limit + 1 - len(whole)))
                if len(whole) > limit:
                    raise ApiError(413, "BODY_TOO_LARGE", f"unpacked, the body is over {limit} bytes", docs="limits")
                raw = unpacker.unconsumed_tail
        except zlib.error as error:
            raise ApiError(400, "UNREADABLE_BODY", f"the body is not {encoding}: {error}") from error
        if not unpacker.eof:
            raise ApiError(400, "UNREADABLE_BODY", f"the body ends in the middle of its {encoding} stream")
        raw = unpacker.unused_data
        if not raw:
            return bytes(whole)
    raise ApiError(400, "UNREADABLE_BODY", f"the body has more than {_MOST_MEMBERS} {encoding} streams")


def parsed(raw: bytes) -> Any:
    """Return the JSON value `raw` is. Raises ApiError (400, 413), and BadBody as `salvage.read`.

    Stock clients send what strict JSON forbids, such as ``NaN`` in one property of one event. What is wrong costs
    only itself, or the event it stands in: that one is an `Unreadable` in its list.
    """
    crowded = len(raw) > _UNCOUNTED_BYTES and raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MOST_VALUES
    if not crowded:
        with contextlib.suppress(orjson.JSONDecodeError):
            return orjson.loads(raw)
    try:
        return salvage.read(raw, MOST_VALUES if crowded else None)
    except salvage.TooMuch:
        message = f"the body has more than {MOST_VALUES:,} values"
        raise ApiError(413, "BODY_TOO_LARGE", message, docs="limits") from None
    except salvage.Broken as broken:
        raise _no_json(raw, broken) from None


def _no_json(raw: bytes, broken: salvage.Broken) -> ApiError:
    """Return the refusal of a body that is no JSON; it names the place and quotes nothing, which may be personal."""
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        return ApiError(400, "INVALID_JSON", "the body is empty; a JSON object is due")
    line_start = raw.rfind(b"\n", 0, broken.at) + 1
    line = raw.count(b"\n", 0, broken.at) + 1
    column = len(raw[line_start : broken.at].decode("utf-8", "replace")) + 1
    message = f"the body is not JSON: {broken.what} at byte {broken.at} (line {line}, column {column})"
    hint = "it begins as gzip does: send it with Content-Encoding: gzip" if raw.startswith(_GZIP_MAGIC) else None
    return ApiError(400, "INVALID_JSON", message, hint=hint)
