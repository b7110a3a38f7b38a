"""What is worked out once for a ruleset: who needs the device, the facts that only rules can tell."""

from __future__ import annotations

import dataclasses

import pytest

from omnisdk import profile
from omnisdk.engine import compile_rules, fact_context
from omnisdk.profile.facts import Reading
from omnisdk.rules.model import (
    Campaign,
    Compare,
    Content,
    Conversion,
    InSegment,
    Not,
    Offer,
    OpeningHours,
    Rule,
    Site,
    Variant,
)
from tests.engine.given import NOW, campaign, happened, reason, rules, somebody

PHONES: Rule = Compare("device.kind", "is", "phone")


@pytest.mark.parametrize(
    "each",
    [
        campaign(audience=PHONES),
        campaign(exclude=Not(PHONES)),
        campaign(content=Content(title={"vi": "Trên {{ device.os | default('máy') }}"})),
        campaign(creatives={"popup": Content(cta={"url": "/{{ device.kind | default('x') }}"})}),
        campaign(offer=Offer(text={"vi": "Trên {{ device.os | default('máy') }}"})),
        campaign(variants=(Variant("a", content=Content(body={"": "{{ device.kind | default('x') }}"})),)),
        campaign(
            variants=(Variant("b", creatives={"popup": Content(compact={"th": "{{ device.os | default('') }}"})}),)
        ),
        campaign(content=Content(data={"a": ["{{ device.browser | default('x') }}"]})),
    ],
)
def test_the_device_is_needed_where_a_rule_or_a_text_reads_it(each: Campaign) -> None:
    assert compile_rules(rules(each)).needs_device


def test_else_nobody_looks_at_the_device() -> None:
    assert not compile_rules(rules(campaign(audience=Compare("locale", "is", "vi")))).needs_device
    assert compile_rules(rules(campaign(), segments={"phones": PHONES})).needs_device, (
        "the fact `segments` may be asked"
    )


def test_profiles_are_read_with_the_segments_and_conversions_of_the_rules() -> None:
    ruleset = rules(
        campaign("golf-days", converts_on=Conversion("Lead Captured")),
        campaign("trà", promotes=("category:trà",), starts=NOW - 1),
        segments={"buyers": Compare("orders.count", "at_least", 1), "khác": Not(InSegment("buyers"))},
    )
    context = fact_context(ruleset, NOW)
    document = profile.fold(
        [happened("Lead Captured", NOW - 5), happened("Order Completed", NOW, products=[{"category": "trà"}])]
    )
    reading = Reading(document, "all", context)
    assert context.segments is not None and context.converted is not None
    assert list(context.segments(reading)) == ["buyers"]
    assert list(context.converted(reading, "golf-days")) == [NOW - 5]
    assert list(context.converted(reading, "trà")) == [NOW]
    assert list(context.converted(reading, "gone")) == []


def test_rules_may_ask_for_conversions_and_segments() -> None:
    given = rules(
        campaign("follow-up", audience=Compare("campaigns.golf-days.converted.count", "at_least", 1)),
        campaign("golf-days", on=["banner"], converts_on=Conversion("Lead Captured")),
    )
    assert reason(given, somebody()) == "NOT_IN_AUDIENCE"
    assert reason(given, somebody(happened("Lead Captured"))) == "WON"


def test_opening_hours_are_those_of_the_site() -> None:
    hours = OpeningHours({"tue": ((8 * 60, 12 * 60), (13 * 60, 21 * 60))})
    given = rules(
        campaign(audience=Compare("now.open", "is", True)), site=Site(timezone="Asia/Bangkok", opening_hours=hours)
    )
    minute = 60_000_000
    for now, expected in [
        (NOW - 4 * 60 * minute - 1, "NOT_IN_AUDIENCE"),  # before eight on a Tuesday
        (NOW - 4 * 60 * minute, "WON"),
        (NOW - 1, "WON"),
        (NOW, "NOT_IN_AUDIENCE"),  # noon
        (NOW + 60 * minute, "WON"),
        (NOW + 24 * 60 * minute - 1, "NOT_IN_AUDIENCE"),  # Wednesday
    ]:
        assert reason(given, somebody(), now=now) == expected
    closed = dataclasses.replace(given, site=Site())
    assert reason(closed, somebody()) == "NOT_IN_AUDIENCE", "a shop that states no hours is neither open nor closed"
