"""A campaign gets the first reason that applies, a placement the furthest of its campaigns' reasons."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.clock import MINUTE
from omnisdk.engine.reasons import ORDER
from omnisdk.engine.result import Device, Person, Reason
from omnisdk.events.model import Event
from omnisdk.rules.model import Campaign, Cap, Compare, Conversion, Journey, Placement
from tests.engine.given import NOW, asked, campaign, decided, explained, happened, rules, somebody

DESIGNED = [
    "UNKNOWN_PLACEMENT",
    "BOT",
    "NO_CREATIVE",
    "DISABLED",
    "NOT_STARTED",
    "ENDED",
    "NOT_IN_JOURNEY",
    "WRONG_PAGE",
    "NOT_IN_AUDIENCE",
    "EXCLUDED",
    "OWNED",
    "CONVERTED",
    "DISMISSED",
    "NO_CONSENT",
    "UNREACHABLE",
    "QUIET_HOURS",
    "GUARDED",
    "CAPPED",
    "HOLDOUT",
    "OUTRANKED",
    "WON",
]

# What makes one campaign fail for each reason, whatever else is wrong with it.
OF_THE_CAMPAIGN: dict[Reason, dict[str, Any]] = {
    Reason.NO_CREATIVE: {"creatives": {}},
    Reason.DISABLED: {"enabled": False},
    Reason.NOT_STARTED: {"starts": NOW + 1},
    Reason.ENDED: {"ends": NOW},
    Reason.NOT_IN_JOURNEY: {},  # its name is in a journey
    Reason.WRONG_PAGE: {"pages": ("/ở-đâu-đó",)},
    Reason.NOT_IN_AUDIENCE: {"audience": Compare("orders.count", "more_than", 1)},
    Reason.EXCLUDED: {"exclude": Compare("orders.count", "is", 1)},
    Reason.OWNED: {"promotes": ("product:P1",)},
    Reason.CONVERTED: {"converts_on": Conversion("Lead Captured"), "starts": None},
    Reason.DISMISSED: {},  # the person closed it
    Reason.CAPPED: {"caps": (Cap(0),)},
}
# What makes every campaign fail, in the person or the request.
OF_THE_QUESTION = (Reason.BOT, Reason.NO_CONSENT, Reason.UNREACHABLE, Reason.QUIET_HOURS, Reason.GUARDED)

LIFE = [
    happened("Order Completed", NOW - 900 * MINUTE, order_id="A", products=[{"product_id": "P1"}]),
    happened("Lead Captured", NOW),
]
CLOSED = "Promotion Dismissed"
JOURNEY = {"nhắc": Journey("nhắc", {"event": "Product Added"}, steps=({"send": "in-journey"},))}


def broken(name: str, faults: set[Reason], kind: str) -> Campaign:
    keys: dict[str, Any] = {"on": [kind]}
    for fault in sorted(faults, key=ORDER.index):
        keys |= OF_THE_CAMPAIGN.get(fault, {})
    if Reason.NOT_STARTED in faults:
        keys["starts"] = NOW + 1
    return campaign(name, **keys)


def question(faults: set[Reason], kind: str, closed: list[str]) -> tuple[Person, Any, dict[str, Any]]:
    life: list[Event] = [*LIFE, *(happened(CLOSED, NOW, promotion_id=name) for name in closed)]
    if Reason.NO_CONSENT in faults:
        life.append(happened("Consent Changed", purposes={"marketing": False}))
    if Reason.UNREACHABLE not in faults:
        life.append(happened("Push Subscribed"))
    if Reason.GUARDED in faults:
        life.append(happened("Checkout Started", NOW - MINUTE))
    quiet = (0, 24 * 60) if Reason.QUIET_HOURS in faults else None
    request = asked(kind, path="/golf", device=Device("other", "", "", Reason.BOT in faults))
    return somebody(*life), request, {"placements": {kind: Placement(kind, kind, quiet_hours=quiet)}}  # type: ignore[arg-type]


NO_MATTER = {"popup": {Reason.UNREACHABLE, Reason.QUIET_HOURS}, "push": {Reason.WRONG_PAGE}}


def expected(faults: set[Reason], kind: str) -> Reason:
    faults = faults - NO_MATTER[kind]
    if {Reason.NOT_STARTED, Reason.ENDED} <= faults:
        faults = faults - {Reason.ENDED}
    return min(faults, key=ORDER.index, default=Reason.WON)


def test_the_order_is_that_of_the_design() -> None:
    assert [str(each) for each in ORDER] == DESIGNED


@pytest.mark.parametrize("kind", ["popup", "push"])
@given(own=st.sets(st.sampled_from(sorted(OF_THE_CAMPAIGN))), shared=st.sets(st.sampled_from(OF_THE_QUESTION)))
def test_a_campaign_gets_the_first_reason_that_applies(kind: str, own: set[Reason], shared: set[Reason]) -> None:
    name = "in-journey" if Reason.NOT_IN_JOURNEY in own else "golf-days"
    person, request, keys = question(shared, kind, [name] if Reason.DISMISSED in own else [])
    ruleset = rules(broken(name, own, kind), journeys=JOURNEY, **keys)
    (decision,) = decided(ruleset, person, request)
    ((verdict,),) = explained(ruleset, person, request).values()
    assert decision.reason == verdict.reason == expected(own | shared, kind)


@pytest.mark.parametrize("kind", ["popup", "push"])
@given(st.lists(st.sets(st.sampled_from(sorted(set(OF_THE_CAMPAIGN) - {Reason.NOT_IN_JOURNEY}))), max_size=6))
def test_an_empty_placement_reports_the_reason_nearest_to_being_shown(kind: str, faults: list[set[Reason]]) -> None:
    names = [f"chiến-dịch-{at}" for at in range(len(faults))]
    closed = [name for name, own in zip(names, faults, strict=True) if Reason.DISMISSED in own]
    person, request, keys = question(set(), kind, closed)
    ruleset = rules(*(broken(name, own, kind) for name, own in zip(names, faults, strict=True)), **keys)
    (decision,) = decided(ruleset, person, request)
    ((*verdicts,),) = explained(ruleset, person, request).values()
    furthest = max((each.reason for each in verdicts), key=ORDER.index, default=Reason.NO_CREATIVE)
    assert decision.reason == furthest
    assert {each.reason for each in verdicts} <= {expected(own, kind) for own in faults} | {Reason.OUTRANKED}
    assert [each.campaign for each in verdicts if each.reason is Reason.WON] == [decision.campaign] * (
        decision.reason is Reason.WON
    )
