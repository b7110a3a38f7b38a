"""Why a campaign is withheld from somebody it would suit: they own it, did it, or waved it away.

Each holds as soon as it holds in either view, so that a browser can add a reason, never remove one the shop vouches
for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omnisdk.profile import campaigns
from omnisdk.profile.conversions import conversions, orders_of
from omnisdk.profile.facts import Reading
from omnisdk.profile.memberships import Run
from omnisdk.profile.ownership import owned, owns
from omnisdk.rules.model import Campaign


# --- owned ------------------------------------------------------------------------------------------------------------
def owned_names(readings: tuple[Reading, ...]) -> frozenset[str]:
    """Return all that the person owns now in any of `readings`."""
    return frozenset(name for reading in readings for name in owns(reading))


def owned_entitlement(
    entitlements: tuple[str, ...], again_after: int | None, readings: tuple[Reading, ...]
) -> tuple[str, Run] | None:
    """Return the first of `entitlements` that the person owns in any of `readings`, with since when; None for none.

    A membership counts for as long as it runs; a product for as long as it is held, but with `again_after` only that
    long after it was last bought.
    """
    for entitlement in entitlements:
        for reading in readings:
            run = owned(reading, entitlement)
            if run is None:
                continue
            if again_after is None or entitlement.startswith("membership:") or reading.now < run.renewed + again_after:
                return entitlement, run
    return None


# --- converted --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Goal:
    """What a campaign wants people to do: an event of certain products, or (`event` None) an order of what it
    promotes."""

    event: str | None
    where: Mapping[str, str]
    promotes: tuple[str, ...]
    starts: int | None
    again_after: int | None

    def reached(self, reading: Reading) -> list[int]:
        """Return when the person did it, as `reading` sees it, at or after the campaign's start, sorted.

        Of an event that is no order only the latest times are known.
        """
        if self.event is None:
            return orders_of(reading, self.promotes, self.starts)
        return conversions(reading, self.event, self.where, self.starts)

    def holds_back(self, readings: tuple[Reading, ...]) -> int | None:
        """Return when the person last did it, while that still withholds the campaign; else None."""
        latest = max((time for reading in readings for time in self.reached(reading)), default=None)
        if latest is None or (self.again_after is not None and readings[0].now >= latest + self.again_after):
            return None
        return latest


def ordered_names(readings: tuple[Reading, ...]) -> frozenset[str]:
    """Return what the person's orders in any of `readings` are of, named as campaigns promote it."""
    lines = [
        (line, reading.context.grants) for reading in readings for order in reading.orders for line, _ in order.lines
    ]
    products = {line["product_id"] for line, _ in lines if "product_id" in line}
    categories = {line["category"] for line, _ in lines if "category" in line}
    granted = {grants[line["product_id"]][0] for line, grants in lines if line.get("product_id") in grants}
    return frozenset(granted).union(map("product:{}".format, products), map("category:{}".format, categories))


def compile_goal(campaign: Campaign) -> Goal | None:
    """Return what converts for a campaign: its `converts_on`, else an order of what it promotes; None for nothing.

    An order of a membership is one of a product that grants it.
    """
    event = campaign.converts_on
    if event is None and not campaign.promotes:
        return None
    return Goal(
        event=event.event if event else None,
        where=event.where if event else {},
        promotes=campaign.promotes,
        starts=campaign.starts,
        again_after=campaign.again_after,
    )


# --- dismissed --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Dismissal:
    at: int
    until: int | None  # None: for good, as the person said that they own it


def dismissal(campaign: Campaign, document: dict[str, Any], now: int) -> Dismissal | None:
    """Return the dismissal on which the campaign rests at `now`, None when it does not."""
    at = campaigns.last_dismissed(document, campaign.name)
    if campaigns.dismissed_for_good(document, campaign.name):
        return Dismissal(now if at is None else at, None)
    if at is None or now >= at + campaign.dismiss_for:
        return None
    return Dismissal(at, at + campaign.dismiss_for)
