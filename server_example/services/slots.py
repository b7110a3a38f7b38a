"""A table of numbers in a file of fixed size that all processes of a host share, each number under a hashed name.

The file is mapped into memory, so it survives the death of any process and a restart, and reading costs no system call.
Who changes a number holds the file's lock (flock(2)). That lock belongs to the open file and not to the process, so
that two servers in one process exclude each other too, and the kernel takes it back from whoever is killed.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
from pathlib import Path
from time import monotonic, sleep

SETS = 8_192
WAYS = 8  # numbers in a set; a name may stand in any place of its set
_WIDTH = WAYS * 2  # of a set: its names, then their numbers
MARK = SETS * _WIDTH
FILE_BYTES = (MARK + 1) * 8  # 1 MiB of sets of 64-bit words, and the mark

PATIENCE_SECONDS = 0.25  # a change takes 5 µs; who holds the lock that long stands still, and does not only queue
PAUSE_SECONDS = 0.000_1
# After such a wait nobody in this process waits as long again for some time.
HOPELESS_SECONDS = 5.0
HOPELESS_PATIENCE_SECONDS = 0.002

_TRY = fcntl.LOCK_EX | fcntl.LOCK_NB


class Slots:
    """The table. Without a file it is this process's own memory, with the same use. Not to be used across a fork."""

    def __init__(self, path: Path | None) -> None:
        """Open the file at `path`, making it if missing. Raises OSError when it cannot be written."""
        self.late = 0  # how often a change went ahead without the file's lock
        self._threads = threading.Lock()  # the file's lock is one for all threads
        self._hopeless_until = 0.0
        self._file = -1
        self._words: memoryview[int]
        if path is None:
            self._words = memoryview(bytearray(FILE_BYTES)).cast("Q")
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # Reserved on the disk now: a mapped page without a place on a full disk would kill the process (SIGBUS).
            os.posix_fallocate(file, 0, FILE_BYTES)
            self._words = memoryview(mmap.mmap(file, FILE_BYTES)).cast("Q")
        except (OSError, ValueError) as error:
            os.close(file)
            raise OSError(error) from error
        self._file = file

    def find(self, name: int) -> tuple[int, int]:
        """Return the number under `name`, a hash of 64 bits, and its place; 0 and the place for it when there is none.

        That place is an empty one, else the one of the set's lowest number. It holds only while nothing is changed.
        """
        base = name % SETS * _WIDTH
        held = self._words[base : base + _WIDTH].tolist()
        if name in held:
            way = held.index(name)
            if way < WAYS:
                return held[way + WAYS], base + way
        return 0, base + min(range(WAYS), key=lambda way: held[way + WAYS] if held[way] else -1)

    def put(self, name: int, place: int, number: int) -> None:
        """Keep `number` under `name` at `place`, which `find` gave. Only between `lock` and `unlock`.

        Whoever is killed between two of these writes leaves an empty place, never one's number under another's name.
        """
        words = self._words
        if words[place] == name:
            words[place + WAYS] = number
            return
        _, place = self.find(name)  # another new name may have taken the place since
        words[place] = 0
        words[place + WAYS] = number
        words[place] = name

    @property
    def mark(self) -> int:
        """One number for all, which any of the processes may raise."""
        return self._words[MARK]

    def raise_mark(self, number: int) -> None:
        """Let `mark` be at least `number`. Only between `lock` and `unlock`."""
        if number > self._words[MARK]:
            self._words[MARK] = number

    def lock(self) -> None:
        """Keep all other threads and processes from changing anything until `unlock`.

        A process that is stopped while it has the lock must not stop the others: after a quarter of a second they go on
        without it, and then a change may be lost.
        """
        self._threads.acquire()
        if self._file >= 0:
            try:
                fcntl.flock(self._file, _TRY)
            except OSError:  # another process has it
                self._wait()

    def unlock(self) -> None:
        """Let the others go on."""
        if self._file >= 0:
            fcntl.flock(self._file, fcntl.LOCK_UN)  # also when it was not had: then nothing happens
        self._threads.release()

    def close(self) -> None:
        """Let go of the file. Nothing else may be asked afterwards."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _wait(self) -> None:
        now = monotonic()
        give_up = now + (HOPELESS_PATIENCE_SECONDS if now < self._hopeless_until else PATIENCE_SECONDS)
        while monotonic() < give_up:
            sleep(PAUSE_SECONDS)
            try:
                fcntl.flock(self._file, _TRY)
                return
            except OSError:  # still another process's
                continue
        self._hopeless_until = monotonic() + HOPELESS_SECONDS
        self.late += 1
