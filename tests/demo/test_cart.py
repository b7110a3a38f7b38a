"""What a cart costs, and what it keeps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_example.demo import cart
from server_example.demo.catalogue import PRODUCTS

GLOVE, MAT, CARD = PRODUCTS["G-GLOVE"], PRODUCTS["Y-MAT"], PRODUCTS["GYM-12M"]


def test_a_coupon_takes_its_share_of_its_own_shelf_only() -> None:
    session: dict[str, Any] = {"coupon": "SOM10"}
    cart.put(session, GLOVE, "M", 2)
    cart.put(session, MAT, "", 1)
    held = cart.read(session)
    assert held.subtotal == 2 * GLOVE.price + MAT.price
    assert held.discount == 2 * GLOVE.price * 10 // 100
    assert held.properties()["coupon"] == "SOM10"


def test_a_coupon_that_does_nothing_here_is_not_told() -> None:
    session: dict[str, Any] = {"coupon": "SOM10"}
    cart.put(session, MAT, "", 1)
    assert "coupon" not in cart.read(session).properties()


def test_delivery_costs_until_the_limit_and_nothing_is_delivered_for_a_card() -> None:
    session: dict[str, Any] = {}
    cart.put(session, GLOVE, "M", 1)
    assert cart.read(session).delivery == cart.DELIVERY
    assert cart.read(session).collected().total == GLOVE.price
    cart.put(session, MAT, "", 1)
    assert cart.read(session).subtotal >= cart.FREE_DELIVERY_FROM
    assert cart.read(session).delivery == 0
    only_card: dict[str, Any] = {}
    cart.put(only_card, CARD, "", 1)
    assert cart.read(only_card).delivery == 0


def test_sizes_are_lines_of_their_own() -> None:
    session: dict[str, Any] = {}
    for size in ("M", "L", "M"):
        cart.put(session, GLOVE, size, 1)
    assert [(line.size, line.quantity) for line in cart.read(session).lines] == [("M", 2), ("L", 1)]


def test_what_is_no_longer_sold_leaves_the_cart() -> None:
    assert cart.read({"cart": {"OLD-1:": 2, "G-GLOVE:M": 1}}).count == 1


@pytest.mark.parametrize("quantity", [0, -3])
def test_a_line_changed_to_nothing_is_gone(quantity: int) -> None:
    session: dict[str, Any] = {}
    cart.put(session, MAT, "", 1)
    cart.change(session, "Y-MAT:", quantity)
    assert cart.read(session).lines == ()


@given(st.lists(st.tuples(st.sampled_from(sorted(PRODUCTS)), st.integers(1, 25)), max_size=8), st.booleans())
def test_the_parts_add_up_and_nobody_is_paid_for_buying(bought: list[tuple[str, int]], with_coupon: bool) -> None:
    session: dict[str, Any] = {"coupon": "SOM10"} if with_coupon else {}
    for product_id, quantity in bought:
        cart.put(session, PRODUCTS[product_id], "", quantity)
    held = cart.read(session)
    assert held.total == held.subtotal - held.discount + held.delivery
    assert 0 <= held.discount <= held.subtotal
    assert all(1 <= line.quantity <= cart.MOST_OF_ONE for line in held.lines)
