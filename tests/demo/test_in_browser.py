"""The shop in a real browser, on a phone and on a desk: story 2, the drawer, and the manners of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server_example.demo import words
from tests.demo.conftest import Running

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 800}
PAGES = (
    "/",
    "/golf",
    "/golf/driver",
    "/wear/trainer",
    "/classes",
    "/cart",
    "/sign-in",
    "/staff",
    "/privacy",
    "/nowhere",
)
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""
Opening = Callable[..., BrowserContext]


@pytest.fixture
def opened(browser: Browser, running: Running) -> Iterator[Opening]:
    """Open the browser of somebody new. Whatever it complains of (policy, script) fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def heard(message: Any) -> None:
        # Its own note that a page was answered 404 or 422, which some are on purpose.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_one(size: dict[str, int] = DESK) -> BrowserContext:
        context = browser.new_context(base_url=running.url, viewport=size, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints


def sign_in(page: Page, person: str) -> None:
    page.goto("/vi/sign-in")
    page.locator(f"form:has(input[value={person}]) button").click()
    page.wait_for_url("**/vi/")


def settled(page: Page, path: str) -> None:
    """Open a page and wait until its decisions have been answered."""
    with page.expect_response("**/v1/decide"):
        page.goto(path)


def trial(page: Page) -> Any:
    return page.get_by_role("dialog", name=re.compile("tập thử"))


def test_the_trial_shows_to_a_stranger_and_stays_away_from_the_member(opened: Opening) -> None:
    stranger, member = opened(PHONE).new_page(), opened(PHONE).new_page()
    settled(stranger, "/vi/classes")
    expect(trial(stranger)).to_be_visible()
    sign_in(member, "ha")
    settled(member, "/vi/classes")
    member.wait_for_timeout(2_000)  # longer than the popup's own second
    expect(trial(member)).to_have_count(0)
    expect(member.get_by_role("heading", name=words.say("vi", "classes.member"))).to_be_visible()


def test_the_drawer_says_why_in_the_language_of_the_page_and_closes_by_the_keyboard(opened: Opening) -> None:
    page = opened().new_page()
    sign_in(page, "ha")
    settled(page, "/en/classes")
    page.get_by_role("button", name=words.say("en", "why.open")).click()
    drawer = page.get_by_role("dialog", name=words.say("en", "why.title"))
    verdict = drawer.get_by_role("listitem").filter(has_text="gym-trial").filter(has_text="OWNED").first
    expect(verdict).to_contain_text("membership:gym")
    expect(drawer).to_contain_text("Nguyễn Thu Hà")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_what_is_put_into_the_cart_reaches_the_server_from_the_browser(opened: Opening, running: Running) -> None:
    page = opened(PHONE).new_page()
    settled(page, "/vi/golf/glove")
    page.get_by_text("L", exact=True).click()
    page.get_by_label(words.say("vi", "product.quantity")).fill("2")
    page.get_by_role("button", name=words.say("vi", "product.add")).click()
    page.wait_for_url("**/vi/cart")
    settled(page, "/vi/")
    anonymous_id = page.evaluate("omni.anonymousId()")
    profile = running.profile(f"anonymous:{anonymous_id}")
    assert profile is not None
    facts = profile["facts"]
    assert facts["events"]["Product Viewed"]["count"] == 1
    assert facts["events"]["Product Added"]["count"] == 1
    assert facts["cart"]["items"] == 2


def test_nothing_lies_over_cart_and_checkout(opened: Opening) -> None:
    page = opened(PHONE).new_page()
    page.goto("/vi/golf/balls")
    page.get_by_role("button", name=words.say("vi", "product.add")).click()
    for path in ("/vi/cart", "/vi/checkout"):
        settled(page, path)
        page.wait_for_timeout(1_500)
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("getComputedStyle(document.querySelector('[data-why-open]')).position") == "static"


@pytest.mark.parametrize("size", [PHONE, {"width": 390, "height": 844}, DESK], ids=["360", "390", "1280"])
def test_pages_fit_the_screen_and_do_not_move_under_the_reader(opened: Opening, size: dict[str, int]) -> None:
    page = opened(size).new_page()
    for path in PAGES:
        settled(page, f"/vi{path}")
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert page.evaluate(SHIFT) < 0.02, path


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_pages_are_accessible(opened: Opening, size: dict[str, int]) -> None:
    page = opened(size).new_page()
    page.goto("/en/yoga/mat")
    page.get_by_role("button", name=words.say("en", "product.add")).click()
    for path in (*PAGES, "/checkout"):
        settled(page, f"/en{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


def test_the_drawer_is_accessible(opened: Opening) -> None:
    page = opened(PHONE).new_page()
    settled(page, "/vi/golf")
    page.get_by_role("button", name=words.say("vi", "why.open")).click()
    page.locator("[data-why-answer] h3").first.wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_first_key_leads_past_the_menu(opened: Opening) -> None:
    page = opened().new_page()
    page.goto("/vi/golf")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=words.say("vi", "frame.skip"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
