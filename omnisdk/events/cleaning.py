"""Make any decoded JSON value harmless to store, and refuse what is too large, too deep or too wide.

PostgreSQL refuses NUL and lone surrogates inside jsonb and aborts the whole group of writes with them; JSON has no NaN;
numbers beyond 64 bits fit no column. None of these may cost a neighbouring event, so they are replaced here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LARGEST_EVENT_BYTES = 32 * 1024
DEEPEST = 16  # levels of objects and lists, the event itself being the first
WIDEST = 500  # keys in one object

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
# The most bytes that one value adds to JSON besides its characters: the longest float, or quotes, colon and comma.
_BYTES_PER_NODE = 26
_BYTES_PER_TEXT_BYTE = 6  # a control character is written \u0001


class Unfit(Exception):
    """The value is beyond a limit: `code` TOO_LARGE, TOO_DEEP or TOO_WIDE, and `what` is wrong, for people."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what


class _Odd(Exception):
    """Something in the value needs `harmless_copy`."""


def clean_text(text: str) -> str:
    """Return `text` without NUL and with U+FFFD for each lone surrogate, so that it is storable UTF-8."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def harmless(value: dict[str, Any]) -> dict[str, Any]:
    """Return `value` itself when every part of it can be stored, else a copy in which every part can.

    NUL is removed, lone surrogates become U+FFFD, NaN and infinities null, integers beyond 64 bits floats. Raises
    Unfit when it takes more than LARGEST_EVENT_BYTES as compact UTF-8 JSON, or is deeper or wider than allowed.
    """
    texts: list[str] = []
    try:
        if type(value) is not dict:
            raise _Odd
        nodes = _walk(value, texts)
        joined = "".join(texts)
        if "\0" in joined:
            raise _Odd
        text_bytes = len(joined) if joined.isascii() else len(joined.encode())
    except (_Odd, UnicodeEncodeError, TypeError):  # TypeError: a key that is no text
        value = harmless_copy(value)
        texts = []
        nodes = _walk(value, texts)
        text_bytes = len("".join(texts).encode())
    # Serialising every event only to learn its size would cost more than all the rest of reading it.
    if text_bytes * _BYTES_PER_TEXT_BYTE + nodes * _BYTES_PER_NODE > LARGEST_EVENT_BYTES:
        size = json_bytes(value)
        if size > LARGEST_EVENT_BYTES:
            raise Unfit("TOO_LARGE", f"{size:,} bytes; an event may have {LARGEST_EVENT_BYTES:,}")
    return value


def json_bytes(value: object) -> int:
    """Return how many bytes the harmless `value` takes as compact UTF-8 JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _walk(root: dict[str, Any], texts: list[str]) -> int:
    """Collect the keys and texts of `root`, level by level, and return how many values it holds.

    Raises _Odd for a value to be made harmless, and Unfit.
    """
    nodes = 1
    level: list[Any] = [root]
    for _ in range(DEEPEST):
        deeper = []
        for container in level:
            nodes += len(container)
            values = container
            if type(container) is dict:
                if len(container) > WIDEST:
                    raise Unfit("TOO_WIDE", f"{len(container):,} keys in one object; at most {WIDEST}")
                texts += container
                values = container.values()
            for value in values:
                kind = type(value)
                if kind is str:
                    texts.append(value)
                elif kind is dict or kind is list:
                    deeper.append(value)
                elif kind is int:
                    if not _SMALLEST_INT <= value <= _LARGEST_INT:
                        raise _Odd
                elif kind is float:
                    if not math.isfinite(value):
                        raise _Odd
                elif value is not None and kind is not bool:
                    raise _Odd
        if not deeper:
            return nodes
        level = deeper
    raise Unfit("TOO_DEEP", f"more than {DEEPEST} levels deep")


def harmless_copy(value: Any, room: int = DEEPEST) -> Any:
    """Return a copy of `value` with only storable JSON in it. Raises Unfit TOO_DEEP beyond `room` levels."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean_text(str(value))
    if isinstance(value, int):
        return int(value) if _SMALLEST_INT <= value <= _LARGEST_INT else _finite(value)
    if isinstance(value, float | Decimal):
        return _finite(value)
    if not isinstance(value, Mapping | list | tuple):
        return None  # no JSON value: only a caller in the same process can send one
    if not room:
        raise Unfit("TOO_DEEP", f"more than {DEEPEST} levels deep")
    if isinstance(value, Mapping):
        return {clean_text(str(key)): harmless_copy(part, room - 1) for key, part in value.items()}
    return [harmless_copy(part, room - 1) for part in value]


def _finite(number: int | float | Decimal) -> float | None:
    try:
        near = float(number)
    except (OverflowError, ValueError):  # beyond a double; a signalling NaN
        return None
    return near if math.isfinite(near) else None


def where_unfit(value: object, room: int = DEEPEST) -> str | None:
    """Return the path of the first part that is too deep or too wide, such as ``.properties.a[0]``; None for none."""
    parts: list[tuple[str, object]]
    if isinstance(value, dict):
        parts = [(f".{clean_text(str(key))[:40]}", part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(f"[{index}]", part) for index, part in enumerate(value)]
    else:
        return None
    if not room or (isinstance(value, dict) and len(value) > WIDEST):
        return ""
    for name, part in parts:
        inner = where_unfit(part, room - 1)
        if inner is not None:
            return name + inner
    return None
