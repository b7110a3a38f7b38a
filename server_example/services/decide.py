"""Decisions: who is asked for, their profile with the events just sent, the engine's word, the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import orjson
from itsdangerous import Signer
from itsdangerous.encoding import base64_encode

from omnisdk import clock, profile
from omnisdk.engine import texts
from omnisdk.engine.decide import decide as decisions_for
from omnisdk.engine.decide import explain as verdicts_for
from omnisdk.engine.result import DecideRequest, Decision, Person, Reason
from omnisdk.events.ids import read_id
from omnisdk.identity import tokens
from omnisdk.identity.identifiers import parse_ref
from server_example.services import asking, ingest
from server_example.services.asking import Asked
from server_example.services.faults import NeedsSecretKey
from server_example.services.rulesets import ActiveRules
from server_example.services.server import Server
from server_example.storage.people import PersonState

Role = Literal["shop", "browser"]

NOTHING_KNOWN = "0"  # `state` for nobody, or somebody without history
TOLD_TO_BROWSERS = frozenset({Reason.WON, Reason.GUARDED, Reason.UNKNOWN_PLACEMENT})


@dataclass(frozen=True, slots=True)
class Question:
    """One request, made ready for the engine."""

    asked: Asked
    request: DecideRequest
    ref: str | None  # whom it is about; None: asked without ids
    rules: ActiveRules
    now: int
    new_id: str


def decide(server: Server, body: object, role: Role, header_agent: str | None, now: int) -> dict[str, Any]:
    """Return the answer to the decide request `body`; `events` in it are stored and folded first, in one transaction.

    Raises BadRequest, BadBody, BadReference, NeedsSecretKey, NoRules, StorageUnavailable.
    """
    question = _question(server, body, role, header_agent, now)

    def answer(state: PersonState | None) -> tuple[list[Decision], str]:
        decisions = decisions_for(question.request, _person(question, state), question.rules.compiled, now)
        return decisions, state.state if state is not None else NOTHING_KNOWN

    if question.asked.events is None:
        decisions, version = answer(server.people.read(question.ref) if question.ref is not None else None)
        told: dict[str, Any] = {}
    else:
        batch = ingest.read(server, _as_batch(question.asked), role, now, place="events")
        events = [event for _, event in batch.events]
        outcomes, (decisions, version) = server.people.ingest_then(events, question.ref, answer)
        told = {"events": ingest.verdicts(server, batch, outcomes)}
    for decision in decisions:
        server.metrics.count("omni_decisions_total", reason=decision.reason)
    return {"decisions": [_told(decision, role, server.signer) for decision in decisions], "state": version, **told}


def explain(server: Server, body: object, now: int) -> dict[str, Any]:
    """Return every campaign of each placement asked, in order of arbitration, with its reason in three languages.

    Nothing is stored: `events` of the request are read over. Raises as `decide`.
    """
    question = _question(server, body, "shop", None, now)
    state = server.people.read(question.ref) if question.ref is not None else None
    compiled = question.rules.compiled
    verdicts = verdicts_for(question.request, _person(question, state), compiled, now)
    return {
        "placements": {
            placement: [
                {
                    "campaign": verdict.campaign,
                    "reason": verdict.reason,
                    "text": texts.sentence(verdict, compiled, now),
                    "facts": dict(verdict.facts),
                }
                for verdict in of_placement
            ]
            for placement, of_placement in verdicts.items()
        }
    }


def _question(server: Server, body: object, role: Role, header_agent: str | None, now: int) -> Question:
    asked = asking.read(body)
    rules = server.rules
    agent = asked.user_agent or (header_agent if role == "browser" else None)
    request = DecideRequest(
        placements=asked.placements,
        role=role,
        path=asked.path,
        url=asked.url,
        query=asked.query,
        locale=asked.locale,
        timezone=asked.timezone,
        device=server.devices.of(agent, needed=rules.compiled.needs_device),
    )
    return Question(asked, request, _who(server, asked, role, rules, now), rules, now, server.new_id())


def _who(server: Server, asked: Asked, role: Role, rules: ActiveRules, now: int) -> str | None:
    """Return the reference of whom the question is about.

    The shop may name anybody. A browser is the user of a valid token, else whoever its anonymousId belongs to; a user
    id without proof is a claim and reads nothing, unless the rules accept claims.
    """
    ruleset = rules.compiled.ruleset
    if asked.person is not None:
        if role != "shop":
            raise NeedsSecretKey("`person` names anybody, so it needs the secret key")
        return parse_ref(asked.person, ruleset.site.country)
    token = asked.identity_token
    proof = tokens.verify(token, server.config.identity_key, now=now) if token else None
    proven = read_id(proof.user_id) if proof is not None else None  # as the events of the same token are read
    if proven is None and (role == "shop" or not ruleset.require_token):
        proven = asked.user_id
    if proven is not None:
        return f"user:{proven}"
    return f"anonymous:{asked.anonymous_id}" if asked.anonymous_id is not None else None


def _person(question: Question, state: PersonState | None) -> Person:
    if question.ref is None:
        return Person(new_id=question.new_id)
    if state is None:  # ids that have no history yet
        return Person(profile.empty(), question.ref, question.new_id)
    return Person(state.document, state.seed, question.new_id)


def _as_batch(asked: Asked) -> dict[str, Any]:
    """Return the request's events as a batch; its token counts for each event that has none of its own."""
    batch: dict[str, Any] = {"batch": asked.events}
    if asked.sent_at is not None:
        batch["sentAt"] = asked.sent_at
    if asked.identity_token is not None:
        batch["context"] = {"identityToken": asked.identity_token}
    return batch


def _told(decision: Decision, role: Role, signer: Signer) -> dict[str, Any]:
    """Return one decision as it is answered: placement, campaign and reason always, else only what applies."""
    reason = decision.reason
    if role == "browser" and reason not in TOLD_TO_BROWSERS:
        reason = Reason.NONE
    told: dict[str, Any] = {"placement": decision.placement}
    if decision.campaign is None:
        return {**told, "campaign": None, "reason": reason}
    told |= {"id": decision.id, "campaign": decision.campaign, "variant": decision.variant, "kind": decision.kind}
    told |= {
        "reason": reason,
        "ends_at": clock.to_text(decision.ends_at) if decision.ends_at is not None else None,
        "coupon": decision.coupon,
        "content": decision.content,
        "trigger": decision.trigger,
        "size": decision.size,
        "promotes": decision.promotes,
        "offer": decision.offer,
        "token": signer.sign(_signed(decision)).decode(),
    }
    return {name: value for name, value in told.items() if not _absent(value)}


def _signed(decision: Decision) -> bytes:
    """What a decision's token proves: which decision showed which campaign's which variant where. Nothing of a person."""
    return base64_encode(orjson.dumps([decision.id, decision.campaign, decision.placement, decision.variant]))


def _absent(value: object) -> bool:
    return value is None or value == ()
