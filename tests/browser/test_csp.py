"""Under the strictest policy that shops use, and with content that somebody meant ill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .shop import MANIFEST, STUB, Shop, winner

Visit = Callable[..., Page]
REST = "default-src 'self'; style-src 'none'; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
WATCH = "document.addEventListener('securitypolicyviolation', e => (window.violations ||= []).push(e.effectiveDirective + ' ' + e.blockedURI))"
RICH: dict[str, Any] = {
    "coupon": "GOLF20",
    "size": [1200, 240],
    "ends_at": "2099-01-01T00:00:00Z",
    "promotes": ["membership:gym"],
    "content": {"body": "Chữ", "countdown": True, "image": {"url": "/a.svg", "alt": "Gậy"}},
}


@pytest.mark.parametrize(
    ("scripts", "stub_nonce"),
    [
        pytest.param("'nonce-abc'", " nonce=abc", id="nonce"),
        pytest.param("'nonce-abc' 'strict-dynamic'", " nonce=abc", id="strict-dynamic"),
        pytest.param(f"'self' {MANIFEST['stub']['csp']}", "", id="the published hash of the stub"),
    ],
)
def test_everything_is_drawn_without_a_violation(
    shop: Shop, visit: Visit, page: Page, scripts: str, stub_nonce: str
) -> None:
    shop.headers = {"Content-Security-Policy": f"script-src {scripts}; {REST}"}
    shop.winners = {"hero": winner("hero", **RICH), "popup": winner("popup", "popup", **RICH)}
    page.add_init_script(WATCH)
    visit(
        "<div data-omni-placement=hero></div>",
        stub=STUB.replace("<script", "<script" + stub_nonce),
        tag=f'<script async{stub_nonce} src="/omni/omni.js?key=wk_test"></script>',
    )
    expect(page.get_by_role("dialog", name="Đồ golf giảm 20%")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("omni-popup")).to_have_count(0)
    expect(page.get_by_role("link", name="Mua ngay")).to_have_css("background-color", "rgb(26, 86, 219)")
    shop.wait_for_event("Promotion Dismissed")
    shop.wait_for_event("page")
    assert page.evaluate("window.violations") is None


MARKUP = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>\'"`}{</style>'


@pytest.mark.parametrize(("placement", "kind"), [("hero", "banner"), ("popup", "popup")])
def test_markup_in_a_text_stays_text(shop: Shop, visit: Visit, placement: str, kind: str) -> None:
    image = {"url": "/a.svg", "alt": MARKUP, "width": MARKUP, "height": "1e9"}
    content = {"title": MARKUP, "body": MARKUP, "image": image, "cta": {"label": MARKUP, "url": "/golf?" + MARKUP}}
    shop.winners[placement] = winner(placement, kind, coupon=MARKUP, content=content, campaign=MARKUP)
    page = visit("<div data-omni-placement=hero></div>")
    expect(page.get_by_text(MARKUP).first).to_be_visible()
    assert page.evaluate("window.harmed") is None
    assert page.locator("[part~=title]").text_content() == MARKUP
    assert page.locator("[part~=code]").text_content() == MARKUP


@pytest.mark.parametrize(
    "url",
    [
        "javascript:window.harmed=1",
        " javascript:window.harmed=1",
        "JaVa\tScript:window.harmed=1",
        "\u0001javascript:window.harmed=1",
        "data:text/html,<script>opener.harmed=1</script>",
        "vbscript:x",
        "blob:http://x/y",
        "file:///etc/passwd",
        "intent://x#Intent;end",
        "",
        None,
        7,
        {"href": "/x"},
    ],
)
def test_a_dangerous_address_makes_no_link_and_no_picture(shop: Shop, visit: Visit, url: Any) -> None:
    content = {"cta": {"label": "Bấm", "url": url}, "image": {"url": url, "alt": "Hình"}}
    shop.winners["hero"] = winner("hero", content=content)
    page = visit("<div data-omni-placement=hero></div>")
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()
    for link in page.locator("a").all():  # what is no address at all may be read as a relative one
        assert (link.get_attribute("href") or "").startswith(shop.url)
    assert page.evaluate("window.harmed") is None


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("/golf", "{shop}/golf"),
        ("golf?x=1#y", "{shop}/golf?x=1#y"),
        ("//cdn.example/x", "http://cdn.example/x"),
        ("https://other.example/", "https://other.example/"),
        ("tel:+84901234567", "tel:+84901234567"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_an_ordinary_address_is_a_link(shop: Shop, visit: Visit, url: str, href: str) -> None:
    shop.winners["hero"] = winner("hero", content={"cta": {"label": "Bấm", "url": url}})
    page = visit("<div data-omni-placement=hero></div>")
    expect(page.get_by_role("link", name="Bấm")).to_have_attribute("href", href.format(shop=shop.url))


@pytest.mark.parametrize("name", ["__proto__", "constructor", '"]', "a b", "\\", "ช่อง"])
def test_any_name_may_be_a_placements(shop: Shop, visit: Visit, name: str) -> None:
    shop.winners[name] = winner(name)
    page = visit(
        f"<script>document.write('<div id=s></div>'); s.setAttribute('data-omni-placement', {name!r})</script>"
    )
    expect(page.get_by_text("Đồ golf giảm 20%")).to_be_visible()


def test_a_page_that_has_broken_its_own_tools_hears_nothing_from_us(shop: Shop, visit: Visit) -> None:
    page = visit(
        "<script>window.fetch = () => { throw new Error('broken') }; navigator.sendBeacon = null; window.IntersectionObserver = 1</script>"
    )
    page.evaluate(
        "() => { omni.track('x'); omni.page(); omni.identify(); omni.group(); omni.consent(); omni.decide(); omni.on(); omni.off() }"
    )
    page.wait_for_timeout(300)
    page.goto(shop.url + "/plain")
