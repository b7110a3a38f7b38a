"""Running the hot statements: written and compiled by SQLAlchemy, run by the driver itself.

SQLAlchemy's own execution costs four to nine times the driver's, which was most of what a small request cost. So a
statement that runs for every request is compiled once per dialect and handed to the driver as text. It must use the
plain types of this schema (text, integers, bytes), which need no conversion. All others are executed the usual way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Connection, Select, Table, any_, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import ARRAY

T = TypeVar("T")

CHUNK = 1_024  # values of one IN list; SQLite takes 32,766 variables

_VALUES = "values"


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield `values` in pieces that fit one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def insert_for(connection: Connection, table: Table) -> Any:
    """Return the dialect's own INSERT, which knows ON CONFLICT. Both dialects spell it alike."""
    return insert_into(connection.dialect.name, table)


def insert_into(dialect: str, table: Table) -> Any:
    """Return the INSERT of the dialect with this name, which knows ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


class Prepared:
    """A statement with named parameters."""

    def __init__(self, statement: Executable | Callable[[str], Executable]) -> None:
        """`statement`, or what makes it for the dialect with a given name."""
        self._statement = statement
        self._compiled: dict[str, _Text] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Return the rows as plain tuples."""
        text = self._text(connection)
        found: list[Any] = _driver(connection).execute(text.sql, text.arranged(values)).fetchall()
        return found

    def many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run once for each of `rows`; without any, do nothing."""
        text = self._text(connection)
        arranged = [text.arranged(row) for row in rows]
        if arranged:
            cursor = _driver(connection).cursor()
            cursor.executemany(text.sql, arranged)
            cursor.close()

    def _text(self, connection: Connection) -> _Text:
        name = connection.dialect.name
        text = self._compiled.get(name)
        if text is None:
            statement = self._statement(name) if callable(self._statement) else self._statement
            text = self._compiled[name] = _compiled(connection, statement)
        return text


class PreparedList:
    """A SELECT of the rows in which `column` is one of a list of values, however long."""

    def __init__(self, statement: Select[Any], column: Column[Any]) -> None:
        self._statement = statement
        self._column = column
        self._texts: dict[tuple[str, int], str] = {}

    def rows(self, connection: Connection, values: Sequence[Any]) -> list[Any]:
        """Return the rows as plain tuples; those of each thousand of values in the statement's order."""
        driver = _driver(connection)
        if connection.dialect.name == "postgresql":
            found: list[Any] = driver.execute(self._text(connection, 0), {_VALUES: list(values)}).fetchall()
            return found
        rows: list[Any] = []
        for some in chunks(values):
            # Few texts for all lengths, so that the driver keeps each prepared: the last value fills up.
            length = 1 << (len(some) - 1).bit_length()
            filled = [*some, *[some[-1]] * (length - len(some))]
            rows += driver.execute(self._text(connection, length), filled)
        return rows

    def _text(self, connection: Connection, length: int) -> str:
        key = (connection.dialect.name, length)
        text = self._texts.get(key)
        if text is None:
            if length:
                names = [bindparam(f"value_{number}", type_=self._column.type) for number in range(length)]
                statement = self._statement.where(self._column.in_(names))
            else:
                listed = bindparam(_VALUES, type_=ARRAY(self._column.type))
                statement = self._statement.where(self._column == any_(listed))
            text = self._texts[key] = _compiled(connection, statement).sql
        return text


class _Text(NamedTuple):
    sql: str
    arranged: Callable[[Mapping[str, Any]], Any]  # parameters by name → as the driver takes them


def _compiled(connection: Connection, statement: Executable) -> _Text:
    compiled = statement.compile(dialect=connection.dialect)  # type: ignore[attr-defined]  # of every Core statement
    names: list[str] | None = compiled.positiontup
    if names is None:
        return _Text(str(compiled), dict)
    if not names:
        return _Text(str(compiled), lambda values: ())
    if len(names) == 1:
        return _Text(str(compiled), lambda values: (values[names[0]],))
    return _Text(str(compiled), itemgetter(*names))


def _driver(connection: Connection) -> Any:
    """Return the driver's own connection; those of sqlite3 and psycopg have the same methods."""
    return connection.connection.dbapi_connection
