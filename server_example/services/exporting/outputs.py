"""Where an export goes: a file that is there whole or not at all, readable by its owner only."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class OutputRefused(Exception):
    """The file cannot be written; the message names it and says why."""


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of `path` when everything is written and on the disk; mode 0600.

    Until then it is beside it as ``NAME.part``; what an interrupted run left there is written over. Raises OutputRefused.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise OutputRefused(f"{path}: it is no regular file; leave --output out to print")
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OutputRefused(f"{part}: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputRefused(f"{part}: another export is writing it") from None
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        try:
            yield file
            file.flush()
            os.fsync(descriptor)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OutputRefused(f"{path}: {error.strerror or error}") from error
        except BaseException:
            part.unlink(missing_ok=True)
            raise
