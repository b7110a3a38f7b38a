"""Connections to SQLite or PostgreSQL: reads on a kept connection per thread, writes through one writer thread."""

from __future__ import annotations

import logging
import os
import threading
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

BUSY_TIMEOUT_MS = 5_000  # how long a SQLite write waits for another process's; then the caller gets 503
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
        self._kept = threading.local()
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
        """Return what `ask` answers on a connection kept for this thread, outside any transaction.

        A connection the server closed meanwhile is replaced once. Raises StorageUnavailable.
        """
        for attempt in (1, 2):
            try:
                return ask(self._connection("reads"))
            except self._faults as error:
                lost = self._lost(error, "reads")
                self._drop("reads")
                if attempt == 2 or not lost:
                    raise StorageUnavailable(_brief(error)) from error
        raise AssertionError("unreachable")

    def transaction(self, act: Callable[[Connection], T]) -> T:
        """Return what `act` answers, its writes committed. Raises StorageUnavailable when they are not.

        SQLite takes the write lock at once (BEGIN IMMEDIATE), so a transaction never fails half-way for want of it.
        """
        try:
            connection = self._connection("writes")
            with connection.begin():
                return act(connection)
        except self._faults as error:
            lost = self._lost(error, "writes")
            self._drop("writes")
            # A connection that died before this is no reason to refuse: the same again meets a new one.
            passing = lost or getattr(_of_driver(error), "sqlstate", None) in ("40P01", "40001")
            raise StorageUnavailable(_brief(error), passing=passing) from error

    def erase_deleted(self) -> None:
        """Take what was deleted out of SQLite's log file too, as far as no other process is reading it just now.

        Deleted rows are overwritten in the file itself (`secure_delete`). PostgreSQL keeps its own house (VACUUM).
        """
        if self.dialect == "sqlite":
            self.read(lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())

    def close(self) -> None:
        """Close this thread's connections and let go of the rest."""
        self._drop("reads")
        self._drop("writes")
        self._engine.dispose()

    def _connection(self, use: Literal["reads", "writes"]) -> Connection:
        """Return this thread's connection for `use`. Opening one costs 250 µs on SQLite, 11 ms on PostgreSQL."""
        self._mind_the_fork()
        kept: Connection | None = getattr(self._kept, use, None)
        if kept is None:
            kept = self._engine.connect()
            if use == "reads":
                kept = kept.execution_options(isolation_level="AUTOCOMMIT")
            setattr(self._kept, use, kept)
        return kept

    def _lost(self, error: Exception, use: Literal["reads", "writes"]) -> bool:
        """Return whether `error` says that the connection itself is gone."""
        if isinstance(error, DBAPIError):
            return error.connection_invalidated
        kept: Connection | None = getattr(self._kept, use, None)
        driver = kept.connection.dbapi_connection if kept is not None and not kept.invalidated else None
        return driver is None or self._engine.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]

    def _drop(self, use: Literal["reads", "writes"]) -> None:
        kept: Connection | None = getattr(self._kept, use, None)
        setattr(self._kept, use, None)
        if kept is not None:
            try:
                kept.invalidate()
                kept.close()
            except DBAPIError:
                log.debug("a broken connection did not close cleanly")

    def _mind_the_fork(self) -> None:
        """A forked child must not use its parent's sockets and file locks: it opens its own."""
        if self._process != os.getpid():
            self._engine = _engine(self.url)
            self._kept = threading.local()
            self._process = os.getpid()


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
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=32,
        max_overflow=32,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
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
    return f"{type(original).__name__}: {(str(original).splitlines() or [''])[0]}"
