"""The events table: each event once, as received, for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from omnisdk.events.model import Event
from server_example.storage.schema import events
from server_example.storage.sql import Prepared, PreparedList, chunks

_KNOWN = PreparedList(select(events.c.key), events.c.key)
_OF = select(events.c.body).where(events.c.owner.in_(bindparam("owners", expanding=True)))
_KEYS_OF = select(events.c.key).where(events.c.owner.in_(bindparam("owners", expanding=True)))
_INSERT = Prepared(insert(events))
_DELETE = delete(events).where(events.c.owner.in_(bindparam("owners", expanding=True)))
_ALWAYS = frozenset({"type", "message_id", "timestamp", "received_at", "role"})
_FIELDS = tuple(field.name for field in fields(Event))


def known(connection: Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Return those of `keys` that are stored already."""
    return {key for (key,) in _KNOWN.rows(connection, keys)}


def add(connection: Connection, rows: Iterable[tuple[bytes, str, Event]]) -> None:
    """Store events under their key and owner. The caller has made sure that they are new."""
    values = (
        {"key": key, "owner": owner, "timestamp": event.timestamp, "body": encode(event)} for key, owner, event in rows
    )
    _INSERT.many(connection, values)


def of(connection: Connection, owners: Sequence[str]) -> Iterator[Event]:
    """Yield the events that belong to `owners`, in no particular order."""
    for some in chunks(sorted(owners)):
        for (body,) in connection.execute(_OF, {"owners": list(some)}):
            yield decode(body)


def keys_of(connection: Connection, owners: Sequence[str]) -> list[bytes]:
    """Return the keys of the events that belong to `owners`."""
    return [key for some in chunks(sorted(owners)) for (key,) in connection.execute(_KEYS_OF, {"owners": list(some)})]


def delete_of(connection: Connection, owners: Sequence[str]) -> None:
    """Delete the events that belong to `owners`."""
    for some in chunks(sorted(owners)):
        connection.execute(_DELETE, {"owners": list(some)})


def count(connection: Connection) -> int:
    """Return how many events are stored."""
    return connection.execute(select(func.count()).select_from(events)).scalar_one()


def encode(event: Event) -> bytes:
    """Return `event` as JSON; fields at their default are left out."""
    values: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(event, name)
        if value or name in _ALWAYS:
            values[name] = value
    return orjson.dumps(values)


def decode(body: bytes) -> Event:
    """Return the event that `encode` wrote."""
    values = orjson.loads(body)
    if "refs" in values:
        values["refs"] = tuple(values["refs"])
    return Event(**values)
