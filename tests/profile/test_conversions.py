"""When a person did what a campaign wants."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from omnisdk import profile
from omnisdk.clock import DAY
from omnisdk.events.model import Event
from omnisdk.profile.conversions import conversions, converted_at, ordered_at, orders_of
from omnisdk.profile.facts import FactContext, Reading, View
from tests.profile.lives import GRANTS, START, event, order

CLUB = {"product_id": "P1", "category": "đồ golf", "brand": "Hãng A"}
SHOE = {"product_id": "P2", "category": "รองเท้า", "coupon": "GIAY10"}


def reading(events: list[Event], view: View = "all") -> Reading:
    return Reading(profile.fold(events), view, FactContext(START + 30 * DAY, grants=GRANTS))


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({}, True),
        ({"category": "đồ golf"}, True),
        ({"category": "đồ golf", "brand": "Hãng A"}, True),
        ({"product_id": "P2", "coupon": "GIAY10"}, True),
        ({"category": "đồ golf", "coupon": "GIAY10"}, False),  # of two products
        ({"coupon": "GOLF20"}, True),
        ({"coupon": "GOLF20", "category": "đồ golf"}, True),  # the order's coupon is its products'
        ({"category": "Đồ golf"}, False),
        ({"brand": ""}, False),  # having none is not having this
    ],
)
@pytest.mark.parametrize("name", ["Order Completed", "Quà đã nhận"])
def test_where_holds_if_the_event_or_one_product_has_all_of_it(
    name: str, where: Mapping[str, str], holds: bool
) -> None:
    events = [event(name, vouched=True, coupon="GOLF20", products=[CLUB, SHOE])]
    assert (converted_at(reading(events), name, where) == START) is holds


def test_an_event_about_one_product_is_compared_itself() -> None:
    events = [event("Product Added", **CLUB), event("Product Added", START + DAY, **SHOE)]
    assert converted_at(reading(events), "Product Added", {"category": "đồ golf"}) == START
    assert converted_at(reading(events), "Product Added", {}) == START + DAY


def test_only_from_since_on() -> None:
    events = [order("A1", START), order("A2", START + DAY)]
    assert conversions(reading(events), "Order Completed", {}, START) == [START, START + DAY]
    assert conversions(reading(events), "Order Completed", {}, START + 1) == [START + DAY]
    assert converted_at(reading(events), "Order Completed", {}, START + 2 * DAY) is None


def test_an_order_wholly_undone_converts_nothing_and_one_partly_undone_what_is_left() -> None:
    bought = order("A1", products=[CLUB, SHOE])
    partly = event("Order Refunded", START + DAY, vouched=True, order_id="A1", products=[CLUB])
    assert converted_at(reading([bought, partly]), "Order Completed", {"category": "đồ golf"}) is None
    assert converted_at(reading([bought, partly]), "Order Completed", {"category": "รองเท้า"}) == START
    wholly = event("Order Cancelled", START + DAY, vouched=True, order_id="A1")
    assert converted_at(reading([bought, wholly]), "Order Completed", {}) is None


def test_the_two_view_families_convert_in_their_view() -> None:
    claimed = [order("A1", vouched=False), event("Store Visited"), event("Lead Captured", category="golf")]
    for name in ("Order Completed", "Store Visited"):
        assert converted_at(reading(claimed, "all"), name, {}) == START
        assert converted_at(reading(claimed, "shop"), name, {}) is None
    assert converted_at(reading(claimed, "shop"), "Lead Captured", {}) == START
    assert converted_at(reading(claimed, "shop"), "Lead Captured", {"category": "golf"}) == START


@pytest.mark.parametrize(
    ("promotes", "holds"),
    [
        (["product:P1"], True),
        (["category:đồ golf"], True),
        (["membership:gym"], True),
        (["product:P9", "category:đồ golf"], True),
        (["product:P9"], False),
        (["membership:vip"], False),
        ([], False),
    ],
)
def test_an_order_of_what_a_campaign_promotes(promotes: list[str], holds: bool) -> None:
    events = [order("A1", products=[CLUB, {"product_id": "GYM-12M"}])]
    assert orders_of(reading(events), promotes) == ([START] if holds else [])
    assert ordered_at(reading(events), promotes, START + 1) is None
