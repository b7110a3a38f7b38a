"""Few requests at a time run Python, many may wait for the disk.

Threads that compete for the interpreter each hold it for 5 ms, so with sixteen of them busy the slowest decision took
thirty. Yet the more requests wait for one commit, the less each one costs. So a worker has many threads, of which only
those that have a turn run. Who waits for a commit gives its turn away, and has little left to do after it.
"""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue

# Threads of a worker. A waiting one holds no connection.
THREADS_PER_WORKER = 64
LONGEST_WAIT_SECONDS = 10.0  # as a database that stands still makes them


class Turns:
    """`most` turns, shared by the threads of a process."""

    def __init__(self, most: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()  # of tokens: in C, where threading.Semaphore is not
        for _ in range(most):
            self._free.put(None)
        self._mine = threading.local()

    @property
    def free(self) -> int:
        """How many turns nobody has."""
        return self._free.qsize()

    def take(self) -> None:
        """Wait for a turn. After LONGEST_WAIT_SECONDS go on without one: those who have them hang."""
        try:
            self._free.get(timeout=LONGEST_WAIT_SECONDS)
        except Empty:
            return
        self._mine.taken = True

    def give_back(self) -> None:
        """Let another thread run, if this one has a turn."""
        if getattr(self._mine, "taken", False):
            self._mine.taken = False
            self._free.put(None)
