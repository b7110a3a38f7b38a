"""Story 2: the trial stays away from members, at once, on every device that is known to be theirs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.scenarios.site import Site
from tests.scenarios.steps import anonymous_id, ask, sees_nothing, sees_popup, visit

Visitor = Callable[..., BrowserContext]


def test_a_stranger_sees_the_trial_and_a_member_on_the_same_page_does_not(site: Site, visitor: Visitor) -> None:
    site.omni.track("u-member", "Membership Started", {"membership": site.trade.membership})
    assert site.omni.flush(timeout_seconds=10)

    page, decided = visit(site, visitor(), site.trade.schedule)
    assert decided["popup"]["reason"] == "WON"
    assert sees_popup(page)
    expect(page.get_by_text(site.trade.title)).to_be_visible()

    page, decided = visit(site, visitor(), site.trade.schedule, user="u-member")
    assert decided["popup"] == {"placement": "popup", "campaign": None, "reason": "NONE"}
    assert sees_nothing(page)
    expect(page.get_by_text(site.trade.greeting)).to_be_visible()


def test_joining_in_one_browser_stops_the_trial_in_the_other_on_its_next_decision(site: Site, visitor: Visitor) -> None:
    phone, laptop = visitor(), visitor()
    for device in (phone, laptop):
        page, _ = visit(site, device, site.trade.schedule, user="u-joins")
        assert sees_popup(page)

    site.omni.track("u-joins", "Membership Started", {"membership": site.trade.membership})
    assert site.omni.flush(timeout_seconds=10)

    for device in (laptop, phone):
        page, decided = visit(site, device, site.trade.schedule, user="u-joins")
        assert decided["popup"]["campaign"] is None
        assert sees_nothing(page)


def test_the_devices_of_a_member_stay_theirs_when_nobody_is_signed_in(site: Site, visitor: Visitor) -> None:
    device = visitor()
    visit(site, device, site.trade.news, user="u-known")
    site.omni.track("u-known", "Membership Started", {"membership": site.trade.membership})
    assert site.omni.flush(timeout_seconds=10)
    page, decided = visit(site, device, site.trade.schedule)
    assert decided["popup"]["campaign"] is None
    assert sees_nothing(page)


def test_explain_says_which_rule_held_it_back_in_three_languages(site: Site, visitor: Visitor) -> None:
    site.omni.track("u-member", "Membership Started", {"membership": site.trade.membership})
    assert site.omni.flush(timeout_seconds=10)
    question = {"userId": "u-member", "placements": ["popup"], "context": {"page": {"path": site.trade.schedule}}}
    answer = ask(site, "POST", "/v1/explain", question)
    assert answer.status_code == 200
    [verdict] = [one for one in answer.json()["placements"]["popup"] if one["campaign"] == site.trade.campaign]
    assert verdict["reason"] == "OWNED"
    assert verdict["facts"]
    assert set(verdict["text"]) == {"en", "vi", "th"}
    assert all(site.trade.members in sentence for sentence in verdict["text"].values())


def test_who_says_i_have_it_already_is_left_in_peace_on_that_browser_and_no_profile_is_opened(
    site: Site, visitor: Visitor
) -> None:
    site.omni.track("u-member", "Membership Started", {"membership": site.trade.membership})
    assert site.omni.flush(timeout_seconds=10)
    unknown, other = visitor(), visitor()
    page, _ = visit(site, unknown, site.trade.schedule)
    assert sees_popup(page)
    page.get_by_role("button", name=site.trade.have_it).click()
    expect(page.locator("dialog[open]")).to_have_count(0)

    for _ in range(2):
        page, decided = visit(site, unknown, site.trade.schedule)
        assert decided["popup"]["campaign"] is None
        assert sees_nothing(page)

    profile = ask(site, "GET", f"/v1/profiles/anonymous:{anonymous_id(unknown)}").json()
    assert profile["identifiers"] == [f"anonymous:{anonymous_id(unknown)}"]
    assert site.trade.members not in profile["shop"].get("owns", [])
    page, _ = visit(site, other, site.trade.schedule)
    assert sees_popup(page)


def test_a_false_name_in_the_browser_neither_silences_nor_reads_the_member(site: Site, visitor: Visitor) -> None:
    site.omni.track("u-member", "Membership Started", {"membership": site.trade.membership})
    assert site.omni.flush(timeout_seconds=10)
    liar = visitor()
    liar.add_init_script(
        "addEventListener('DOMContentLoaded', () => window.omni.identify('u-member', {first_name: 'X'}))"
    )
    page, decided = visit(site, liar, site.trade.schedule)
    assert decided["popup"]["reason"] == "WON"
    assert decided[site.trade.banner]["campaign"] is None
    page.wait_for_timeout(300)
    profile = ask(site, "GET", "/v1/profiles/user:u-member").json()
    assert profile["identifiers"] == ["user:u-member"]
