from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .shop import TAG, Shop, as_json, down, winner

Visit = Callable[..., Page]
SLOT = '<div data-omni-placement="home-hero"><a href="/own">Nội dung của cửa hàng</a></div>'
WINDOW_TO_REGRET_MS = 1_900  # a decision may take 1,500 ms; after that nothing may change any more


def own_content(page: Page) -> Any:
    return page.get_by_role("link", name="Nội dung của cửa hàng")


def test_the_winner_stands_in_its_slot(shop: Shop, visit: Visit) -> None:
    image = {"url": "/golf.svg", "alt": "Gậy golf", "width": 800, "height": 450}
    shop.winners["home-hero"] = winner("home-hero", coupon="GOLF20", content={"body": "Hết tháng 11", "image": image})
    page = visit(SLOT)
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()
    expect(page.get_by_text("Hết tháng 11")).to_be_visible()
    expect(page.get_by_text("GOLF20")).to_be_visible()
    expect(page.get_by_role("link", name="Mua ngay")).to_have_attribute("href", shop.url + "/golf")
    picture = page.get_by_role("img", name="Gậy golf")
    expect(picture).to_have_attribute("width", "800")
    expect(picture).to_have_js_property("naturalWidth", 800)
    expect(own_content(page)).to_be_hidden()


def test_the_shops_elements_are_never_moved_or_changed(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero")
    page = visit(SLOT)
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()
    html = page.evaluate("document.querySelector('[data-omni-placement]').outerHTML")
    assert html == SLOT.replace('="home-hero"', '="home-hero"')


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing wins"),
        pytest.param(down, id="the server is down"),
        pytest.param(lambda *_: as_json({"code": "X"}, 500), id="500"),
        pytest.param(lambda *_: as_json({"code": "UNKNOWN_KEY"}, 401), id="401"),
        pytest.param(lambda *_: (200, {}, b"<html>"), id="not JSON"),
        pytest.param(lambda *_: as_json(None), id="null"),
        pytest.param(lambda *_: as_json({"decisions": "home-hero"}), id="no list"),
        pytest.param(lambda *_: as_json({"decisions": [None, 7, {}, {"placement": "home-hero"}]}), id="a list of junk"),
        pytest.param(
            lambda *_: as_json(
                {"decisions": [{"placement": "home-hero", "campaign": "c", "kind": "banner", "content": 5}]}
            ),
            id="content of the wrong kind",
        ),
        pytest.param(lambda *_: as_json({"decisions": [winner("elsewhere")]}), id="not what was asked"),
        pytest.param(lambda *_: as_json({"decisions": [winner("home-hero", kind="hologram")]}), id="an unknown kind"),
    ],
)
def test_the_slots_own_children_are_shown_when(shop: Shop, visit: Visit, answer: Any) -> None:
    shop.answer = answer
    page = visit(SLOT)
    shop.wait_for(lambda: shop.calls("/omni/v1/decide"))
    page.wait_for_timeout(300)
    expect(own_content(page)).to_be_visible()


def test_an_answer_that_comes_too_late_changes_nothing(shop: Shop, visit: Visit) -> None:
    def slow(path: str, _body: Any) -> Any:
        time.sleep(1.7) if path.endswith("decide") else None

    shop.answer = slow
    shop.winners["home-hero"] = winner("home-hero")
    page = visit("<script>omni.on('decided', d => (window.decided = d))</script>" + SLOT)
    page.wait_for_timeout(WINDOW_TO_REGRET_MS)
    expect(own_content(page)).to_be_visible()
    assert page.evaluate("decided[0].reason") == "TIMEOUT"
    shop.wait_for(lambda: shop.calls("/omni/v1/batch"))  # what the decision carried is sent all the same


def test_a_drawing_chunk_that_does_not_come_changes_nothing(shop: Shop, visit: Visit, page: Page) -> None:
    page.route("**/omni-ui.js*", lambda route: route.abort())
    shop.winners["home-hero"] = winner("home-hero")
    visit("<script>omni.on('error', e => (window.told = e))</script>" + SLOT)
    page.wait_for_function("window.told")
    expect(own_content(page)).to_be_visible()


