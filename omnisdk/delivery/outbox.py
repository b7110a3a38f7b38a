"""The way out of this process: the queue, the one daemon thread that empties it, and its end."""

from __future__ import annotations

import sys
import threading
import time

from omnisdk import safety
from omnisdk.delivery import batching, lifecycle
from omnisdk.delivery.batching import Item
from omnisdk.delivery.line import Dialler
from omnisdk.delivery.losses import Loss
from omnisdk.delivery.notices import Notices
from omnisdk.delivery.queue import Queue
from omnisdk.delivery.sender import Sender
from omnisdk.options import Options

_NO_THREAD = "omnisdk: no thread can be started here, so events are sent by flush(), close() and at exit only"
_UWSGI = "; uWSGI needs enable-threads = true"
GRACE_SECONDS = 0.2  # what close() gives the thread to leave, once its request is cut


class Outbox:
    """Takes events from any thread without blocking, and delivers them in the background.

    A forked child begins with an empty queue: what the parent had queued stays the parent's, or both would send it.
    Where no thread can be started, `flush`, `close` and the exit of the program send on the calling thread.
    """

    def __init__(self, dialler: Dialler, options: Options, version: str, notices: Notices) -> None:
        self._dialler = dialler
        self._options = options
        self._library = batching.library(version)
        self._notices = notices
        self._inherited: list[Sender] = []  # the parent's: never used here, never closed (that would end its session)
        self._begin()
        lifecycle.register(self)

    def _begin(self) -> None:
        self.queue = Queue(self._options.queue_limit, self._options.queue_limit_bytes)
        self._sender = Sender(self.queue, self._dialler, self._options, self._library, self._notices)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._sending_here = threading.Lock()  # held while a calling thread does the worker's work
        self._exit_deadline = float("inf")  # monotonic; known once the exit has begun

    def after_fork(self) -> None:
        """Begin anew in the child."""
        self._inherited.append(self._sender)
        self._begin()

    def put(self, body: bytes, refs: frozenset[str], name: str) -> bool:
        """Queue one event, already JSON; False when it was lost (counted by reason). Never blocks, never raises."""
        lifecycle.check_fork()
        taken = self.queue.put(Item(body, refs, name, time.monotonic()))
        if lifecycle.exiting:
            self.flush(self._exit_deadline)
        elif taken:
            if self._thread is None:
                self._start()
        elif not self.queue.closed:
            self._notices.warn(
                "queue_full",
                "omnisdk: %d events wait already; %r (%d bytes) is lost, and so are further ones until there is room",
                len(self.queue),
                name,
                len(body),
                every_seconds=60,
            )
        return taken

    def flush(self, deadline: float) -> bool:
        """Wait until all that was queued before is settled, at most until `deadline` (monotonic); whether it was."""
        lifecycle.check_fork()
        if not len(self.queue):
            return True
        if self._start():
            return self.queue.flush(deadline)
        self._send_here(deadline)
        return not len(self.queue)

    def close(self, deadline: float) -> bool:
        """Deliver what is queued until `deadline`, count the rest as lost, end the thread; whether all was delivered."""
        lifecycle.check_fork()
        self.queue.close()
        done = self.flush(deadline)
        self.queue.stop()
        left = self.queue.abandon(Loss.CLOSED)
        if left:
            self._notices.warn("closed", "omnisdk: closed with %d events not delivered; they are lost", left)
        self._sender.cut()
        thread = self._thread
        if thread is None:
            self._sender.close()
        elif thread is not threading.current_thread():
            thread.join(max(GRACE_SECONDS, deadline - time.monotonic()))
        return done and not left

    def at_exit(self) -> None:
        """Deliver what is queued within the time that the options give the exit."""
        self._exit_deadline = time.monotonic() + self._options.exit_timeout_seconds
        if not self.flush(self._exit_deadline):
            safety.logger.warning("omnisdk: the program ended with %d events not delivered", len(self.queue))

    def _start(self) -> bool:
        """Return whether the worker runs, starting it if need be."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            return True
        if not self._starting.acquire(blocking=False):
            return True  # another thread, or this one further up, is starting it
        try:
            if self._thread is None or not self._thread.is_alive():
                self._thread = lifecycle.start_daemon(self._work, "omnisdk-delivery")
                if self._thread is None and not lifecycle.exiting:
                    self._notices.warn("no_thread", _NO_THREAD + (_UWSGI if "uwsgi" in sys.modules else ""))
            return self._thread is not None
        finally:
            self._starting.release()

    def _work(self) -> None:
        queue, sender = self.queue, self._sender
        while batch := queue.take(self._options.send_interval_seconds):
            self._deliver(batch, None)
        sender.close()

    def _send_here(self, deadline: float) -> None:
        """Do the worker's work on the calling thread."""
        if not self._sending_here.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return
        try:
            while time.monotonic() < deadline and (batch := self.queue.take_now()):
                self._deliver(batch, deadline)
        finally:
            self._sending_here.release()

    def _deliver(self, batch: list[Item], deadline: float | None) -> None:
        try:
            self._sender.deliver(batch, deadline)
        except Exception as fault:
            safety.swallow("delivery", fault)
            self.queue.settle(batch, lost=Loss.INTERNAL)
