"""kill -9 of a real server under load: what was acknowledged must be there, and nothing folded twice (law 4)."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from omnisdk.events.model import Event
from server_example.services.people import People
from server_example.storage import events as event_table
from server_example.storage import schema
from server_example.storage.database import Database
from tests.support.server import SECRET_KEY, SIGNING_KEY, ServerProcess

RULES = "version: 1\nsite: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}\n"
PEOPLE = 40
BATCH = 20
CLIENTS = 4
SLOWEST_ROUND_SECONDS = 60


@dataclass
class Tally:
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    stored: int = 0
    stored_twice: int = 0
    folded_wrong: int = 0  # documents that are not the fold of their stored events
    repeated: int = 0  # batches sent again because no answer came
    seconds: float = 0.0

    def asdict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Load:
    """Clients that send batches until told to stop, and send again what was not acknowledged."""

    url: str
    chance: random.Random
    acknowledged: set[str] = field(default_factory=set)
    unanswered: list[list[dict[str, Any]]] = field(default_factory=list)
    repeated: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    numbers: Any = field(default_factory=count)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, seconds: float, events: int, at_the_end: Any) -> None:
        """Send for `seconds` and until `events` more are acknowledged, then do `at_the_end` (the kill) in mid-flight."""
        due = len(self.acknowledged) + events
        self.stopping.clear()
        clients = [threading.Thread(target=self._send) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(seconds)
        deadline = time.monotonic() + SLOWEST_ROUND_SECONDS
        while len(self.acknowledged) < due and time.monotonic() < deadline:
            time.sleep(0.01)
        at_the_end()
        self.stopping.set()
        for client in clients:
            client.join()

    def _send(self) -> None:
        with httpx.Client(base_url=self.url, auth=(SECRET_KEY, ""), timeout=5) as client:
            while not self.stopping.is_set():
                batch = self._next()
                try:
                    answer = client.post("/v1/batch", json={"batch": batch})
                except httpx.HTTPError:
                    answer = None
                with self.lock:
                    if answer is not None and answer.status_code == 200:
                        assert not answer.json()["rejected"], answer.text
                        self.acknowledged.update(item["messageId"] for item in batch)
                    else:
                        self.unanswered.append(batch)
                        if answer is None:
                            return  # the server is gone

    def _next(self) -> list[dict[str, Any]]:
        with self.lock:
            if self.unanswered and self.chance.random() < 0.5:
                self.repeated += 1
                return self.unanswered.pop()
            return [self._event(next(self.numbers)) for _ in range(BATCH)]

    def _event(self, number: int) -> dict[str, Any]:
        who = self.chance.randrange(PEOPLE)
        call: dict[str, Any] = {"messageId": f"m{number}", "type": "track"}
        kind = self.chance.random()
        if kind < 0.1:
            call |= {"type": "identify", "userId": f"u{who}", "anonymousId": f"a{who}", "traits": {"city": "Huế"}}
        elif kind < 0.4:
            total = self.chance.randrange(1, 9) * 10_000
            call |= {
                "event": "Order Completed",
                "userId": f"u{who}",
                "properties": {"order_id": f"o{number}", "total": total},
            }
        else:
            call |= {
                "event": "Product Viewed",
                "anonymousId": f"a{who}",
                "properties": {"product_id": f"P{number % 7}"},
            }
        return call


def kill_under_load(folder: Path, database_url: str | None, kills: int, events: int, seed: int = 1) -> Tally:
    """Start, load and kill the server `kills` times on one database, then count; `events` are acknowledged at least."""
    started = time.monotonic()
    rules = folder / "omni.yaml"
    rules.write_text(RULES)
    server = ServerProcess(folder, database_url, rules)
    load = Load(server.url, random.Random(seed))
    tally = Tally()
    for _ in range(kills):
        server.start()
        load.run(load.chance.uniform(0.2, 0.7), -(-events // kills), server.kill)
        tally.kills += 1
    tally.acknowledged, tally.repeated = len(load.acknowledged), load.repeated
    _count(tally, load, server.database_url or f"sqlite:///{folder}/instance/omni.sqlite3")
    tally.seconds = round(time.monotonic() - started, 1)
    return tally


def _count(tally: Tally, load: Load, url: str) -> None:
    database = Database(url)
    stored: list[Event] = database.read(
        lambda connection: [
            event_table.decode(body) for body in connection.execute(select(schema.events.c.body)).scalars()
        ]
    )
    ids = [event.message_id for event in stored]
    tally.stored = len(ids)
    tally.stored_twice = len(ids) - len(set(ids))
    tally.lost = len(load.acknowledged - set(ids))
    report = People(database, SIGNING_KEY).rebuild()
    tally.folded_wrong = report.corrected
    assert report.events == len(ids), "an event belongs to nobody"
    database.close()
