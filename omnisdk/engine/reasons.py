"""The order in which reasons are checked, as small integers while deciding and as words when somebody asks.

A campaign gets the first reason that applies to it; an empty placement reports the one furthest down the list of all
its campaigns, the nearest to being shown.
"""

from __future__ import annotations

from typing import Final

from omnisdk.engine.result import Reason

# The reasons in their order (DESIGN 2), as Reason itself lists them, up to WON: what follows WON is said by others.
ORDER: Final[tuple[Reason, ...]] = tuple(Reason)[: list(Reason).index(Reason.WON) + 1]

UNKNOWN_PLACEMENT: Final = ORDER.index(Reason.UNKNOWN_PLACEMENT)
BOT: Final = ORDER.index(Reason.BOT)
NO_CREATIVE: Final = ORDER.index(Reason.NO_CREATIVE)
DISABLED: Final = ORDER.index(Reason.DISABLED)
NOT_STARTED: Final = ORDER.index(Reason.NOT_STARTED)
ENDED: Final = ORDER.index(Reason.ENDED)
NOT_IN_JOURNEY: Final = ORDER.index(Reason.NOT_IN_JOURNEY)
WRONG_PAGE: Final = ORDER.index(Reason.WRONG_PAGE)
NOT_IN_AUDIENCE: Final = ORDER.index(Reason.NOT_IN_AUDIENCE)
EXCLUDED: Final = ORDER.index(Reason.EXCLUDED)
OWNED: Final = ORDER.index(Reason.OWNED)
CONVERTED: Final = ORDER.index(Reason.CONVERTED)
DISMISSED: Final = ORDER.index(Reason.DISMISSED)
NO_CONSENT: Final = ORDER.index(Reason.NO_CONSENT)
UNREACHABLE: Final = ORDER.index(Reason.UNREACHABLE)
QUIET_HOURS: Final = ORDER.index(Reason.QUIET_HOURS)
GUARDED: Final = ORDER.index(Reason.GUARDED)
CAPPED: Final = ORDER.index(Reason.CAPPED)
OUTRANKED: Final = ORDER.index(Reason.OUTRANKED)
WON: Final = ORDER.index(Reason.WON)
