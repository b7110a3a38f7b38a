"""One person's profile for the shop: read, export, forget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from omnisdk import clock
from omnisdk.events.model import Event
from omnisdk.identity.identifiers import parse_ref
from omnisdk.profile import describe
from server_example.services.faults import UnknownPerson
from server_example.services.server import Server


def read(server: Server, reference: str, now: int) -> dict[str, Any]:
    """Return ``{"id", "identifiers", "state", "facts", "shop"}`` of the person `reference` names.

    Raises BadReference, UnknownPerson, NoRules, StorageUnavailable.
    """
    ref = _ref(server, reference)
    state = server.people.read(ref)
    if state is None:
        raise UnknownPerson(reference)
    return {
        "id": state.id.hex(),
        "identifiers": server.people.refs(state.id),
        "state": state.state,
        **describe.describe(state.document, replace(server.rules.context, now=now)),
    }


def export(server: Server, reference: str, now: int) -> dict[str, Any]:
    """Return the profile with every event as it was received, in the order of the person's life. Raises as `read`."""
    profile = read(server, reference, now)
    events = server.people.events_of(_ref(server, reference)) or []
    return {**profile, "events": [as_received(event) for event in events]}


def forget(server: Server, reference: str, now: int) -> dict[str, Any]:
    """Delete all that is stored of the person; what remains are keyed hashes that keep them forgotten (law 10).

    Raises BadReference, UnknownPerson, NoRules, StorageUnavailable.
    """
    if not server.people.forget(_ref(server, reference), now):
        raise UnknownPerson(reference)
    return {"forgotten": True}


def _ref(server: Server, reference: str) -> str:
    return parse_ref(reference, server.rules.compiled.ruleset.site.country)


def as_received(event: Event) -> dict[str, Any]:
    """Return `event` by the Segment spec's names: ids as sent, the raw time texts, and what was judged of it."""
    told: dict[str, Any] = {
        "type": event.type,
        "messageId": event.message_id,
        "event" if event.type == "track" else "name": event.name,
        "userId": event.user_id,
        "anonymousId": event.anonymous_id,
        "previousId": event.previous_id,
        "groupId": event.group_id,
        "identifiers": list(event.refs),
        "properties": event.properties,
        "traits": event.traits,
        "context": event.context,
        "timestamp": clock.to_text(event.timestamp),
        "receivedAt": clock.to_text(event.received_at),
        "sent": event.sent,
        "role": event.role,
        "proven": event.proven,
        "vouched": event.vouched,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}
