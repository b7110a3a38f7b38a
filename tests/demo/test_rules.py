"""The shop's omni.yaml passes the check, and what it names is there in the shop."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from omnisdk.rules.model import Campaign, Ruleset
from omnisdk.rules.reading import read_file
from server_example.demo import RULES
from server_example.demo.cart import COUPONS
from server_example.demo.catalogue import PRODUCTS
from server_example.demo.people import GYM
from server_example.demo.shelf import CATEGORIES
from server_example.demo.words import LANGUAGES

FOLDER = RULES.parent


@pytest.fixture(scope="module")
def rules() -> Ruleset:
    loaded = read_file(RULES)
    assert not loaded.faults and not loaded.warnings
    assert loaded.ruleset is not None
    return loaded.ruleset


def contents(campaign: Campaign) -> list[object]:
    return [campaign.content, *campaign.creatives.values()]


def test_each_placement_of_a_page_is_in_the_rules_and_each_of_the_rules_on_a_page_or_sent(rules: Ruleset) -> None:
    pages = "".join(path.read_text("utf-8") for path in (FOLDER / "templates").glob("*.html"))
    on_pages = set(re.findall(r'data-omni-placement="([^"]+)"', pages))
    assert on_pages == set(rules.placements) - {"push"}


def test_each_text_is_there_in_both_languages(rules: Ruleset) -> None:
    for campaign in rules.campaigns.values():
        for content in contents(campaign):
            cta, image = content.cta or {}, content.image or {}
            texts = [content.title, content.body, cta.get("label"), image.get("alt")]
            assert all(set(text) == set(LANGUAGES) for text in texts if text), campaign.name


def test_each_picture_and_link_of_a_campaign_is_there(rules: Ruleset) -> None:
    for campaign in rules.campaigns.values():
        for content in contents(campaign):
            image, cta = content.image, content.cta
            if image:
                assert (FOLDER / "static" / image["url"].removeprefix("/assets/")).is_file()
            if cta:
                assert urlsplit(cta["url"]).path.removeprefix("/") in {*CATEGORIES, "classes"}


def test_a_coupon_that_is_promised_is_taken_at_the_till_with_the_same_discount(rules: Ruleset) -> None:
    for campaign in rules.campaigns.values():
        if campaign.offer is None or campaign.offer.coupon is None:
            continue
        coupon = COUPONS[campaign.offer.coupon]
        assert campaign.offer.discount == {"percent": coupon.percent}
        assert campaign.promotes == (f"category:{coupon.category}",)
        assert campaign.content.cta is not None
        assert parse_qs(urlsplit(campaign.content.cta["url"]).query) == {"coupon": [coupon.code]}


def test_what_is_promoted_and_granted_is_sold_here(rules: Ruleset) -> None:
    known = {
        f"membership:{GYM}",
        *(f"product:{name}" for name in PRODUCTS),
        *(f"category:{name}" for name in CATEGORIES),
    }
    promoted = {each for campaign in rules.campaigns.values() for each in campaign.promotes}
    assert promoted <= known
    assert set(rules.grants) <= set(PRODUCTS)
    assert {grant.gives for grant in rules.grants.values()} <= known


def test_the_engine_knows_nothing_of_the_shop() -> None:
    package = Path(__file__).parents[2] / "omnisdk"
    for path in package.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "Sân Sớm" not in text and "SOM10" not in text, path
