"""How often each event came, by who vouches for it.

events  {"shop" | "other": {event name: counter}}
"""

from __future__ import annotations

from typing import Any

from omnisdk.events.catalogue import EVENTS
from omnisdk.profile import counters, values
from omnisdk.profile.counters import Counter
from omnisdk.profile.latest import keep_smallest

KNOWN = frozenset(EVENTS)  # their counters are never given up for others
MOST_NAMES = 300  # unknown names per kind of sender

# Events of the two-view families: what anybody says of them reads in view "all" only.
TWO_VIEWS = frozenset(
    {
        "Order Completed",
        "Order Updated",
        "Order Ready",
        "Order Collected",
        "Order Refunded",
        "Order Cancelled",
        "Membership Started",
        "Membership Ended",
        "Points Changed",
        "Store Visited",
        "Code Scanned",
        "Consent Changed",
    }
)


def note(document: dict[str, Any], name: str, vouched: bool, timestamp: int, limit: int = MOST_NAMES) -> None:
    """Count a track event."""
    name = values.tidy(name)
    if not name or len(name) > values.LONGEST_NAME:
        return
    events = document.setdefault("events", {})
    trust = "shop" if vouched else "other"
    held = events.get(trust)
    if held is None:
        held = events[trust] = {}
    counters.tally(held, name, timestamp)
    if len(held) > limit:
        keep_smallest(held, limit, KNOWN)


def of(document: dict[str, Any], view: str, name: str) -> list[Counter]:
    """Return the counters of the events of that name which `view` reads: their sum is the answer."""
    events = document.get("events")
    if not events:
        return []
    trusts = ("shop",) if view == "shop" and name in TWO_VIEWS else ("shop", "other")
    return [found for trust in trusts if (found := events.get(trust, {}).get(name)) is not None]


def names(document: dict[str, Any], view: str) -> list[str]:
    """Return the names of the events ever seen; in view ``shop`` those of the two-view families only."""
    events = document.get("events", {})
    if view == "shop":
        return sorted(TWO_VIEWS.intersection(events.get("shop", ())))
    return sorted({*events.get("shop", ()), *events.get("other", ())})
