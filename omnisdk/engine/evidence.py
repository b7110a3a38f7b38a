"""The facts behind a verdict: names as the rule writes them, each with the value that decided.

Values are JSON: a moment is RFC 3339 text in UTC, a duration is written as rules write it (``7d``), what the person
lacks is None. Worked out only when somebody asks why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from omnisdk import clock
from omnisdk.engine import caps, live, reasons
from omnisdk.engine.case import Case
from omnisdk.engine.compiled import CompiledCampaign, Condition
from omnisdk.engine.eligibility import Spot
from omnisdk.engine.leaves import leaves
from omnisdk.engine.suppression import dismissal, owned_entitlement
from omnisdk.profile.catalogue import write
from omnisdk.profile.facts import Reading

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
    return {} if audience is None else _leaves(case, audience, _deciding(case, audience, holds=False))


def _excluded(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    exclude, segment = _exclude(case, campaign)
    if exclude is None:
        return {}
    held = _leaves(case, exclude, _deciding(case, exclude, holds=True))
    return held if segment is None else {segment: True, **held}


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
    cap, of, counted = spent or (*limits[0], None)
    facts: Facts = {"at_most": cap.at_most, "counted": counted}
    if of is not None:
        facts["campaign"] = of
    if cap.per is not None:
        facts["per"] = written(cap.per)
    if cap.kinds is not None:
        facts["kinds"] = sorted(cap.kinds)
    return facts


def _won(case: Case, spot: Spot, campaign: CompiledCampaign) -> Facts:
    held = {} if campaign.audience is None else _leaves(case, campaign.audience, case.vouched)
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


# --- conditions and the view that made them what they are -------------------------------------------------------------
def view_that_decided(case: Case, campaign: CompiledCampaign, reason: int) -> Literal["all", "shop"]:
    """Return ``shop`` where the campaign is withheld only by what the shop vouches for, which has less in it."""
    if reason == reasons.NOT_IN_AUDIENCE and campaign.audience is not None:
        return _deciding(case, campaign.audience, holds=False).view
    if reason == reasons.EXCLUDED:
        exclude, _ = _exclude(case, campaign)
        return "all" if exclude is None else _deciding(case, exclude, holds=True).view
    return "all"


def _exclude(case: Case, campaign: CompiledCampaign) -> tuple[Condition | None, str | None]:
    """Return the exclude that holds, with its segment where it is one of the general ones."""
    own = campaign.exclude
    if own is not None and own.in_either(case.everything, case.vouched):
        return own, None
    name = case.excluded_by
    return (None, None) if name is None else (case.rules.general_excludes[name], name)


def _deciding(case: Case, condition: Condition, *, holds: bool) -> Reading:
    """Return the first view in which `condition` holds, or does not."""
    return case.everything if bool(condition.holds(case.everything)) is holds else case.vouched


def _leaves(case: Case, condition: Condition, reading: Reading) -> Facts:
    return leaves(condition.rule, reading, case.rules.ruleset.segments)


# --- values -----------------------------------------------------------------------------------------------------------
def _fact_of(campaign: CompiledCampaign, act: str) -> str:
    return write(("campaigns", campaign.campaign.name, act, "last_at"))


def _moment(instant: int | None) -> str | None:
    return None if instant is None else clock.to_text(instant)


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def written(duration: int) -> str:
    """Return a duration (microseconds) as rules write it, in the largest unit that divides it: ``4w``, ``10d``, ``90m``."""
    for letter, length in (("w", clock.WEEK), ("d", clock.DAY), ("h", clock.HOUR), ("m", clock.MINUTE)):
        if duration % length == 0 and duration:
            return f"{duration // length}{letter}"
    return f"{duration // clock.SECOND}s"
