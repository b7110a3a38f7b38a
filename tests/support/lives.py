"""Random lives of a few people who share browsers and phones: input for the laws of identity and folding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.events.model import Event
from omnisdk.identity import joining, ownership

HOUR = 3_600_000_000
START = 1_780_000_000_000_000

USERS = ("u1", "ลูกค้า2", "khách3")
BROWSERS = ("a1", "a2", "a3")
REFS = ("phone:+84901234567", "phone:+66812345678", "email:lan@example.vn", "card:77")

_BODIES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("Product Viewed", {"product_id": "P1", "category": "đồ golf"}, {}),
    ("Product Added", {"product_id": "P2", "category": "กอล์ฟ", "price": 100, "quantity": 1}, {}),
    ("Order Completed", {"order_id": "O1", "total": 120, "products": [{"product_id": "P1", "quantity": 1}]}, {}),
    ("Order Refunded", {"order_id": "O1"}, {}),
    ("Membership Started", {"membership": "gym"}, {}),
    ("Membership Ended", {"membership": "gym"}, {}),
    ("Promotion Viewed", {"promotion_id": "c1", "position": "popup", "decision_id": "d1"}, {}),
    ("Consent Changed", {"purposes": {"marketing": False}}, {}),
    ("", {}, {"city": "Hà Nội"}),
    ("", {}, {"city": "กรุงเทพ", "points": 5}),
]


@st.composite
def event(draw: st.DrawFn, message_id: str) -> Event:
    """One event: from the shop with any ids together, or from a browser with or without a proven user."""
    shop = draw(st.booleans())
    user = draw(st.sampled_from((None, *USERS)))
    browser = draw(st.sampled_from((None, *BROWSERS)))
    refs = tuple(sorted(draw(st.sets(st.sampled_from(REFS), max_size=2)))) if shop else ()
    proven = not shop and user is not None and draw(st.booleans())
    if not shop and not proven and browser is None:
        browser = "a1"
    if shop and user is None and browser is None and not refs:
        user = "u1"
    at = START + draw(st.integers(0, 12)) * HOUR
    name, properties, traits = draw(st.sampled_from(_BODIES))
    alias = user is not None and (shop or proven) and draw(st.integers(0, 9)) == 0
    return Event(
        type="alias" if alias else ("track" if name else "identify"),
        message_id=message_id,
        timestamp=at,
        received_at=START + 13 * HOUR,
        role="shop" if shop else "browser",
        name="" if alias else name,
        user_id=user,
        anonymous_id=browser,
        previous_id=draw(st.sampled_from((*USERS, *BROWSERS))) if alias else None,
        refs=refs,
        proven=proven,
        proven_since=at + draw(st.integers(-2, 2)) * HOUR if proven else 0,
        vouched=shop,
        properties={} if alias else properties,
        traits={} if alias else traits,
    )


@st.composite
def lives(draw: st.DrawFn, most: int = 14) -> list[Event]:
    """Up to `most` events with messageIds of their own."""
    return [draw(event(f"m{number}")) for number in range(draw(st.integers(1, most)))]


@st.composite
def arrivals(draw: st.DrawFn, most: int = 14) -> tuple[list[Event], list[list[Event]]]:
    """Events, and batches in which they arrive: any order, any split, some again."""
    events = draw(lives(most))
    again = draw(st.lists(st.sampled_from(events), max_size=4))
    order = draw(st.permutations([*events, *again]))
    batches: list[list[Event]] = [[]]
    for each in order:
        if batches[-1] and draw(st.booleans()):
            batches.append([])
        batches[-1].append(each)
    return events, batches


def expected_people(events: Sequence[Event]) -> dict[frozenset[str], dict[str, Any]]:
    """Return what laws 1 and 2 say of `events`: each person's identifiers and the fold of the events in their order."""
    refs = {ref for each in events for ref in ownership.identifiers(ownership.owner(each), ownership.proofs(each))}
    proofs = [proof for each in events for proof in ownership.proofs(each)]
    return {
        group: profile.fold([each for each in events if ownership.owner(each) in group])
        for group in joining.people(refs, proofs)
    }
