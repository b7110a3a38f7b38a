"""Brings one batch to its end: delivered, lost for a reason, or given back because there is no time left."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from omnisdk import clock
from omnisdk.delivery import batching, retry
from omnisdk.delivery.batching import Item
from omnisdk.delivery.line import Answer, Dialler, Line
from omnisdk.delivery.losses import LOSSES_HEADER, Loss, header
from omnisdk.delivery.notices import Notices
from omnisdk.delivery.queue import Queue
from omnisdk.delivery.retry import Step
from omnisdk.options import Options

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
PATH = "/v1/batch"


class Sender:
    """Holds the line for batches. Used by one thread at a time."""

    def __init__(self, queue: Queue, dialler: Dialler, options: Options, library: bytes, notices: Notices) -> None:
        self._queue = queue
        self._dialler = dialler
        self._options = options
        self._library = library
        self._notices = notices
        self._line: Line | None = None
        self._failing = False

    def deliver(self, batch: Sequence[Item], deadline: float | None = None) -> None:
        """Send `batch` until it is settled; with a `deadline` (monotonic) or on stop, give back what is left."""
        attempt = 0
        while batch := self._expire(batch):
            flushes = self._queue.flushes
            left = _left(deadline)
            if left <= 0 or self._queue.stopping:
                self._queue.give_back(batch)
                return
            told = self._queue.unreported()
            answer = self._send(batch, told, left)
            verdicts = batching.read_verdicts(answer.content, len(batch)) if answer.status == 200 else None
            match retry.next_step(answer.status, verdicts is not None):
                case Step.DONE:
                    self._recovered()
                    self._queue.reported(told)
                    for verdict in verdicts or ():
                        self._say_rejected(batch[verdict.index], verdict.code)
                    self._queue.settle(batch, verdicts or ())
                    return
                case Step.SPLIT if len(batch) > 1:
                    middle = len(batch) // 2
                    self.deliver(batch[:middle], deadline)
                    self.deliver(batch[middle:], deadline)
                    return
                case Step.SPLIT:
                    self._say_dropped(batch, answer.status)
                    self._queue.settle(batch, lost=Loss.TOO_LARGE)
                    return
                case Step.DROP:
                    self._say_dropped(batch, answer.status)
                    self._queue.settle(batch, lost=Loss.REFUSED)
                    return
                case Step.PAUSE:
                    self._say_key(answer.status)
                    delay, patient = retry.REFUSED_KEY_PAUSE_SECONDS, False
                case Step.RETRY:
                    self._say_failing(answer)
                    asked = retry.retry_after_seconds(answer.retry_after, clock.now())
                    # Jitter needs no secret: it only keeps programs from coming back together.
                    delay = retry.delay_seconds(attempt, asked, random.random())  # noqa: S311 - jitter is no secret
                    patient = asked is not None  # the server said when; a flush does not make it sooner
            attempt += 1
            self._queue.pause(min(delay, _left(deadline)), None if patient else flushes)

    def cut(self) -> None:
        """End the request that runs now, from another thread."""
        line = self._line
        if line is not None:
            line.cut()

    def close(self) -> None:
        """Close the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, batch: Sequence[Item], told: dict[str, int], left: float) -> Answer:
        if self._line is None:
            self._line = self._dialler.dial()
        content = batching.body(batch, clock.to_text(clock.now()), self._library)
        headers = {}
        if told:
            headers[LOSSES_HEADER] = header(told)
        if len(content) > batching.COMPRESS_FROM_BYTES and not self._options.is_loopback:
            content = batching.compressed(content)
            headers["Content-Encoding"] = "gzip"
        return self._line.post(
            PATH,
            content,
            headers=headers,
            timeout_seconds=min(READ_SECONDS, left),
            connect_seconds=min(CONNECT_SECONDS, left),
        )

    def _expire(self, batch: Sequence[Item]) -> list[Item]:
        oldest = time.monotonic() - retry.GIVE_UP_SECONDS
        expired = [item for item in batch if item.at < oldest]
        if expired:
            self._notices.warn("expired", "omnisdk: events are lost that could not be delivered within 24 hours")
            self._queue.settle(expired, lost=Loss.EXPIRED)
        return [item for item in batch if item.at >= oldest]

    # What the log is told

    def _say_failing(self, answer: Answer) -> None:
        if self._queue.stopping:
            return  # we ended the request ourselves
        self._failing = True
        self._notices.warn(
            "failing",
            "omnisdk: %s does not take events (%s); %d wait and are tried again",
            self._options.host,
            f"status {answer.status}" if answer.status else answer.error,
            len(self._queue),
            every_seconds=60,
        )

    def _recovered(self) -> None:
        if self._failing:
            self._failing = False
            self._notices.warn("recovered", "omnisdk: %s takes events again", self._options.host, every_seconds=60)

    def _say_key(self, status: int) -> None:
        self._notices.warn(
            "key",
            "omnisdk: %s refuses the secret key (status %d); %d events wait; check OMNI_SECRET_KEY",
            self._options.host,
            status,
            len(self._queue),
            every_seconds=60,
        )

    def _say_dropped(self, batch: Sequence[Item], status: int) -> None:
        self._notices.warn(
            f"dropped {status}",
            "omnisdk: the server refused %d events with status %d (the first: %r, %d bytes); they are lost. "
            "Further ones are counted only",
            len(batch),
            status,
            batch[0].name,
            len(batch[0].body),
        )

    def _say_rejected(self, item: Item, code: str) -> None:
        self._notices.warn(
            f"rejected {code}",
            "omnisdk: the server rejected %r (%d bytes) with %s. Further ones are counted only",
            item.name,
            len(item.body),
            code,
        )


def _left(deadline: float | None) -> float:
    return float("inf") if deadline is None else deadline - time.monotonic()
