"""Creatives: merged key by key, drawn as plain data with safe addresses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omnisdk.clock import DAY, HOUR
from omnisdk.content.creative import compile_creative, merge
from omnisdk.content.links import is_safe
from omnisdk.rules.model import Content
from tests.content.given import NOW, drawn, said, setting


def test_the_creative_overrides_the_campaign_key_by_key() -> None:
    campaign = Content(
        title={"vi": "chung", "en": "shared"},
        body={"": "chung"},
        image={"url": "/a.jpg", "alt": {"vi": "gậy"}},
        cta={"label": {"vi": "Mua"}, "url": "/golf"},
        data={"template_id": "1", "x": "y"},
        trigger={"after": 8_000_000},
        countdown=True,
    )
    own = Content(
        title={"vi": "riêng"}, cta={"url": "/yoga"}, data={"template_id": "2"}, trigger={"exit": True}, countdown=False
    )
    merged = merge(campaign, own)
    assert merged == Content(
        title={"vi": "riêng"},
        body={"": "chung"},
        image={"url": "/a.jpg", "alt": {"vi": "gậy"}},
        cta={"label": {"vi": "Mua"}, "url": "/yoga"},
        data={"template_id": "2", "x": "y"},
        trigger={"exit": True},
        countdown=False,
    )
    assert merge(Content(), campaign, Content()) == campaign


def test_a_creative_is_drawn_with_the_keys_it_has() -> None:
    content = Content(
        title={"vi": "Chào {{ traits.name }}"},
        image={"url": "/img/golf.jpg", "alt": {"vi": "Gậy golf"}, "width": 600, "height": 400},
        cta={"label": {"vi": "Mua ngay"}, "url": "/golf"},
        compact={"vi": "-20%"},
        subject={"vi": "Thư cho {{ traits.name }}"},
        countdown=True,
    )
    assert drawn(content, said(name="Lân"), ends=NOW + DAY) == {
        "title": "Chào Lân",
        "image": {"url": "/img/golf.jpg", "alt": "Gậy golf", "width": 600, "height": 400},
        "cta": {"label": "Mua ngay", "url": "/golf"},
        "compact": "-20%",
        "subject": "Thư cho Lân",
        "countdown": True,
    }


def test_without_an_end_there_is_no_countdown() -> None:
    assert drawn(Content(countdown=True)) == {}


def test_free_data_keeps_its_shape_and_its_texts_are_filled_in() -> None:
    data = {
        "template_id": "2319",
        "n": 3,
        "on": True,
        "none": None,
        "list": ["{{ traits.name }}", {"a": "{{ coupon }}"}],
    }
    assert drawn(Content(data=data), said(name="สมชาย"), coupon="C1") == {
        "data": {"template_id": "2319", "n": 3, "on": True, "none": None, "list": ["สมชาย", {"a": "C1"}]}
    }


def test_only_the_text_a_person_gets_can_leave_the_creative_out() -> None:
    creative = compile_creative(Content(title={"vi": "Chào {{ traits.name }}", "en": "Hello"}), ends=None, coupon=None)
    assert creative.unfit(setting(locale="en")) is None
    assert creative.unfit(setting(locale="vi")) is not None


def test_what_cannot_fail_is_never_checked() -> None:
    content = Content(
        title={"vi": "Còn {{ ends_in }} {{ coupon }} {{ traits.x | default('') }}"}, cta={"url": "/a?x={{ coupon }}"}
    )
    assert compile_creative(content, ends=NOW, coupon="C").checks == ()


# --- addresses --------------------------------------------------------------------------------------------------------
SAFE = [
    "/golf", "golf", "", "?a=1", "#top", "//cdn.example/x.jpg", "https://shop.example/ghế?a=1:2", "HTTP://x", "tel:+84901234567",
    "mailto:a@b.vn", "sms:+84901234567", "zalo://chat", "line://ti/p/x", "/a:b", "./a:b",
]  # fmt: skip
UNSAFE = [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
    "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x", "intent://x", "a:b", "\u00a0javascript:x",
]  # fmt: skip


@pytest.mark.parametrize("url", SAFE)
def test_an_address_that_leads_somewhere_is_kept(url: str) -> None:
    assert is_safe(url)


@pytest.mark.parametrize("url", UNSAFE)
def test_an_address_that_could_run_code_is_not(url: str) -> None:
    assert not is_safe(url)
    for content in (Content(cta={"label": {"": "x"}, "url": url}), Content(image={"url": url})):
        unfit = compile_creative(content, ends=None, coupon=None).unfit(setting())
        assert unfit is not None and unfit.name.endswith(".url") and unfit.value == url


def address(url: str, **traits: Any) -> str | None:
    """What the address becomes, None where the creative is left out."""
    given_setting = setting(said(**traits))
    creative = compile_creative(Content(cta={"url": url}), ends=None, coupon=None)
    return None if creative.unfit(given_setting) else creative.draw(given_setting)["cta"]["url"]


def test_what_is_filled_into_an_address_is_encoded() -> None:
    assert address("/tìm?q={{ traits.x }}", x="đồ golf&a=b#c/d") == "/tìm?q=%C4%91%E1%BB%93%20golf%26a%3Db%23c%2Fd"
    assert address("java{{ traits.x }}", x="script:alert(1)") == "javascript%3Aalert%281%29"


def test_an_address_may_be_a_fact_itself_if_it_is_safe() -> None:
    assert address("{{ traits.x }}", x="https://shop.example/lại?a=1") == "https://shop.example/lại?a=1"
    assert address("{{ traits.x }}{{ traits.y }}", x="/a/", y="b c") == "/a/b%20c"
    assert address("{{ traits.x }}", x="javascript:alert(1)") is None


@given(st.text(max_size=20), st.sampled_from(("{{ traits.x | default('/') }}", "/a{{ traits.x | default('b') }}")))
@example("javascript:alert(1)", "{{ traits.x | default('/') }}")
@example("\ud800", "/a{{ traits.x | default('b') }}")
def test_no_trait_makes_an_address_unsafe(trait: str, url: str) -> None:
    found = address(url, x=trait)
    assert found is None or is_safe(found)


# --- products ---------------------------------------------------------------------------------------------------------
def look(product: str, at: int, **keys: Any) -> Any:
    return said("Product Viewed", at, product_id=product, **keys)


LOOKED = (
    look("P1", NOW - 3 * HOUR, name="Gậy sắt", price=2_500_000, url="/p/1", image_url="/i/1.jpg"),
    look("P2", NOW - 2 * HOUR, name="ถุงมือ", price="99.90", url="javascript:alert(1)"),
    look("P3", NOW - HOUR),
)


def test_products_looked_at_come_latest_first() -> None:
    content = Content(products={"from": "viewed", "most": 3})
    assert drawn(content, *LOOKED)["products"] == [
        {"product_id": "P3"},
        {"product_id": "P2", "name": "ถุงมือ", "price": 99.9},
        {"product_id": "P1", "name": "Gậy sắt", "price": 2_500_000, "url": "/p/1", "image_url": "/i/1.jpg"},
    ]
    assert [
        each["product_id"] for each in drawn(Content(products={"from": "viewed", "most": 1}), *LOOKED)["products"]
    ] == ["P3"]


def test_products_of_the_cart_and_of_the_last_order() -> None:
    put_in = [said("Product Added", NOW - hours * HOUR, product_id=f"C{hours}", name="x") for hours in (2, 1)]
    assert drawn(Content(products={"from": "cart"}), *put_in)["products"] == [
        {"product_id": "C1", "name": "x"},
        {"product_id": "C2", "name": "x"},
    ]
    orders = [
        said("Order Completed", NOW - days * DAY, order_id=str(days), products=[{"product_id": f"O{days}"}])
        for days in (2, 1)
    ]
    assert drawn(Content(products={"from": "order"}), *orders)["products"] == [{"product_id": "O1"}]


def test_an_order_that_only_a_browser_claims_shows_nothing() -> None:
    claimed = said("Order Completed", vouched=False, products=[{"product_id": "O1"}])
    assert drawn(Content(products={"from": "order"}), claimed) == {"products": []}


def test_whoever_looked_at_nothing_gets_an_empty_list() -> None:
    assert drawn(Content(products={"from": "viewed", "most": 3})) == {"products": []}
