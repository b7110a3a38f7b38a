"""Visits to the web site: activity by half hours, from which sessions and the checkout's end are read.

    activity  {slot: [first, last, pages]}   by half hour since the epoch: of page and cart events the first and the
                                             last timestamp, and how many were page or screen calls

Two events of one slot are less than half an hour apart, so a gap of half an hour can only stand between the `last` of
one slot and the `first` of another: sessions are exact, however many events a slot had. Only the latest slots are
kept; a dropped slot is older than all that stay, so it never comes back with half of its content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omnisdk.clock import MINUTE

GAP = 30 * MINUTE  # without a page or cart event for so long, a session and a checkout are over
MOST_SLOTS = 256

CART_EVENTS = frozenset(
    {
        "Product Added",
        "Product Removed",
        "Cart Viewed",
        "Checkout Started",
        "Checkout Step Viewed",
        "Checkout Step Completed",
        "Payment Info Entered",
        "Payment Failed",
        "Coupon Entered",
        "Coupon Applied",
        "Coupon Denied",
        "Coupon Removed",
    }
)


@dataclass(slots=True)
class Session:
    """A stretch of activity without a gap of half an hour."""

    first: int
    last: int
    pages: int


def note(document: dict[str, Any], timestamp: int, is_page: bool, limit: int = MOST_SLOTS) -> None:
    """Take in the time of a page or cart event."""
    slots = document.setdefault("activity", {})
    name = str(timestamp // GAP)
    slot = slots.get(name)
    if slot is not None:
        if timestamp > slot[1]:
            slot[1] = timestamp
        elif timestamp < slot[0]:
            slot[0] = timestamp
        slot[2] += is_page
        return
    slots[name] = [timestamp, timestamp, int(is_page)]
    if len(slots) > limit:
        del slots[min(slots, key=int)]


def sessions(document: dict[str, Any]) -> list[Session]:
    """Return the sessions known, by time."""
    found: list[Session] = []
    for first, last, pages in sorted(document.get("activity", {}).values()):
        if found and first - found[-1].last < GAP:
            found[-1].last = last
            found[-1].pages += pages
        else:
            found.append(Session(first, last, pages))
    return found


def current(document: dict[str, Any], now: int) -> Session | None:
    """Return the session that goes on at `now`."""
    for session in reversed(sessions(document)):
        if session.first <= now:
            return session if now - session.last < GAP else None
    return None


def unbroken(document: dict[str, Any], since: int, now: int) -> bool:
    """Return whether page or cart events went on from `since` to `now` without half an hour's gap.

    Of activity too long ago to be kept, no gap is known: what is kept decides.
    """
    session = current(document, now)
    if session is None:
        return False
    return session.first <= since or session == sessions(document)[0]