def test_the_drawing_chunk_is_loaded_only_for_a_winner(shop: Shop, visit: Visit) -> None:
    page = visit(SLOT)
    page.wait_for_timeout(300)
    assert shop.calls("/omni/omni-ui.js") == []
    assert len([call for call in shop.requests if call.path.startswith("/omni/")]) == 2, "the script and one decision"


def test_the_children_come_back_when_the_next_view_has_no_winner(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero")
    page = visit(SLOT)
    expect(own_content(page)).to_be_hidden()
    shop.winners.clear()
    page.evaluate("omni.page('Khác')")
    expect(own_content(page)).to_be_visible()
    shop.winners["home-hero"] = winner("home-hero", id="d2")
    page.evaluate("omni.page('Lại')")
    expect(own_content(page)).to_be_hidden()
    shop.answer = down
    page.evaluate("omni.page('Sập')")
    expect(own_content(page)).to_be_visible()


def test_the_children_come_back_for_the_next_person(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero")
    page = visit(SLOT)
    expect(own_content(page)).to_be_hidden()
    page.evaluate("omni.reset()")
    expect(own_content(page)).to_be_visible()


def test_a_later_view_overtakes_an_answer_under_way(shop: Shop, visit: Visit) -> None:
    asked: list[int] = []

    def first_is_slow(path: str, _body: Any) -> Any:
        if path.endswith("decide"):
            asked.append(1)
            if len(asked) == 1:
                time.sleep(0.8)
                return as_json({"decisions": [winner("home-hero", content={"title": "Cũ"})]})
        return None

    shop.answer = first_is_slow
    shop.winners["home-hero"] = winner("home-hero", content={"title": "Mới"})
    page = visit(SLOT)
    shop.wait_for(lambda: asked)
    page.evaluate("omni.page()")
    expect(page.get_by_text("Mới")).to_be_visible()
    page.wait_for_timeout(900)
    expect(page.get_by_text("Mới")).to_be_visible()


def test_two_slots_of_one_placement_are_seen_once(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero")
    page = visit(SLOT + SLOT)
    expect(page.get_by_text("Đồ golf giảm 20%")).to_have_count(2)
    page.wait_for_timeout(1500)
    shop.wait_for_event("Promotion Viewed")
    page.wait_for_timeout(300)
    assert len(shop.named("Promotion Viewed")) == 1


def test_a_slot_that_is_a_component_of_the_page_is_left_alone(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero")
    page = visit("""<div id=own data-omni-placement="home-hero"></div><a data-omni-placement="home-hero">Liên kết</a><script>
      own.attachShadow({mode: 'open'}).append(Object.assign(document.createElement('b'), {textContent: 'Thành phần riêng'})); omni.on('error', e => (window.told = e))</script>""")
    page.wait_for_function("window.told")
    expect(page.get_by_text("Thành phần riêng")).to_be_visible()
    expect(page.get_by_text("Liên kết")).to_be_visible()


SHIFTS = """<script>window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value })
  .observe({type: 'layout-shift', buffered: true})</script>"""


@pytest.mark.parametrize(
    "slot",
    [
        pytest.param(SLOT.replace("<a ", "<a style='display:block;height:180px' "), id="the height of its children"),
        pytest.param("<div data-omni-placement=home-hero style='height:180px'></div>", id="a height"),
        pytest.param("<div data-omni-placement=home-hero style='min-height:180px'></div>", id="a least height"),
        pytest.param("<div data-omni-placement=home-hero style='aspect-ratio:1200/240'></div>", id="a shape"),
    ],
)
def test_the_page_does_not_move_when_the_slot_has(shop: Shop, visit: Visit, slot: str) -> None:
    shop.winners["home-hero"] = winner(
        "home-hero", size=[1200, 240], coupon="X", content={"body": "Chữ", "image": {"url": "/a.svg"}}
    )
    page = visit(SHIFTS + slot + "<p id=below>Bên dưới</p>")
    below = page.locator("#below")
    top = below.bounding_box()
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()
    page.wait_for_timeout(200)
    assert below.bounding_box() == top
    assert page.evaluate("shift") == 0


def test_a_slot_without_a_height_gets_the_shape_of_its_placement(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero", size=[1200, 240])
    page = visit("<div data-omni-placement=home-hero style='width:1000px'></div>")
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()
    box = page.locator("[data-omni-placement]").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1000, 200)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_long_thai_and_vietnamese_fit_every_width(shop: Shop, visit: Visit, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    thai = "ทดลองใช้ฟิตเนสฟรีหนึ่งสัปดาห์เต็มสำหรับสมาชิกใหม่ทุกคนที่ลงทะเบียนภายในเดือนนี้"
    text = {"title": thai, "body": "Nghiêng" * 30, "image": {"url": "/a.svg"}, "cta": {"label": thai, "url": "/x"}}
    shop.winners["home-hero"] = winner("home-hero", size=[1200, 240], coupon="MÃ-RẤT-DÀI-" * 4, content=text)
    visit(SLOT)
    expect(page.get_by_text(thai).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("[part~=banner]")
    assert box.evaluate("b => b.scrollHeight <= b.clientHeight + 1 && b.scrollWidth <= b.clientWidth + 1"), (
        "nothing is cut off"
    )


def test_the_compact_text_is_for_narrow_screens(shop: Shop, visit: Visit, page: Page) -> None:
    shop.winners["home-hero"] = winner("home-hero", content={"compact": "Golf -20%", "body": "Dài"})
    visit(SLOT)
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()
    expect(page.get_by_text("Golf -20%")).to_have_count(0)
    page.set_viewport_size({"width": 360, "height": 700})
    page.reload()
    expect(page.get_by_text("Golf -20%")).to_be_visible()
    expect(page.get_by_text("Dài")).to_have_count(0)


def test_the_shops_theme_and_parts_style_it(shop: Shop, visit: Visit) -> None:
    shop.winners["home-hero"] = winner("home-hero")
    page = visit(
        "<style>:root{--omni-accent:rgb(10,110,70);--omni-radius:0px} [data-omni-placement]::part(title){color:rgb(1,2,3)}</style>"
        + SLOT
    )
    expect(page.get_by_role("link", name="Mua ngay")).to_have_css("background-color", "rgb(10, 110, 70)")
    expect(page.get_by_text("Đồ golf giảm 20%")).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.locator("[part~=banner]")).to_have_css("border-radius", "0px")


def test_an_image_alone_is_a_link_with_a_name(shop: Shop, visit: Visit) -> None:
    content = {"title": None, "image": {"url": "/a.svg", "alt": "Giày mới"}, "cta": {"url": "/giay"}}
    shop.winners["home-hero"] = winner("home-hero", content=content)
    page = visit("<div data-omni-placement=home-hero></div>")
    link = page.get_by_role("link", name="Giày mới")
    box, slot = link.bounding_box(), page.locator("[data-omni-placement]").bounding_box()
    assert box == slot
    assert box is not None
    assert box["height"] > 100


def test_the_countdown_speaks_the_visitors_language_and_ends_the_offer(shop: Shop, visit: Visit) -> None:
    ends = "new Date(Date.now() + 2600).toISOString()"
    page = visit(tag="", body=SLOT)
    at = page.evaluate(ends)
    shop.winners["home-hero"] = winner("home-hero", ends_at=at, content={"countdown": True})
    visit(SLOT)
    clock = page.get_by_role("timer")
    expect(clock).to_have_text("Còn 00:00:01")
    expect(own_content(page)).to_be_visible(timeout=4000)


def test_the_coupon_is_copied(shop: Shop, visit: Visit, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shop.url)
    shop.winners["home-hero"] = winner("home-hero", coupon="GOLF20")
    visit(SLOT)
    page.get_by_role("button", name="Sao chép").click()
    expect(page.get_by_role("button", name="Sao chép ✓")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "GOLF20"
    assert page.url == shop.url + "/"


def test_the_tag_alone_asks_for_the_popup_and_may_ask_for_others(shop: Shop, visit: Visit) -> None:
    visit()
    assert shop.wait_for(lambda: shop.calls("/omni/v1/decide"))[0].body["placements"] == ["popup"]
    visit(path="/b", tag=TAG.replace("<script ", '<script data-placements="popup,bar" '))
    assert shop.wait_for(lambda: shop.calls("/omni/v1/decide")[1:])[0].body["placements"] == ["popup", "bar"]
