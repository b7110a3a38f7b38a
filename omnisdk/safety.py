"""The wall between the SDK's own faults and the program it runs in.

In production a fault inside the SDK is counted, logged once per place and type, and goes no further. The SDK's own
tests listen at `listeners` and raise what was swallowed, so that a fault is silent for a shop and loud for us.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from types import TracebackType

from omnisdk.errors import OmniError

logger = logging.getLogger("omnisdk")

swallowed: Counter[str] = Counter()  # "place: TypeName" → how often, in this process
listeners: list[Callable[[str, BaseException], None]] = []


def swallow(place: str, fault: BaseException) -> None:
    """Count `fault`, log it the first time it happens at `place`, and hand it to the listeners."""
    key = f"{place}: {type(fault).__name__}"
    swallowed[key] += 1
    if swallowed[key] == 1:
        # The type and the place only: the text of a fault may quote a person's data.
        logger.error("omnisdk: internal fault in %s; the program goes on. Further ones are counted only", key)
    for listen in listeners:
        listen(place, fault)


class guard:  # noqa: N801 -- used as `with guard("track"):`, like contextlib.suppress; a class costs a third of a generator
    """Let nothing out of the block but `OmniError` (what the caller asked to be told) and interrupts of the program."""

    __slots__ = ("place",)

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if fault is None or not isinstance(fault, Exception) or isinstance(fault, OmniError):
            return False
        swallow(self.place, fault)
        return True
