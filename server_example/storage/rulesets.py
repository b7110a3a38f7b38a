"""The rulesets table: every set of rules that was ever good, numbered, so that all processes follow the same one."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from server_example.storage.schema import rulesets

_LATEST = select(func.max(rulesets.c.number))


def latest(connection: Connection) -> int:
    """Return the highest number, 0 when there is none yet."""
    return connection.execute(_LATEST).scalar() or 0


def load(connection: Connection, number: int) -> str:
    """Return the files of ruleset `number` as JSON. Raises KeyError when there is none."""
    files: str | None = connection.execute(select(rulesets.c.files).where(rulesets.c.number == number)).scalar()
    if files is None:
        raise KeyError(number)
    return files


def last_hash_of(connection: Connection, host: str) -> str | None:
    """Return the content hash of what `host` submitted last."""
    statement = select(rulesets.c.hash).where(rulesets.c.host == host).order_by(rulesets.c.number.desc()).limit(1)
    return connection.execute(statement).scalar()


def submit(connection: Connection, host: str, source_hash: str, files: str, now: int) -> int:
    """Store a ruleset under the next number and return it.

    Two hosts that submit at once: one gets the number, the other's transaction fails on the key and is tried again.
    """
    number = latest(connection) + 1
    row = {"number": number, "host": host, "hash": source_hash, "files": files, "submitted_at": now}
    connection.execute(insert(rulesets), row)
    return number
