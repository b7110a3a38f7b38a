"""Explain: every campaign, in order, with the facts that decided, named as the rule writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnisdk import clock
from omnisdk.clock import DAY, HOUR, MINUTE
from omnisdk.engine.result import DecideRequest, Device, Person, Reason
from omnisdk.events.model import Event
from omnisdk.rules.model import (
    All,
    Any_,
    Campaign,
    Cap,
    Compare,
    Consent,
    Content,
    Conversion,
    InSegment,
    Journey,
    Not,
    Placement,
    Rule,
    Ruleset,
    Site,
)
from tests.engine.given import (
    NOBODY,
    NOW,
    asked,
    campaign,
    explained,
    happened,
    identified,
    rules,
    somebody,
    why,
)


def text(instant: int) -> str:
    return clock.to_text(instant)


def zalo(quiet: tuple[int, int]) -> dict[str, Placement]:
    return {"zalo": Placement("zalo", "webhook", quiet_hours=quiet)}


VIEWED = happened("Promotion Viewed", NOW - HOUR, promotion_id="golf-days", position="popup")

CASES: list[tuple[Reason, Ruleset, Person, DecideRequest, dict[str, Any]]] = [
    (Reason.BOT, rules(campaign()), NOBODY, asked(device=Device("other", "", "Googlebot", True)), {"device.browser": "Googlebot"}),
    (Reason.NO_CREATIVE, rules(campaign(on=["banner", "push"])), NOBODY, asked(), {"creatives": ["banner", "push"]}),
    (Reason.NO_CREATIVE, rules(campaign(content=Content(title={"vi": "{{ traits.first_name }}"}))), somebody(), asked(), {"traits.first_name": None}),
    (Reason.NO_CREATIVE, rules(campaign(content=Content(cta={"label": {"": "x"}, "url": "javascript:x"}))), somebody(), asked(), {"cta.url": "javascript:x"}),
    (Reason.DISABLED, rules(campaign(enabled=False)), NOBODY, asked(), {"enabled": False}),
    (Reason.DISABLED, rules(campaign(), site=Site(enabled=False)), NOBODY, asked(), {"site.enabled": False}),
    (Reason.NOT_STARTED, rules(campaign(starts=NOW + DAY)), NOBODY, asked(), {"starts": text(NOW + DAY)}),
    (Reason.ENDED, rules(campaign(ends=NOW - DAY)), NOBODY, asked(), {"ends": text(NOW - DAY)}),
    (Reason.NOT_IN_JOURNEY, rules(campaign(), journeys={"nhắc": Journey("nhắc", {}, steps=({"send": "golf-days"},))}), NOBODY, asked(), {"journeys": ["nhắc"]}),
    (Reason.WRONG_PAGE, rules(campaign(pages=("/golf/*",))), NOBODY, asked(path="/Yoga/"), {"page.path": "/yoga", "pages": ["/golf/*"]}),
    (Reason.WRONG_PAGE, rules(campaign(), placements={"popup": Placement("popup", "popup", never_on=("/help/*",))}), NOBODY, asked(path="/help"), {"page.path": "/help", "never_on": ["/help/*"]}),
    (Reason.OWNED, rules(campaign(promotes=("membership:gym",))), somebody(happened("Membership Started", membership="gym", since="2026-05-03")), asked(), {"owns": "membership:gym", "membership.gym.since": "2026-05-02T17:00:00.000Z"}),
    (Reason.OWNED, rules(campaign(promotes=("product:P1",))), somebody(happened("Order Completed", NOW - DAY, products=[{"product_id": "P1"}])), asked(), {"owns": "product:P1", "since": text(NOW - DAY)}),
    (Reason.CONVERTED, rules(campaign(converts_on=Conversion("Lead Captured"))), somebody(happened("Lead Captured", NOW - DAY)), asked(), {"campaigns.golf-days.converted.last_at": text(NOW - DAY)}),
    (Reason.DISMISSED, rules(campaign()), somebody(happened("Promotion Dismissed", NOW - DAY, promotion_id="golf-days")), asked(), {"campaigns.golf-days.dismissed.last_at": text(NOW - DAY), "until": text(NOW + 6 * DAY)}),
    (Reason.DISMISSED, rules(campaign()), somebody(happened("Promotion Dismissed", NOW - DAY, promotion_id="golf-days", reason="owned")), asked(), {"campaigns.golf-days.dismissed.last_at": text(NOW - DAY)}),
    (Reason.NO_CONSENT, rules(campaign()), somebody(happened("Consent Changed", purposes={"marketing": False})), asked(), {"consent.marketing": False}),
    (Reason.NO_CONSENT, rules(campaign(), site=Site(consent=Consent("ask"))), somebody(), asked(), {"consent.marketing": None}),
    (Reason.UNREACHABLE, rules(campaign(on=["sms"])), somebody(), asked("sms"), {"reach.sms": False}),
    (Reason.QUIET_HOURS, rules(campaign(on=["zalo"]), placements=zalo((690, 480))), somebody(), asked("zalo"), {"quiet_hours": ["11:30", "08:00"], "now": "12:00", "timezone": "Asia/Ho_Chi_Minh"}),
    (Reason.GUARDED, rules(campaign()), NOBODY, asked(path="/Gio-Hang"), {"page.path": "/gio-hang"}),
    (Reason.GUARDED, rules(campaign()), somebody(happened("Checkout Started", NOW - MINUTE)), asked(path="/cart"), {"cart.stage": "checkout"}),
    (Reason.CAPPED, rules(campaign(caps=(Cap(9), Cap(1, 90 * MINUTE)))), somebody(VIEWED), asked(), {"at_most": 1, "counted": 1, "campaign": "golf-days", "per": "90m"}),
    (Reason.CAPPED, rules(campaign(), caps=(Cap(1, 2 * DAY, frozenset({"push", "popup"})),)), somebody(VIEWED), asked(), {"at_most": 1, "counted": 1, "per": "2d", "kinds": ["popup", "push"]}),
    (Reason.CAPPED, rules(campaign(caps=(Cap(5),))), NOBODY, asked(), {"at_most": 5, "counted": None, "campaign": "golf-days"}),
    (Reason.WON, rules(campaign(audience=Compare("traits.city", "is", "Huế"))), somebody(identified(city="Huế")), asked(), {"priority": 50, "traits.city": "Huế"}),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "ruleset", "person", "request_", "facts"), CASES)
def test_a_verdict_names_what_decided(
    expected: Reason, ruleset: Ruleset, person: Person, request_: DecideRequest, facts: dict[str, Any]
) -> None:
    verdict = why(ruleset, person, request_)
    assert verdict.reason is expected
    assert dict(verdict.facts) == facts
    assert json.loads(json.dumps(verdict.facts)) == facts, "facts are JSON"


def audience(rule: Rule, *life: Event, exclude: bool = False) -> dict[str, Any]:
    keys = {"exclude" if exclude else "audience": rule}
    segments = {"khách vip": All((Compare("orders.count", "at_least", 1), Compare("points.balance", "at_least", 100)))}
    return dict(why(rules(campaign(**keys), segments=segments), somebody(*life)).facts)


def test_of_a_failed_all_every_failing_fact_is_named_and_no_other() -> None:
    rule = All((Compare("orders.count", "is", 0), Compare("traits.a", "is", 1), Compare("traits.b", "is", 2)))
    assert audience(rule, identified(a=7)) == {"traits.a": 7, "traits.b": None}


def test_of_a_failed_any_all_are_named() -> None:
    rule = Any_((Compare("traits.a", "is", 1), Compare("cart.stage", "is", "checkout")))
    assert audience(rule) == {"traits.a": None, "cart.stage": "empty"}


def test_of_an_any_that_holds_only_what_holds_is_named() -> None:
    rule = Any_((Compare("traits.a", "is", 1), Compare("traits.b", "is", 2), Compare("traits.c", "is", 3)))
    assert audience(rule, identified(b=2, a=5), exclude=True) == {"traits.b": 2}


def test_a_segment_is_named_with_the_facts_behind_it() -> None:
    assert audience(InSegment("khách vip")) == {"khách vip": False, "orders.count": 0, "points.balance": None}
    assert audience(Not(InSegment("khách vip")), happened("Order Completed"), identified(points=500)) == {
        "khách vip": True, "orders.count": 1, "points.balance": 500
    }  # fmt: skip


def test_a_rule_on_the_segments_names_those_it_asks_for_with_the_facts_behind_them() -> None:
    bought = (happened("Order Completed"), identified(points=500))
    assert audience(Compare("segments", "contains", "khách vip"), *bought, exclude=True) == {
        "segments": ["khách vip"], "khách vip": True, "orders.count": 1, "points.balance": 500
    }  # fmt: skip
    for rule in (Compare("segments", "in", ("khách vip",)), Compare("segments", "starts_with", "khách")):
        assert audience(rule, identified(points=500)) == {"segments": [], "khách vip": False, "orders.count": 0}


def test_the_general_exclude_names_its_segment() -> None:
    ruleset = rules(
        campaign(), segments={"đang khiếu nại": Compare("traits.open", "is", True)}, exclude=("đang khiếu nại",)
    )
    verdict = why(ruleset, somebody(identified(open=True)))
    assert (verdict.reason, dict(verdict.facts)) == (Reason.EXCLUDED, {"đang khiếu nại": True, "traits.open": True})


def test_the_values_are_those_of_the_view_that_decided() -> None:
    claimed = happened("Order Completed", by="browser", total=1)
    assert audience(Compare("orders.count", "at_least", 1), claimed) == {"orders.count": 0}
    assert audience(Compare("orders.count", "at_least", 1), claimed, exclude=True) == {"orders.count": 1}


def test_moments_are_told_as_text_and_lists_as_lists() -> None:
    bought = happened("Order Completed", NOW - 9 * DAY, total=99.5, products=[{"product_id": "P1"}])
    rule = All(
        (Compare("orders.last_at", "within", DAY), Compare("owns", "contains", "x"), Compare("orders.total", "is", 1))
    )
    assert audience(rule, bought) == {
        "orders.last_at": text(NOW - 9 * DAY),
        "owns": ["product:P1"],
        "orders.total": 99.5,
    }


# --- who outranked whom -----------------------------------------------------------------------------------------------
def verdicts(
    *campaigns: Campaign, on: tuple[str, ...] = ("popup",)
) -> dict[str, list[tuple[str, Reason, dict[str, Any]]]]:
    told = explained(rules(*campaigns), somebody(), asked(*on))
    return {name: [(each.campaign, each.reason, dict(each.facts)) for each in found] for name, found in told.items()}


def test_the_outranked_say_by_whom_and_by_what() -> None:
    assert verdicts(campaign("a", priority=9), campaign("b", ends=NOW + DAY), campaign("c", ends=NOW + 2 * DAY))[
        "popup"
    ] == [
        ("b", Reason.WON, {"priority": 50}),
        ("c", Reason.OUTRANKED, {"outranked_by": "b", "ends": text(NOW + 2 * DAY)}),
        ("a", Reason.OUTRANKED, {"outranked_by": "b", "priority": 9}),
    ]
    (first, _, _), (_, _, facts) = verdicts(campaign("a"), campaign("b"))["popup"]
    assert facts == {"outranked_by": first}


def test_the_second_interruption_names_the_first_and_where_it_stands() -> None:
    told = verdicts(campaign("a", on=["popup"]), campaign("b", on=["chat"], priority=60), on=("popup", "chat"))
    assert told["chat"][0] == ("b", Reason.WON, {"priority": 60})
    assert told["popup"] == [
        ("b", Reason.NO_CREATIVE, {"creatives": ["chat"]}),
        ("a", Reason.OUTRANKED, {"outranked_by": "b", "placement": "chat"}),
    ]


def test_every_campaign_is_there_and_an_unknown_placement_has_none() -> None:
    told = verdicts(campaign("a"), campaign("b", on=["banner"]), on=("popup", "nope", "banner"))
    assert [*told] == ["popup", "nope", "banner"]
    assert told["nope"] == []
    assert {name for name, _, _ in told["popup"]} == {name for name, _, _ in told["banner"]} == {"a", "b"}
