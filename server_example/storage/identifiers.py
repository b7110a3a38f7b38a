"""The identifiers table: which person each identifier belongs to now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from server_example.storage.schema import identifiers
from server_example.storage.sql import Prepared, PreparedList, chunks, insert_into

_OF = select(identifiers.c.ref, identifiers.c.person, identifiers.c.received_at)
_BY_REF = PreparedList(_OF, identifiers.c.ref)
_BY_PERSON = PreparedList(_OF, identifiers.c.person)
_ADD = Prepared(lambda dialect: insert_into(dialect, identifiers).on_conflict_do_nothing())
_MOVE = update(identifiers).where(identifiers.c.ref == bindparam("moved")).values(person=bindparam("to"))
_DELETE = delete(identifiers).where(identifiers.c.ref.in_(bindparam("refs", expanding=True)))


class Identifier(NamedTuple):
    ref: str
    person: bytes
    received_at: int  # microseconds


def find(connection: Connection, refs: Sequence[str]) -> dict[str, Identifier]:
    """Return the known ones of `refs`."""
    return {row[0]: Identifier(*row) for row in _BY_REF.rows(connection, refs)} if refs else {}


def add(connection: Connection, people: Mapping[str, bytes], received_at: int) -> None:
    """Add identifiers with their person, in sorted order; those that another process added first stay as they are.

    On PostgreSQL this waits for a transaction that is adding the same identifier; the sorted order keeps two such
    waits from locking each other out.
    """
    _ADD.many(connection, ({"ref": ref, "person": people[ref], "received_at": received_at} for ref in sorted(people)))


def of_people(connection: Connection, people: Sequence[bytes]) -> list[Identifier]:
    """Return all identifiers of `people`."""
    return [Identifier(*row) for row in _BY_PERSON.rows(connection, people)] if people else []


def move(connection: Connection, people: Mapping[str, bytes]) -> None:
    """Give identifiers to other people."""
    if people:
        connection.execute(_MOVE, [{"moved": ref, "to": people[ref]} for ref in sorted(people)])


def remove(connection: Connection, refs: Sequence[str]) -> None:
    """Forget identifiers."""
    for some in chunks(refs):
        connection.execute(_DELETE, {"refs": list(some)})
