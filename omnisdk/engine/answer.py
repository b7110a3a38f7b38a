"""The decision for a placement in which a campaign won: its creative drawn, its terms beside it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from omnisdk.clock import SECOND
from omnisdk.content.template import Unfit
from omnisdk.engine.case import Case
from omnisdk.engine.compiled import CompiledCampaign
from omnisdk.engine.eligibility import Spot
from omnisdk.engine.result import Decision, Reason
from omnisdk.profile.values import number

_WAITS: Final = frozenset({"after", "idle"})


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
        trigger=_trigger(creative.content.trigger),
        size=spot.placement.size,
        promotes=campaign.promotes,
        offer=_offer(case, winner),
    )


def _trigger(trigger: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return when the creative opens, as a page takes it: `after` and `idle` in seconds."""
    if trigger is None:
        return None
    return {name: number(Decimal(value) / SECOND) if name in _WAITS else value for name, value in trigger.items()}


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
