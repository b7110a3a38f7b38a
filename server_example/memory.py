"""What the C library keeps of freed memory."""

from __future__ import annotations

import ctypes
import sys

LARGE_BYTES = 256 * 1024
_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_M_ARENA_MAX = -8
ARENAS = 2  # few threads run at a time; each arena keeps what it once needed


def give_back_large_blocks() -> None:
    """Let the operating system have each freed block of 256 KiB or more at once. Does nothing where there is no glibc.

    After the first freed large block glibc keeps blocks of that size for the next one, up to 32 MiB of them, in each of
    its arenas: some large bodies then hold 40 MiB for good.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and no such habit
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
            mallopt(_M_ARENA_MAX, ARENAS)
