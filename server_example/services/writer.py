"""Group commit: requests that want to write at the same moment share one transaction and one wait for the disk."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from server_example.storage.database import Database, StorageUnavailable

log = logging.getLogger("omnisdk.writer")
T = TypeVar("T")

GROUP_WEIGHT = (
    2_000  # events in one transaction: some tens of milliseconds, the longest that one request waits for others
)
QUEUE_LIMIT = 1_000  # waiting requests; beyond, the answer is 503 at once instead of a wait that would time out
DEADLOCK_TRIES = 3  # PostgreSQL ends one of two transactions that wait for each other; the same again will do
ANSWER_SECONDS = 15.0  # longer than the database's own time-outs: only a stuck writer meets it


@dataclass(slots=True, eq=False)
class Job(Generic[T]):
    """What one request wants done inside the transaction."""

    act: Callable[[Connection], T]
    weight: int  # events it brings
    done: threading.Event = field(default_factory=threading.Event)
    result: T | None = None
    error: BaseException | None = None

    def wait(self) -> T:
        if not self.done.wait(ANSWER_SECONDS):
            raise StorageUnavailable(f"no commit within {ANSWER_SECONDS:.0f} seconds")
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # set together with `done` when there is no error


class Writer:
    """The one thread of a process that writes. Started on first use, and anew in a forked child.

    A group that fails is run again one request at a time, so a bad one never costs its neighbours.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._start_afresh()
        os.register_at_fork(after_in_child=self._start_afresh)

    def _start_afresh(self) -> None:
        self._lock = threading.Lock()
        self._jobs: queue.Queue[Job[Any]] = queue.Queue(QUEUE_LIMIT)
        self._thread: threading.Thread | None = None

    def run(self, act: Callable[[Connection], T], weight: int = 1) -> T:
        """Return what `act` answers, once its transaction is committed. Raises StorageUnavailable, or what `act` raises."""
        job = Job(act, weight)
        if self._thread is None or not self._thread.is_alive():
            self._start()
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise StorageUnavailable(f"{QUEUE_LIMIT} requests wait for the database already") from None
        return job.wait()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="omni-writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        waiting: Job[Any] | None = None
        while True:
            group = [waiting or self._jobs.get()]
            waiting, weight = None, group[0].weight
            while weight < GROUP_WEIGHT:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if weight + job.weight > GROUP_WEIGHT:
                    waiting = job
                    break
                group.append(job)
                weight += job.weight
            self._commit(group)

    def _commit(self, group: list[Job[Any]]) -> None:
        try:
            results = self._together(group)
        except BaseException as error:
            if len(group) > 1:
                log.info("a group of %d requests failed (%s); they run one by one", len(group), type(error).__name__)
                for job in group:
                    self._commit([job])
                return
            group[0].error = error
        else:
            for job, result in zip(group, results, strict=True):
                job.result = result
        for job in group:
            job.done.set()

    def _together(self, group: list[Job[Any]]) -> list[Any]:
        for tries_left in reversed(range(DEADLOCK_TRIES)):
            try:
                return self.database.transaction(lambda connection: [job.act(connection) for job in group])
            except StorageUnavailable as error:
                if not (error.passing and tries_left):
                    raise
        raise AssertionError("unreachable")
