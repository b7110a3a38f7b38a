"""Log lines about delivery: each kind once, or once in a while.

What may stand in them: names of events, sizes, counts, codes, the server's host. Never a payload or an id of a person.
"""

from __future__ import annotations

import logging
import time

from omnisdk.safety import logger


class Notices:
    """Says each thing once per `every_seconds`; a new one per client, so that two clients both speak."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    def say(self, level: int, kind: str, message: str, *values: object, every_seconds: float | None = None) -> None:
        """Log `message` unless `kind` was said within the last `every_seconds` (None: unless it was ever said)."""
        now = time.monotonic()
        if now < self._next.get(kind, now):
            return
        self._next[kind] = float("inf") if every_seconds is None else now + every_seconds
        logger.log(level, message, *values)

    def warn(self, kind: str, message: str, *values: object, every_seconds: float | None = None) -> None:
        """Say it as a warning."""
        self.say(logging.WARNING, kind, message, *values, every_seconds=every_seconds)
