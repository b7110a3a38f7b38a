"""The facts behind a verdict: names as the rule writes them, each with the value that decided.

Values are JSON: a moment is RFC 3339 text in UTC, a duration is written as rules write it (``7d``), what the person
lacks is None. Worked out only when somebody asks why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from omnisdk import clock
from omnisdk.engine import caps, live, reasons
from omnisdk.engine.case import Case
from omnisdk.engine.compiled import CompiledCampaign, Condition
from omnisdk.engine.eligibility import Spot
from omnisdk.engine.suppression import dismissal, owned_entitlement
from omnisdk.profile.catalogue import parse_fact, write
from omnisdk.profile.facts import MISSING, Reading, getter
from omnisdk.rules.compile import compile_rule
from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule

Facts = dict[str, Any]


def evidence(
    case: Case, spot: Spot, campaign: CompiledCampaign, reason: int, winner: CompiledCampaign | None, won: Spot
) -> Facts:
    """Return the facts behind `reason`; `winner` in the spot `won` is what outranked the campaign, if that is why."""
    if reason == reasons.OUTRANKED:
        return _outranked(spot, campaign, winner, won)
    tell = _TELL.get(reason)
    return tell(case, spot, campaign) if tell else {}


def _bot(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"device.browser": case.request.device.browser} if case.request.device else {}


def _no_creative(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    creative = campaign.creatives.get(spot.placement.name)
    unfit = creative.unfit(case.setting(campaign)) if creative else None
    return {unfit.name: unfit.value} if unfit else {"creatives": [*campaign.creatives]}


def _disabled(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"enabled": False} if case.site.enabled else {"site.enabled": False}


def _not_started(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"starts": _moment(campaign.campaign.starts)}


def _ended(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"ends": _moment(campaign.campaign.ends)}


def _not_in_journey(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"journeys": [*campaign.sent_by]}


def _wrong_page(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    if spot.never_here:
        return {"page.path": spot.path, "never_on": [*spot.placement.never_on]}
    return {"page.path": spot.path, "pages": [*campaign.campaign.pages]}


def _not_in_audience(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    audience = campaign.audience
    if audience is None:
        return {}
    return _decided(case, audience, case.vouched if audience.holds(case.everything) else case.everything)


def _excluded(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    exclude = campaign.exclude
    if exclude is not None and exclude.in_either(case.everything, case.vouched):
        return _decided(case, exclude, case.everything if exclude.holds(case.everything) else case.vouched)
    name = case.excluded_by
    if name is None:
        return {}
    general = case.rules.general_excludes[name]
    reading = case.everything if general.holds(case.everything) else case.vouched
    return {name: True, **_decided(case, general, reading)}


def _owned(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    found = owned_entitlement(campaign.held_entitlements, campaign.campaign.again_after, case.readings)
    if found is None:
        return {}
    entitlement, run = found
    kind, _, name = entitlement.partition(":")
    if kind == "membership":
        return {"owns": entitlement, write(("membership", name, "since")): _moment(run.since)}
    return {"owns": entitlement, "since": _moment(run.renewed)}


def _converted(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    at = campaign.goal.holds_back(case.readings) if campaign.goal else None
    return {_fact_of(campaign, "converted"): _moment(at)}


def _dismissed(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    found = dismissal(campaign.campaign, case.document, case.now)
    if found is None:
        return {}
    facts = {_fact_of(campaign, "dismissed"): _moment(found.at)}
    return facts if found.until is None else {**facts, "until": _moment(found.until)}


def _no_consent(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"consent.marketing": case.consent}


def _unreachable(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {f"reach.{spot.kind}": False}


def _quiet_hours(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    hours = spot.placement.quiet_hours
    now = _hour(live.minute_of_day(case.now, case.timezone))
    return {"quiet_hours": [_hour(each) for each in hours or ()], "now": now, "timezone": case.timezone}


def _guarded(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    return {"cart.stage": "checkout"} if case.in_checkout else {"page.path": spot.path}


def _capped(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    limits = campaign.caps[spot.kind]
    spent = None if case.is_anonymous else caps.first_spent(limits, case.exposures)
    cap, counted = spent or (limits[0][0], None)
    facts: Facts = {"at_most": cap.at_most, "counted": counted}
    if cap.per is not None:
        facts["per"] = written(cap.per)
    if cap.kinds is not None:
        facts["kinds"] = sorted(cap.kinds)
    return facts


def _won(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    held = {} if campaign.audience is None else _decided(case, campaign.audience, case.vouched)
    return {"priority": campaign.campaign.priority, **held}


def _outranked(spot: Spot, campaign: CompiledCampaign, winner: CompiledCampaign | None, won: Spot) -> Facts:
    if winner is None:
        return {}
    facts: Facts = {"outranked_by": winner.campaign.name}
    if won is not spot:
        return {**facts, "placement": won.placement.name}
    if winner.campaign.priority != campaign.campaign.priority:
        return {**facts, "priority": campaign.campaign.priority}
    if winner.campaign.ends != campaign.campaign.ends:
        return {**facts, "ends": _moment(campaign.campaign.ends)}
    return facts


_TELL: Mapping[int, Callable[[Case, Spot, CompiledCampaign], Facts]] = {
    reasons.BOT: _bot,
    reasons.NO_CREATIVE: _no_creative,
    reasons.DISABLED: _disabled,
    reasons.NOT_STARTED: _not_started,
    reasons.ENDED: _ended,
    reasons.NOT_IN_JOURNEY: _not_in_journey,
    reasons.WRONG_PAGE: _wrong_page,
    reasons.NOT_IN_AUDIENCE: _not_in_audience,
    reasons.EXCLUDED: _excluded,
    reasons.OWNED: _owned,
    reasons.CONVERTED: _converted,
    reasons.DISMISSED: _dismissed,
    reasons.NO_CONSENT: _no_consent,
    reasons.UNREACHABLE: _unreachable,
    reasons.QUIET_HOURS: _quiet_hours,
    reasons.GUARDED: _guarded,
    reasons.CAPPED: _capped,
    reasons.WON: _won,
}


# --- the leaves of a rule that decided --------------------------------------------------------------------------------
def _decided(case: Case, condition: Condition, reading: Reading) -> Facts:
    facts: Facts = {}
    _collect(condition.rule, reading, case.rules.ruleset.segments, facts)
    return facts


def _collect(rule: Rule, reading: Reading, segments: Mapping[str, Rule], into: Facts) -> None:
    """Add the facts that make `rule` what it is: all that failed of an `all`, all of an `any` that failed, and so on."""
    match rule:
        case Compare(fact=name):
            into[name] = value_of(name, reading)
        case Not(of=part):
            _collect(part, reading, segments, into)
        case InSegment(name=name):
            into[name] = _holds(rule, reading, segments)
            _collect(segments[name], reading, segments, into)
        case All(of=parts) | Any_(of=parts):
            outcome = _holds(rule, reading, segments)
            for part in parts:
                if _holds(part, reading, segments) is outcome:
                    _collect(part, reading, segments, into)


def _holds(rule: Rule, reading: Reading, segments: Mapping[str, Rule]) -> bool:
    return compile_rule(rule, segments)(reading)


def value_of(name: str, reading: Reading) -> Any:
    """Return the value of a fact as it is reported."""
    fact = parse_fact(name)
    value = getter(fact)(reading)
    if value is MISSING:
        return None
    if fact.type == "instant":
        return _moment(value) if type(value) is int else None
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value)
    return float(value) if isinstance(value, Decimal) else value


def _fact_of(campaign: CompiledCampaign, act: str) -> str:
    return write(("campaigns", campaign.campaign.name, act, "last_at"))


def _moment(instant: int | None) -> str | None:
    return None if instant is None else clock.to_text(instant)


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def written(duration: int) -> str:
    """Return a duration (microseconds) as rules write it: ``7d``, ``90m``."""
    for letter, length in (("d", clock.DAY), ("h", clock.HOUR), ("m", clock.MINUTE)):
        if duration % length == 0 and duration:
            return f"{duration // length}{letter}"
    return f"{duration // clock.SECOND}s"
