"""The tombstones table: keyed hashes of who and what was forgotten, and when (law 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, select

from server_example.storage.schema import tombstones
from server_example.storage.sql import chunks, insert_for

_ANY = select(tombstones.c.hash).limit(1)
_FIND = select(tombstones.c.hash, tombstones.c.forgotten_at).where(
    tombstones.c.hash.in_(bindparam("hashes", expanding=True))
)


def hashed(secret: bytes, value: str | bytes) -> bytes:
    """Return the 16-byte keyed hash of an identifier or an event's key: without `secret` nobody can test a guess."""
    raw = value.encode() if isinstance(value, str) else value
    return blake2b(raw, digest_size=16, key=secret, person=b"omni-forgotten").digest()


def exist(connection: Connection) -> bool:
    """Return whether anybody was ever forgotten: the cheap question before the exact one."""
    return connection.execute(_ANY).first() is not None


def find(connection: Connection, hashes: Sequence[bytes]) -> dict[bytes, int]:
    """Return when each of `hashes` was forgotten, those only that were."""
    rows = (row for some in chunks(hashes) for row in connection.execute(_FIND, {"hashes": list(some)}))
    return {row.hash: row.forgotten_at for row in rows}


def add(connection: Connection, hashes: Iterable[bytes], forgotten_at: int) -> None:
    """Remember that `hashes` were forgotten; a later forgetting of the same moves the time on."""
    statement = insert_for(connection, tombstones)
    statement = statement.on_conflict_do_update(
        index_elements=["hash"], set_={"forgotten_at": statement.excluded.forgotten_at}
    )
    rows = [{"hash": each, "forgotten_at": forgotten_at} for each in sorted(set(hashes))]
    if rows:
        connection.execute(statement, rows)
