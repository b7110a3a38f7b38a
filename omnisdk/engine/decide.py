"""The one question, asked in two ways: what to show (`decide`), and why each campaign is shown or not (`explain`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from omnisdk.engine import reasons
from omnisdk.engine.answer import decision
from omnisdk.engine.case import Case
from omnisdk.engine.compiled import CompiledCampaign, CompiledRules
from omnisdk.engine.eligibility import ELIGIBLE, Spot, reason_against
from omnisdk.engine.evidence import evidence, view_that_decided
from omnisdk.engine.result import DecideRequest, Decision, Person, Reason, Verdict
from omnisdk.rules.model import INTERRUPTING_KINDS, SENT_KINDS, Placement


def decide(request: DecideRequest, person: Person, rules: CompiledRules, now: int) -> list[Decision]:
    """Return a decision for each placement asked, in the order asked. Pure: the same input gives the same answer.

    `now` is in microseconds. A placement in which nothing won has no campaign, and of its campaigns' reasons the one
    nearest to being shown. A placement asked again gets its decision again, with the same id; one that interrupts the
    page wins where it is asked first and is ``OUTRANKED`` after that.
    """
    case = Case(request, person, rules, now)
    found = {name: _arbitrate(case, placement) for name, placement in _known(request, rules).items()}
    _interrupt_once(case, found.values())
    answered: list[Decision] = []
    shown: dict[str, Decision] = {}
    for at, name in enumerate(request.placements):
        outcome = found.get(name)
        if outcome is None:
            answered.append(Decision(name, Reason.UNKNOWN_PLACEMENT))
        elif outcome.winner is None or outcome.yields_to is not None:
            answered.append(Decision(name, reasons.ORDER[outcome.reason]))
        elif name not in shown:
            # One request may win in several placements; each decision needs an id of its own, as each counts once.
            decision_id = person.new_id if at == 0 else f"{person.new_id}-{at + 1}"
            shown[name] = decision(case, outcome.spot, outcome.winner, decision_id)
            answered.append(shown[name])
        else:  # asked again: the same decision, but nothing interrupts the page twice
            answered.append(Decision(name, Reason.OUTRANKED) if _interrupts(outcome) else shown[name])
    return answered


def explain(request: DecideRequest, person: Person, rules: CompiledRules, now: int) -> dict[str, list[Verdict]]:
    """Return, for each placement asked, every campaign with its reason and the facts that decided, in the order of
    arbitration; what `decide` shows is there as ``WON``. An unknown placement has no campaigns."""
    case = Case(request, person, rules, now)
    found = {name: _arbitrate(case, placement) for name, placement in _known(request, rules).items()}
    _interrupt_once(case, found.values())
    campaigns = sorted(rules.campaigns, key=case.place)
    return {
        name: [_verdict(case, found[name], campaign) for campaign in campaigns] if name in found else []
        for name in request.placements
    }


@dataclass(slots=True)
class Outcome:
    """What arbitration found for one placement."""

    spot: Spot
    winner: CompiledCampaign | None
    reason: int  # that of the placement: WON, or the furthest down the list of its campaigns' reasons
    yields_to: Outcome | None = None  # the one interruption of this answer, when it is another placement's


def _known(request: DecideRequest, rules: CompiledRules) -> Mapping[str, Placement]:
    """Return the placements asked that exist for the key that asked: messages are sent by the shop only."""
    placements = rules.ruleset.placements
    return {
        name: placements[name]
        for name in request.placements
        if name in placements and (request.role == "shop" or placements[name].kind not in SENT_KINDS)
    }


def _arbitrate(case: Case, placement: Placement) -> Outcome:
    """Return the first eligible campaign in the order of arbitration."""
    spot = Spot(case, placement)
    furthest = reasons.BOT if case.is_bot else reasons.NO_CREATIVE
    winner: CompiledCampaign | None = None
    place = (0, 0)  # the winner's
    for campaign in case.rules.campaigns:  # by rank
        if winner is not None and campaign.rank > winner.rank:
            break
        reason = reason_against(case, spot, campaign)
        if reason == ELIGIBLE:
            own = case.place(campaign)
            if winner is None or own < place:
                winner, place = campaign, own
        elif reason > furthest:
            furthest = reason
    return Outcome(spot, winner, furthest if winner is None else reasons.WON)


def _interrupt_once(case: Case, outcomes: Iterable[Outcome]) -> None:
    """Let only one interruption of the page stand: the better campaign's, then that of the placement asked first."""
    rivals = [outcome for outcome in outcomes if outcome.winner is not None and _interrupts(outcome)]
    if len(rivals) < 2:
        return
    first = min(rivals, key=lambda each: case.place(each.winner) if each.winner else ())  # min keeps the earliest
    for outcome in rivals:
        if outcome is not first:
            outcome.yields_to = first
            outcome.reason = reasons.OUTRANKED


def _interrupts(outcome: Outcome) -> bool:
    """Whether what wins here interrupts the page; a push reaches people elsewhere."""
    return outcome.spot.is_page and outcome.spot.kind in INTERRUPTING_KINDS


def _verdict(case: Case, outcome: Outcome, campaign: CompiledCampaign) -> Verdict:
    reason = reason_against(case, outcome.spot, campaign)
    if reason == ELIGIBLE:
        won = campaign is outcome.winner and outcome.yields_to is None
        reason = reasons.WON if won else reasons.OUTRANKED
    over = outcome.yields_to or outcome
    facts = evidence(case, outcome.spot, campaign, reason, over.winner, over.spot)
    return Verdict(campaign.campaign.name, reasons.ORDER[reason], facts, view_that_decided(case, campaign, reason))
