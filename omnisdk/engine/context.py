"""What facts need from the rules when nobody asks for a decision: profiles, exports, groups of people."""

from __future__ import annotations

from omnisdk.engine.suppression import compile_goal
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.rules.compile import compile_segments
from omnisdk.rules.model import Ruleset


def fact_context(ruleset: Ruleset, now: int) -> FactContext:
    """Return the context in which a profile is read at `now` (microseconds) under `ruleset`, without a request."""
    goals = {name: goal for name, each in ruleset.campaigns.items() if (goal := compile_goal(each))}
    segments = compile_segments(ruleset.segments)

    def converted(reading: Reading, campaign: str) -> list[int]:
        return goals[campaign].reached(reading) if campaign in goals else []

    return FactContext(
        now=now,
        timezone=ruleset.site.timezone,
        currency=ruleset.site.currency,
        grants={product: (grant.gives, grant.for_) for product, grant in ruleset.grants.items()},
        converted=converted,
        segments=lambda reading: [name for name, holds in segments.items() if holds(reading)],
    )
