"""Connections to SQLite or PostgreSQL, kept between uses: some for reads, one for the writer thread."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from server_example.storage.migrations import migrate

T = TypeVar("T")
log = logging.getLogger("omnisdk.storage")
Use = Literal["reads", "writes"]

BUSY_TIMEOUT_MS = 5_000  # how long a SQLite write waits for another process's; then the caller gets 503
LOGGING_NAME = "omnisdk"  # logs.STATEMENTS keeps what SQLAlchemy says under this name out of every log
STATEMENT_TIMEOUT_MS = 10_000  # the same bound on PostgreSQL


class StorageUnavailable(Exception):
    """The database could not read or commit now. Nothing of the request was kept; the same request may come again.

    `passing` says that the same again at once will do: two transactions met, or a kept connection had died.
    """

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class Database:
    """One database as one process sees it. Safe for many threads; made anew after a fork (see `reopen_after_fork`)."""

    def __init__(self, url: str) -> None:
        self.url = normalised(url)
        self.dialect = make_url(self.url).get_backend_name()
        self._engine = _engine(self.url)
        # Hot statements are run by the driver itself (storage.sql), so its errors come bare as well as wrapped.
        self._faults: tuple[type[Exception], ...] = (DBAPIError, self._engine.dialect.loaded_dbapi.Error)
        self._idle: dict[Use, list[Connection]] = {"reads": [], "writes": []}
        self._process = os.getpid()

    @classmethod
    def open(cls, url: str) -> Database:
        """Return the database at `url` (``sqlite:///path`` or ``postgresql://…``), its tables made or brought up to date.

        Raises StorageUnavailable when it cannot be reached, RuntimeError when a newer release made it.
        """
        database = cls(url)
        database.transaction(migrate)
        return database

    def read(self, ask: Callable[[Connection], T]) -> T:
        """Return what `ask` answers on a kept connection, outside any transaction.

        A connection the server closed meanwhile is replaced once. Raises StorageUnavailable.
        """
        for attempt in (1, 2):
            connection = None
            try:
                connection = self._taken("reads")
                answer = ask(connection)
            except self._faults as error:
                lost = self._drop("reads", connection, error)
                if attempt == 2 or not lost:
                    raise StorageUnavailable(_brief(error)) from error
            except BaseException:
                self._give_back("reads", connection)
                raise
            else:
                self._give_back("reads", connection)
                return answer
        raise AssertionError("unreachable")

    def transaction(self, act: Callable[[Connection], T]) -> T:
        """Return what `act` answers, its writes committed. Raises StorageUnavailable when they are not.

        SQLite takes the write lock at once (BEGIN IMMEDIATE), so a transaction never fails half-way for want of it.
        """
        connection = None
        try:
            connection = self._taken("writes")
            with connection.begin():
                answer = act(connection)
        except self._faults as error:
            lost = self._drop("writes", connection, error)
            # A connection that died before this is no reason to refuse: the same again meets a new one.
            passing = lost or getattr(_of_driver(error), "sqlstate", None) in ("40P01", "40001")
            raise StorageUnavailable(_brief(error), passing=passing) from error
        except BaseException:
            self._give_back("writes", connection)
            raise
        self._give_back("writes", connection)
        return answer

    def erase_deleted(self) -> None:
        """Take what was deleted out of SQLite's log file too, as far as no other process is reading it just now.

        Deleted rows are overwritten in the file itself (`secure_delete`). PostgreSQL keeps its own house (VACUUM).
        """
        if self.dialect == "sqlite":
            self.read(lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())

    def close(self) -> None:
        """Close the kept connections and let go of the rest."""
        for idle in self._idle.values():
            while idle:
                _close(idle.pop())
        self._engine.dispose()

    def _taken(self, use: Use) -> Connection:
        """Return a connection that nobody else uses until it is given back. Opening one costs 250 µs on SQLite, 11 ms
        on PostgreSQL, so they are kept; the last one used comes first, for its cache."""
        self._mind_the_fork()
        try:
            return self._idle[use].pop()
        except IndexError:
            opened = self._engine.connect()
            return opened.execution_options(isolation_level="AUTOCOMMIT") if use == "reads" else opened

    def _give_back(self, use: Use, connection: Connection | None) -> None:
        if connection is not None:
            self._idle[use].append(connection)

    def _drop(self, use: Use, connection: Connection | None, error: Exception) -> bool:
        """Close the connection that failed with `error`; return whether it was gone already.

        Then the idle ones are gone as well, as after a restart of the database: they are closed too.
        """
        lost = connection is not None and self._is_lost(connection, error)
        if connection is not None:
            _close(connection)
        idle = self._idle[use]
        while lost and idle:
            _close(idle.pop())
        return lost

    def _is_lost(self, connection: Connection, error: Exception) -> bool:
        if isinstance(error, DBAPIError):
            return error.connection_invalidated
        if connection.closed or connection.invalidated:
            return True
        driver = connection.connection.dbapi_connection
        return driver is None or self._engine.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]

    def _mind_the_fork(self) -> None:
        """A forked child must not use its parent's sockets and file locks: it opens its own."""
        if self._process != os.getpid():
            self._engine = _engine(self.url)
            self._idle = {"reads": [], "writes": []}
            self._process = os.getpid()


def _close(connection: Connection) -> None:
    try:
        connection.invalidate()
        connection.close()
    except DBAPIError:
        log.debug("a broken connection did not close cleanly")


def normalised(url: str) -> str:
    """Return `url` with the driver we ship for PostgreSQL: ``postgres://`` and ``postgresql://`` mean psycopg 3."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            logging_name=LOGGING_NAME,
            hide_parameters=True,
            poolclass=NullPool,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url,
        logging_name=LOGGING_NAME,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=32,
        max_overflow=32,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            # A database out of reach is noticed within about ten seconds, not within the system's fifteen minutes.
            "tcp_user_timeout": STATEMENT_TIMEOUT_MS,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            # Prepared statements of a kept connection; the planner's generic plan is what we want for key look-ups.
            "prepare_threshold": 2,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={STATEMENT_TIMEOUT_MS}",
        },
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own; SQLAlchemy's BEGIN is below
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # 200 only after the commit is on the disk (law 4)
    cursor.execute("PRAGMA cache_size = -65536")  # KiB
    # In pages, 16 MiB: a page that changes with every commit is copied from the log into the file once for many of them.
    cursor.execute("PRAGMA wal_autocheckpoint = 4000")
    cursor.execute("PRAGMA secure_delete = ON")  # who is forgotten leaves no bytes behind (law 10)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _of_driver(error: Exception) -> BaseException:
    return error.orig or error if isinstance(error, DBAPIError) else error


def _brief(error: Exception) -> str:
    """Return what went wrong without the statement's values: they are people's data, and this goes to a log."""
    original = _of_driver(error)
    if str(getattr(original, "sqlstate", None) or "")[:2] in ("22", "23"):  # such messages quote the value itself
        return type(original).__name__
    return f"{type(original).__name__}: {(str(original).splitlines() or [''])[0]}"
