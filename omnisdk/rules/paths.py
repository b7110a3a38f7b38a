"""Paths of pages and the patterns that match them (DESIGN 8, "Paths").

Both sides are brought to one form first: percent-decoded, NFC, without query or trailing slash, case aside.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote


def normalise_path(text: str) -> str:
    """Return a path, or a pattern, in the form that `matches` compares. ``/`` stays ``/``.

    ``/Gi%E1%BB%8F-H%C3%A0ng/?a=1`` becomes ``/giỏ-hàng``. Apply it once: a decoded path is not decoded again.
    """
    path = re.split("[?#]", text.strip(), maxsplit=1)[0]
    path = normalise_part(path).rstrip("/")
    return path if path.startswith(("/", "*")) else "/" + path


def normalise_part(text: str) -> str:
    """Return a part of a path, such as its beginning, as it stands in what `normalise_path` returns."""
    part = unicodedata.normalize("NFC", unquote(text, errors="replace"))
    return unicodedata.normalize("NFC", part.casefold())


def matches(pattern: str, path: str) -> bool:
    """Tell whether the normalised `path` matches the normalised `pattern`.

    ``*`` stands for any characters, none included, and ``/help/*`` also matches ``/help``. Works from literal piece
    to literal piece, so no pattern makes it slow.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return path == first
    if pattern.endswith("/*") and matches(pattern[:-2] or "/", path):
        return True
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(path) - at >= len(rest[-1]) and path.endswith(rest[-1])
