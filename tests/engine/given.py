"""What the engine's tests are given: a moment, events, rules of a few words, and a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from omnisdk import clock, profile
from omnisdk.clock import DAY
from omnisdk.engine import compile_rules, decide, explain
from omnisdk.engine.result import DecideRequest, Decision, Person, Reason, Verdict
from omnisdk.events.model import Event, Role
from omnisdk.rules.model import Campaign, Content, Placement, Ruleset, Site

NOW = clock.parse("2026-11-10T05:00:00Z")  # Tuesday, noon in Việt Nam and Thailand
SITE = Site(name="Phố Núi", locale="vi", country="VN", timezone="Asia/Ho_Chi_Minh", currency="VND")
EVERYWHERE = {
    kind: Placement(kind, kind)  # type: ignore[arg-type]
    for kind in (
        "banner", "bar", "popup", "slide_in", "chat", "form", "push_prompt", "push", "email", "sms", "webhook", "data"
    )
}  # fmt: skip
HELLO = Content(title={"vi": "Chào bạn", "en": "Hello", "th": "สวัสดี"})

_numbers = count()


def happened(name: str, at: int = NOW - DAY, *, by: Role = "shop", message_id: str = "", **said: Any) -> Event:
    """A track event with properties; from the shop unless `by` says a browser."""
    return Event(
        type="track",
        message_id=message_id or f"m{next(_numbers)}",
        timestamp=at,
        received_at=max(at, NOW),
        role=by,
        name=name,
        anonymous_id="a1",
        vouched=by == "shop",
        properties=said,
    )


def identified(at: int = NOW - DAY, *, by: Role = "shop", **traits: Any) -> Event:
    return Event(
        "identify", f"m{next(_numbers)}", at, max(at, NOW), by, user_id="u1", vouched=by == "shop", traits=traits
    )


def somebody(*events: Event, seed: str = "user:u1") -> Person:
    """A person with that life."""
    return Person(profile.fold(events), seed, "decision-1")


NOBODY = Person(None, "", "decision-1")  # asked without ids


def campaign(name: str = "golf-days", *, on: Iterable[str] = ("popup",), **keys: Any) -> Campaign:
    """A campaign with the same creative in each placement of `on`."""
    keys.setdefault("content", HELLO)
    keys.setdefault("creatives", {placement: Content() for placement in on})
    return Campaign(name, **keys)


def rules(
    *campaigns: Campaign, placements: Mapping[str, Placement] = EVERYWHERE, site: Site = SITE, **keys: Any
) -> Ruleset:
    return Ruleset(site=site, placements=placements, campaigns={each.name: each for each in campaigns}, **keys)


def asked(*placements: str, **keys: Any) -> DecideRequest:
    keys.setdefault("role", "shop")
    return DecideRequest(placements or ("popup",), **keys)


def decided(ruleset: Ruleset, person: Person, request: DecideRequest | None = None, now: int = NOW) -> list[Decision]:
    return decide(request or asked(), person, compile_rules(ruleset), now)


def reason(ruleset: Ruleset, person: Person, request: DecideRequest | None = None, now: int = NOW) -> Reason:
    """The reason of the one placement asked, which explain must give too for the one campaign there is."""
    request = request or asked()
    (decision,) = decided(ruleset, person, request, now)
    told = explained(ruleset, person, request, now)[request.placements[0]]
    if len(told) == 1:
        assert told[0].reason == decision.reason, "decide and explain disagree"
    return decision.reason


def explained(
    ruleset: Ruleset, person: Person, request: DecideRequest | None = None, now: int = NOW
) -> dict[str, list[Verdict]]:
    return explain(request or asked(), person, compile_rules(ruleset), now)


def why(ruleset: Ruleset, person: Person, request: DecideRequest | None = None, now: int = NOW) -> Verdict:
    """The verdict on the one campaign in the one placement asked."""
    request = request or asked()
    ((verdict,),) = explained(ruleset, person, request, now).values()
    return verdict
