"""The id of a message: made once, when the event happens, and kept through every retry."""

from __future__ import annotations

import os


def message_id(instant: int) -> str:
    """Return a new UUIDv7 for `instant` (microseconds since the epoch). Source: RFC 9562, 5.7.

    Time-ordered, so that the server's index of ids grows at one end. The random part comes from the system: the
    `random` module may have been seeded by the host program, and two processes would then make the same ids.
    """
    random = int.from_bytes(os.urandom(10)) & 0x0FFF_3FFF_FFFF_FFFF_FFFF
    text = f"{instant // 1000 << 80 & (1 << 128) - 1 | 0x7000_8000_0000_0000_0000 | random:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
