from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .shop import Shop, down, winner

Visit = Callable[..., Page]
SLOT = "<div data-omni-placement=hero style='height:{height}px'></div>"
NAMED = {"promotion_id": "golf-days", "creative": "a", "position": "hero", "decision_id": "d1"}
LOOK_MS = 1_600  # one second in view, and a margin for a busy machine


def seen(shop: Shop) -> list[dict[str, Any]]:
    return [event["properties"] for event in shop.named("Promotion Viewed")]


@pytest.fixture
def drawn(shop: Shop, visit: Visit) -> Callable[..., Page]:
    def go(body: str, **more: Any) -> Page:
        shop.winners["hero"] = winner("hero", **more)
        page = visit(body)
        expect(page.locator("[part~=banner]")).to_be_attached()
        return page

    return go


def test_a_second_in_view_is_a_view_with_the_names_of_the_decision(shop: Shop, drawn: Callable[..., Page]) -> None:
    page = drawn("<script>omni.on('viewed', d => (window.viewed = d))</script>" + SLOT.format(height=200))
    page.wait_for_timeout(500)
    assert seen(shop) == [], "not before one second"
    shop.wait_for_event("Promotion Viewed")
    assert seen(shop) == [NAMED]
    assert page.evaluate("viewed.id") == "d1"


@pytest.mark.parametrize(
    ("height", "in_view", "counts"),
    [
        pytest.param(150, 60, False, id="40 % of a small one"),
        pytest.param(150, 90, True, id="60 % of a small one"),
        pytest.param(300, 60, False, id="20 % of a large one"),
        pytest.param(300, 120, True, id="40 % of a large one"),
    ],
)
def test_enough_of_the_pixels_must_be_in_view(
    shop: Shop, drawn: Callable[..., Page], page: Page, height: int, in_view: int, counts: bool
) -> None:
    page.set_viewport_size({"width": 1000, "height": 700})
    drawn(f"<style>body{{margin:0}}</style><div style='height:{700 - in_view}px'></div>" + SLOT.format(height=height))
    if counts:
        shop.wait_for_event("Promotion Viewed")
    else:
        page.wait_for_timeout(LOOK_MS)
        assert seen(shop) == []


def test_less_than_a_second_in_view_is_no_view(shop: Shop, drawn: Callable[..., Page]) -> None:
    page = drawn(SLOT.format(height=200) + "<div style='height:3000px'></div>")
    for _ in range(4):
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(400)
        page.evaluate("scrollTo(0, 2000)")
        page.wait_for_timeout(300)
    assert seen(shop) == []
    page.evaluate("scrollTo(0, 0)")
    shop.wait_for_event("Promotion Viewed")


def test_a_hidden_tab_sees_nothing(shop: Shop, drawn: Callable[..., Page], page: Page) -> None:
    page.add_init_script("""window.hide = yes => { Object.defineProperty(document, 'hidden', {get: () => yes, configurable: true});
                            document.dispatchEvent(new Event('visibilitychange', {bubbles: true})) }""")
    drawn(SLOT.format(height=200))
    page.evaluate("hide(true)")
    page.wait_for_timeout(LOOK_MS)
    assert seen(shop) == []
    page.evaluate("hide(false)")
    shop.wait_for_event("Promotion Viewed")


def test_a_view_is_told_once_however_often_one_scrolls(shop: Shop, drawn: Callable[..., Page]) -> None:
    page = drawn(SLOT.format(height=200) + "<div style='height:3000px'></div>")
    shop.wait_for_event("Promotion Viewed")
    page.evaluate("scrollTo(0, 2000)")
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(LOOK_MS)
    assert len(shop.named("Promotion Viewed")) == 1


def test_a_click_goes_straight_to_its_address_and_is_told(shop: Shop, drawn: Callable[..., Page]) -> None:
    page = drawn(SLOT.format(height=200))
    page.get_by_role("link", name="Mua ngay").click()
    page.wait_for_url("**/golf")
    assert shop.wait_for_event("Promotion Clicked")["properties"] == NAMED


def test_a_click_goes_through_with_the_server_down_and_is_told_later(
    shop: Shop, drawn: Callable[..., Page], visit: Visit
) -> None:
    page = drawn(SLOT.format(height=200))
    shop.answer = down
    page.get_by_role("link", name="Mua ngay").click()
    page.wait_for_url("**/golf")
    shop.answer = None
    shop.requests.clear()
    visit(path="/next", on=page)
    shop.wait_for_event("Promotion Clicked")


def test_the_whole_banner_is_the_link_but_for_the_coupon(shop: Shop, drawn: Callable[..., Page]) -> None:
    page = drawn(SLOT.format(height=200), coupon="GOLF20")
    page.get_by_role("button", name="Sao chép").click()
    assert page.url == shop.url + "/"
    page.locator("[part~=banner]").click(position={"x": 900, "y": 20})
    page.wait_for_url("**/golf")


def test_the_middle_button_is_a_click_and_the_right_one_is_none(shop: Shop, drawn: Callable[..., Page]) -> None:
    page = drawn("<script>window.clicks = 0; omni.on('clicked', () => clicks++)</script>" + SLOT.format(height=200))
    link = page.get_by_role("link", name="Mua ngay")
    link.click(button="right")
    page.wait_for_timeout(100)
    assert page.evaluate("clicks") == 0
    with page.context.expect_page():
        link.click(button="middle")
    assert page.evaluate("clicks") == 1
