"""The server's keys: taken as given, else made once and kept in the data directory, readable by the owner only."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path


class KeyUnusable(Exception):
    """A key's file cannot be read or made; the message names the file and what to do."""


def kept_or_made(data_dir: Path, name: str, prefix: str = "") -> str:
    """Return the key kept in ``data_dir/<name>.key``; the first process to ask makes it (`prefix` and 32 random bytes).

    Processes that ask at the same moment get the same key: the file appears whole, under its name, or not at all.
    Raises KeyUnusable.
    """
    path = data_dir / f"{name}.key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path, prefix + secrets.token_urlsafe(32))
        key = path.read_text("utf-8").strip()
    except OSError as error:
        raise KeyUnusable(f"{path}: {error.strerror or error}; OMNI_DATA_DIR must be a writable directory") from error
    if not key:
        raise KeyUnusable(f"{path}: the file is empty; delete it to have a new key made")
    return key


def _make(path: Path, key: str) -> None:
    """Write `key` to `path` unless another process was first. A hard link never replaces a file, unlike a rename."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(descriptor)
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process made it a moment ago: that one holds
    finally:
        Path(temporary).unlink()


def derived(key: str, purpose: str) -> bytes:
    """Return 32 bytes that only the holder of `key` can make, another for each `purpose` (at most 16 bytes of text)."""
    return hashlib.blake2b(key.encode(), digest_size=32, person=purpose.encode()).digest()
