"""Consent: assumed or asked for, said last, and what strangers without ids may see."""

from __future__ import annotations

import pytest

from omnisdk.clock import HOUR
from omnisdk.engine.result import Reason
from omnisdk.events.model import Event, Role
from omnisdk.rules.model import All, Compare, Consent, InSegment, Site
from tests.engine.given import EVERYWHERE, NOBODY, NOW, asked, campaign, happened, identified, reason, rules, somebody

ASK = Site(consent=Consent("ask"))


def said(yes: bool, hours_ago: int = 1, by: Role = "shop") -> Event:
    return happened("Consent Changed", NOW - hours_ago * HOUR, by=by, purposes={"marketing": yes})


def test_assumed_allows_until_it_is_refused() -> None:
    assert reason(rules(campaign()), somebody()) is Reason.WON
    assert reason(rules(campaign()), NOBODY) is Reason.WON
    assert reason(rules(campaign()), somebody(said(False, by="browser"))) is Reason.NO_CONSENT
    assert reason(rules(campaign()), somebody(said(False, 2), said(True, 1))) is Reason.WON


def test_ask_allows_only_once_given() -> None:
    given = rules(campaign(), site=ASK)
    assert reason(given, somebody()) is Reason.NO_CONSENT
    assert reason(given, somebody(said(True, by="browser"))) is Reason.WON
    assert reason(given, somebody(said(True, 2), said(False, 1, by="browser"))) is Reason.NO_CONSENT


@pytest.mark.parametrize("site", [Site(), ASK])
def test_a_browsers_yes_never_undoes_a_no_the_shop_vouches_for(site: Site) -> None:
    person = somebody(said(False, 2), said(True, 1, by="browser"))
    assert reason(rules(campaign(), site=site), person) is Reason.NO_CONSENT
    assert reason(rules(campaign(), site=site), somebody(said(False, 2), said(True, 1))) is Reason.WON


@pytest.mark.parametrize("kind", sorted(EVERYWHERE))
def test_marketing_without_consent_is_withheld_in_every_kind(kind: str) -> None:
    person = somebody(happened("Push Subscribed"), identified(email="a@b.vn", phone="+84901234567"))
    assert reason(rules(campaign(on=[kind]), site=ASK), person, asked(kind)) is Reason.NO_CONSENT
    assert reason(rules(campaign(on=[kind], purpose="service"), site=ASK), person, asked(kind)) is Reason.WON


def test_under_ask_a_stranger_gets_what_needs_no_person() -> None:
    contextual = [
        campaign(),
        campaign(promotes=("category:golf",)),
        campaign(audience=Compare("page.path", "starts_with", "/golf")),
        campaign(exclude=Compare("now.weekday", "is", "sun")),
    ]
    for each in contextual:
        assert reason(rules(each, site=ASK), NOBODY, asked(path="/golf")) is Reason.WON, each


def test_under_ask_a_stranger_is_spared_what_a_member_must_not_get() -> None:
    phones = All((Compare("page.path", "starts_with", "/golf"), InSegment("newcomers")))
    segments = {"newcomers": Compare("orders.count", "is", 0)}
    personal = [
        campaign(promotes=("membership:gym",)),
        campaign(promotes=("product:P1",)),
        campaign(audience=Compare("visits.web.count", "at_most", 3)),
        campaign(audience=phones),
        campaign(exclude=Compare("traits.staff", "is", True)),
    ]
    for each in personal:
        question = asked(path="/golf")
        assert reason(rules(each, site=ASK, segments=segments), NOBODY, question) is Reason.NO_CONSENT, each
        assert reason(rules(each, segments=segments), NOBODY, question) is Reason.WON, each


def test_the_general_exclude_makes_no_campaign_personal() -> None:
    given = rules(campaign(), site=ASK, segments={"staff": Compare("traits.staff", "is", True)}, exclude=("staff",))
    assert reason(given, NOBODY) is Reason.WON
