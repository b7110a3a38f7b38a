"""The decision for a placement in which a campaign won: its creative drawn, its terms beside it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from omnisdk.content.template import Unfit
from omnisdk.engine.case import Case
from omnisdk.engine.compiled import CompiledCampaign
from omnisdk.engine.eligibility import Spot
from omnisdk.engine.result import Decision, Reason


def decision(case: Case, spot: Spot, winner: CompiledCampaign, decision_id: str) -> Decision:
    """Return the decision that shows `winner` in `spot`, with the content in this person's language."""
    campaign = winner.campaign
    creative = winner.creatives[spot.placement.name]
    return Decision(
        placement=spot.placement.name,
        reason=Reason.WON,
        campaign=campaign.name,
        id=decision_id,
        kind=spot.kind,
        ends_at=campaign.ends,
        coupon=campaign.offer.coupon if campaign.offer else None,
        content=creative.draw(case.setting(winner)),
        trigger=creative.content.trigger,
        size=spot.placement.size,
        promotes=campaign.promotes,
        offer=_offer(case, winner),
    )


def _offer(case: Case, winner: CompiledCampaign) -> dict[str, Any] | None:
    """Return ``{text, discount}``, what there is of it. A text that cannot be filled in is left out: the creative
    stands without it."""
    offer = winner.campaign.offer
    said: dict[str, Any] = {}
    if winner.offer_text is not None:
        with suppress(Unfit):
            said["text"] = winner.offer_text.fill(case.setting(winner))
    if offer is not None and offer.discount is not None:
        said["discount"] = offer.discount
    return said or None
