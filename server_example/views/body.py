"""Request bodies: raw bytes whatever their Content-Type says, unpacked under a limit, read as JSON."""

from __future__ import annotations

import json
import zlib
from typing import Any

import orjson
from flask import Request

from omnisdk.events.cleaning import Unfit, harmless_copy
from server_example.views.errors import ApiError

MAX_BODY_BYTES = 4 * 1024 * 1024  # as sent and again as unpacked; stock clients stop at 512,000 bytes and an envelope
_CHUNK = 64 * 1024
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
DEEPEST_BODY = 100  # levels; an event may have 16 of them


def payload(request: Request) -> Any:
    """Return the request's JSON value. Raises ApiError (400, 413)."""
    request.max_content_length = MAX_BODY_BYTES
    raw = request.get_data(cache=False)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        raw = unpacked(raw, encoding)
    return parsed(raw)


def unpacked(raw: bytes, encoding: str, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return `raw` unpacked; never more than `limit` bytes are made. Raises ApiError (400, 413)."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        hint = "send gzip, or no Content-Encoding"
        raise ApiError(400, "UNREADABLE_BODY", f"Content-Encoding: {encoding[:40]!r} is not read here", hint=hint)
    whole = bytearray()
    while raw:  # gzip allows several members, one after the other
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
    return bytes(whole)


def parsed(raw: bytes) -> Any:
    """Return the JSON value `raw` is. Raises ApiError (400).

    Stock clients send what strict JSON forbids: ``NaN``, ``Infinity`` and lone surrogates in one property of one
    event. Such a value becomes null or U+FFFD, so that it costs only itself.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as strict:
        try:
            return harmless_copy(json.loads(raw), DEEPEST_BODY)
        except (ValueError, RecursionError, Unfit) as error:
            if not raw.strip():
                raise ApiError(400, "INVALID_JSON", "the body is empty; a JSON object is due") from error
            raise ApiError(400, "INVALID_JSON", f"the body is not JSON: {strict}") from error
