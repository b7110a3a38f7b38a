"""The pages as a browser without script reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from server_example.demo import words
from server_example.demo.catalogue import PRODUCTS
from server_example.demo.shelf import CATEGORIES
from tests.demo.conftest import Running, Visitor
from tests.support.server import IDENTITY_KEY, SECRET_KEY, SIGNING_KEY

PAGES = [
    "/",
    *(f"/{slug}" for slug in CATEGORIES),
    *(f"/{product.category}/{product.slug}" for product in PRODUCTS.values()),
    "/cart",
    "/classes",
    "/sign-in",
    "/staff",
    "/privacy",
]
# A key that was never turned into a sentence, or a place that was never filled.
UNTRANSLATED = re.compile(r"\b(?:" + "|".join(sorted({key.split(".")[0] for key in words.TEXTS})) + r")\.[a-z_]{3,}\b")
Visiting = Callable[[], Visitor]


class Read(HTMLParser):
    """What a page says, where it leads, and which attributes it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.leads: set[str] = set()
        self.loads: set[str] = set()
        self.inside: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.attributes.append((tag, found))
        if tag in ("script", "style"):
            self.inside.append(tag)
        if tag in ("a", "link") and found.get("href"):
            (self.leads if tag == "a" else self.loads).add(str(found["href"]))
        if tag in ("img", "script") and found.get("src"):
            self.loads.add(str(found["src"]))

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.said)


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_there_in_both_languages_without_a_word_left_untranslated(
    visitor: Visiting, language: str, page: str
) -> None:
    answer = visitor().get(f"/{language}{page}")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    read = Read(answer.text)
    assert not UNTRANSLATED.search(read.text)
    assert "{" not in read.text
    other = words.LANGUAGES[1 - words.LANGUAGES.index(language)]
    assert words.say(other, "foot.note") not in read.text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_link_and_picture_of_the_shop_leads_somewhere(visitor: Visiting, language: str) -> None:
    someone = visitor()
    seen: set[str] = set()
    waiting = [f"/{language}/"]
    while waiting:
        address = waiting.pop()
        answer = someone.get(address)
        assert answer.status_code == 200, address
        if "html" not in answer.headers["content-type"]:
            continue
        read = Read(answer.text)
        for each in read.leads | read.loads:
            target = urlsplit(urljoin(str(answer.url), each))
            assert target.netloc == urlsplit(str(answer.url)).netloc, f"{address} leads away, to {each}"
            place = target.path + (f"?{target.query}" if target.query else "")
            if place not in seen and not place.startswith(tuple(f"/{o}" for o in words.LANGUAGES if o != language)):
                seen.add(place)
                waiting.append(place)
    assert len(seen) > 40


def test_the_language_switch_leads_to_the_same_page(visitor: Visiting) -> None:
    read = Read(visitor().get("/vi/golf?order=up").text)
    assert "/en/golf?order=up" in read.leads


def test_the_front_door_speaks_vietnamese_and_then_the_language_used_last(visitor: Visiting) -> None:
    someone = visitor()
    assert someone.get("/").url.path == "/vi/"
    someone.get("/en/classes")
    assert someone.get("/").url.path == "/en/"
    assert someone.get("/golf?coupon=SOM10").url.path == "/en/golf"


@pytest.mark.parametrize("query", ["_external=1&_scheme=javascript", "_anchor=x&language=fr", "slug=none"])
def test_a_query_cannot_bend_the_shops_own_links(visitor: Visiting, query: str) -> None:
    someone = visitor()
    for page in ("/golf", "/vi/golf"):
        answer = someone.get(f"{page}?{query}")
        assert answer.status_code == 200
        assert answer.url.path == "/vi/golf"
        assert "javascript:" not in answer.text
        assert f"/en/golf?{query}".replace("&", "&amp;") in answer.text


def test_prices_are_on_the_shelf_in_dong(visitor: Visiting) -> None:
    shelf = visitor().get("/vi/gym").text
    for product in PRODUCTS.values():
        if product.category == "gym":
            assert words.money("vi", product.price) in shelf
    assert "1.290.000\N{NO-BREAK SPACE}₫" in shelf


def test_a_shelf_can_be_put_in_order_of_price(visitor: Visiting) -> None:
    for order, backwards in (("up", False), ("down", True)):
        shelf = visitor().get(f"/vi/golf?order={order}").text
        golf = sorted((p for p in PRODUCTS.values() if p.category == "golf"), key=lambda p: p.price, reverse=backwards)
        places = [shelf.index(f'href="/vi/golf/{product.slug}"') for product in golf]
        assert places == sorted(places)


@pytest.mark.parametrize("address", ["/vi/nowhere", "/en/golf/mat", "/vi/golf/none", "/vi/orders/SS-XXXXXX"])
def test_an_address_that_is_not_there_is_answered_by_the_shop(visitor: Visiting, address: str) -> None:
    answer = visitor().get(address)
    assert answer.status_code == 404
    assert words.say(address[1:3], "fault.not_found") in answer.text


def test_an_address_of_the_server_is_answered_by_the_server(visitor: Visiting) -> None:
    answer = visitor().get("/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert visitor().get("/omni.js").status_code == 200


def test_each_page_carries_the_snippet_and_its_policy_lets_nothing_else_run(
    visitor: Visiting, running: Running
) -> None:
    answer = visitor().get("/vi/golf")
    assert str(running.shop.stub) in answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert running.shop.stub_hash in policy
    read = Read(answer.text)
    assert not [
        found for _, found in read.attributes if "style" in found or any(name.startswith("on") for name in found)
    ]


@pytest.mark.parametrize("page", ["/vi/", "/vi/classes", "/vi/sign-in"])
def test_no_page_holds_a_secret(visitor: Visiting, page: str) -> None:
    someone = visitor()
    someone.sign_in("khoi")
    text = someone.get(page).text
    assert not [key for key in (SECRET_KEY, IDENTITY_KEY, SIGNING_KEY) if key in text]


def test_each_picture_says_what_it_is_or_that_it_says_nothing_and_has_its_size(visitor: Visiting) -> None:
    for page in ("/vi/", "/vi/golf/driver", "/vi/classes", "/vi/sign-in"):
        for tag, found in Read(visitor().get(page).text).attributes:
            if tag == "img":
                assert {"alt", "width", "height"} <= found.keys()


def test_each_field_has_its_label(visitor: Visiting) -> None:
    someone = visitor()
    someone.post("/vi/cart/add", data={"product_id": "Y-MAT"})
    for page in ("/vi/checkout", "/vi/staff", "/vi/cart"):
        read = Read(someone.get(page).text)
        labels = {found.get("for") for tag, found in read.attributes if tag == "label"}
        fields = {found["id"] for tag, found in read.attributes if tag == "input" and found.get("id")}
        assert fields
        assert fields <= labels


def test_pages_are_not_kept_by_a_shared_cache(visitor: Visiting) -> None:
    assert visitor().get("/vi/").headers["cache-control"] == "private, no-store"


def test_a_form_of_another_site_does_not_speak_in_a_visitors_name(running: Running) -> None:
    with httpx.Client(base_url=running.url, trust_env=False) as anyone:
        cookie = anyone.get("/vi/").headers["set-cookie"]
    assert "SameSite=Lax" in cookie and "HttpOnly" in cookie
