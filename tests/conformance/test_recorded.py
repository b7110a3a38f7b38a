"""What each client version once sent, sent again byte for byte: read, stored as said, and known when it comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from omnisdk import clock
from omnisdk.events.model import Event
from server_example import ServerConfig, create_app
from server_example.storage import events as event_table
from server_example.storage import schema
from server_example.storage.database import Database
from tests.conformance import calls
from tests.conformance.conftest import ENGINES, RULES
from tests.conformance.recordings import BROWSERS, FOLDER, TABLE, Recording, read
from tests.conformance.running import CLIENTS
from tests.support.postgres import Postgres
from tests.support.server import IDENTITY_KEY, SECRET_KEY, SIGNING_KEY, WRITE_KEY

FILES = sorted(FOLDER.glob("*/*.json"))
HOUR = 3_600 * clock.SECOND
LIBRARIES = {client.title: {"name": client.library, "version": client.version} for client in CLIENTS} | BROWSERS

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")


@dataclass
class Shop:
    """An app whose clock stands at `time`."""

    app: Flask
    url: str
    time: int = 0

    def replay(self, recording: Recording) -> Any:
        return self.app.test_client().open(
            recording.path, method=recording.method, headers=recording.headers, data=recording.body
        )

    def stored(self, message_ids: list[str]) -> list[Event]:
        """Return the events stored under these ids, in their order, each as often as it is stored."""
        database = Database(self.url)
        try:
            bodies = database.read(lambda connection: connection.execute(select(schema.events.c.body)).scalars().all())
        finally:
            database.close()
        found = [event_table.decode(body) for body in bodies]
        return [event for sent in message_ids for event in found if event.message_id == sent]


@contextmanager
def open_shop(folder: Path, url: str) -> Iterator[Shop]:
    rules = folder / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    config = ServerConfig(
        data_dir=folder / "instance",
        write_key=WRITE_KEY,
        secret_key=SECRET_KEY,
        signing_key=SIGNING_KEY,
        identity_key=IDENTITY_KEY,
        database_url=url,
        rules_file=rules,
    )
    shop = Shop(create_app(config, now=lambda: shop.time), url)
    yield shop
    shop.app.extensions["omnisdk"].close()


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("recorded")
    url = f"sqlite:///{folder}/omni.db"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
    with open_shop(folder, url) as opened:
        yield opened


@pytest.fixture(scope="module")
def hour_ahead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose clock will be an hour before that of the client."""
    folder = tmp_path_factory.mktemp("ahead")
    with open_shop(folder, f"sqlite:///{folder}/omni.db") as opened:
        yield opened


def test_every_client_of_the_table_is_recorded_and_nothing_else_lies_there() -> None:
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert found == {f"{client}/{kind}.json" for client, kinds in TABLE.items() for kind in kinds}
    assert len(found) == len(FILES)  # of which each is replayed below


def test_each_recording_is_what_its_place_says() -> None:
    recordings = [read(file) for file in FILES]
    assert [recording.file for recording in recordings] == FILES
    assert all(len(recording.calls) == len(recording.exchange.events) > 0 for recording in recordings)


def test_the_recordings_hold_what_made_each_rule_of_reading_necessary() -> None:
    by_name = {f"{recording.client}-{recording.kind}": recording.exchange for recording in map(read, FILES)}
    form = by_name["rudder-sdk-node-3.0.13-batch"]
    assert (form.header("Content-Type"), form.is_gzip) == ("application/x-www-form-urlencoded", True)
    assert by_name["segment-analytics-python-2.3.4-batch"].header("Authorization") is None
    assert b"NaN" in by_name["segment-analytics-python-2.4.0-odd"].body
    assert rb"\ud800" in by_name["segment-analytics-node-3.1.0-odd"].body
    assert "traits" not in by_name["rudder-sdk-python-2.1.9-identify"].events[0]
    [beacon] = [exchange for name, exchange in by_name.items() if name.endswith("-beacon")]
    assert (beacon.header("Authorization"), beacon.header("Content-Type")) == (None, "text/plain")


@each_file
def test_a_recorded_request_is_stored_as_it_was_said_and_only_once(shop: Shop, file: Path) -> None:
    recording = read(file)
    exchange, count = recording.exchange, len(recording.calls)
    shop.time = recording.received_at
    for verdicts in ({"accepted": count, "duplicates": 0}, {"accepted": 0, "duplicates": count}):
        response = shop.replay(recording)
        assert (response.status_code, response.content_type) == (200, "application/json")
        assert response.get_json() == {"success": True, **verdicts, "rejected": []}
    stored = shop.stored(exchange.message_ids)
    assert [event.message_id for event in stored] == exchange.message_ids
    for raw, event in zip(exchange.events, stored, strict=True):
        assert event.context["library"] == raw["context"]["library"]
        assert event.context["library"].items() >= LIBRARIES[recording.client].items()
        assert event.received_at == recording.received_at
        assert event.timestamp == own_time(raw)
        assert_said(recording, raw, event)


@each_file
def test_a_client_whose_clock_is_an_hour_late_is_put_right(hour_ahead: Shop, file: Path) -> None:
    recording = read(file)
    exchange = recording.exchange
    hour_ahead.time = recording.received_at + HOUR
    assert hour_ahead.replay(recording).get_json()["accepted"] == len(recording.calls)
    envelope = exchange.payload.get("sentAt")
    stored = hour_ahead.stored(exchange.message_ids)
    for raw, event in zip(exchange.events, stored, strict=True):
        waited = instant(raw.get("sentAt") or envelope) - own_time(raw)
        assert 0 <= waited < 60 * clock.SECOND
        assert event.timestamp == hour_ahead.time - waited


def own_time(raw: dict[str, Any]) -> int:
    """Return when the event happened by its client's clock."""
    return instant(raw.get("originalTimestamp") or raw["timestamp"])


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * clock.SECOND)


def assert_said(recording: Recording, raw: dict[str, Any], event: Event) -> None:
    """Check that the stored event is what the client was made to say."""
    if recording.client in BROWSERS:
        [arguments] = [given for method, given in recording.calls if method == raw["type"]]
        told = next((value for value in arguments if isinstance(value, dict)), {})
        assert (event.type, event.role, event.vouched, event.proven) == (raw["type"], "browser", False, False)
        assert event.anonymous_id == raw["anonymousId"]
        assert event.user_id == raw.get("userId")
        assert told.items() <= (event.traits if event.type in ("identify", "group") else event.properties).items()
        ids = {event.user_id, event.group_id, event.previous_id, event.name}
        assert ids >= {value for value in arguments[:1] if event.type != "page"}
        return
    [line] = [line for line in recording.calls if line["context"]["n"] == raw["context"]["n"]]
    assert calls.told(event, line) == calls.expected(line)
