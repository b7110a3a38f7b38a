"""When identifiers were first received, set back as a backup tells it: stable hashes go by the earliest of a person's."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, update

from server_example.storage import identifiers, people
from server_example.storage.schema import identifiers as table

_SET_BACK = update(table).where(table.c.ref == bindparam("of")).values(received_at=bindparam("earlier"))


def set_back(connection: Connection, received: Mapping[str, int]) -> None:
    """Make each identifier in `received` known since that time (microseconds) at the latest, and mend its person's seed.

    Belongs into the transaction that stored the events: their people are locked by it.
    """
    found = identifiers.find(connection, sorted(received))
    earlier = [{"of": ref, "earlier": received[ref]} for ref, each in found.items() if received[ref] < each.received_at]
    if not earlier:
        return
    connection.execute(_SET_BACK, earlier)
    touched = sorted({found[each["of"]].person for each in earlier})  # type: ignore[index]  # "of" holds a text
    firsts: dict[bytes, tuple[int, str]] = {}
    for identifier in identifiers.of_people(connection, touched):
        first = (identifier.received_at, identifier.ref)
        firsts[identifier.person] = min(first, firsts.get(identifier.person, first))
    rows = [row for row in people.get(connection, touched).values() if row.seed != firsts[row.id][1]]
    for row in rows:
        row.seed = firsts[row.id][1]
    people.replace(connection, rows)
