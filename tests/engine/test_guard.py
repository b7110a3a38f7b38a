"""Nothing covers cart and checkout: by path, and by what the person is doing."""

from __future__ import annotations

import pytest

from omnisdk.clock import MINUTE
from omnisdk.engine.guard import is_guarded_path
from omnisdk.engine.result import Reason
from omnisdk.rules.model import INTERRUPTING_KINDS, PAGE_KINDS, SENT_KINDS, Site
from omnisdk.rules.paths import normalise_path
from tests.engine.given import NOBODY, NOW, SITE, asked, campaign, happened, reason, rules, somebody

INTERRUPTING_ON_PAGES = sorted(PAGE_KINDS & INTERRUPTING_KINDS)
CHECKING_OUT = happened("Checkout Started", NOW - 5 * MINUTE, by="browser")

GUARDED = [
    "/cart",
    "/cart/",
    "/Cart",
    "/cart?coupon=GOLF20",
    "/cart#top",
    "/cart/shipping",
    "/basket",
    "/checkout",
    "/checkout/step/2",
    "/checkouts/abc",
    "/gio-hang",
    "/gio-hang/sua",
    "/thanh-toan",
    "/dat-hang",
    "/ตะกร้า",
    "/ตะกร้าสินค้า",
    "/ชำระเงิน",
    "/%E0%B8%8A%E0%B8%B3%E0%B8%A3%E0%B8%B0%E0%B9%80%E0%B8%87%E0%B8%B4%E0%B8%99",
    "/vi/cart",
    "/vi/gio-hang/",
    "/en-us/checkout",
    "/zh-hant-tw/cart",
    "//checkout",
    "/vi//thanh-toan/",
    "/cart;jsessionid=1",
    "/en/checkout;jsessionid=1/step",
    "/EN-US/Checkout/pay",
    "/en_us/cart",
    "/th/ตะกร้า",
    "/zh-hant/basket",
]
FREE = [
    "/",
    "/cartoons",
    "/carts",
    "/cart-help",
    "/golf/cart",  # a golf cart is a product
    "/shop/checkout-faq",
    "/vi",
    "/vi/golf",
    "/thanh-toan-online-la-gi",
    "/blog/thanh-toan",
    "/ตะกร้อ",
]


@pytest.mark.parametrize("path", GUARDED)
def test_cart_and_checkout_pages_are_guarded(path: str) -> None:
    assert is_guarded_path(normalise_path(path), SITE)
    assert reason(rules(campaign()), NOBODY, asked(path=path)) is Reason.GUARDED


@pytest.mark.parametrize("path", FREE)
def test_other_pages_are_not(path: str) -> None:
    assert not is_guarded_path(normalise_path(path), SITE)
    assert reason(rules(campaign()), NOBODY, asked(path=path)) is Reason.WON


def test_the_site_adds_and_opens_paths() -> None:
    site = Site(guarded_paths=("/thu-ngân*",), open_paths=("/checkout/order-received*", "/thu-ngân/xong"))
    for path, guarded in [
        ("/thu-ngân", True),
        ("/Thu-Ng%C3%A2n-2", True),
        ("/thu-ngân/xong", False),
        ("/checkout", True),
        ("/checkout/order-received/77", False),
    ]:
        assert is_guarded_path(normalise_path(path), site) is guarded, path


@pytest.mark.parametrize("kind", INTERRUPTING_ON_PAGES)
def test_what_interrupts_is_held_back_on_a_guarded_page(kind: str) -> None:
    assert reason(rules(campaign(on=[kind])), NOBODY, asked(kind, path="/gio-hang")) is Reason.GUARDED


@pytest.mark.parametrize("kind", ["banner", "bar", "data", "webhook"])
def test_what_does_not_interrupt_may_stand_there(kind: str) -> None:
    given = rules(campaign(on=[kind]))
    assert reason(given, somebody(CHECKING_OUT), asked(kind, path="/gio-hang")) is Reason.WON


@pytest.mark.parametrize("kind", sorted(INTERRUPTING_KINDS))
def test_whoever_checks_out_is_not_interrupted_anywhere(kind: str) -> None:
    person = somebody(happened("Push Subscribed"), CHECKING_OUT)
    assert reason(rules(campaign(on=[kind])), person, asked(kind, path="/golf")) is Reason.GUARDED
    assert reason(rules(campaign(on=[kind])), person, asked(kind)) is Reason.GUARDED


def test_a_push_knows_no_page() -> None:
    person = somebody(happened("Push Subscribed"))
    assert reason(rules(campaign(on=["push"])), person, asked("push", path="/gio-hang")) is Reason.WON


def test_an_order_or_half_an_hour_of_silence_ends_the_checkout() -> None:
    given = rules(campaign())
    assert reason(given, somebody(CHECKING_OUT), now=CHECKING_OUT.timestamp + 30 * MINUTE - 1) is Reason.GUARDED
    assert reason(given, somebody(CHECKING_OUT), now=CHECKING_OUT.timestamp + 30 * MINUTE) is Reason.WON
    assert reason(given, somebody(CHECKING_OUT, happened("Order Completed", NOW, by="browser"))) is Reason.WON


def test_open_paths_lift_the_guard_of_the_path_only() -> None:
    given = rules(campaign(), site=Site(open_paths=("/checkout/*",)))
    assert reason(given, NOBODY, asked(path="/checkout/done")) is Reason.WON
    assert reason(given, somebody(CHECKING_OUT), asked(path="/checkout/done")) is Reason.GUARDED


@pytest.mark.parametrize("kind", sorted(PAGE_KINDS))
def test_guard_everything_holds_back_every_page_kind(kind: str) -> None:
    given = rules(campaign(on=[kind]), site=Site(guard="everything"))
    assert reason(given, NOBODY, asked(kind, path="/cart")) is Reason.GUARDED
    assert reason(given, somebody(CHECKING_OUT), asked(kind, path="/golf")) is Reason.GUARDED
    assert reason(given, NOBODY, asked(kind, path="/golf")) is Reason.WON


@pytest.mark.parametrize("kind", ["data", *sorted(SENT_KINDS - INTERRUPTING_KINDS)])
def test_guard_everything_leaves_messages_and_data_alone(kind: str) -> None:
    person = somebody(CHECKING_OUT, happened("Push Subscribed"))
    given = rules(campaign(on=[kind]), site=Site(guard="everything"))
    assert reason(given, person, asked(kind, path="/cart")) is not Reason.GUARDED


def test_no_campaign_is_exempt() -> None:
    given = rules(campaign(purpose="service", priority=1000))
    assert reason(given, somebody(CHECKING_OUT)) is Reason.GUARDED
