"""Make any decoded JSON value harmless to store, and refuse what is too large, too deep or too wide.

PostgreSQL refuses NUL and lone surrogates inside jsonb and aborts the whole group of writes with them; JSON has no NaN;
numbers beyond 64 bits fit no column. None of these may cost a neighbouring event, so they are replaced here.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

LARGEST_EVENT_BYTES = 32 * 1024
DEEPEST = 16  # levels of objects and lists, the event itself being the first
WIDEST = 500  # keys in one object

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
# The most bytes that one value adds to JSON besides its characters: the longest float, or quotes, colon and comma.
_BYTES_PER_NODE = 26
_BYTES_PER_TEXT_BYTE = 6  # a control character is written \u0001
_LONGEST_NUMERAL = 5  # times the shortest one of the same number: 1000000000000000.0 is 1e15
# Marks on one letter. Writing a text in NFC takes the square of the time of its longest row of marks: for 32 KB a
# quarter of a second, whenever it is compared. Unicode calls a text without longer rows stream-safe (UAX 15, section 13).
_MOST_MARKS = 30
_PILED_FROM = 1024  # bytes of text in an event: in fewer, no row can be long enough to matter


class Unfit(Exception):
    """The value is beyond a limit: `code` TOO_LARGE, TOO_DEEP or TOO_WIDE, and `what` is wrong, for people."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what


class _Odd(Exception):
    """Something in the value needs `harmless_copy`."""


def clean_text(text: str) -> str:
    """Return `text` without NUL and with U+FFFD for each lone surrogate, so that it is storable UTF-8.

    Of more than 30 combining marks in a row the further ones are left out: no language has them.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    if len(text) > _MOST_MARKS:
        text = _piled().sub(r"\1", text)
    return _LONE_SURROGATE.sub("\ufffd", text)


@cache
def _piled() -> re.Pattern[str]:
    """Return the pattern of a row of more combining marks than clean texts may have."""
    marks = "".join(mark for mark in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(mark))
    return re.compile(f"([{marks}]{{{_MOST_MARKS}}})[{marks}]++")


def harmless(value: dict[str, Any]) -> dict[str, Any]:
    """Return `value` itself when every part of it can be stored, else a copy in which every part can.

    NUL is removed, lone surrogates become U+FFFD, NaN and infinities null, integers beyond 64 bits floats. Raises
    Unfit when it takes more than LARGEST_EVENT_BYTES as compact UTF-8 JSON, however a client writes its numbers, or is
    deeper or wider than allowed.
    """
    sent = value
    texts: list[str] = []
    try:
        if type(value) is not dict:
            raise _Odd
        nodes = _walk(value, texts)
        joined = "".join(texts)
        if "\0" in joined:
            raise _Odd
        if joined.isascii():
            text_bytes = len(joined)
        else:
            text_bytes = len(joined.encode())
            if text_bytes > _PILED_FROM and _piled().search(joined):
                raise _Odd
    except (_Odd, UnicodeEncodeError, TypeError):  # TypeError: a key that is no text
        value = harmless_copy(value)
        texts = []
        nodes = _walk(value, texts)
        text_bytes = len("".join(texts).encode())
    # Serialising every event only to learn its size would cost more than all the rest of reading it.
    if text_bytes * _BYTES_PER_TEXT_BYTE + nodes * _BYTES_PER_NODE > LARGEST_EVENT_BYTES:
        size = json_bytes(value)
        if LARGEST_EVENT_BYTES < size <= LARGEST_EVENT_BYTES * _LONGEST_NUMERAL:
            size = _sent_bytes(sent)
        if size > LARGEST_EVENT_BYTES:
            raise Unfit("TOO_LARGE", f"{size:,} bytes; an event may have {LARGEST_EVENT_BYTES:,}")
    return value


def json_bytes(value: object) -> int:
    """Return how many bytes the harmless `value` takes as compact UTF-8 JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _sent_bytes(value: object) -> int:
    """Return the fewest bytes in which a client may have sent `value`, which is no deeper than an event.

    Numbers are why a client that counts its own compact JSON may count less than `json_bytes`: JavaScript writes 1e-7
    where Python writes 1e-07, and an integer beyond 64 bits or a NaN is stored as something longer.
    """
    if isinstance(value, float):
        return _numeral_bytes(value)
    if isinstance(value, str):
        return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))
    if isinstance(value, bool):
        return 4 if value else 5
    if isinstance(value, int):
        return len(str(value)) if value.bit_length() < 10_000 else LARGEST_EVENT_BYTES
    if value is None:
        return 4
    if isinstance(value, Mapping):
        inside = sum(_sent_bytes(str(name)) + 1 + _sent_bytes(part) for name, part in value.items())
        return inside + 2 + max(0, len(value) - 1)
    if isinstance(value, list | tuple):
        return sum(map(_sent_bytes, value)) + 2 + max(0, len(value) - 1)
    return 4  # no JSON value, which is stored as null


def _numeral_bytes(number: float) -> int:
    """Return the length of the shortest numeral of `number`: of 100000, 1e5, of 0.0000001, 1e-7."""
    if not math.isfinite(number):
        return 3  # NaN
    text = repr(number)
    if text.endswith(".0"):
        whole = text[:-2]
        zeros = len(whole) - len(whole.rstrip("0"))
        return min(len(whole), len(whole) - zeros + 1 + len(str(zeros)))
    if "e" not in text and not text.startswith(("0.0", "-0.0")):
        return len(text)
    sign, digits, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)  # it is finite
    plain = len(digits) + exponent if exponent >= 0 else max(len(digits) + 1, 2 - exponent)
    return sign + min(plain, len(digits) + 1 + len(str(exponent)))


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
