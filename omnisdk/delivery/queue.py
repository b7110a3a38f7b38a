"""The bounded queue between the caller's thread and the worker, with the counters that must agree with it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence

from omnisdk.delivery.batching import MOST_BYTES, MOST_EVENTS, Item, Rejection
from omnisdk.delivery.losses import Loss, Losses

MOST_LINKS = 4  # steps from id to id when a person's events are looked for: a full queue is read once for each


class Queue:
    """Events that wait and events in flight. A full queue refuses the newest; nothing here ever blocks a caller.

    The lock is re-entrant: a signal handler or a finaliser may call `track` while the same thread is in here. It is
    held for a few statements at a time, never while anything is sent.
    """

    def __init__(self, limit: int, limit_bytes: int) -> None:
        self.losses = Losses()
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._waiting: deque[Item] = deque()
        self._waiting_bytes = 0
        self._flight: dict[int, Item] = {}  # by number, oldest first: everything in flight is older than what waits
        self._flight_bytes = 0
        self._last_number = 0
        self._hurry_to = 0  # a flush was asked for everything up to this number
        self.flushes = 0
        self.closed = False  # takes no further event
        self.stopping = False  # the worker is to leave
        self._lock = threading.RLock()
        self._due = threading.Condition(self._lock)  # the worker waits here
        self._settled = threading.Condition(self._lock)  # flush waits here

    # The caller's side

    def put(self, item: Item) -> bool:
        """Take `item`, or count it as lost and return False."""
        size = len(item.body)
        with self._lock:
            self.losses.enqueued += 1
            if self.closed:
                self.losses.lose(Loss.CLOSED)
                return False
            if len(self._waiting) + len(self._flight) >= self._limit or (
                self._waiting_bytes + self._flight_bytes + size > self._limit_bytes
            ):
                self.losses.lose(Loss.QUEUE_FULL)
                return False
            self._last_number += 1
            item.number = self._last_number
            self._waiting.append(item)
            self._waiting_bytes += size
            waiting = len(self._waiting)
            if waiting == 1 or waiting == MOST_EVENTS or self._waiting_bytes - size < MOST_BYTES <= self._waiting_bytes:
                self._due.notify()
        return True

    def refuse(self, reason: Loss) -> None:
        """Count a call that did not become an event."""
        with self._lock:
            self.losses.enqueued += 1
            self.losses.lose(reason)

    def unsent_of(self, refs: Iterable[str], most: int, most_bytes: int) -> list[Item]:
        """Return the newest events, oldest first, of the person whom any of `refs` names, waiting or in flight.

        An event that carries one of the refs makes its other refs the same person's: a phone number that was just
        identified with a user counts for events that know the phone number alone.
        """
        known = set(refs)
        with self._lock:
            rest = [*self._flight.values(), *self._waiting]
        found: dict[int, Item] = {}
        for _ in range(MOST_LINKS):
            more = [item for item in rest if item.number not in found and not known.isdisjoint(item.refs)]
            found.update((item.number, item) for item in more)
            before = len(known)
            known.update(*(item.refs for item in more))
            if len(known) == before:
                break
        chosen: list[Item] = []
        for number in sorted(found, reverse=True)[:most]:
            most_bytes -= len(found[number].body) + 1
            if most_bytes < 0:
                break
            chosen.append(found[number])
        return chosen[::-1]

    def flush(self, deadline: float) -> bool:
        """Wait until all that was put before this call is settled; False when `deadline` (monotonic) came first."""
        with self._lock:
            upto = self._last_number
            self._hurry_to = upto
            self.flushes += 1
            self._due.notify_all()
            return self._settled.wait_for(lambda: self._oldest() > upto, max(0.0, deadline - time.monotonic()))

    def close(self) -> None:
        """Take no further event: each is counted as lost from now on."""
        with self._lock:
            self.closed = True

    def stop(self) -> None:
        """Let the worker leave, whatever still waits."""
        with self._lock:
            self.stopping = True
            self._due.notify_all()

    def abandon(self, reason: Loss) -> int:
        """Count everything that is left as lost, and return how many that were."""
        with self._lock:
            count = len(self._waiting) + len(self._flight)
            self.losses.lose(reason, count)
            self._waiting.clear()
            self._flight.clear()
            self._waiting_bytes = self._flight_bytes = 0
            self._settled.notify_all()
            return count

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting) + len(self._flight)

    # The worker's side

    def take(self, linger_seconds: float) -> list[Item]:
        """Wait until a batch is due and return it, now in flight; an empty list once stopped.

        A batch is due when it is full, when its oldest event has waited `linger_seconds`, or on flush.
        """
        with self._lock:
            while not self.stopping:
                if not self._waiting:
                    self._due.wait()
                    continue
                oldest = self._waiting[0]
                left = oldest.at + linger_seconds - time.monotonic()
                full = len(self._waiting) >= MOST_EVENTS or self._waiting_bytes >= MOST_BYTES
                if full or left <= 0 or oldest.number <= self._hurry_to:
                    return self._cut()
                self._due.wait(left)
            return []

    def take_now(self) -> list[Item]:
        """Return the next batch without waiting, now in flight; an empty list when nothing waits."""
        with self._lock:
            return self._cut()

    def settle(self, items: Sequence[Item], rejected: Iterable[Rejection] = (), lost: Loss | None = None) -> None:
        """Take `items` out of flight: delivered but for those `rejected`, or all of them `lost`.

        What has left the flight meanwhile (close() gave up on it) stays counted as it was.
        """
        codes = {verdict.index: verdict.code for verdict in rejected}
        with self._lock:
            for index, item in enumerate(items):
                if self._flight.pop(item.number, None) is None:
                    continue
                self._flight_bytes -= len(item.body)
                if lost is not None:
                    self.losses.lose(lost)
                elif index in codes:
                    self.losses.lose(Loss.REJECTED)
                    self.losses.rejected[codes[index]] += 1
                else:
                    self.losses.delivered += 1
            self._settled.notify_all()

    def give_back(self, items: Sequence[Item]) -> None:
        """Put `items` back to the front, to be taken again."""
        with self._lock:
            for item in reversed(items):
                if self._flight.pop(item.number, None) is not None:
                    self._flight_bytes -= len(item.body)
                    self._waiting.appendleft(item)
                    self._waiting_bytes += len(item.body)
            self._due.notify()

    def pause(self, seconds: float, flushes: int | None) -> None:
        """Wait `seconds`, less when stopped, or when a flush came after the `flushes` known (None: flushes wait too)."""
        until = time.monotonic() + seconds
        with self._lock:
            while not self.stopping and (flushes is None or flushes == self.flushes):
                left = until - time.monotonic()
                if left <= 0:
                    return
                self._due.wait(left)

    def unreported(self) -> dict[str, int]:
        """Return the losses the server does not know of yet."""
        with self._lock:
            return dict(self.losses.unreported())

    def reported(self, told: dict[str, int]) -> None:
        """Note that the server was told of these losses."""
        with self._lock:
            self.losses.reported(told)

    def read(self) -> tuple[int, int, int, dict[str, int], dict[str, int]]:
        """Return enqueued, delivered, queued, lost and rejected, all of one moment."""
        with self._lock:
            losses = self.losses
            return losses.enqueued, losses.delivered, len(self), dict(losses.lost), dict(losses.rejected)

    # With the lock held

    def _cut(self) -> list[Item]:
        batch: list[Item] = []
        size = 0
        while self._waiting and len(batch) < MOST_EVENTS:
            length = len(self._waiting[0].body)
            if batch and size + length + 1 > MOST_BYTES:
                break
            item = self._waiting.popleft()
            self._flight[item.number] = item
            batch.append(item)
            size += length + 1
        moved = size - len(batch)
        self._waiting_bytes -= moved
        self._flight_bytes += moved
        return batch

    def _oldest(self) -> float:
        flying = next(iter(self._flight), float("inf"))
        return min(flying, self._waiting[0].number) if self._waiting else flying
