"""From the shelf to the order, and what the decision server then knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from markupsafe import escape

from server_example.demo import words
from server_example.demo.catalogue import PRODUCTS
from tests.demo.conftest import Running, Visitor

Visiting = Callable[[], Visitor]
WHO = {
    "name": "Đỗ Văn Hậu",
    "phone": "0905 123 456",
    "address": "12 Xuân Thủy",
    "delivery": "deliver",
    "payment": "cash",
}


def fill(someone: Visitor, *product_ids: str) -> None:
    for product_id in product_ids:
        options = PRODUCTS[product_id].options
        data = {"product_id": product_id, "quantity": "1", "size": options[0] if options else ""}
        someone.post("/vi/cart/add", data=data).raise_for_status()


def order_of(text: str) -> str:
    found = re.search(r"SS-[A-Z0-9]{6}", text)
    assert found
    return found[0]


def test_an_order_is_known_to_the_server_before_its_page_is_answered(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    fill(someone, "G-BALLS", "W-POLO")
    page = someone.get("/vi/checkout").text
    order_id = order_of(page)
    done = someone.post("/vi/checkout", data=WHO)
    assert done.url.path == f"/vi/orders/{order_id}"
    assert words.say("vi", "order.title") in done.text
    profile = running.profile(f"anonymous:{someone.anonymous_id}")
    assert profile is not None
    # Vouched for: the back end said so.
    assert profile["shop"]["orders"]["count"] == 1
    assert profile["shop"]["orders"]["total"] == PRODUCTS["G-BALLS"].price + PRODUCTS["W-POLO"].price
    assert words.say("vi", "cart.empty") in someone.get("/vi/cart").text


def test_an_order_sent_twice_is_one_order(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    fill(someone, "Y-MAT")
    someone.get("/vi/checkout")
    before = dict(someone.cookies)
    first = someone.post("/vi/checkout", data=WHO)
    # The same form again from a page that has not yet seen the answer.
    for name, value in before.items():
        someone.cookies.delete(name)
        someone.cookies.set(name, value)
    second = someone.post("/vi/checkout", data=WHO)
    assert first.url.path == second.url.path
    profile = running.profile(f"anonymous:{someone.anonymous_id}")
    assert profile is not None and profile["shop"]["orders"]["count"] == 1


def test_a_phone_number_typed_at_the_checkout_ties_nobody_to_this_browser(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    fill(someone, "Y-STRAP")
    someone.post("/vi/checkout", data={**WHO, "phone": "0905 123 402"})  # the member's
    profile = running.profile(f"anonymous:{someone.anonymous_id}")
    assert profile is not None
    assert profile["identifiers"] == [f"anonymous:{someone.anonymous_id}"]
    member = running.profile("user:ha")
    assert member is not None and member["facts"]["orders"]["count"] == 0


def test_a_browser_without_the_cookie_orders_by_its_phone_number(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    someone.cookies.delete("omni_aid")
    fill(someone, "Y-STRAP")
    someone.post("/vi/checkout", data={**WHO, "phone": "0905 777 888"})
    profile = running.profile("phone:+84905777888")
    assert profile is not None and profile["shop"]["orders"]["count"] == 1


def test_the_coupon_of_a_link_is_in_the_cart_and_in_the_order(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    someone.get("/golf?coupon=som10")
    fill(someone, "G-BAG")
    price = PRODUCTS["G-BAG"].price
    assert words.money("vi", price * 9 // 10) in someone.get("/vi/cart").text
    someone.post("/vi/checkout", data=WHO)
    profile = running.profile(f"anonymous:{someone.anonymous_id}")
    assert profile is not None and profile["shop"]["orders"]["total"] == price * 9 // 10
    assert profile["shop"]["orders"]["discounted_share"] == 1


def test_a_code_nobody_made_is_refused_and_says_which(visitor: Visiting) -> None:
    someone = visitor()
    fill(someone, "G-BAG")
    answer = someone.post("/en/cart/coupon", data={"coupon": "<i>free</i>"})
    assert "Code &lt;I&gt;FREE&lt;/I&gt; cannot be used." in answer.text


def test_a_wrong_form_names_each_fault_and_orders_nothing(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    fill(someone, "Y-MAT")
    answer = someone.post("/vi/checkout", data={"name": " ", "phone": "12", "delivery": "deliver"})
    assert answer.status_code == 422
    for field in ("name", "phone", "address"):
        assert words.say("vi", f"checkout.need_{field}") in answer.text
    assert running.profile(f"anonymous:{someone.anonymous_id}") is None


def test_collecting_needs_no_address_and_costs_no_delivery(visitor: Visiting) -> None:
    someone = visitor()
    fill(someone, "Y-STRAP")
    answer = someone.post("/vi/checkout", data={**WHO, "address": "", "delivery": "collect"})
    assert answer.status_code == 200
    assert words.money("vi", PRODUCTS["Y-STRAP"].price) in answer.text


def test_a_name_is_text_wherever_it_stands(visitor: Visiting) -> None:
    someone = visitor()
    fill(someone, "Y-MAT")
    nasty = '"><script>alert(1)</script>'
    answer = someone.post("/vi/checkout", data={**WHO, "name": nasty, "phone": ""})
    assert nasty not in answer.text and str(escape(nasty)) in answer.text
    answer = someone.post("/vi/checkout", data={**WHO, "address": nasty})
    assert nasty not in answer.text and str(escape(nasty)) in answer.text


def test_the_checkout_tells_what_is_in_it_and_under_which_number(visitor: Visiting) -> None:
    someone = visitor()
    fill(someone, "G-GLOVE")
    page = someone.get("/vi/checkout").text
    told = re.search(r'omni\.track\("Checkout Started", (\{.*?\})\);', page)
    assert told
    properties = json.loads(told[1])
    assert properties["order_id"] == order_of(page)
    assert properties["value"] == PRODUCTS["G-GLOVE"].price
    assert properties["products"][0]["product_id"] == "G-GLOVE"
    assert properties["products"][0]["variant"] == "S"


def test_an_empty_cart_has_no_checkout(visitor: Visiting) -> None:
    assert visitor().get("/vi/checkout").url.path == "/vi/cart"


def test_a_size_that_is_not_made_is_not_sold(visitor: Visiting) -> None:
    assert visitor().post("/vi/cart/add", data={"product_id": "G-GLOVE", "size": "XXXL"}).status_code == 404
    assert visitor().post("/vi/cart/add", data={"product_id": "NONE"}).status_code == 404


def test_an_order_is_shown_to_the_browser_that_placed_it_only(visitor: Visiting) -> None:
    someone = visitor()
    fill(someone, "Y-MAT")
    done = someone.post("/vi/checkout", data=WHO)
    assert visitor().get(done.url.path).status_code == 404
