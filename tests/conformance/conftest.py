"""A shop that stock clients are pointed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from omnisdk.events.model import Event
from server_example.storage import events as event_table
from server_example.storage import schema
from server_example.storage.database import Database
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess

RULES = "version: 1\nsite: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}\n"

# Each engine's clients run in one process of the test run, so that its server starts once and the engines share the time.
ENGINES = [
    pytest.param("sqlite", marks=pytest.mark.xdist_group("conformance on sqlite")),
    pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("conformance on postgresql")]),
]


@dataclass
class Shop:
    server: ServerProcess
    database_url: str

    def events_of(self, run: str) -> list[Event]:
        """Return every stored row of the events that were said in `run`."""
        database = Database(self.database_url)
        try:
            bodies = database.read(lambda connection: connection.execute(select(schema.events.c.body)).scalars().all())
            stored = [event_table.decode(body) for body in bodies]
            return [event for event in stored if event.context.get("run") == run]
        finally:
            database.close()


OpenShop = Callable[[Path, str], Shop]


@pytest.fixture(scope="session")
def shop_on(request: pytest.FixtureRequest) -> OpenShop:
    """Return how to make a shop in a folder on an engine; its server is not started yet."""

    def make(folder: Path, engine: str) -> Shop:
        rules = folder / "omni.yaml"
        rules.write_text(RULES, encoding="utf-8")
        if engine == "sqlite":
            return Shop(ServerProcess(folder, None, rules), f"sqlite:///{folder}/instance/omni.sqlite3")
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
        return Shop(ServerProcess(folder, url, rules), url)

    return make
