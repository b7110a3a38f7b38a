"""How much memory a connection's pages may take, for commands that promise a bound."""

from __future__ import annotations

from sqlalchemy import Connection

BULK_CACHE_KIB = 24576  # half of a server's and less: measured, a bulk load is not slower by it


def bound(connection: Connection) -> None:
    """Keep fewer pages of this connection in memory. PostgreSQL keeps them in its own."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{BULK_CACHE_KIB}")
