"""The cart and the checkout, against a simulation that lives through the events in their order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.clock import DAY, MINUTE
from omnisdk.events.model import Event
from omnisdk.profile.cart import BEGINS_CHECKOUT
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.profile.sessions import CART_EVENTS, GAP
from tests.profile.lives import START, event, order, page, read

GOLF = {"product_id": "P1", "category": "đồ golf", "price": 1_250_000, "name": "Gậy golf"}
SHOES = {"product_id": "P2", "category": "รองเท้า", "price": 99.9}


def simulate(events: list[Event], now: int) -> tuple[dict[str, int], str]:
    """Return the items and the stage of a person who lives `events`, one after the other, until `now`."""
    items: dict[str, int] = {}
    in_checkout = left_behind = False
    last = 0
    for each in sorted(events, key=lambda each: each.order_key):
        if each.type == "page" or each.name in CART_EVENTS:
            if each.timestamp - last >= GAP:
                in_checkout = False
            last = each.timestamp
        said = each.properties
        product, before = str(said.get("product_id")), dict(items)
        if each.name == "Product Added":
            items[product] = items.get(product, 0) + said["quantity"]
        elif each.name == "Product Removed":
            items[product] = items.get(product, 0) - said["quantity"]
        elif "products" in said and (each.name == "Cart Viewed" or said["products"]):
            items = {line["product_id"]: line["quantity"] for line in said["products"]}
        items = {product: n for product, n in items.items() if n > 0}
        emptied = not items and (before or (each.name == "Cart Viewed" and "products" in said))
        if each.name == "Order Completed":
            items = {}
            emptied = True
        if emptied:
            in_checkout = left_behind = False
        if each.name in BEGINS_CHECKOUT:
            in_checkout = left_behind = True
    if in_checkout and now - last < GAP:
        return items, "checkout"
    return items, "shopping" if items or left_behind else "empty"


_LINE = st.fixed_dictionaries({"product_id": st.sampled_from(["P1", "P2"]), "quantity": st.integers(1, 3)})
_STEPS = st.one_of(
    st.tuples(st.sampled_from(["Product Added", "Product Removed"]), _LINE),
    st.tuples(st.just("Cart Viewed"), st.fixed_dictionaries({"products": st.lists(_LINE, max_size=2, unique_by=str)})),
    st.tuples(st.sampled_from(["Cart Viewed", "Payment Info Entered", "Checkout Step Viewed"]), st.just({})),
    st.tuples(
        st.just("Checkout Started"),
        st.one_of(st.just({}), st.fixed_dictionaries({"products": st.lists(_LINE, max_size=1)})),
    ),
    st.tuples(st.sampled_from(["page", "page", "Order Completed", "Product Viewed"]), st.just({})),
)
_WAITS = st.sampled_from([0, MINUTE, 10 * MINUTE, 29 * MINUTE, GAP - 1, GAP, 31 * MINUTE, DAY])


@st.composite
def shopping(draw: st.DrawFn) -> tuple[list[Event], int]:
    at, events = START, []
    for name, properties in draw(st.lists(_STEPS, max_size=12)):
        at += draw(_WAITS)
        lines = properties.get("products")
        if lines and len({line["product_id"] for line in lines}) < len(lines):
            properties = {"products": lines[:1]}
        events.append(page(at) if name == "page" else event(name, at, **properties))
    return events, at + draw(_WAITS)


@given(shopping())
def test_items_and_stage_are_those_of_the_life_in_order(life: tuple[list[Event], int]) -> None:
    events, now = life
    items, stage = simulate(events, now)
    reading = Reading(profile.fold(events), "all", FactContext(now))
    assert {product: int(pieces) for product, (_, pieces) in reading.cart.lines.items()} == items
    assert read(events, "cart.stage", now=now) == stage


def test_a_checkout_ends_after_half_an_hour_without_a_page_or_cart_event() -> None:
    events = [event("Checkout Started", products=[GOLF])]
    assert read(events, "cart.stage", now=START + GAP - 1) == "checkout"
    assert read(events, "cart.stage", now=START + GAP) == "shopping"


def test_page_views_keep_a_checkout_going_however_many_and_never_bring_one_back() -> None:
    going = [event("Checkout Started"), *(page(START + minute * MINUTE) for minute in range(0, 400, 2))]
    assert read(going, "cart.stage", now=START + 400 * MINUTE) == "checkout"
    after_a_gap = [event("Checkout Started"), *(page(START + (40 + minute) * MINUTE) for minute in range(0, 400, 2))]
    assert read(after_a_gap, "cart.stage", now=START + 440 * MINUTE) == "shopping"


def test_an_order_ends_the_checkout_and_clears_the_cart_even_if_it_arrives_first() -> None:
    events = [order("A1", START + 5 * MINUTE, total=1), event("Product Added", **GOLF), event("Checkout Started")]
    assert read(events, "cart.stage", now=START + 6 * MINUTE) == "empty"
    assert read(events, "cart.items", now=START + 6 * MINUTE) == 0


def test_other_clocks_a_little_ahead_do_not_open_the_checkout() -> None:
    assert read([event("Checkout Started")], "cart.stage", now=START - 5_000) == "checkout"


def test_value_items_and_categories_are_of_what_is_in_the_cart() -> None:
    events = [
        event("Product Added", **GOLF, quantity=2),
        event("Product Added", START + 1, **SHOES, currency="VND"),
        event("Product Added", START + 2, product_id="P3", price=5, currency="USD"),
        event("Product Removed", START + 3, product_id="P1", quantity=1),
    ]
    assert read(events, "cart.items") == 3
    assert read(events, "cart.value") == 1_250_099.9
    assert read(events, "cart.categories") == ["đồ golf", "รองเท้า"]
    assert read(events, "cart.updated_at") == START + 3
    assert read(events, "cart.stage") == "shopping"


def test_removing_without_a_quantity_removes_the_line() -> None:
    events = [event("Product Added", **GOLF, quantity=2), event("Product Removed", START + 1, product_id="P1")]
    assert read(events, "cart.items") == 0
    assert read(events, "cart.stage") == "empty"


def test_without_a_cart_everything_is_empty() -> None:
    assert read([], "cart.value") == 0
    assert read([], "cart.items") == 0
    assert read([], "cart.categories") == []
    assert read([], "cart.stage") == "empty"
    assert not read([], "cart.updated_at")
