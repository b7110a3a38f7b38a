"""The reasons a campaign is withheld, checked in their order; each check is one line here and lives in its module."""

from __future__ import annotations

from omnisdk.engine import caps, guard, live, reach, reasons
from omnisdk.engine.case import Case
from omnisdk.engine.compiled import CompiledCampaign
from omnisdk.engine.suppression import dismissal, owned_entitlement
from omnisdk.rules.model import INTERRUPTING_KINDS, PAGE_KINDS, SENT_KINDS, Placement
from omnisdk.rules.paths import matches

ELIGIBLE = 0  # no reason against it


class Spot:
    """A placement in one question: what holds there for every campaign alike."""

    def __init__(self, case: Case, placement: Placement) -> None:
        self.placement = placement
        self.kind = placement.kind
        self.is_page = placement.kind in PAGE_KINDS
        self.path = case.path if self.is_page else None  # only page kinds know a wrong or a guarded page
        self.never_here = self.path is not None and any(matches(each, self.path) for each in placement.never_on)
        self.withheld = self._withheld(case)

    def _withheld(self, case: Case) -> int:
        if self.kind in SENT_KINDS:
            if not reach.is_reachable(self.kind, case.everything):
                return reasons.UNREACHABLE
            quiet = self.placement.quiet_hours
            if quiet is not None and reach.is_quiet(quiet, case.now, case.timezone):
                return reasons.QUIET_HOURS
        if guard.holds_back(self.kind, case.site, case.in_checkout, self.on_guarded_page(case)):
            return reasons.GUARDED
        return ELIGIBLE

    def on_guarded_page(self, case: Case) -> bool:
        return self.path is not None and guard.is_guarded_path(self.path, case.site)


def reason_against(case: Case, spot: Spot, campaign: CompiledCampaign) -> int:
    """Return the first reason, in their order, why `campaign` is not shown in `spot`; ELIGIBLE when there is none."""
    if case.is_bot:
        return reasons.BOT
    creative = campaign.creatives.get(spot.placement.name)
    if creative is None or (creative.checks and creative.unfit(case.setting(campaign)) is not None):
        return reasons.NO_CREATIVE
    return (
        live.not_live(campaign.campaign, case.site, case.now)
        or (reasons.NOT_IN_JOURNEY if campaign.sent_by else ELIGIBLE)
        or (reasons.WRONG_PAGE if spot.path is not None and is_wrong_page(spot, campaign) else ELIGIBLE)
        or _standing(case, campaign)
        or spot.withheld
        or (reasons.CAPPED if is_capped(case, spot, campaign) else ELIGIBLE)
    )


def is_wrong_page(spot: Spot, campaign: CompiledCampaign) -> bool:
    """Whether the page is not one of the campaign's, or one on which the placement is never used."""
    if spot.never_here or campaign.everywhere:
        return spot.never_here
    return spot.path is not None and not any(matches(each, spot.path) for each in campaign.campaign.pages)


def is_capped(case: Case, spot: Spot, campaign: CompiledCampaign) -> bool:
    """Whether a cap is used up. Nothing can be counted of a visitor without ids, so they get no capped interruption."""
    limits = campaign.caps[spot.kind]
    if not limits:
        return False
    if case.is_anonymous:
        return spot.kind in INTERRUPTING_KINDS
    return caps.first_spent(limits, case.exposures) is not None


def _standing(case: Case, campaign: CompiledCampaign) -> int:
    """Return the reason that holds against the campaign for this person wherever it is asked for."""
    name = campaign.campaign.name
    found = case.standings.get(name)
    if found is None:
        found = case.standings[name] = _judge(case, campaign)
    return found


def _judge(case: Case, compiled: CompiledCampaign) -> int:
    # The hot path: what is the same for all campaigns is asked once for the case, and a call is spared where it can be.
    campaign, is_marketing = compiled.campaign, compiled.is_marketing
    if compiled.audience is not None and not compiled.audience.in_both(case.everything, case.vouched):
        return reasons.NOT_IN_AUDIENCE
    if compiled.exclude is not None and compiled.exclude.in_either(case.everything, case.vouched):
        return reasons.EXCLUDED
    if is_marketing and case.excluded_by is not None:
        return reasons.EXCLUDED
    if (
        compiled.held_entitlements
        and not case.owned.isdisjoint(compiled.held_entitlements)
        and owned_entitlement(compiled.held_entitlements, campaign.again_after, case.readings)
    ):
        return reasons.OWNED
    if (
        compiled.goal is not None
        and (compiled.goal.event is not None or not case.ordered.isdisjoint(campaign.promotes))
        and compiled.goal.holds_back(case.readings) is not None
    ):
        return reasons.CONVERTED
    if case.knows_campaigns and dismissal(campaign, case.document, case.now) is not None:
        return reasons.DISMISSED
    if is_marketing and case.consent_lacks[compiled.is_personal]:
        return reasons.NO_CONSENT
    return ELIGIBLE
