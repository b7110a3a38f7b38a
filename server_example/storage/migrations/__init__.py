"""The steps from an empty database to the present tables: forward only, each run once, in one transaction.

A new step is a module ``NNNN_name.py`` with ``upgrade(connection)``; released steps never change.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select, text

_versions = Table("schema_versions", MetaData(), Column("version", Integer, primary_key=True, autoincrement=False))

_LOCK = 0x6F6D6E69  # "omni": one process migrates a PostgreSQL database at a time


def migrate(connection: Connection) -> int:
    """Bring the database up to date inside the caller's transaction and return its version.

    Raises RuntimeError when the database was made by a newer release than this one.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _versions.create(connection, checkfirst=True)
    present = connection.execute(select(func.max(_versions.c.version))).scalar() or 0
    steps = sorted(name for _, name, _ in iter_modules(__path__) if name[:4].isdigit())
    newest = int(steps[-1][:4])
    if present > newest:
        raise RuntimeError(f"the database has schema version {present}, this release knows {newest}; upgrade omnisdk")
    for name in steps:
        if int(name[:4]) > present:
            import_module(f"{__name__}.{name}").upgrade(connection)
            connection.execute(insert(_versions), {"version": int(name[:4])})
    return newest
