"""One request, answered by a deadline that counts everything.

The timeouts of an HTTP library are for each phase: a server that sends one byte every 200 ms never runs into them, and
the look-up of a host name is in none of them. So the request runs on a helper thread, the caller waits for it no longer
than the deadline, and a request that is late is cut off, which frees its thread.
"""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue

from omnisdk import safety
from omnisdk.delivery import lifecycle
from omnisdk.delivery.line import Answer, Dialler, Line
from omnisdk.delivery.retry import NO_ANSWER

PATH = "/v1/decide"
MOST_THREADS = 32  # requests at a time; further ones wait for a thread, no longer than their deadline
IDLE_SECONDS = 60.0  # a helper without work for so long ends


class _Job:
    __slots__ = ("answer", "content", "deadline", "done", "given_up", "line", "lock")

    def __init__(self, content: bytes, deadline: float) -> None:
        self.content = content
        self.deadline = deadline
        self.answer = Answer(NO_ANSWER, error="Internal")
        self.lock = threading.Lock()  # holds `line` and `given_up` together
        self.line: Line | None = None
        self.given_up = False
        self.done = threading.Lock()  # a latch: locked until there is an answer
        self.done.acquire()

    def run(self, line: Line) -> None:
        with self.lock:
            left = self.deadline - time.monotonic()
            if self.given_up or left <= 0:
                return
            self.line = line
        try:
            self.answer = line.post(PATH, self.content, timeout_seconds=left)
        finally:
            with self.lock:
                self.line = None

    def give_up(self) -> None:
        with self.lock:
            self.given_up = True
            if self.line is not None:
                self.line.cut()


class Asker:
    """Asks the server on helper threads, each with a connection of its own: apart from that of the batches."""

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._inherited: list[set[Line]] = []  # the parent's connections: never used here, never closed
        self._begin()
        lifecycle.register(self)

    def _begin(self) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()  # holds what follows together
        self._threads: set[threading.Thread] = set()
        self._running = 0  # threads started or about to be
        self._unfinished = 0
        self._lines: set[Line] = set()
        self._closed = False

    def after_fork(self) -> None:
        """Begin anew in the child."""
        self._inherited.append(self._lines)
        self._begin()

    def at_exit(self) -> None:
        """Do nothing: a question that nobody waits for needs no answer."""

    def ask(self, content: bytes, deadline: float) -> Answer | None:
        """Return the answer, or None when `deadline` (monotonic) came first. Raises nothing."""
        lifecycle.check_fork()
        job = _Job(content, deadline)
        with self._lock:
            if self._closed:
                return Answer(NO_ANSWER, error="Closed")
            self._unfinished += 1
            needed = self._unfinished > self._running and self._running < MOST_THREADS
            self._running += needed
        if needed and not self._start():
            self._ask_here(job)
        else:
            self._jobs.put(job)
        if job.done.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return job.answer
        job.give_up()
        return None

    def close(self, deadline: float) -> None:
        """End the threads and their connections, waiting no longer than `deadline` (monotonic)."""
        with self._lock:
            self._closed = True
            threads, lines = list(self._threads), list(self._lines)
            for _ in range(self._running):
                self._jobs.put(None)
        for line in lines:
            line.cut()
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _start(self) -> bool:
        if lifecycle.start_daemon(self._work, "omnisdk-decide") is not None:
            return True
        with self._lock:
            self._running -= 1
        return False

    def _ask_here(self, job: _Job) -> None:
        """Ask on the calling thread, where no other can be started: at shutdown, in uWSGI without threads."""
        line = self._dialler.dial()
        try:
            self._finish(job, line)
        finally:
            line.close()

    def _finish(self, job: _Job, line: Line) -> None:
        with safety.guard("decide"):
            job.run(line)
        with self._lock:
            self._unfinished -= 1
        job.done.release()

    def _work(self) -> None:
        thread = threading.current_thread()
        try:
            line = self._dialler.dial()
        except Exception:
            with self._lock:
                self._running -= 1
            raise
        with self._lock:
            self._threads.add(thread)
            self._lines.add(line)
        try:
            while (job := self._next()) is not None:
                self._finish(job, line)
                if line.is_cut:
                    line = self._replace(line)
        finally:
            line.close()
            with self._lock:
                self._threads.discard(thread)
                self._lines.discard(line)

    def _next(self) -> _Job | None:
        """Wait for a job; None when there was none for a while, or on close: then the thread no longer counts."""
        while True:
            try:
                job = self._jobs.get(timeout=IDLE_SECONDS)
            except Empty:
                job = None
            with self._lock:
                if job is None and (self._closed or self._jobs.empty()):
                    self._running -= 1
                    return None
            if job is not None:
                return job

    def _replace(self, line: Line) -> Line:
        fresh = self._dialler.dial()
        line.close()
        with self._lock:
            self._lines.discard(line)
            self._lines.add(fresh)
        return fresh
