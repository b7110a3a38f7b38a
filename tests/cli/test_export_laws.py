"""Export, then import as exported, is the identity: the same events, people, profiles and seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from omnisdk.events.model import Event
from omnisdk.identity import ownership
from server_example.config import ServerConfig
from server_example.services import ingest
from server_example.services.exporting import export
from server_example.services.importing.importer import Import, Options, Watcher
from server_example.services.server import Server
from server_example.storage import people as people_table
from server_example.storage import schema, walks
from tests.cli.bulk import Shop, track
from tests.server.helpers import NOW
from tests.support.lives import START, arrivals

DAY = 86_400_000_000

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
_CONTEXTS = st.dictionaries(st.sampled_from(["page", "locale", "thiết bị", "=x"]), _JSON, max_size=3)


@pytest.fixture
def server(shop_files: Shop) -> Iterator[Server]:
    server = Server(ServerConfig.from_environment(), only_looking=True)
    yield server
    server.close()


def everything(server: Server) -> tuple[set[str], dict[frozenset[str], Any], set[tuple[str, int]]]:
    """Return all events, all people with document, seed and number of events, and when identifiers were received."""
    database = server.people.database

    def ask(connection: Connection) -> tuple[dict[frozenset[str], Any], set[tuple[str, int]]]:
        members: dict[bytes, set[str]] = {}
        received = set()
        for row in connection.execute(select(schema.identifiers)):
            members.setdefault(row.person, set()).add(row.ref)
            received.add((row.ref, row.received_at))
        rows = people_table.get(connection, sorted(members))
        people = {
            frozenset(refs): (rows[person].document, rows[person].seed, rows[person].events)
            for person, refs in members.items()
        }
        return people, received

    people, received = database.read(ask)
    return {repr(event) for event in walks.events(database)}, people, received


def empty(server: Server) -> None:
    def act(connection: Connection) -> None:
        for name in ("events", "identifiers", "links", "people", "tombstones"):
            connection.execute(delete(schema.metadata.tables[name]))

    server.people.database.transaction(act)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(arrival=arrivals(), bodies=st.lists(st.tuples(_JSON, _CONTEXTS), min_size=1, max_size=4), data=st.data())
def test_export_then_import_as_exported_is_the_identity(
    server: Server, arrival: tuple[list[Event], list[list[Event]]], bodies: list[tuple[Any, Any]], data: st.DataObject
) -> None:
    empty(server)
    for position, batch in enumerate(arrival[1]):
        body, context = bodies[position % len(bodies)]
        server.people.ingest([  # each batch is received at its own time, in any order
            replace(each, received_at=START + 2 * DAY + hash(each.message_id) % DAY, context=context, traits={**each.traits, "x": body})
            for each in batch
        ])  # fmt: skip
    before = everything(server)
    lines = [json.dumps(export.event_line(event)) for event in export.events(server)]
    lines = data.draw(st.permutations(lines))
    Path("backup.jsonl").write_text("\n".join(lines), encoding="utf-8")
    empty(server)
    done = Import(server, Options(Path("backup.jsonl"), as_exported=True), Watcher()).run()
    assert not done.report.refused
    events, people, received = everything(server)
    assert events == before[0]
    assert {refs: person[0] for refs, person in people.items()} == {
        refs: person[0] for refs, person in before[1].items()
    }
    due = {
        ref: min(each.received_at for each in walks.events(server.people.database) if ref in _refs(each))
        for ref, _ in received
    }
    assert received == set(due.items())
    for refs, (_, seed, number) in people.items():
        assert seed == min((due[ref], ref) for ref in refs)[1]
        assert number == before[1][refs][2]


def _refs(event: Event) -> list[str]:
    return ownership.identifiers(ownership.owner(event), ownership.proofs(event))


def test_what_was_received_as_it_came_keeps_its_seeds_through_a_backup(shop_files: Shop, server: Server) -> None:
    for number, kind in enumerate(("shop", "browser", "shop", "browser")):
        batch = [track(number, anonymousId=f"a{number % 3}", userId="lan" if kind == "shop" else None)]
        ingest.ingest(server, {"batch": batch}, "shop" if kind == "shop" else "browser", NOW + number * DAY)
    before = everything(server)
    shop_files.run("export", "events", "--output", "backup.jsonl")
    empty(server)
    shop_files.run("import", "--as-exported", "backup.jsonl")
    assert everything(server) == before
    assert shop_files.corrected() == 0


def test_without_the_flag_a_browsers_event_does_not_become_the_shops(shop_files: Shop, server: Server) -> None:
    order = {"event": "Order Completed", "properties": {"order_id": "A1", "total": 5}}
    ingest.ingest(server, {"batch": [track(1, anonymousId="a1", userId=None, **order)]}, "browser", NOW)
    ingest.ingest(
        server,
        {"batch": [{**track(2), "type": "group", "groupId": "g", "userId": None, "phone": "0901234567"}]},
        "shop",
        NOW,
    )
    shop_files.run("export", "events", "--output", "backup.jsonl")
    empty(server)
    told = shop_files.run("import", "backup.jsonl", status=3)
    assert "EXPORTED" in told.stderr and "--as-exported" in told.stderr
    assert list(shop_files.people()) == [frozenset({"phone:+84901234567"})]


@pytest.mark.parametrize(("change", "code"), [
    ({"role": "admin"}, "NOT_EXPORTED"), ({"role": None}, "NOT_EXPORTED"), ({"type": "x"}, "NOT_EXPORTED"),
    ({"messageId": None}, "NOT_EXPORTED"), ({"messageId": "m" * 101}, "NOT_EXPORTED"), ({"messageId": 5}, "NOT_EXPORTED"),
    ({"receivedAt": None}, "NOT_EXPORTED"), ({"receivedAt": "hôm qua"}, "BAD_TIME"),
    ({"timestamp": "2999-01-01T00:00:00Z"}, "BAD_TIME"), ({"timestamp": "1969-01-01T00:00:00Z"}, "BAD_TIME"),
    ({"userId": "a\x1fb"}, "NOT_EXPORTED"), ({"userId": None}, "NO_ID"), ({"event": ""}, "NO_EVENT_NAME"),
    ({"identifiers": ["user:x"]}, "NOT_EXPORTED"), ({"identifiers": "phone:1"}, "NOT_EXPORTED"), ({"properties": []}, "NOT_EXPORTED"),
    ({"context": {"a": [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}}, "TOO_DEEP"), ({"provenSince": 5}, "NOT_EXPORTED"),
])  # fmt: skip
def test_a_line_that_no_export_wrote_is_rejected_and_its_neighbours_are_not(
    sqlite_shop: Shop, change: dict[str, Any], code: str
) -> None:
    line = {**track(1), "receivedAt": "2026-04-01T00:00:00Z", "role": "shop", "proven": True, "vouched": True}
    made = {name: value for name, value in {**line, **change}.items() if value is not None}
    file = sqlite_shop.write("a.jsonl", [made, {**line, "messageId": "m2"}])
    assert f"a.jsonl:1: {code}: " in sqlite_shop.run("import", "--as-exported", file, status=3).stderr
    assert sqlite_shop.event().message_id == "m2"
