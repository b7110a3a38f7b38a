"""How far the import of a file got: kept after each commit, so that an interrupted one goes on where it was."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from pathlib import Path

import orjson

from server_example.services.importing.faults import FileRefused


@dataclass(slots=True)
class Report:
    """What became of a file's rows. Events and rows differ where rows are grouped into one event."""

    rows: int = 0
    stored: int = 0  # events
    duplicates: int = 0  # events that were stored before
    refused: Counter[str] = field(default_factory=Counter)  # rows, by code
    passed_over: int = 0  # rows that `only:` leaves out
    notes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass(slots=True)
class Progress:
    """The place after the last commit, and what was counted until then."""

    offset: int = 0
    line: int = 0
    digest: str = ""  # of all before `offset`
    last_key: str = ""  # of an event of the last commit: when it is not stored, this is another database
    rejected: str = ""
    rejected_size: int = 0
    report: Report = field(default_factory=Report)


class Keeper:
    """The file in which the progress of one import is kept, locked while the import runs.

    It is written in place, in one call: a killed process leaves a whole state, and after a power failure a state that
    cannot be read means beginning again, which stores nothing twice.
    """

    def __init__(self, folder: Path, *what: str) -> None:
        """Open the state of the import that `what` names (file, its identity, mapping, database). Raises FileRefused."""
        name = blake2b("\0".join(what).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        self._path = folder / "imports" / f"{name}.json"
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise FileRefused("this file is being imported by another process just now") from None
        except OSError as error:
            raise FileRefused(f"{self._path}: {error.strerror}") from error

    def load(self) -> Progress | None:
        """Return what an interrupted import left, or None."""
        try:
            told = orjson.loads(os.pread(self._file, 1_000_000, 0))
            report = told.pop("report")
            report["refused"], report["notes"] = Counter(report["refused"]), Counter(report["notes"])
            if told.keys() | {"report"} != {each.name for each in fields(Progress)}:
                return None  # of another release
            return Progress(**told, report=Report(**report))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(self, progress: Progress) -> None:
        """Keep `progress`. Raises FileRefused."""
        written = orjson.dumps(progress)
        try:
            # Spaces cover what a longer state has left behind.
            os.pwrite(self._file, written.ljust(os.fstat(self._file).st_size), 0)
        except OSError as error:
            raise FileRefused(f"{self._path}: {error.strerror}") from error

    def close(self, *, done: bool) -> None:
        """Let go of the file, and delete it when the import is done: the next one reads from the beginning."""
        if done:
            self._path.unlink(missing_ok=True)
        os.close(self._file)
