"""The tombstones table: keyed hashes of who and what was forgotten, and when (law 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from sqlalchemy import Connection, exists, literal_column, select

from server_example.storage.schema import tombstones
from server_example.storage.sql import Prepared, PreparedList, insert_for

_ANY = Prepared(select(literal_column("1")).where(exists(select(tombstones.c.hash))))
_FIND = PreparedList(select(tombstones.c.hash, tombstones.c.forgotten_at), tombstones.c.hash)


def hashed(secret: bytes, value: str | bytes) -> bytes:
    """Return the 16-byte keyed hash of an identifier or an event's key: without `secret` nobody can test a guess."""
    raw = value.encode() if isinstance(value, str) else value
    return blake2b(raw, digest_size=16, key=secret, person=b"omni-forgotten").digest()


def exist(connection: Connection) -> bool:
    """Return whether anybody was ever forgotten: the cheap question before the exact one."""
    return bool(_ANY.rows(connection))


def find(connection: Connection, hashes: Sequence[bytes]) -> dict[bytes, int]:
    """Return when each of `hashes` was forgotten, those only that were."""
    return dict(_FIND.rows(connection, hashes)) if hashes else {}


def add(connection: Connection, hashes: Iterable[bytes], forgotten_at: int) -> None:
    """Remember that `hashes` were forgotten; a later forgetting of the same moves the time on."""
    statement = insert_for(connection, tombstones)
    statement = statement.on_conflict_do_update(
        index_elements=["hash"], set_={"forgotten_at": statement.excluded.forgotten_at}
    )
    rows = [{"hash": each, "forgotten_at": forgotten_at} for each in sorted(set(hashes))]
    if rows:
        connection.execute(statement, rows)
