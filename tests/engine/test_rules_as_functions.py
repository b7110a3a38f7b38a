"""What the operators of a rule mean, exactly, and how rules combine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisdk import clock, profile
from omnisdk.clock import DAY, HOUR
from omnisdk.profile.catalogue import UnknownFact
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.rules.compile import compile_rule, compile_segments, facts_of
from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule
from omnisdk.rules.operators import OPERATORS
from tests.engine.given import NOW, happened, identified

ZONE = "Asia/Bangkok"


def reading(*events: Any, now: int = NOW, **context: Any) -> Reading:
    return Reading(profile.fold(events), "all", FactContext(now, ZONE, **context))


def holds(operator: str, value: Any, trait: Any, now: int = NOW) -> bool:
    """Whether a trait compares so; a trait of None is one that the person lacks."""
    life = () if trait is None else (identified(x=trait),)
    return compile_rule(Compare("traits.x", operator, value), {})(reading(*life, now=now))


@pytest.mark.parametrize(
    ("operator", "value", "trait", "expected"),
    [
        ("is", "golf", "golf", True),
        ("is", "golf", "  golf ", True),
        ("is", "golf", "Golf", False),
        ("is", "đồ golf", "\u0111o\u0302\u0300 golf", True),  # sent decomposed
        ("is", "ตะกร้า", "ตะกร้า", True),
        ("is", "5", 5, False),
        ("is", 5, "5", False),
        ("is", 5, 5.0, True),
        ("is", 1, True, False),
        ("is", True, 1, False),
        ("is", True, True, True),
        ("is", False, 0, False),
        ("is", "true", True, False),
        ("is", "golf", ["yoga", "golf"], True),
        ("is", "gol", ["yoga", "golf"], False),
        ("is", 1, [True, "1"], False),
        ("is", "golf", {"golf": 1}, False),
        ("in", ("golf", "yoga"), "yoga", True),
        ("in", ("golf", 5), 5, True),
        ("in", ("golf", 5), "5", False),
        ("in", (1, 2), True, False),
        ("in", ("golf", "yoga"), ["tennis", "yoga "], True),
        ("in", (), "golf", False),
        ("contains", "golf", ["golf"], True),
        ("contains", "golf", "đồ golf nữ", True),
        ("contains", "Golf", "đồ golf nữ", False),
        ("contains", 5, [4, 5], True),
        ("contains", 5, "5", False),
        ("starts_with", "ตะ", "ตะกร้า", True),
        ("starts_with", "09", "0901", True),
        ("starts_with", "09", 901, False),
        ("starts_with", "member", ["x", "membership:gym"], True),
        ("at_least", 5, 5, True),
        ("at_least", 5, 4.99, False),
        ("at_least", 5, "9", False),
        ("at_least", 0, True, False),
        ("at_most", 5, 5, True),
        ("at_most", 5, 5.01, False),
        ("more_than", 5, 5, False),
        ("more_than", 5, 5.5, True),
        ("less_than", 5, 5, False),
        ("less_than", 5, -1, True),
        ("exists", True, 0, True),
        ("exists", True, "", True),
        ("exists", True, None, False),
        ("exists", False, None, True),
        ("exists", False, False, False),
    ],
)
def test_an_operator_compares_without_converting(operator: str, value: Any, trait: Any, expected: bool) -> None:
    assert holds(operator, value, trait) is expected


VALUES: dict[str, Any] = {
    "is": "x", "in": ("x",), "contains": "x", "starts_with": "x", "at_least": -1, "at_most": 1, "more_than": -1,
    "less_than": 1, "within": DAY, "older_than": -DAY, "within_next": DAY, "before": NOW, "after": 0, "anniversary": DAY,
}  # fmt: skip


@pytest.mark.parametrize("operator", sorted(VALUES))
def test_what_a_person_lacks_makes_each_comparison_false_and_not_of_it_true(operator: str) -> None:
    compare = Compare("traits.x", operator, VALUES[operator])
    assert compile_rule(compare, {})(reading()) is False
    assert compile_rule(Not(compare), {})(reading()) is True


def test_every_operator_but_exists_was_asked_of_a_missing_fact() -> None:
    assert set(VALUES) == set(OPERATORS) - {"exists"}


def test_a_null_of_the_shop_is_missing_too() -> None:
    assert compile_rule(Compare("traits.x", "exists", True), {})(reading(identified(x=None))) is False


def test_counts_without_history_are_zero() -> None:
    for fact in ("orders.count", "events.Product Viewed.count", "cart.items", "visits.web.count(7d)"):
        assert compile_rule(Compare(fact, "is", 0), {})(reading()), fact


# --- time -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("operator", "value", "offset", "expected"),
    [
        ("within", 7 * DAY, 0, True),
        ("within", 7 * DAY, -7 * DAY, True),
        ("within", 7 * DAY, -7 * DAY - 1, False),
        ("within", 7 * DAY, 1, False),
        ("older_than", 7 * DAY, -7 * DAY, False),
        ("older_than", 7 * DAY, -7 * DAY - 1, True),
        ("within_next", 14 * DAY, 0, True),
        ("within_next", 14 * DAY, -1, False),
        ("within_next", 14 * DAY, 14 * DAY, True),
        ("within_next", 14 * DAY, 14 * DAY + 1, False),
        ("before", NOW, -1, True),
        ("before", NOW, 0, False),
        ("after", NOW, 0, False),
        ("after", NOW, 1, True),
    ],
)
def test_an_operator_of_time_is_exact_to_the_microsecond(
    operator: str, value: int, offset: int, expected: bool
) -> None:
    until = clock.to_text(NOW + offset)
    life = reading(happened("Membership Started", NOW - 30 * DAY, membership="gym", until=until))
    fact = Compare("membership.gym.until", operator, value)
    assert compile_rule(fact, {})(life) is expected
    assert holds(operator, value, until) is expected, "a trait that holds the moment as text reads the same"


@pytest.mark.parametrize("trait", [NOW, NOW // 1_000_000, "hôm qua", "", "9999-99-99", True, ["2026-11-10"], {"a": 1}])
@pytest.mark.parametrize("operator", ["within", "older_than", "within_next", "before", "after", "anniversary"])
def test_what_is_no_moment_compares_with_none(operator: str, trait: Any) -> None:
    assert holds(operator, VALUES[operator] if operator != "before" else 2**60, trait) is False


def test_a_day_in_a_trait_begins_at_midnight_of_the_site() -> None:
    midnight = clock.parse("2026-11-09T17:00:00Z")  # 10 November in Bangkok
    assert holds("before", midnight + 1, "2026-11-10") and not holds("before", midnight, "2026-11-10")
    assert holds("before", midnight + HOUR + 1, "2026-11-10T01:00") and not holds(
        "before", midnight, "2026-11-10T01:00"
    )


@pytest.mark.parametrize(
    ("day", "today", "days", "expected"),
    [
        ("1990-11-10", "2026-11-10", 0, True),
        ("1990-11-17", "2026-11-10", 7, True),
        ("1990-11-18", "2026-11-10", 7, False),
        ("1990-11-09", "2026-11-10", 7, False),
        ("1990-01-02", "2026-12-30", 7, True),
        ("1992-02-29", "2026-02-28", 0, True),
        ("1992-02-29", "2026-03-01", 0, False),
        ("1992-02-29", "2028-02-28", 0, False),
        ("1992-02-29", "2028-02-29", 0, True),
        ("1992-02-29", "2027-02-22", 6, True),
        ("1992-02-28", "2028-02-28", 0, True),
        ("1992-02-29", "2027-03-01", 365, True),
        ("2026-11-10T23:30:00+07:00", "2027-11-10", 0, True),
        ("0001-01-01T00:00:00+14:00", "2026-11-10", 7, False),
    ],
)
def test_an_anniversary_is_the_day_and_month_in_any_year(day: str, today: str, days: int, expected: bool) -> None:
    for moment in ("00:00:00", "23:59:59"):
        now = clock.parse(f"{today}T{moment}+07:00")
        assert holds("anniversary", days * DAY, day, now) is expected


def test_an_anniversary_of_a_fact_is_of_its_day_at_the_site() -> None:
    joined = happened("Membership Started", clock.parse("2025-11-09T18:00:00Z"), membership="gym")  # 01:00 on the 10th
    rule = compile_rule(Compare("membership.gym.since", "anniversary", 0), {})
    assert rule(reading(joined, now=clock.parse("2026-11-10T05:00:00Z")))
    assert not rule(reading(joined, now=clock.parse("2026-11-09T05:00:00Z")))


# --- combining --------------------------------------------------------------------------------------------------------
YES, NO = Compare("orders.count", "is", 0), Compare("orders.count", "is", 1)


def truth(rule: Rule, segments: dict[str, bool]) -> bool:
    match rule:
        case Compare():
            return rule is YES
        case All(of=parts):
            return all(truth(part, segments) for part in parts)
        case Any_(of=parts):
            return any(truth(part, segments) for part in parts)
        case Not(of=part):
            return not truth(part, segments)
        case InSegment(name=name):
            return segments[name]


SEGMENTS: dict[str, Rule] = {"khách mới": YES, "ลูกค้าเก่า": Not(InSegment("khách mới"))}
TREES = st.recursive(
    st.sampled_from((YES, NO, *map(InSegment, SEGMENTS))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=5).map(lambda parts: Any_(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=20,
)


@given(TREES)
@settings(max_examples=200)
def test_all_any_not_and_segments_combine_as_their_words_say(rule: Rule) -> None:
    assert compile_rule(rule, SEGMENTS)(reading()) is truth(rule, {"khách mới": True, "ลูกค้าเก่า": False})


def test_a_segment_is_worked_out_once_for_each_reading() -> None:
    segments = {"x": Compare("orders.count", "at_least", 1)}
    rule, same = compile_rule(InSegment("x"), segments), compile_segments(segments)["x"]
    one, other = reading(), reading(happened("Order Completed", total=1))
    assert (rule(one), rule(other), same(one), same(other)) == (False, True, False, True)
    one.document = other.document  # what was answered stays answered
    assert rule(one) is False


def test_a_segment_may_ask_for_another_through_the_fact_segments() -> None:
    segments: dict[str, Rule] = {
        "khách quen": Compare("segments", "contains", "mua nhiều"),
        "mua nhiều": Compare("orders.count", "at_least", 1),
        "mới": Not(Compare("segments", "in", ("khách quen", "mua nhiều"))),
    }
    buyer, stranger = reading(happened("Order Completed", total=1)), reading()
    for name, of_buyer in (("khách quen", True), ("mua nhiều", True), ("mới", False)):
        check = compile_segments(segments)[name]
        assert (check(buyer), check(stranger)) == (of_buyer, not of_buyer), name
    any_mua = compile_rule(Compare("segments", "starts_with", "mua"), segments)
    assert (any_mua(buyer), any_mua(stranger)) == (True, False)
    has_any = compile_segments({"a": Compare("segments", "exists", True)})["a"]
    assert has_any(stranger) is True  # a list, if an empty one
    with pytest.raises(ValueError, match="in a circle"):
        compile_segments({"a": Compare("segments", "is", "a")})


def test_a_circle_an_unknown_name_or_operator_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="a → b → a"):
        compile_rule(InSegment("a"), {"a": Not(InSegment("b")), "b": InSegment("a")})
    with pytest.raises(ValueError, match="unknown segment 'vắng'"):
        compile_rule(InSegment("vắng"), {})
    with pytest.raises(ValueError, match="unknown operator 'matches' on locale"):
        compile_rule(Compare("locale", "matches", ".*"), {})
    with pytest.raises(UnknownFact):
        compile_rule(Compare("ordres.count", "is", 1), {})


def test_the_facts_of_a_rule_are_those_of_its_segments_too() -> None:
    segments = {"a": All((Compare("cart.stage", "is", "empty"), InSegment("b"))), "b": Compare("locale", "is", "vi")}
    rule = Any_((Not(InSegment("a")), Compare("owns", "contains", "product:P1")))
    assert {fact.name for fact in facts_of(rule, segments)} == {"cart.stage", "locale", "owns"}
