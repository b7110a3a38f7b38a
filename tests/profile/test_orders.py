"""Orders: replacing, updating, refunding, cancelling, what they are worth, and the facts about them."""

from __future__ import annotations

import pytest

from omnisdk import profile
from omnisdk.clock import DAY, HOUR
from omnisdk.events.model import Event
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.profile.orders import Order
from tests.profile.lives import START, event, order, read

CLUB = {"product_id": "P1", "category": "đồ golf", "price": 100, "quantity": 1, "tags": ["new"]}
BALLS = {"product_id": "P2", "category": "bóng", "price": 10, "quantity": 3}


def left(events: list[Event], view: str = "all") -> list[Order]:
    context = FactContext(START + 30 * DAY)
    return Reading(profile.fold(events), "shop" if view == "shop" else "all", context).orders


def refund(order_id: str, *, vouched: bool = True, name: str = "Order Refunded", **properties: object) -> Event:
    return event(name, START + DAY, vouched=vouched, order_id=order_id, **properties)


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ({"total": 120, "revenue": 100}, 120),
        ({"revenue": 99.9, "products": [CLUB]}, 99.9),
        ({"products": [CLUB, BALLS]}, 130),
        ({"products": [{"product_id": "P1", "price": "12.50"}]}, 12.5),
        ({"total": "nhiều", "products": [CLUB]}, 100),
        ({}, 0),
    ],
)
def test_an_order_is_worth_its_total_else_its_revenue_else_its_lines(said: dict[str, object], worth: float) -> None:
    assert read([order("A1", **said)], "orders.total") == worth


def test_amounts_add_up_exactly() -> None:
    assert read([order(f"A{number}", total=0.1) for number in range(3)], "orders.total") == 0.3


def test_only_the_sites_currency_is_summed_and_an_order_without_one_is_in_it() -> None:
    events = [order("A1", total=5), order("A2", total=7, currency="vnd"), order("A3", total=11, currency="USD")]
    assert read(events, "orders.total") == 12
    assert read(events, "orders.average") == 6
    assert read(events, "orders.count") == 3


def test_an_order_sent_again_replaces_the_first() -> None:
    events = [order("A1", total=5), order("A1", START + HOUR, total=7)]
    assert read(events, "orders.count") == 1
    assert read(events, "orders.total") == 7


def test_an_order_without_an_id_is_its_message() -> None:
    events = [event("Order Completed", vouched=True, total=5, message_id=message) for message in ("m-a", "m-b")]
    assert read(events, "orders.count") == 2


def test_what_the_shop_says_of_an_order_stands_before_what_a_browser_says_later() -> None:
    events = [order("A1", total=5), order("A1", START + HOUR, vouched=False, total=7, products=[CLUB])]
    assert [each.worth for each in left(events)] == [5]
    updated = [*events, event("Order Updated", START + DAY, order_id="A1", total=9)]
    assert [each.worth for each in left(updated)] == [5]


def test_an_order_of_a_browser_is_read_in_view_all_only() -> None:
    events = [order("A1", vouched=False, total=5)]
    assert read(events, "orders.count", view="all") == 1
    assert read(events, "orders.count", view="shop") == 0


def test_an_update_replaces_the_content_and_keeps_the_time() -> None:
    events = [order("A1", total=5), event("Order Updated", START + DAY, vouched=True, order_id="A1", total=8)]
    assert read(events, "orders.total") == 8
    assert read(events, "orders.last_at") == START
    assert read(events, "orders.count") == 1


@pytest.mark.parametrize("name", ["Order Refunded", "Order Cancelled"])
@pytest.mark.parametrize("said", [{}, {"products": []}, {"products": [CLUB, BALLS]}])
def test_an_order_wholly_undone_is_in_no_fact(name: str, said: dict[str, object]) -> None:
    events = [order("A1", total=130, products=[CLUB, BALLS]), refund("A1", name=name, **said)]
    assert left(events) == []
    assert read(events, "orders.count") == 0
    assert read(events, "orders.total") == 0
    assert not read(events, "orders.last_at")
    assert read(events, "orders.category.đồ golf.count") == 0
    assert read(events, "owns") == []


