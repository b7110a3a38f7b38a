"""How often a person has had something: one count over all channels, of views and of sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisdk.profile.campaigns import exposures
from omnisdk.rules.model import Campaign, Cap, Placement


class Exposures:
    """What a person saw or was sent, read once, when first counted.

    Windows begin before `now` and reach to `until`: no earlier than the person's last event, which another process may
    have stored with a clock a little ahead of this one's.
    """

    def __init__(self, document: dict[str, Any], placements: Mapping[str, Placement], now: int, until: int) -> None:
        self._placements, self._now = placements, now
        self._of_all: list[tuple[int, str]] = []  # each with its time and position
        self._of: dict[str, list[tuple[int, str]]] = {}
        self._counts: dict[Cap, int] = {}
        for campaign, stamp, position in exposures(document, None, None, until):
            self._of_all.append((stamp, position))
            self._of.setdefault(campaign, []).append((stamp, position))

    def counted(self, cap: Cap, campaign: str | None) -> int:
        """Return how many there were in ``(now - per, until]``, each decision once.

        `campaign` None: of all campaigns, in the kinds that the cap names. Which kind an exposure was of is read from
        its position; one at a position that the rules do not know counts only where no kinds are named.
        """
        if campaign is not None:
            found = self._of.get(campaign)
            return self._count(cap, found) if found else 0
        if cap not in self._counts:
            self._counts[cap] = self._count(cap, self._of_all)
        return self._counts[cap]

    def _count(self, cap: Cap, found: list[tuple[int, str]]) -> int:
        after = None if cap.per is None else self._now - cap.per
        return sum(
            (after is None or stamp > after) and (cap.kinds is None or self._kind(position) in cap.kinds)
            for stamp, position in found
        )

    def _kind(self, position: str) -> str:
        placement = self._placements.get(position)
        return placement.kind if placement else ""


def caps_on(campaign: Campaign, kind: str, global_caps: tuple[Cap, ...]) -> tuple[tuple[Cap, str | None], ...]:
    """Return every cap on `campaign` in a placement of `kind`, each with the campaign it counts (None: all of them).

    A service message, such as "your order is ready", is held back by none.
    """
    if campaign.purpose == "service":
        return ()
    own = tuple((cap, campaign.name) for cap in campaign.caps)
    return own + tuple((cap, None) for cap in global_caps if cap.kinds is None or kind in cap.kinds)


def first_spent(caps: tuple[tuple[Cap, str | None], ...], seen: Exposures) -> tuple[Cap, str | None, int] | None:
    """Return the first of `caps` that is used up, with the campaign it counts (None: all) and what was counted; None
    while all have room."""
    for cap, campaign in caps:
        counted = seen.counted(cap, campaign)
        if counted >= cap.at_most:
            return cap, campaign, counted
    return None
