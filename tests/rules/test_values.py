"""What values become: microseconds, minutes, shares, normalised paths, texts by locale."""

from __future__ import annotations

import pytest

from omnisdk import clock
from omnisdk.rules.model import Campaign, Content, Conversion, Placement, Ruleset
from tests.rules.helpers import rules


def campaign(text: str) -> Campaign:
    return rules(f"placements: {{p: {{kind: popup}}}}\ncampaigns: {{x: {text}}}").campaigns["x"]


def test_what_is_left_out_has_its_default() -> None:
    assert rules("site: {}") == Ruleset()
    assert rules("campaigns: {x: {}}").campaigns == {"x": Campaign("x")}
    assert rules("campaigns:\n  x:\n  y:\n").campaigns == {"x": Campaign("x"), "y": Campaign("y")}
    assert rules("placements: {p: {kind: bar}}").placements == {"p": Placement("p", "bar")}


@pytest.mark.parametrize(
    ("written", "microseconds"),
    [
        ("30s", 30 * clock.SECOND),
        ("15m", 15 * clock.MINUTE),
        ("1h", clock.HOUR),
        ("7d", 7 * clock.DAY),
        ("4w", 28 * clock.DAY),
    ],
)
def test_durations_are_microseconds(written: str, microseconds: int) -> None:
    assert campaign(f"{{dismiss_for: {written}, again_after: '{written}'}}").dismiss_for == microseconds


@pytest.mark.parametrize(
    ("written", "share"), [("5%", 0.05), ("0.05", 0.05), ("100%", 1.0), ("0", 0.0), ("12.5%", 0.125), ("'5 %'", 0.05)]
)
def test_shares_are_of_the_whole(written: str, share: float) -> None:
    assert campaign(f"{{holdout: {written}}}").holdout == share


@pytest.mark.parametrize(
    ("written", "trigger"),
    [
        ("{after: 8s}", {"after": 8 * clock.SECOND}),
        ("{scroll: 60%}", {"scroll": 0.6}),
        ("{exit: true}", {"exit": True}),
        ("{idle: 20s}", {"idle": 20 * clock.SECOND}),
        ("{event: Đặt lịch}", {"event": "Đặt lịch"}),
    ],
)
def test_a_trigger_is_one_of_five(written: str, trigger: dict[str, object]) -> None:
    assert campaign(f"{{creatives: {{p: {{trigger: {written}}}}}}}").creatives["p"].trigger == trigger


def test_an_instant_ends_at_itself_and_a_date_with_its_day() -> None:
    assert campaign("{ends: 2026-11-30}").ends == clock.parse("2026-12-01T00:00:00Z")
    assert campaign("{ends: 2026-11-30T12:00}").ends == clock.parse("2026-11-30T12:00:00Z")
    assert campaign("{ends: '2026-11-30T12:00+07:00'}").ends == clock.parse("2026-11-30T05:00:00Z")
    assert campaign("{starts: 2026-11-30, ends: 2026-11-30}").starts == clock.parse("2026-11-30T00:00:00Z")


def test_a_day_that_a_clock_change_shortens_begins_and_ends_at_its_own_midnights() -> None:
    text = "site: {timezone: Europe/Berlin}\ncampaigns: {x: {starts: 2026-03-29, ends: 2026-03-29}}"
    found = rules(text).campaigns["x"]
    assert found.starts is not None
    assert found.ends is not None
    assert found.ends - found.starts == 23 * clock.HOUR


def test_paths_are_normalised() -> None:
    assert campaign('{pages: ["/Gi%E1%BB%8F-H%C3%A0ng/", "/*"]}').pages == ("/giỏ-hàng", "/*")
    assert rules('site: {guarded_paths: "/Thu-Ngan*"}').site.guarded_paths == ("/thu-ngan*",)


def test_locales_have_one_form() -> None:
    title = campaign("{content: {title: {vi_vn: a, EN: b, zh-hant-tw: c}}}").content.title
    assert title == {"vi-VN": "a", "en": "b", "zh-Hant-TW": "c"}
    assert rules("site: {locale: vi-vn, country: vn, currency: vnd}").site.locale == "vi-VN"


def test_origins_are_as_browsers_send_them() -> None:
    origins = rules('site: {origins: ["https://Shop.Example/", "http://localhost:8000"]}').site.origins
    assert origins == ("https://shop.example", "http://localhost:8000")


def test_free_data_keeps_its_shape() -> None:
    found = campaign("{creatives: {p: {data: {id: 0811, n: 3, on: true, none: null, list: [a, {b: 1.5}]}}}}")
    assert found.creatives["p"].data == {"id": "0811", "n": 3, "on": True, "none": None, "list": ["a", {"b": 1.5}]}


def test_a_creative_may_be_left_empty() -> None:
    assert campaign("{creatives: {p: {}}}").creatives == {"p": Content()}
    text = "placements: {p: {kind: popup}}\ncampaigns:\n  x:\n    creatives:\n      p:\n"
    assert rules(text).campaigns["x"].creatives == {"p": Content()}


def test_conversions_grants_trust_and_identity() -> None:
    text = (
        "identity: {require_token: false}\ntrust: [Store Visited]\n"
        "grants: {GYM-12M: {gives: 'membership:gym', for: 365d}, P9: {gives: 'product:P9'}}\n"
        "campaigns: {x: {converts_on: {event: Order Completed, where: {category: đồ golf, product_id: 0811}}}}\n"
    )
    ruleset = rules(text)
    assert ruleset.require_token is False
    assert ruleset.trust == {"Store Visited"}
    assert ruleset.grants["GYM-12M"].for_ == 365 * clock.DAY
    assert ruleset.grants["P9"].for_ is None
    where = {"category": "đồ golf", "product_id": "0811"}
    assert ruleset.campaigns["x"].converts_on == Conversion("Order Completed", where)


def test_allowed_names_come_with_the_trusted_ones_and_the_snippets_own() -> None:
    assert rules("version: 1\n").allow is None
    assert rules("allow:\n").allow is None
    snippets = {"Promotion Viewed", "Promotion Clicked", "Promotion Dismissed", "Membership Started", "Consent Changed"}
    assert rules("allow: []\n").allow == snippets
    text = "allow: [Product Viewed, Đặt lịch, จองคิว]\ntrust: [Store Visited]\n"
    assert rules(text).allow == {"Product Viewed", "Đặt lịch", "จองคิว", "Store Visited"} | snippets


@pytest.mark.parametrize(
    "url",
    ["/golf", "golf", "#top", "?a=1", "https://zalo.me/1", "tel:+84901234567", "mailto:a@b.vn", "/a:b", "zalo://x"],
)
def test_addresses_that_cannot_run_code_are_taken(url: str) -> None:
    assert campaign(f"{{content: {{cta: {{url: '{url}'}}}}}}").content.cta == {"url": url}
