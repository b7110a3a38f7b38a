"""Names of facts: reading and writing them, suggestions, and the page that documents them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.clock import DAY, HOUR, MINUTE, SECOND, WEEK
from omnisdk.profile import values
from omnisdk.profile.catalogue import PATTERNS, UnknownFact, parse_fact, quote, write
from omnisdk.profile.facts import MISSING, FactContext, Reading, getter
from tests.profile.lives import START, read

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "facts.md"
_TYPES = {
    "number": "number", "text": "text", "true or false": "bool", "time": "instant", "date": "date", "list": "list",
    "any": "any",
}  # fmt: skip


def documented() -> dict[str, tuple[str, bool]]:
    """Return the names in the page's tables, with type and whether they take a window."""
    found = {}
    for row in re.finditer(r"^\| (`.+?) \| ([^|]+) \|.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        type_, _, window = row[2].strip().partition(", ")
        for name in re.findall(r"`([^`]+)`", row[1]):
            found[name] = (_TYPES[type_], window == "window")
    return found


@pytest.mark.parametrize("name", documented())
def test_every_documented_fact_is_one_of_the_type_that_the_page_says(name: str) -> None:
    type_, windowed = documented()[name]
    fact = parse_fact(name)
    assert fact.type == type_
    assert getter(fact)
    if windowed:
        assert parse_fact(f"{name}(7d)").window == WEEK
    else:
        with pytest.raises(UnknownFact):
            parse_fact(f"{name}(7d)")


def test_every_fact_is_documented() -> None:
    patterns = {parse_fact(name).pattern for name in documented()}
    assert patterns == {pattern.text for pattern in PATTERNS}


@pytest.mark.parametrize("name", documented())
def test_a_stranger_lacks_every_fact_that_is_no_count_no_sum_and_no_list(name: str) -> None:
    value = getter(parse_fact(name))(Reading(profile.empty(), "all", FactContext(START)))
    if name in ("now.hour", "now.weekday", "now.date", "cart.stage") or name.startswith("reach."):
        assert value is not MISSING
    elif re.search(r"(count|total|value|items|redeemed|pages|seconds)$|^interest", name):
        assert value == 0
    elif parse_fact(name).type == "list":
        assert value == []
    else:
        assert value is MISSING


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("events.Product Viewed.count", ("Product Viewed",)),
        ('events."a.b".count', ("a.b",)),
        ("events.'a.b'.count", ("a.b",)),
        ('events."nói \\"có\\" (vâng)".count', ('nói "có" (vâng)',)),
        ("interest.men's wear", ("men's wear",)),
        ("orders.category.đồ golf.count", ("đồ golf",)),
        ("traits.a.b", ("a", "b")),
        (" orders.category. ไม้กอล์ฟ .count", ("ไม้กอล์ฟ",)),
        ("interest.Đo\u0302\u0300", ("Đồ",)),
    ],
)
def test_names_from_events_may_hold_anything(name: str, args: tuple[str, ...]) -> None:
    assert parse_fact(name).args == args


@pytest.mark.parametrize(
    ("window", "microseconds"),
    [("30s", 30 * SECOND), ("15m", 15 * MINUTE), ("1h", HOUR), ("7d", 7 * DAY), ("4w", 28 * DAY)],
)
def test_windows(window: str, microseconds: int) -> None:
    assert parse_fact(f"events.x.count({window})").window == microseconds


@given(st.text(min_size=1, max_size=20))
def test_every_name_that_is_written_reads_back(name: str) -> None:
    tidy = values.tidy(name)
    if tidy:
        assert parse_fact(write(("events", tidy, "count"))).args == (tidy,)
        assert parse_fact(f"interest.{quote(tidy)}").args == (tidy,)


@given(st.text(max_size=40))
def test_a_name_is_a_fact_or_unknown_and_nothing_else(name: str) -> None:
    try:
        fact = parse_fact(name)
    except UnknownFact as unknown:
        assert unknown.suggestion is None or parse_fact(unknown.suggestion)
    else:
        getter(fact)(Reading(profile.empty(), "shop", FactContext(START)))


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("order.count", "orders.count"),
        ("orders.cuont", "orders.count"),
        ("events.Product Viewed", "events.Product Viewed.count"),
        ("events.a.b.count(7d)", 'events."a.b".count(7d)'),
        ("cart.value(7d)", "cart.value"),
        ("orders.count(7 days)", "orders.count"),
        ("membership.gym.untl", "membership.gym.until"),
        ("campaign.golf-days.viewed.count", "campaigns.golf-days.viewed.count"),
        ("consents.marketing", "consent.marketing"),
        ("visits.count", "visits.web.count"),
    ],
)
def test_a_wrong_name_is_told_the_nearest(wrong: str, meant: str) -> None:
    with pytest.raises(UnknownFact) as caught:
        parse_fact(wrong)
    assert caught.value.suggestion == meant
    assert meant in str(caught.value)


def test_of_nonsense_nothing_is_suggested() -> None:
    with pytest.raises(UnknownFact) as caught:
        parse_fact("xyzzy")
    assert caught.value.suggestion is None


def test_the_rule_checker_learns_whose_fact_it_is_and_whether_views_differ() -> None:
    assert parse_fact("page.path").of_request
    assert parse_fact("now.open").of_request
    assert parse_fact("orders.count").of_person
    assert parse_fact("segments").of_person
    assert parse_fact("orders.count").two_views
    assert parse_fact("events.Order Completed.count").two_views
    assert not parse_fact("events.Product Viewed.count").two_views
    assert parse_fact("campaigns.golf-days.viewed.count").family == "campaigns"


# --- facts of the request ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Phone:
    kind: str = "phone"
    os: str = "Android"
    browser: str = ""


@pytest.mark.parametrize(
    ("name", "context", "value"),
    [
        ("page.path", {"path": "/giỏ-hàng"}, "/giỏ-hàng"),
        ("page.url", {"url": "https://shop.vn/?a=1"}, "https://shop.vn/?a=1"),
        ("page.query.utm_source", {"query": {"utm_source": " zalo "}}, "zalo"),
        ("page.query.khác", {"query": {"utm_source": "zalo"}}, MISSING),
        ("device.kind", {"device": Phone()}, "phone"),
        ("device.os", {"device": Phone()}, "Android"),
        ("device.browser", {"device": Phone()}, MISSING),
        ("locale", {"locale": "vi-VN"}, "vi-VN"),
        ("now.open", {"open_now": False}, False),
        ("now.hour", {}, 23),
        ("now.weekday", {}, "sun"),
        ("now.date", {}, "2026-05-03"),
        ("now.weekday", {"timezone": "Pacific/Auckland"}, "mon"),
        ("segments", {"segments": lambda reading: {"vip", "golfers"}}, ["golfers", "vip"]),
    ],
)
def test_facts_of_the_request_and_the_moment(name: str, context: dict[str, Any], value: Any) -> None:
    found = read([], name, now=START + 14 * HOUR, **context)  # 23:00 in Hà Nội
    assert found == value and type(found) is type(value)
