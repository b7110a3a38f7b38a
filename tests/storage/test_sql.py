"""Statements that the driver runs itself: lists of any length, odd texts, and nothing for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from server_example.storage.database import Database
from server_example.storage.schema import tombstones
from server_example.storage.sql import CHUNK, Prepared, PreparedList

STORED = 2_600
FIND = PreparedList(select(tombstones.c.hash, tombstones.c.forgotten_at), tombstones.c.hash)
ADD = Prepared(insert(tombstones))


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database.open(database_url)
    rows = [{"hash": key(number), "forgotten_at": number} for number in range(STORED)]
    database.transaction(lambda connection: ADD.many(connection, rows))
    yield database
    database.close()


@pytest.mark.parametrize("length", [0, 1, 2, 3, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2_500])
def test_a_list_of_any_length_finds_each_of_its_values_once(database: Database, length: int) -> None:
    wanted = [key(number) for number in range(length)]
    found = database.read(lambda connection: FIND.rows(connection, wanted))
    assert sorted(found) == [(key(number), number) for number in range(length)]


def test_values_that_are_not_stored_and_doubles_find_nothing_more(database: Database) -> None:
    wanted = [key(7), key(7), key(STORED + 1), b"", key(8)]
    assert sorted(database.read(lambda connection: FIND.rows(connection, wanted))) == [(key(7), 7), (key(8), 8)]


def test_no_rows_are_no_statement(database: Database) -> None:
    database.transaction(lambda connection: ADD.many(connection, []))
    assert len(database.read(lambda connection: FIND.rows(connection, [key(n) for n in range(STORED + 5)]))) == STORED
