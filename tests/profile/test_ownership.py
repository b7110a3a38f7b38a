"""What a person owns, since when and until when."""

from __future__ import annotations

import pytest

from omnisdk import profile
from omnisdk.clock import DAY, parse
from omnisdk.events.model import Event
from omnisdk.profile.facts import FactContext, Reading, View
from omnisdk.profile.memberships import MOST_LISTS, Run
from omnisdk.profile.ownership import owned
from tests.profile.lives import GRANTS, START, event, identify, order, read

NOW = START + 100 * DAY


def run(events: list[Event], entitlement: str = "membership:gym", *, now: int = NOW, view: View = "all") -> Run | None:
    context = FactContext(now, timezone="Asia/Ho_Chi_Minh", grants=GRANTS)
    return owned(Reading(profile.fold(events), view, context), entitlement)


def started(at: int = START, *, vouched: bool = True, membership: str = "gym", **more: object) -> Event:
    return event("Membership Started", at, vouched=vouched, membership=membership, **more)


def ended(at: int, *, vouched: bool = True, **more: object) -> Event:
    return event("Membership Ended", at, vouched=vouched, membership="gym", **more)


def test_a_membership_runs_from_its_start_to_its_end() -> None:
    assert run([started()]) == Run(START, None, START)
    assert run([started(), ended(START + DAY)]) is None
    assert run([started(), ended(START + DAY), started(START + 2 * DAY)]) == Run(START + 2 * DAY, None, START + 2 * DAY)


def test_a_start_and_an_end_at_one_instant_is_an_end() -> None:
    assert run([ended(START), started(START)]) is None


def test_since_and_until_are_respected() -> None:
    events = [started(since="2026-04-01", until="2026-06-30")]
    first, end = parse("2026-04-01T00:00+07:00"), parse("2026-07-01T00:00+07:00")
    assert run(events, now=START) == Run(first, end, first)
    assert run(events, now=end - 1) is not None
    assert run(events, now=end) is None
    assert run([started(since="2026-12-01")], now=NOW) is None


def test_renewals_without_a_gap_are_one_run_since_the_first() -> None:
    events = [
        started(START, until="2026-06-30"),
        started(START + 50 * DAY, since="2026-07-01", until="2026-12-31"),
    ]
    found = run(events, now=NOW)
    assert found is not None
    assert found.since == START
    assert found.until == parse("2027-01-01T00:00+07:00")
    assert found.renewed == parse("2026-07-01T00:00+07:00")


def test_a_newer_statement_replaces_the_older_ones_end() -> None:
    assert run([started(), started(START + DAY, until="2026-06-01")]) is None


def test_an_end_announced_for_a_later_day_ends_then() -> None:
    events = [started(), ended(START + DAY, until="2026-12-31")]
    assert run(events) == Run(START, parse("2027-01-01T00:00+07:00"), START)


def test_a_trait_of_the_shop_replaces_what_came_by_trait_and_never_what_came_by_event() -> None:
    by_trait = [identify(START, vouched=True, memberships=["gym", "vip"])]
    assert run(by_trait) == Run(START, None, START)
    assert run([*by_trait, identify(START + DAY, vouched=True, memberships=["vip"])]) is None
    assert run([*by_trait, identify(START + DAY, vouched=True, memberships=None)]) is None
    assert run([started(), identify(START + DAY, vouched=True, memberships=[])]) is not None


def test_lists_sent_night_after_night_are_one_run_since_the_first() -> None:
    nights = [identify(START + night * DAY, vouched=True, memberships=["gym"]) for night in range(MOST_LISTS + 30)]
    found = run([identify(START - DAY, vouched=True, memberships=[]), *nights], now=START + 200 * DAY)
    assert found is not None and found.since == START


def test_an_event_ends_what_a_trait_began_until_the_next_list() -> None:
    listed = identify(START, vouched=True, memberships=["gym"])
    assert run([listed, ended(START + DAY)]) is None
    assert run([listed, ended(START + DAY), identify(START + 2 * DAY, vouched=True, memberships=["gym"])]) is not None


def test_a_trait_of_a_browser_is_no_membership() -> None:
    events = [identify(memberships=["gym"])]
    assert run(events) is None
    assert read(events, "traits.memberships") == ["gym"]


def test_a_claim_owns_in_view_all_only_and_a_browsers_end_takes_nothing() -> None:
    claim = [started(vouched=False)]
    assert run(claim, view="all") is not None
    assert run(claim, view="shop") is None
    denied = [started(), ended(START + DAY, vouched=False)]
    assert run(denied, view="all") is None
    assert run(denied, view="shop") is not None


def test_a_product_is_owned_while_any_order_holds_one() -> None:
    first = order("A1", products=[{"product_id": "P1", "quantity": 1}])
    again = order("A2", START + DAY, products=[{"product_id": "P1", "quantity": 2}])
    assert run([first, again], "product:P1") == Run(START, None, START + DAY)
    returned = event("Order Refunded", START + 2 * DAY, vouched=True, order_id="A1")
    assert run([first, again, returned], "product:P1") == Run(START + DAY, None, START + DAY)
    assert run([first, returned], "product:P1") is None
    assert run([order("A1", products=[{"product_id": "P1", "quantity": 0}])], "product:P1") is None


def test_an_order_grants_a_membership_for_a_time_and_a_refund_takes_it_back() -> None:
    bought = order("A1", products=[{"product_id": "GYM-12M"}])
    assert run([bought]) == Run(START, START + 365 * DAY, START)
    assert run([bought], now=START + 365 * DAY) is None
    assert run([bought, event("Order Refunded", START + DAY, vouched=True, order_id="A1")]) is None
    assert run([bought, ended(START + DAY)]) is None
    assert run(
        [bought, order("A2", START + 300 * DAY, products=[{"product_id": "GYM-12M"}])], now=START + 400 * DAY
    ) == (Run(START, START + 665 * DAY, START + 300 * DAY))
    assert run([order("A1", products=[{"product_id": "วีไอพี"}])], "membership:vip") == Run(START, None, START)


def test_owns_lists_all_of_it() -> None:
    events = [started(membership="thành viên"), order("A1", products=[{"product_id": "GYM-12M"}])]
    assert read(events, "owns") == ["membership:gym", "membership:thành viên", "product:GYM-12M"]


@pytest.mark.parametrize(
    ("events", "since", "until"),
    [
        ([started()], START, None),
        ([started(), ended(START + DAY)], START, START + DAY),
        ([started(since="2026-12-01")], parse("2026-12-01T00:00+07:00"), None),
    ],
)
def test_since_and_until_tell_of_the_run_that_goes_on_else_the_last_else_the_next(
    events: list[Event], since: int, until: int | None
) -> None:
    assert read(events, "membership.gym.since", now=NOW) == since
    found = read(events, "membership.gym.until", now=NOW)
    assert found == until if until is not None else repr(found) == "MISSING"


def test_of_a_membership_never_heard_of_nothing_is_known() -> None:
    assert repr(read([], "membership.gym.since")) == "MISSING"
    assert read([], "owns") == []


def test_a_clock_a_little_ahead_does_not_hide_what_was_just_bought() -> None:
    assert run([started()], now=START - 5_000) is not None
