"""Small helpers shared by the table modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

CHUNK = 1_000  # values of one IN list; SQLite takes 32,766 variables, PostgreSQL 65,535


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield `values` in pieces that fit one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def insert_for(connection: Connection, table: Table) -> Any:
    """Return the dialect's own INSERT, which knows ON CONFLICT. Both dialects spell it alike."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
