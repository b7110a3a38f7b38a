"""Walks over whole tables in pages by key: flat in memory, beside a running server, each row at most once.

A key never changes, so whatever is stored when a walk begins is met unless it is deleted meanwhile; what is stored
during the walk may be met or not. No transaction stays open between pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, func, select

from omnisdk.events.model import Event
from server_example.storage import identifiers, people
from server_example.storage.database import Database
from server_example.storage.events import decode
from server_example.storage.identifiers import Identifier
from server_example.storage.people import PersonRow
from server_example.storage.schema import events as event_table
from server_example.storage.schema import people as people_table

EVENTS_PER_PAGE = 1_000
PEOPLE_PER_PAGE = 200  # a document of a busy customer has some 100 KB

_KEYS = (
    select(event_table.c.key, event_table.c.timestamp, event_table.c.body)
    .where(event_table.c.key > bindparam("after"))
    .order_by(event_table.c.key)
    .limit(EVENTS_PER_PAGE)
)
_COUNT_PEOPLE = select(func.count()).select_from(people_table)


def events(database: Database, since: int | None = None, until: int | None = None) -> Iterator[Event]:
    """Yield every event with `since` ≤ timestamp < `until` (microseconds), by key. Raises StorageUnavailable."""
    after = b""
    while True:
        page = database.read(lambda connection, after=after: connection.execute(_KEYS, {"after": after}).all())  # type: ignore[misc]  # the default binds this round's key
        for _, timestamp, body in page:
            if (since is None or timestamp >= since) and (until is None or timestamp < until):
                yield decode(body)
        if len(page) < EVENTS_PER_PAGE:
            return
        after = page[-1].key


def profiles(database: Database) -> Iterator[tuple[PersonRow, list[Identifier]]]:
    """Yield every person with their identifiers, the earliest received first. Raises StorageUnavailable."""
    after = b""
    while True:
        ids, rows, found = database.read(lambda connection, after=after: _page(connection, after))  # type: ignore[misc]  # as above
        of: dict[bytes, list[Identifier]] = {}
        for identifier in found:
            of.setdefault(identifier.person, []).append(identifier)
        for person in ids:
            if person in rows:  # else a join took it away between two statements
                yield rows[person], sorted(of.get(person, []), key=lambda each: (each.received_at, each.ref))
        if len(ids) < PEOPLE_PER_PAGE:
            return
        after = ids[-1]


def _page(connection: Connection, after: bytes) -> tuple[list[bytes], dict[bytes, PersonRow], list[Identifier]]:
    ids = people.page(connection, after, PEOPLE_PER_PAGE)
    return ids, people.get(connection, ids), identifiers.of_people(connection, ids)


def count_people(connection: Connection) -> int:
    """Return how many people there are."""
    return connection.execute(_COUNT_PEOPLE).scalar_one()
