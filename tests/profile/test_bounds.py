"""Bounded sections stay bounded and order-free: they keep the same, whatever the order in which they overflow."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.clock import DAY, MINUTE
from omnisdk.events.model import Event
from omnisdk.profile import (
    activity,
    campaigns,
    cart,
    conversions,
    counters,
    latest,
    memberships,
    orders,
    points,
    sessions,
    traits,
    viewed,
)
from tests.profile.lives import START, event, lives

LIMIT = 3
LIMITS = {"shop": LIMIT, "other": LIMIT}

# Each takes one event into a document with a bound of LIMIT; (what is bounded, how, how many of it are kept at most).
Take = Callable[[dict[str, Any], Event], None]
Size = Callable[[dict[str, Any]], int]


def _per_trust(section: str) -> Size:
    return lambda document: max((len(held) for held in document.get(section, {}).values()), default=0)


def _exposed(document: dict[str, Any]) -> int:
    senders = document.get("campaigns", {}).values()
    held = (acts.get(act, {}) for acts in senders for act in ("viewed", "sent", "clicked"))
    return max((len(ids) for campaigns in held for ids in campaigns.values()), default=0)


def _take(names: str, take: Callable[[dict[str, Any], Event, Any, Any], None], limit: Any = LIMITS) -> Take:
    wanted = names.split("|")

    def one(document: dict[str, Any], each: Event) -> None:
        if each.name in wanted:
            take(document, each, each.order_key, limit)

    return one


def _trait(document: dict[str, Any], each: Event) -> None:
    if each.type == "identify":
        traits.take(document, each.traits, each.vouched, each.order_key, LIMITS)
        if "memberships" in each.traits:
            memberships.listed(document, each.traits["memberships"], each.order_key, LIMIT)


def _points(document: dict[str, Any], each: Event) -> None:
    if each.name == "Points Changed":
        points.change(document, each.vouched, each.order_key, balance=each.properties.get("balance"), limit=LIMIT)


def _count(document: dict[str, Any], each: Event) -> None:
    if each.type == "track":
        activity.note(document, each.name, each.vouched, each.timestamp, LIMIT)


def _visit(document: dict[str, Any], each: Event) -> None:
    sessions.note(document, each.timestamp, each.type == "page", LIMIT)


def _attribute(document: dict[str, Any], each: Event) -> None:
    conversions.note(document, each, LIMIT)


def _cart(document: dict[str, Any], each: Event) -> None:
    if each.name == "Order Completed":
        cart.clear(document, each.order_key)
    elif each.name in sessions.CART_EVENTS:
        cart.change(document, each, each.order_key, LIMIT)


# What fills each section.
_KINDS = {
    "orders": ["Order Completed"],
    "updates": ["Order Updated"],
    "undone": ["Order Refunded", "Order Cancelled"],
    "memberships": ["Membership Started", "Membership Ended"],
    "campaigns": ["Promotion Viewed", "Promotion Clicked", "Promotion Dismissed", "Message Sent"],
    "viewed": ["Product Viewed"],
    "traits": ["identify"],
    "listed": ["identify"],
    "points": ["Points Changed"],
    "activity": ["page", "Cart Viewed"],
    "attributes": ["Product Viewed", "Xem lịch lớp"],
    "cart": ["Product Added", "Product Removed", "Cart Viewed", "Checkout Started", "Order Completed"],
}

BOUNDED: dict[str, tuple[Take, Size]] = {
    "orders": (_take("Order Completed", orders.complete), _per_trust("orders")),
    "updates": (_take("Order Updated", orders.update), _per_trust("updates")),
    "undone": (_take("Order Refunded|Order Cancelled", orders.undo), _per_trust("undone")),
    "memberships": (_take("Membership Started|Membership Ended", memberships.change), _per_trust("memberships")),
    "campaigns": (_take("|".join(campaigns.EVENTS), campaigns.take, LIMIT), _exposed),
    "viewed": (
        _take("Product Viewed", viewed.view, LIMIT),
        lambda document: len(document.get("viewed", {}).get("products", ())),
    ),
    "traits": (_trait, _per_trust("traits")),
    "listed": (_trait, lambda document: len(document.get("listed", {}).get("latest", ()))),
    "points": (_points, _per_trust("points")),
    "activity": (_visit, lambda document: len(document.get("activity", ()))),
    "attributes": (
        _attribute,
        lambda document: max(
            (len(held) for names in document.get("attributes", {}).values() for held in names.values()), default=0
        ),
    ),
    "cart": (_cart, lambda document: len(document.get("cart", {}).get("changes", ()))),
}


@pytest.mark.parametrize("section", BOUNDED)
@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_a_bounded_section_overflows_alike_in_any_order(
    section: str, data: st.DataObject, chance: random.Random
) -> None:
    take, size = BOUNDED[section]
    life = data.draw(lives(30, _KINDS[section]))
    documents = []
    for _ in range(2):
        document: dict[str, Any] = {}
        for each in life:
            take(document, each)
        assert size(document) <= LIMIT
        documents.append(document)
        chance.shuffle(life)
    assert documents[0] == documents[1]


@given(life=lives(30), chance=st.randoms(use_true_random=False))
def test_unknown_event_names_are_given_up_alike_in_any_order_and_known_ones_never(
    life: list[Event], chance: random.Random
) -> None:
    life = [*life, *(event(f"Sự kiện {number}", START + number) for number in range(2 * LIMIT))]
    documents = []
    for _ in range(2):
        document: dict[str, Any] = {}
        for each in life:
            _count(document, each)
        documents.append(document)
        chance.shuffle(life)
    assert documents[0] == documents[1]
    others = documents[0]["events"]["other"]
    assert len(set(others) - activity.KNOWN) == LIMIT
    assert set(others) >= {each.name for each in life if not each.vouched} & activity.KNOWN


_KEYS = st.tuples(st.integers(0, 2), st.integers(0, 1), st.sampled_from("ab"))


@given(st.lists(st.tuples(_KEYS, st.sampled_from(["x", "y", None, 1])), max_size=12), st.randoms(use_true_random=False))
def test_entries_with_one_key_are_sorted_by_what_they_say(
    said: list[tuple[latest.Key, object]], chance: random.Random
) -> None:
    def fill() -> list[latest.Entry]:
        entries: list[latest.Entry] = []
        for key, what in said:
            latest.add_entry(entries, key, [what], 6)
        return entries

    before = fill()
    chance.shuffle(said)
    assert fill() == before
    assert [latest.key_of(entry) for entry in before] == sorted(key for key, _ in said)[-6:]


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 5)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_keeping_the_smallest_names_keeps_their_whole_history(
    seen: list[tuple[str, int]], chance: random.Random
) -> None:
    def fill(order: list[tuple[str, int]]) -> dict[str, int]:
        held: dict[str, int] = {}
        for name, amount in order:
            held[name] = held.get(name, 0) + amount
            latest.keep_smallest(held, LIMIT, frozenset("a"))
        return held

    kept = fill(seen)
    for name, total in kept.items():
        assert total == sum(amount for each, amount in seen if each == name)
    chance.shuffle(seen)
    assert fill(seen) == kept


@given(
    st.lists(st.integers(START - 3 * DAY, START), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
)
def test_counters_are_the_same_in_any_order_on_both_sides_of_their_bounds(
    stamps: list[int], chance: random.Random
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counters, "RECENT", 4)
        patch.setattr(counters, "DAYS", 2)

        def fill() -> counters.Counter:
            held: dict[str, counters.Counter] = {}
            for stamp in stamps:
                counters.tally(held, "x", stamp)
            return held["x"]

        before = fill()
        chance.shuffle(stamps)
        after = fill()
    assert after == before
    assert counters.count(before) == len(stamps)
    assert (counters.first(before), counters.last(before)) == (min(stamps), max(stamps))
    assert counters.recent(before) == sorted(stamps)[-4:] or len(stamps) <= 4


def test_a_flood_from_a_browser_cannot_push_out_what_the_shop_said() -> None:
    said = [
        event("Order Completed", vouched=True, order_id="A1", products=[{"product_id": "P1"}]),
        event("Membership Started", vouched=True, membership="gym"),
        event("Points Changed", vouched=True, balance=90),
        event("Consent Changed", vouched=True, purposes={"marketing": False}),
        event("Lớp học đã dự", vouched=True),
        event("", type="identify", vouched=True, traits={"hạng": "vàng"}),
    ]
    flood = [
        each
        for number in range(1200)
        for each in (
            event("Order Completed", START + MINUTE, order_id=f"X{number}"),
            event("Membership Started", START + MINUTE, membership=f"m{number}"),
            event("Points Changed", START + MINUTE, balance=number),
            event("Consent Changed", START + MINUTE, purposes={f"p{number}": True}),
            event(f"e{number}", START + MINUTE),
            event("", START + MINUTE, type="identify", traits={f"t{number}": number}),
        )
    ]
    quiet, flooded = profile.fold(said), profile.fold(said + flood)
    for section in ("orders", "memberships", "points", "consent", "events", "traits"):
        assert flooded[section]["shop"] == quiet[section]["shop"]
        assert len(flooded[section]["other"]) <= 400
