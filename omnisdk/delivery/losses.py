"""What became of the events: how many were delivered, and how many were lost, by reason.

Nothing is lost in silence: at every moment ``enqueued == delivered + sum(lost.values()) + queued``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Loss(StrEnum):
    """Why an event was not delivered."""

    INVALID = "invalid"  # the call could not become an event: see `faults`
    UNSERIALISABLE = "unserialisable"  # a value in it cannot be written as JSON
    TOO_LARGE = "too_large"  # over 32 KB, or refused with 413 when sent alone
    QUEUE_FULL = "queue_full"  # too many waited already
    REJECTED = "rejected"  # the server read it and refused it: see `rejected` for its codes
    REFUSED = "refused"  # the server refused the whole request (a 4xx that no retry mends)
    EXPIRED = "expired"  # not delivered within 24 hours
    CLOSED = "closed"  # called after close(), or still waiting when close() ran out of time
    INTERNAL = "internal"  # a fault of the SDK itself


@dataclass(frozen=True, slots=True)
class Stats:
    """A consistent picture of one client's counters since it was made (or since this process was forked)."""

    enqueued: int  # calls of identify, track, page, screen, group and alias
    delivered: int  # acknowledged by the server, repetitions included
    queued: int  # waiting or being sent
    lost: Mapping[str, int]  # by `Loss`
    rejected: Mapping[str, int]  # what lost["rejected"] consists of, by the server's code
    faults: Mapping[str, int]  # faulty calls by kind (errors.py), decide() included


class Losses:
    """The counters. Not locked: the queue changes them under its own lock, so that they always agree with it."""

    def __init__(self) -> None:
        self.enqueued = 0
        self.delivered = 0
        self.lost: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self._reported: Counter[str] = Counter()

    def lose(self, reason: Loss, count: int = 1) -> None:
        """Count `count` events as lost."""
        self.lost[reason.value] += count

    def unreported(self) -> Counter[str]:
        """Return the losses that the server has not been told yet and does not know by itself."""
        known = {Loss.REJECTED.value}
        return Counter({reason: n for reason, n in (self.lost - self._reported).items() if reason not in known})

    def reported(self, told: Mapping[str, int]) -> None:
        """Note that the server acknowledged a request that carried `told`."""
        self._reported.update(told)


LOSSES_HEADER = "X-Omni-Lost"


def header(told: Mapping[str, int]) -> str:
    """Return the value of the `X-Omni-Lost` header: ``expired=1, queue_full=12``, each since the last one that was acknowledged."""
    return ", ".join(f"{reason}={count}" for reason, count in sorted(told.items()))
