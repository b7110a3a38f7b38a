"""Which of the campaigns left wins, and that it is the same one wherever it may stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.clock import DAY, HOUR
from omnisdk.engine.hashing import hash_person, hash_text, mix
from omnisdk.engine.result import Reason
from omnisdk.rules.model import Campaign, Compare
from tests.engine.given import NOBODY, NOW, asked, campaign, decided, explained, rules, somebody


def winner(*campaigns: Campaign, seed: str = "user:u1") -> str | None:
    return decided(rules(*campaigns), somebody(seed=seed))[0].campaign


def test_higher_priority_comes_first() -> None:
    assert winner(campaign("a", priority=10), campaign("b", priority=60), campaign("c")) == "b"


def test_then_the_sooner_end_and_no_end_comes_last() -> None:
    assert winner(campaign("a"), campaign("b", ends=NOW + DAY), campaign("c", ends=NOW + HOUR)) == "c"
    assert winner(campaign("a"), campaign("b", ends=NOW + 3000 * DAY)) == "b"
    assert winner(campaign("a", priority=51), campaign("b", ends=NOW + HOUR)) == "a"


def test_then_the_persons_stable_hash() -> None:
    names = [f"chiến-dịch-{at}" for at in range(6)]
    for seed in ("user:u1", "user:u2", "anonymous:ก"):
        lowest = min(names, key=lambda name: mix(hash_person(seed), hash_text(name)))
        assert winner(*map(campaign, names), seed=seed) == lowest
        assert winner(*map(campaign, reversed(names)), seed=seed) == lowest, "the file's order does not matter"


def test_ties_are_shared_out_among_people() -> None:
    won = [winner(campaign("a"), campaign("b"), seed=f"user:u{n}") for n in range(400)]
    assert 150 < won.count("a") < 250  # five standard deviations around half


def test_without_ids_everybody_gets_the_same() -> None:
    names = ["a", "b", "c", "d"]
    (first,) = decided(rules(*map(campaign, names)), NOBODY)
    assert first.campaign == min(names, key=lambda name: mix(0, hash_text(name)))


def test_a_loser_makes_room_for_the_next() -> None:
    assert winner(campaign("a", priority=90, audience=Compare("orders.count", "is", 5)), campaign("b")) == "b"


CAMPAIGNS = st.lists(
    st.builds(
        campaign,
        st.sampled_from([f"c{at}" for at in range(9)]),
        on=st.sets(st.sampled_from(["banner", "bar", "popup", "slide_in", "chat", "data"]), min_size=1).map(sorted),
        priority=st.sampled_from((10, 50, 90)),
        ends=st.sampled_from((None, NOW + HOUR, NOW + DAY)),
        enabled=st.sampled_from((True, True, True, False)),
    ),
    max_size=9,
    unique_by=lambda each: each.name,
)
KINDS = st.permutations(["banner", "bar", "popup", "slide_in", "chat", "data"])


@given(CAMPAIGNS, KINDS)
def test_the_order_is_one_for_all_placements(campaigns: list[Campaign], asked_for: list[str]) -> None:
    told = explained(rules(*campaigns), somebody(), asked(*asked_for))
    orders = {tuple(verdict.campaign for verdict in verdicts) for verdicts in told.values()}
    assert len(orders) == 1
    (order,) = orders
    assert sorted(order) == sorted(each.name for each in campaigns)
    for placement, verdicts in told.items():
        reasons = [verdict.reason for verdict in verdicts]
        assert reasons.count(Reason.WON) <= 1
        if Reason.WON in reasons:
            assert Reason.OUTRANKED not in reasons[: reasons.index(Reason.WON)], placement


@given(CAMPAIGNS, KINDS)
def test_one_answer_interrupts_once_and_with_the_best(campaigns: list[Campaign], asked_for: list[str]) -> None:
    given_rules = rules(*campaigns)
    answers = decided(given_rules, somebody(), asked(*asked_for))
    alone = {kind: decided(given_rules, somebody(), asked(kind))[0] for kind in asked_for}
    order = [each.campaign for each in explained(given_rules, somebody(), asked("data"))["data"]]
    rivals = [kind for kind in asked_for if kind in ("popup", "slide_in", "chat") and alone[kind].campaign]
    best = min(rivals, key=lambda kind: order.index(alone[kind].campaign or ""), default=None)
    for answer in answers:
        if answer.placement in rivals and answer.placement != best:
            assert (answer.reason, answer.campaign) == (Reason.OUTRANKED, None)
        else:
            assert answer.campaign == alone[answer.placement].campaign


def test_of_one_campaign_the_placement_asked_first_interrupts() -> None:
    given_rules = rules(campaign(on=["popup", "slide_in"]))
    for first, second in (("popup", "slide_in"), ("slide_in", "popup")):
        answers = decided(given_rules, somebody(), asked(first, second))
        assert [each.reason for each in answers] == [Reason.WON, Reason.OUTRANKED]


def test_a_push_is_no_interruption_of_the_page() -> None:
    placements = asked("popup", "data", "banner", "webhook")
    answers = decided(rules(campaign(on=placements.placements)), somebody(), placements)
    assert [each.reason for each in answers] == [Reason.WON] * 4


@pytest.mark.parametrize("kind", ["banner", "bar", "webhook"])
def test_a_placement_asked_twice_gets_the_same_decision_twice(kind: str) -> None:
    first, other, again = decided(rules(campaign(on=[kind, "data"])), somebody(), asked(kind, "data", kind))
    assert first == again
    assert (first.id, other.id) == ("decision-1", "decision-1-2")


@pytest.mark.parametrize("kind", ["popup", "slide_in", "chat", "form", "push_prompt"])
def test_an_interruption_asked_twice_interrupts_once(kind: str) -> None:
    first, banner, *again = decided(rules(campaign(on=[kind, "banner"])), somebody(), asked(kind, "banner", kind, kind))
    assert (first.reason, first.id) == (Reason.WON, "decision-1")
    assert (banner.reason, banner.id) == (Reason.WON, "decision-1-2")
    assert [(each.reason, each.campaign, each.id) for each in again] == [(Reason.OUTRANKED, None, None)] * 2
