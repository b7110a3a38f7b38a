"""The links table: the first proof of each pair of identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, tuple_

from omnisdk.identity.ownership import Proof
from server_example.storage.schema import links
from server_example.storage.sql import Prepared, chunks, insert_into

_COLUMNS = (links.c.at, links.c.told_at, links.c.message_id, links.c.low, links.c.high)
_TOUCHING = select(*_COLUMNS).where(
    or_(links.c.low.in_(bindparam("refs", expanding=True)), links.c.high.in_(bindparam("refs", expanding=True)))
)
_PAIR = Prepared(select(*_COLUMNS).where(links.c.low == bindparam("of_low"), links.c.high == bindparam("of_high")))
_PAIRS = select(*_COLUMNS).where(tuple_(links.c.low, links.c.high).in_(bindparam("pairs", expanding=True)))
_DELETE = delete(links).where(
    or_(links.c.low.in_(bindparam("refs", expanding=True)), links.c.high.in_(bindparam("refs", expanding=True)))
)


def _put(dialect: str) -> Any:
    statement = insert_into(dialect, links)
    excluded = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["low", "high"],
        set_={"at": excluded.at, "told_at": excluded.told_at, "message_id": excluded.message_id},
    )


_PUT = Prepared(_put)
FEW = 8  # pairs that are faster asked for one by one


def find(connection: Connection, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Proof]:
    """Return what is known of `pairs` (low, high)."""
    rows: Iterable[Sequence[Any]]
    if len(pairs) <= FEW:
        rows = (row for low, high in pairs for row in _PAIR.rows(connection, of_low=low, of_high=high))
    else:
        rows = (row for some in chunks(pairs) for row in connection.execute(_PAIRS, {"pairs": list(some)}))
    proofs = (Proof(*row) for row in rows)
    return {(proof.low, proof.high): proof for proof in proofs}


def touching(connection: Connection, refs: Sequence[str]) -> list[Proof]:
    """Return the first proofs of all pairs with one of `refs` in them, those that joined nothing included."""
    found = {Proof(*row) for some in chunks(refs) for row in connection.execute(_TOUCHING, {"refs": list(some)})}
    return sorted(found)


def put(connection: Connection, proofs: Iterable[Proof]) -> None:
    """Store proofs; one that is known already gets the earlier time given here."""
    _PUT.many(connection, (asdict(proof) for proof in proofs))


def remove(connection: Connection, refs: Sequence[str]) -> None:
    """Delete all proofs that touch `refs`."""
    for some in chunks(refs):
        connection.execute(_DELETE, {"refs": list(some)})