def test_an_order_partly_undone_counts_with_what_is_left() -> None:
    events = [
        order("A1", total=135, products=[CLUB, BALLS]),  # 5 of it for shipping
        refund("A1", products=[{"product_id": "P2", "quantity": 2}]),
    ]
    assert read(events, "orders.total") == 115
    assert read(events, "owns") == ["product:P1", "product:P2"]
    events.append(refund("A1", products=[{"product_id": "P1"}]))
    assert read(events, "orders.total") == 15
    assert read(events, "owns") == ["product:P2"]


def test_a_partial_refund_that_says_its_amount_takes_that() -> None:
    events = [order("A1", total=100, products=[BALLS]), refund("A1", total=8, products=[{**BALLS, "quantity": 1}])]
    assert read(events, "orders.total") == 92


def test_a_refund_may_come_before_its_order() -> None:
    assert left([refund("A1"), order("A1", START + 2 * DAY, total=5)]) == []


def test_a_browsers_refund_takes_nothing_from_what_the_shop_vouches_for() -> None:
    events = [order("A1", products=[CLUB]), refund("A1", vouched=False)]
    assert left(events, "all") == []
    assert len(left(events, "shop")) == 1


def test_a_refund_without_an_order_undoes_nothing() -> None:
    assert len(left([order("A1", total=5), event("Order Refunded", vouched=True)])) == 1


HISTORY = [
    order("A1", START, total=10, products=[CLUB]),
    order("A2", START + 10 * DAY, total=20, coupon="GOLF20", products=[BALLS]),
    order("A3", START + 30 * DAY, total=30, discount=5, products=[{**CLUB, "tags": ["sale"]}]),
    order("A4", START + 40 * DAY, total=40),
]
NOW = START + 55 * DAY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("orders.count", 4),
        ("orders.total", 100),
        ("orders.average", 25),
        ("orders.first_at", START),
        ("orders.last_at", START + 40 * DAY),
        ("orders.interval_days", 10),
        ("orders.overdue", 1.5),
        ("orders.discounted_share", 0.5),
        ("orders.category.đồ golf.count", 2),
        ("orders.category.đồ golf.last_at", START + 30 * DAY),
        ("orders.tag.new.share", 0.25),
        ("orders.count(30d)", 2),
        ("orders.count(15d)", 0),
        ("orders.total(30d)", 70),
        ("orders.average(30d)", 35),
        ("orders.first_at(30d)", START + 30 * DAY),
        ("orders.last_at(30d)", START + 40 * DAY),
        ("orders.interval_days(30d)", 10),
        ("orders.overdue(30d)", 1.5),
        ("orders.discounted_share(30d)", 0.5),
        ("orders.category.đồ golf.count(30d)", 1),
    ],
)
def test_facts_about_orders(name: str, value: float) -> None:
    assert read(HISTORY, name, now=NOW) == value


@pytest.mark.parametrize("fact", ["average", "first_at", "last_at", "interval_days", "overdue", "discounted_share"])
def test_without_orders_there_is_no_mean_no_time_and_no_share(fact: str) -> None:
    assert repr(read([], f"orders.{fact}")) == "MISSING"


def test_one_order_has_no_rhythm() -> None:
    assert repr(read(HISTORY[:1], "orders.overdue")) == "MISSING"
    assert repr(read([order("A1"), order("A2")], "orders.overdue")) == "MISSING"  # both at one instant


def test_a_long_order_is_owned_and_given_back_line_by_line() -> None:
    lines = [{"product_id": f"P{number}", "price": 1} for number in range(600)]
    events = [order("A1", products=lines), refund("A1", products=lines[:599])]
    assert read(events, "owns") == ["product:P599"]
    assert read(events, "orders.total") == 1
