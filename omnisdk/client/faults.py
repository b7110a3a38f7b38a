"""The caller's mistakes: counted, said once each kind, and raised only when the caller asked for it."""

from __future__ import annotations

from collections import Counter

from omnisdk.errors import UsageError
from omnisdk.safety import logger


class Faults:
    """Counts by kind (errors.py)."""

    def __init__(self, strict: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._strict = strict

    def report(self, fault: UsageError) -> None:
        """Count `fault`; raise it when strict, else log the first of its kind."""
        self.counts[fault.kind] += 1
        if self._strict:
            raise fault
        if self.counts[fault.kind] == 1:
            logger.error("omnisdk: %s. Further faults of this kind (%s) are counted only", fault, fault.kind)
