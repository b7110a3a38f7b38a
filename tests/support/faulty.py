"""A decision server whose database fails as a request's header asks, with people's data in what it fails with.

Run as a program it serves: ``python -m tests.support.faulty``. One worker, asked one thing at a time.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from server_example.cli.serving import run
from server_example.config import ServerConfig
from server_example.storage.database import Database
from server_example.wsgi import worker_app

FAULT_HEADER = "X-Fault"
PERSONAL = "Nguyễn Canary Lan <canary.lan@shop.example> +84 912 555 777 u-canary-4711"

_asked = ""


class Deadlock(Exception):
    """As psycopg tells of one: what was locked stands in the detail."""

    sqlstate = "40P01"


class BadValue(Exception):
    sqlstate = "22P02"


def fail(*_: Any) -> Any:
    statement, values = "INSERT INTO people VALUES (:name)", {"name": PERSONAL}
    match _asked:
        case "crash":
            raise RuntimeError(f"cannot handle {PERSONAL}")
        case "deadlock":
            detail = f"deadlock detected\nDETAIL: while locking {PERSONAL}"
            raise OperationalError(statement, values, Deadlock(detail))
        case "value":
            raise OperationalError(statement, values, BadValue(f'invalid input syntax for type json: "{PERSONAL}"'))
        case "constraint":
            raise IntegrityError(statement, values, sqlite3.IntegrityError("UNIQUE constraint failed: people.name"))
        case "gone":
            raise OperationalError(statement, values, sqlite3.OperationalError("unable to open database file"))
    raise AssertionError(_asked)


def app() -> Flask:
    """Return the server's app with faults to be asked for."""
    made = worker_app()
    inner = made.wsgi_app

    def faulty(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        global _asked
        _asked = environ.get("HTTP_X_FAULT", "")
        try:
            return inner(environ, start_response)
        finally:
            _asked = ""

    made.wsgi_app = faulty  # type: ignore[method-assign]
    for name in ("read", "transaction"):
        setattr(Database, name, _or_fail(getattr(Database, name)))
    return made


def _or_fail(method: Callable[..., Any]) -> Callable[..., Any]:
    def asked(self: Database, act: Callable[..., Any], *rest: Any) -> Any:
        # The thread that looks for new rules meets nobody's data: only what works for requests is to fail.
        of_rules = threading.current_thread().name == "omnisdk-rules"
        return method(self, fail if _asked and not of_rules else act, *rest)

    return asked


if __name__ == "__main__":
    run(ServerConfig.from_environment(), "tests.support.faulty:app", 1, "a faulty server listens")
