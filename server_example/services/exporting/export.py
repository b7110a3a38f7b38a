"""All events, or all profiles, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from omnisdk import clock
from omnisdk.events.model import Event
from omnisdk.profile import describe
from server_example.services import profiles as people_read
from server_example.services.server import Server
from server_example.storage import events as event_table
from server_example.storage import memory, walks
from server_example.storage.people import PersonState


def events(server: Server, since: int | None = None, until: int | None = None) -> Iterator[Event]:
    """Yield every stored event that happened at `since` or later and before `until` (microseconds), in no order of time.

    Beside a running server no event comes twice, and none is missing that was there at the beginning and is not
    forgotten meanwhile. Raises StorageUnavailable.
    """
    database = server.people.database
    database.read(memory.bound)
    return walks.events(database, since, until)


def event_line(event: Event) -> dict[str, Any]:
    """Return `event` as ``omnisdk import`` takes it back: by the Segment spec's names, and what was judged of it."""
    line = people_read.as_received(event)
    if event.proven_since:
        line["provenSince"] = clock.to_text(event.proven_since)
    return line


def profiles(server: Server) -> Iterator[dict[str, Any]]:
    """Yield every profile as GET /v1/profiles answers it, all read at the same `now`.

    Raises NoRules, StorageUnavailable.
    """
    database = server.people.database
    database.read(memory.bound)
    context = replace(server.rules.context, now=server.now())
    for row, identifiers in walks.profiles(database):
        state = PersonState(row.id, row.document, row.seed, row.version)
        yield {
            "id": row.id.hex(),
            "identifiers": [each.ref for each in identifiers],
            "state": state.state,
            **describe.describe(state.document, context),
        }


def how_many(server: Server, what: str) -> int:
    """Return how many ``events`` or ``profiles`` there are. Raises StorageUnavailable."""
    return server.people.database.read(event_table.count if what == "events" else walks.count_people)
