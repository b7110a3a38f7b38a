"""The one form in which an event is stored, folded and decided on, whatever client it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Call = Literal["identify", "track", "page", "screen", "group", "alias"]
Role = Literal["shop", "browser"]  # the key it came with: the secret key is the shop's, the write key a browser's


# What the snippet sends by itself or for a click on what it drew. Caps, dismissals and refused consent hang on them, and
# from a browser none of them can grant anything.
SNIPPET_EVENTS = frozenset(
    {"Promotion Viewed", "Promotion Clicked", "Promotion Dismissed", "Membership Started", "Consent Changed"}
)


@dataclass(frozen=True, slots=True)
class Event:
    """One message of the Segment spec after reading: ids cleaned, time corrected, identity judged.

    It is stored once in this form and never changes (DESIGN law 1).
    """

    type: Call
    message_id: str
    timestamp: int  # microseconds; the client's time corrected by the clock rule, never later than received_at
    received_at: int  # microseconds; one reading of the server's clock for the whole request
    role: Role
    name: str = ""  # the event of a track call; the name of a page or screen
    user_id: str | None = None  # as sent, cleaned; from a browser without proof it is only a claim
    anonymous_id: str | None = None
    previous_id: str | None = None  # alias
    group_id: str | None = None
    # Further identifiers, from the shop only: "phone:+84901234567", "email:a@b.vn", "card:77". Sorted, without doubles.
    refs: tuple[str, ...] = ()
    proven: bool = False  # a valid identity token for user_id came with it
    # Microseconds: the proof cannot have been true before. A token is no older than it says, whatever time the browser
    # gives its event; so nobody takes over an anonymous id by backdating. 0 from the shop, whose times are believed.
    proven_since: int = 0
    vouched: bool = False  # sent with the secret key, or its name was listed under `trust:` when it was received
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)  # page, locale, timezone, userAgent, campaign … as sent
    sent: dict[str, str] = field(default_factory=dict)  # raw time texts: timestamp, originalTimestamp, sentAt

    @property
    def order_key(self) -> tuple[int, int, str]:
        """Where the event stands in a person's life: time, then life cycle, then messageId (DESIGN 6)."""
        return (self.timestamp, LIFE_CYCLE.get(self.name, 0), self.message_id)


# Ties in time go by life cycle: started, added, checkout, ordered, refunded, ended.
LIFE_CYCLE: dict[str, int] = {
    "Membership Started": 1,
    "Product Viewed": 2,
    "Product Added": 3,
    "Product Removed": 4,
    "Cart Viewed": 5,
    "Checkout Started": 6,
    "Checkout Step Viewed": 7,
    "Checkout Step Completed": 8,
    "Payment Info Entered": 9,
    "Payment Failed": 10,
    "Order Completed": 11,
    "Order Updated": 12,
    "Order Ready": 13,
    "Order Collected": 14,
    "Order Refunded": 15,
    "Order Cancelled": 16,
    "Membership Ended": 17,
}
