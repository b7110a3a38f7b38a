"""Phone numbers as the shop's people write them, read by the rule the server uses."""

from __future__ import annotations

from omnisdk.identity.identifiers import normaliser

_read = normaliser("VN")


def readable_phone(text: str) -> bool:
    """Return whether `text` is a phone number, local or international."""
    return bool(text) and _read("phone", text) is not None
