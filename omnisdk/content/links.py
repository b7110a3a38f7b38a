"""Which addresses a creative may link to or load: those that cannot run code."""

from __future__ import annotations

import re

SAFE_SCHEMES = frozenset({"http", "https", "tel", "mailto", "sms", "zalo", "line"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")


def is_safe(url: str) -> bool:
    """Whether `url` is http(s), tel, mailto, sms, zalo, line, or has no scheme (a path of the shop).

    Browsers drop control characters and spaces before they look for the scheme (WHATWG URL, "basic URL parser"), so an
    address with a control character is refused.
    """
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in url):
        return False
    scheme = _SCHEME.match(url.strip())
    return scheme is None or scheme[1].lower() in SAFE_SCHEMES
