"""Whether a message can arrive, and whether this is an hour for it: what concerns sent kinds alone."""

from __future__ import annotations

from typing import Final

from omnisdk.engine.live import minute_of_day
from omnisdk.profile.catalogue import parse_fact
from omnisdk.profile.facts import Reading, getter

# Whoever sends a webhook knows its own addresses; the others need one of the person.
NEEDS_ADDRESS: Final = frozenset({"push", "email", "sms"})

_REACH = {kind: getter(parse_fact(f"reach.{kind}")) for kind in sorted(NEEDS_ADDRESS)}


def is_reachable(kind: str, reading: Reading) -> bool:
    """Whether a message of `kind` has somewhere to go."""
    return kind not in NEEDS_ADDRESS or bool(_REACH[kind](reading))


def is_quiet(quiet_hours: tuple[int, int], now: int, timezone: str) -> bool:
    """Whether `now` is within quiet hours: minutes of the local day from the first up to, not including, the second.

    They may pass midnight; equal ends mean none.
    """
    start, end = quiet_hours
    minute = minute_of_day(now, timezone)
    return start <= minute < end if start <= end else minute >= start or minute < end
