"""Group commit: requests that want to write at the same moment share one transaction and one wait for the disk."""

from __future__ import annotations

import logging
import os
import queue
import threading
from _thread import allocate_lock
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection

from server_example.services.turns import Turns
from server_example.storage.database import Database, StorageUnavailable

log = logging.getLogger("omnisdk.writer")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

GROUP_WEIGHT = (
    2_000  # events in one transaction: some tens of milliseconds, the longest that one request waits for others
)
QUEUE_LIMIT = 1_000  # waiting requests; beyond, the answer is 503 at once instead of a wait that would time out
DEADLOCK_TRIES = 3  # PostgreSQL ends one of two transactions that wait for each other; the same again will do
ANSWER_SECONDS = 15.0  # longer than the database's own time-outs: only a stuck writer meets it


class Work(Protocol[T_co]):
    """What a request wants done inside the transaction."""

    weight: int  # events it brings

    @staticmethod
    def run_all(connection: Connection, works: Sequence[Any]) -> Sequence[Any]:
        """Do `works`, all of this class, and return their results in order."""


class Act(Generic[T]):
    """Any function of a connection; each is run by itself."""

    weight = 1

    def __init__(self, act: Callable[[Connection], T]) -> None:
        self.act = act

    @staticmethod
    def run_all(connection: Connection, works: Sequence[Act[T]]) -> list[T]:
        return [work.act(connection) for work in works]


class _Job:
    """One piece of work on its way through the writer.

    Those of one commit are woken one by the other: all at once, they would only meet at the interpreter's lock, which
    cost ten more switches of threads for each request.
    """

    __slots__ = ("_done", "_gone", "error", "next", "result", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.next: _Job | None = None  # of the same commit; who gets hold of `_done` wakes it
        self._gone = False  # nobody waits any more
        self._done = allocate_lock()  # held until it is done; a threading.Event costs five times as much
        self._done.acquire()

    def finish(self) -> None:
        """Wake who waits for this, or for the first of those after it that anybody waits for."""
        job: _Job | None = self
        while job is not None:
            job._done.release()
            if not (job._gone and job._done.acquire(blocking=False)):
                return
            job = job.next

    def wait(self, seconds: float) -> Any:
        if not self._done.acquire(timeout=seconds):
            self._gone = True
            if not self._done.acquire(blocking=False):  # else it was finished at this very moment
                raise StorageUnavailable(f"no commit within {seconds:g} seconds")
        if self.next is not None:
            self.next.finish()
        if self.error is not None:
            raise self.error
        return self.result


class Writer:
    """The one thread of a process that writes. Started on first use, and anew in a forked child.

    A group that fails is run again one request at a time, so a bad one never costs its neighbours.
    """

    def __init__(self, database: Database, turns: Turns | None = None) -> None:
        """Who waits for a commit gives its turn of `turns` away."""
        self.database = database
        self._turns = turns
        self._lock = threading.Lock()
        self._start_afresh()
        os.register_at_fork(after_in_child=self._start_afresh)

    def _start_afresh(self) -> None:
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()  # in C: a quarter of the cost of queue.Queue
        self._thread: threading.Thread | None = None

    def run(self, act: Callable[[Connection], T]) -> T:
        """Return what `act` answers, once its transaction is committed. Raises StorageUnavailable, or what `act` raises."""
        return self.do(Act(act))

    def do(self, work: Work[T], seconds: float = ANSWER_SECONDS) -> T:
        """Return the result of `work`, once its transaction is committed. Raises StorageUnavailable, also when that takes longer
        than `seconds`, or what it raises.

        Neighbours of the same class in one transaction are done together, by one call of `run_all`.
        """
        job = _Job(work)
        if self._thread is None or not self._thread.is_alive():
            self._start()
        if self.waiting >= QUEUE_LIMIT:
            raise StorageUnavailable(f"{QUEUE_LIMIT} requests wait for the database already")
        self._jobs.put(job)
        if self._turns is not None:
            self._turns.give_back()
        result: T = job.wait(seconds)
        return result

    @property
    def waiting(self) -> int:
        """How many requests wait for the commit after the present one."""
        return self._jobs.qsize()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="omni-writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        waiting: _Job | None = None
        while True:
            group = [waiting or self._jobs.get()]
            waiting, weight = None, group[0].work.weight
            while weight < GROUP_WEIGHT:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if weight + job.work.weight > GROUP_WEIGHT:
                    waiting = job
                    break
                group.append(job)
                weight += job.work.weight
            self._commit(group)

    def _commit(self, group: list[_Job]) -> None:
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
        for job, after in pairwise(group):
            job.next = after
        group[0].finish()

    def _together(self, group: list[_Job]) -> list[Any]:
        for tries_left in reversed(range(DEADLOCK_TRIES)):
            try:
                return self.database.transaction(lambda connection: _results(connection, group))
            except StorageUnavailable as error:
                if not (error.passing and tries_left):
                    raise
        raise AssertionError("unreachable")


def _results(connection: Connection, group: list[_Job]) -> list[Any]:
    results: list[Any] = []
    for kind, jobs in groupby(group, key=lambda job: type(job.work)):
        results += kind.run_all(connection, [job.work for job in jobs])
    return results
