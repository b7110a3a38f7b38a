"""What rules become: the trees that the engine compiles."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from omnisdk import clock
from omnisdk.engine import compile_rules
from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule
from omnisdk.rules.segments import DEEPEST
from tests.rules.helpers import read, rules

SITE = "site: {timezone: Asia/Ho_Chi_Minh}\n"


def rule(text: str) -> Rule:
    """Return the rule of segment `s`, written as a flow mapping; `loyal` and `members` are other segments."""
    others = "  loyal: {orders.count: {at_least: 5}}\n  members: {owns: 'membership:gym'}\n"
    return rules(f"{SITE}segments:\n{others}  s: {text}\n").segments["s"]


LOYAL, MEMBERS = InSegment("loyal"), InSegment("members")
A = Compare("traits.a", "is", 1)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("{traits.a: 1}", A),
        ("{traits.a: 1, orders.count: 2}", All((A, Compare("orders.count", "is", 2)))),
        ("{traits.a: [1, b]}", Compare("traits.a", "in", (1, "b"))),
        (
            "{traits.a: {at_least: 1, at_most: 5}}",
            All((Compare("traits.a", "at_least", 1), Compare("traits.a", "at_most", 5))),
        ),
        ("{traits.a: {not: 1}}", Not(A)),
        ("{traits.a: {not: [1, 2]}}", Not(Compare("traits.a", "in", (1, 2)))),
        ("{traits.a: {not: {at_least: 1}}}", Not(Compare("traits.a", "at_least", 1))),
        ("{traits.a: {is: 1}}", A),
        ("{traits.a: {in: [1]}}", Compare("traits.a", "in", (1,))),
        ("{not: {traits.a: 1}}", Not(A)),
        ("{not: loyal}", Not(LOYAL)),
        ("{not: [loyal, members]}", Not(Any_((LOYAL, MEMBERS)))),
        ("{any: [loyal, {traits.a: 1}]}", Any_((LOYAL, A))),
        ("{all: [loyal, {not: members}], traits.a: 1}", All((All((LOYAL, Not(MEMBERS))), A))),
        ("loyal", LOYAL),
        ("{traits.a: {exists: false}}", Compare("traits.a", "exists", False)),
        ("{traits.a: {contains: đồ golf}}", Compare("traits.a", "contains", "đồ golf")),
        ("{traits.a: {starts_with: 08}}", Compare("traits.a", "starts_with", "08")),
        ("{traits.birthday: {anniversary: 7d}}", Compare("traits.birthday", "anniversary", 7 * clock.DAY)),
        ("{orders.last_at: {within: 90d}}", Compare("orders.last_at", "within", 90 * clock.DAY)),
        ("{orders.last_at: {older_than: 4w}}", Compare("orders.last_at", "older_than", 28 * clock.DAY)),
        ("{membership.gym.until: {within_next: 14d}}", Compare("membership.gym.until", "within_next", 14 * clock.DAY)),
        ("{orders.discounted_share: {at_least: 50%}}", Compare("orders.discounted_share", "at_least", 0.5)),
        ("{owns: 'membership:gym'}", Compare("owns", "is", "membership:gym")),
        ("{segments: [loyal]}", Compare("segments", "in", ("loyal",))),
        ("{events.Product Viewed.count(7d): {at_least: 3}}", Compare("events.Product Viewed.count(7d)", "at_least", 3)),
        ("{'events.\"a.b\".count(7d)': 1}", Compare('events."a.b".count(7d)', "is", 1)),
        ("{page.path: /Gi%E1%BB%8F-H%C3%A0ng/?a=1}", Compare("page.path", "is", "/giỏ-hàng")),
        ("{page.path: {not: /Golf/}}", Not(Compare("page.path", "is", "/golf"))),
        ("{page.path: [/Golf/, '/ก%E0%B8%B2/']}", Compare("page.path", "in", ("/golf", "/กา"))),
        ("{page.path: {starts_with: /Gio\u0309%20/}}", Compare("page.path", "starts_with", "/giỏ /")),
        ("{page.path: {contains: H%C3%80NG}}", Compare("page.path", "contains", "hàng")),
        ("{page.query.q: {contains: H%C3%80NG}}", Compare("page.query.q", "contains", "H%C3%80NG")),
        ("{traits.birthday: {anniversary: 48h}}", Compare("traits.birthday", "anniversary", 2 * clock.DAY)),
        ("{now.weekday: [sat, sun]}", Compare("now.weekday", "in", ("sat", "sun"))),
        ("{page.query.utm_source: 0811}", Compare("page.query.utm_source", "is", "0811")),
        ("{traits.địa chỉ.thành phố: ' Huế '}", Compare("traits.địa chỉ.thành phố", "is", "Huế")),
    ],
)
def test_a_rule_becomes_its_tree(text: str, tree: Rule) -> None:
    assert rule(text) == tree


def test_true_in_a_rule_is_not_1() -> None:
    found = rule("{traits.a: true}")
    assert isinstance(found, Compare)
    assert found.value is True


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
        ("2026-11-01T09:30", datetime(2026, 11, 1, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
        ("2026-11-01 09:30:15", datetime(2026, 11, 1, 9, 30, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
        ("2026-11-01T09:30Z", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01T09:30:00.5+02:00", datetime(2026, 11, 1, 7, 30, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_dates_in_rules_are_in_the_sites_time_zone_unless_they_say_otherwise(written: str, moment: datetime) -> None:
    assert rule(f"{{orders.last_at: {{before: '{written}'}}}}") == Compare(
        "orders.last_at", "before", clock.from_datetime(moment)
    )


def test_an_audience_is_a_segment_a_list_or_a_rule() -> None:
    text = (
        "segments: {a: {orders.count: 1}, b: {orders.count: 2}}\n"
        "campaigns:\n  one: {audience: a}\n  many: {audience: [a, {not: b}], exclude: [b]}\n  rule: {audience: {traits.a: 1}}\n"
    )
    campaigns = rules(text).campaigns
    assert campaigns["one"].audience == InSegment("a")
    assert campaigns["many"].audience == Any_((InSegment("a"), Not(InSegment("b"))))
    assert campaigns["many"].exclude == InSegment("b")
    assert campaigns["rule"].audience == A


def test_a_diamond_of_segments_is_no_circle() -> None:
    text = "segments:\n  a: {all: [b, c]}\n  b: d\n  c: {not: d}\n  d: {orders.count: 1}\n"
    assert len(rules(text).segments) == 4


def test_segments_that_begin_alike_may_be_asked_for_together() -> None:
    found = rules("segments: {vip-hn: {traits.city: HN}, all: {segments: {starts_with: vip}}}").segments["all"]
    assert found == Compare("segments", "starts_with", "vip")


def test_segments_in_segments_are_bounded() -> None:
    chain = "segments:\n" + "".join(f"  s{i}: s{i + 1}\n" for i in range(DEEPEST - 1))
    end = f"  s{DEEPEST - 1}: {{orders.count: 1}}\n"
    compile_rules(rules(chain + end))
    (fault,) = read(chain.replace("s0: s1", "s0: {not: s1}") + end).faults
    assert (fault.line, fault.column) == (2, 3)
    assert "too deep" in fault.what
