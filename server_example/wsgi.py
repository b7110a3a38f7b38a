"""Entry points for WSGI servers: ``server_example.wsgi:app`` for any, `worker_app` for a worker of `omnisdk serve`."""

from __future__ import annotations

import gc
import logging

from flask import Flask

from server_example.app import create_app
from server_example.config import ServerConfig
from server_example.memory import give_back_large_blocks
from server_example.services.faults import StorageUnavailable
from server_example.services.turns import THREADS_PER_WORKER, Turns
from server_example.views.context import EXTENSION
from server_example.views.in_turn import InTurn

# How many requests of a worker run Python at a time: one, and another while it waits for a read of the file; more where
# a read waits for another machine. All others wait for a body, for a commit or for their turn.
RUNNING_ON_SQLITE = 2
RUNNING_ON_A_SERVER = 6
READERS = THREADS_PER_WORKER * 3 // 4  # may wait for a body
COLLECT_AFTER = (50_000, 20, 100)  # new objects, then rounds of the younger generation

log = logging.getLogger("omnisdk.server")


def worker_app() -> Flask:
    """Return the app with its database open and its rules loaded; without its database it answers 503 until it is.

    What start-up made is then frozen: the collector need not look through it again and again, which cost up to a third
    of a decision. Nor need it look after every 700 new objects, for an event alone makes some hundreds and hardly any of
    them in a circle: that was a third of reading and folding. Raises ConfigError.
    """
    give_back_large_blocks()
    config = ServerConfig.from_environment()
    on_sqlite = config.database_url.startswith("sqlite")
    turns = Turns(RUNNING_ON_SQLITE if on_sqlite else RUNNING_ON_A_SERVER)
    app = create_app(config, turns=turns)
    app.wsgi_app = InTurn(app.wsgi_app, turns, READERS)  # type: ignore[method-assign]  # as Flask documents it
    try:
        app.extensions[EXTENSION].opened  # noqa: B018  # opening is the point
    except StorageUnavailable as error:
        log.error("the database is not available: %s", error)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def __getattr__(name: str) -> Flask:
    """Make `app` when a WSGI server asks for it, not when `worker_app` is imported."""
    if name == "app":
        globals()["app"] = made = create_app()
        return made
    raise AttributeError(name)
