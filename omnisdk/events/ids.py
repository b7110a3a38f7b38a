"""Tell ids from the placeholders that broken integrations send in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from omnisdk.events.cleaning import clean_text

LONGEST_MESSAGE_ID = 100  # characters, Segment's limit
LONGEST_ID = 256  # characters; an id is part of several index keys

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")  # no part of an id, so keys made of several ids may use them to separate

# What an item carries besides what happened; it may differ when the same event is sent again.
_NOT_CONTENT = frozenset({"messageId", "type", "sentAt", "identityToken", "writeKey", "integrations", "_metadata"})

# Taken for an id, each of these would make one person out of thousands. Compared without case and quotes.
JUNK: frozenset[str] = frozenset(
    {
        "",
        "-",
        "-1",
        "0",
        "00000000-0000-0000-0000-000000000000",
        "[object object]",
        "anonymous",
        "anonymousid",
        "anonymous_id",
        "distinct_id",
        "distinctid",
        "email",
        "empty",
        "false",
        "guest",
        "id",
        "n/a",
        "nan",
        "nil",
        "none",
        "not set",
        "not_authenticated",
        "null",
        "true",
        "undefined",
        "unknown",
        "user_id",
        "userid",
        "{}",
        "[]",
        # What cash registers and forms write for somebody who is nobody in particular, in Vietnamese and Thai.
        "khach",
        "khach le",
        "khach vang lai",
        "khách",
        "khách lẻ",
        "khách vãng lai",
        "không xác định",
        "ลูกค้าทั่วไป",
        "ไม่ระบุ",
    }
)
_EXACT_FLOAT = 2**53  # from here on a float stands for several integers, that is for several people


def read_id(value: object) -> str | None:
    """Return the id that `value` (not None) says, trimmed and storable, a number as text; None when it is junk.

    A float beyond 2**53 is junk: a number too large for JSON's readers has lost its last digits, and names strangers.
    """
    if not isinstance(value, str):
        value = _number_text(value)
    text = value.strip()
    if not (text.isascii() and text.isprintable()):
        text = _CONTROL.sub("", clean_text(text)).strip()
    bare = text.strip("\"'").lower()
    return None if bare in JUNK or (bare[0] in "0-" and not bare.strip("0-")) else text


def _number_text(value: object) -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 256 else ""  # Python itself refuses to write a huge one
    if isinstance(value, float):
        if not abs(value) < _EXACT_FLOAT:  # also where it is NaN
            return ""
        return str(int(value)) if value.is_integer() else str(value)  # as JavaScript writes it: 7.0 is "7"
    return ""


def made_id(call: str, item: Mapping[str, Any]) -> str:
    """Return the messageId of an event that was sent without one: the same whenever the same content is sent again."""
    content = {name: value for name, value in item.items() if name not in _NOT_CONTENT}
    context = content.get("context")
    if isinstance(context, dict) and "identityToken" in context:
        content["context"] = {name: value for name, value in context.items() if name != "identityToken"}
    canonical = json.dumps([call, content], sort_keys=True, separators=(",", ":"))
    return f"made-{blake2b(canonical.encode(), digest_size=16).hexdigest()}"
