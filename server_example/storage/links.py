"""The links table: the first proof of each pair of identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, or_, select, tuple_

from omnisdk.identity.ownership import Proof
from server_example.storage.schema import links
from server_example.storage.sql import chunks, insert_for

_COLUMNS = (links.c.at, links.c.told_at, links.c.message_id, links.c.low, links.c.high)
_TOUCHING = select(*_COLUMNS).where(
    or_(links.c.low.in_(bindparam("refs", expanding=True)), links.c.high.in_(bindparam("refs", expanding=True)))
)
_PAIRS = select(*_COLUMNS).where(tuple_(links.c.low, links.c.high).in_(bindparam("pairs", expanding=True)))
_DELETE = delete(links).where(
    or_(links.c.low.in_(bindparam("refs", expanding=True)), links.c.high.in_(bindparam("refs", expanding=True)))
)


def find(connection: Connection, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Proof]:
    """Return what is known of `pairs` (low, high)."""
    rows = (row for some in chunks(pairs) for row in connection.execute(_PAIRS, {"pairs": list(some)}))
    return {(row.low, row.high): Proof(*row) for row in rows}


def touching(connection: Connection, refs: Sequence[str]) -> list[Proof]:
    """Return the first proofs of all pairs with one of `refs` in them, those that joined nothing included."""
    found = {Proof(*row) for some in chunks(refs) for row in connection.execute(_TOUCHING, {"refs": list(some)})}
    return sorted(found)


def put(connection: Connection, proofs: Iterable[Proof]) -> None:
    """Store proofs; one that is known already gets the earlier time given here."""
    rows = [
        {"low": p.low, "high": p.high, "at": p.at, "told_at": p.told_at, "message_id": p.message_id} for p in proofs
    ]
    if rows:
        statement = insert_for(connection, links)
        excluded = statement.excluded
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["low", "high"],
                set_={"at": excluded.at, "told_at": excluded.told_at, "message_id": excluded.message_id},
            ),
            rows,
        )


def remove(connection: Connection, refs: Sequence[str]) -> None:
    """Delete all proofs that touch `refs`."""
    for some in chunks(refs):
        connection.execute(_DELETE, {"refs": list(some)})
