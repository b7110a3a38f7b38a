"""Story 6, the guard: no popup in cart or checkout, by event state and by path, whatever the campaigns say."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.scenarios.site import Site
from tests.scenarios.steps import sees_nothing, sees_popup, visit

Visitor = Callable[..., BrowserContext]


def test_no_popup_on_a_checkout_page(site: Site, visitor: Visitor) -> None:
    shopper = visitor()
    page, decided = visit(site, shopper, site.trade.checkout)
    assert decided["popup"]["reason"] == "GUARDED"
    assert sees_nothing(page)
    page, decided = visit(site, shopper, site.trade.schedule)
    assert decided["popup"]["reason"] == "WON"
    assert sees_popup(page)


def test_no_popup_on_any_page_while_a_checkout_is_under_way(site: Site, visitor: Visitor) -> None:
    shopper = visitor()
    page, _ = visit(site, shopper, site.trade.checkout)
    page.evaluate("omni.track('Checkout Started', {order_id: 'DH-7', products: [{product_id: 'P1', quantity: 1}]})")
    page, decided = visit(site, shopper, site.trade.schedule)
    assert decided["popup"]["reason"] == "GUARDED"
    assert sees_nothing(page)

    page.evaluate("omni.track('Order Completed', {order_id: 'DH-7', total: 120000, products: [{product_id: 'P1'}]})")
    page, decided = visit(site, shopper, site.trade.schedule)
    assert decided["popup"]["reason"] == "WON"
    assert sees_popup(page)


def test_an_open_popup_goes_when_the_checkout_begins(site: Site, visitor: Visitor) -> None:
    page, _ = visit(site, visitor(), site.trade.schedule)
    assert sees_popup(page)
    page.evaluate("omni.track('Checkout Started', {order_id: 'DH-8', products: [{product_id: 'P1', quantity: 1}]})")
    assert sees_nothing(page)


def test_a_checkout_on_the_phone_holds_the_popup_back_on_the_laptop_of_the_same_person(
    site: Site, visitor: Visitor
) -> None:
    phone, laptop = visitor(), visitor()
    page, _ = visit(site, phone, site.trade.news, user="u-buys")
    page.evaluate("omni.track('Checkout Started', {order_id: 'DH-9', products: [{product_id: 'P1', quantity: 1}]})")
    page.wait_for_timeout(1_500)  # the batch goes out by itself
    page, decided = visit(site, laptop, site.trade.schedule, user="u-buys")
    assert decided["popup"]["reason"] == "GUARDED"
    assert sees_nothing(page)
