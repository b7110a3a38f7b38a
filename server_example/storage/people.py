"""The people table: one folded document per person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server_example.storage.schema import identifiers, people
from server_example.storage.sql import Prepared, PreparedList, chunks

_ALL = (
    people.c.id,
    people.c.document,
    people.c.fold_version,
    people.c.version,
    people.c.events,
    people.c.linked_at,
    people.c.seed,
)
_BY_ID = PreparedList(select(*_ALL).order_by(people.c.id), people.c.id)
# SQLite, with one writer at a time, compiles FOR UPDATE to nothing.
_LOCKED = PreparedList(select(*_ALL).order_by(people.c.id).with_for_update(), people.c.id)
_BY_REF = Prepared(
    select(people.c.id, people.c.document, people.c.version, people.c.seed)
    .join(identifiers, identifiers.c.person == people.c.id)
    .where(identifiers.c.ref == bindparam("ref"))
)
_AFTER = select(people.c.id).where(people.c.id > bindparam("after")).order_by(people.c.id).limit(bindparam("most"))
_INSERT = Prepared(insert(people))
_UPDATE = Prepared(
    update(people)
    .where(people.c.id == bindparam("of"))
    .values(
        document=bindparam("document"),
        fold_version=bindparam("fold_version"),
        version=bindparam("version"),
        events=bindparam("events"),
        linked_at=bindparam("linked_at"),
        seed=bindparam("seed"),
    )
)
_DELETE = delete(people).where(people.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(slots=True)
class PersonRow:
    id: bytes
    document: dict[str, Any]
    fold_version: int
    version: int
    events: int  # how many are folded in
    linked_at: int  # microseconds; latest proof that touches the person, -1 before any
    seed: str

    def values(self) -> dict[str, Any]:
        return {
            "document": orjson.dumps(self.document),
            "fold_version": self.fold_version,
            "version": self.version,
            "events": self.events,
            "linked_at": self.linked_at,
            "seed": self.seed,
        }


@dataclass(frozen=True, slots=True)
class PersonState:
    """What a decision needs of a person."""

    id: bytes
    document: dict[str, Any]
    seed: str  # the earliest received identifier
    version: int

    @property
    def state(self) -> str:
        """A text that changes with every change of the profile."""
        return f"{self.id[:6].hex()}.{self.version}"


def read(connection: Connection, ref: str) -> PersonState | None:
    """Return the person `ref` belongs to, or None when nobody is known by it."""
    rows = _BY_REF.rows(connection, ref=ref)
    if not rows:
        return None
    person, document, version, seed = rows[0]
    return PersonState(person, orjson.loads(document), seed, version)


def get(connection: Connection, ids: Sequence[bytes], *, lock: bool = False) -> dict[bytes, PersonRow]:
    """Return people by id; with `lock` none of them changes elsewhere until this transaction ends."""
    if not ids:
        return {}
    rows = (_LOCKED if lock else _BY_ID).rows(connection, sorted(ids))
    return {person: PersonRow(person, orjson.loads(document), *rest) for person, document, *rest in rows}


def add(connection: Connection, rows: Iterable[PersonRow]) -> None:
    """Add people who are not stored yet."""
    _INSERT.many(connection, ({"id": row.id, **row.values()} for row in rows))


def replace(connection: Connection, rows: Iterable[PersonRow]) -> None:
    """Write people who are stored already."""
    _UPDATE.many(connection, ({"of": row.id, **row.values()} for row in sorted(rows, key=lambda row: row.id)))


def remove(connection: Connection, ids: Sequence[bytes]) -> None:
    """Delete people."""
    for some in chunks(sorted(ids)):
        connection.execute(_DELETE, {"ids": list(some)})


def page(connection: Connection, after: bytes, most: int) -> list[bytes]:
    """Return up to `most` ids greater than `after`, in order: the way to walk over everybody."""
    return list(connection.execute(_AFTER, {"after": after, "most": most}).scalars())
