"""What an event costs when two million are stored, against ten thousand: both databases in one run, rounds in turn."""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from omnisdk.events import read_batch
from omnisdk.events.model import Event
from omnisdk.identity.identifiers import normaliser
from server_example.services.people import People
from server_example.storage.database import Database

SMALL = 10_000
LARGE = int(os.environ.get("BENCH_STORED", "2000000"))
ROUND = 2_000  # events of one measurement, in batches of a hundred from twenty people
FILL = 2_000  # events of one commit while filling
EVENTS_PER_PERSON = 20
NORMALISE = normaliser("VN")


class Side:
    """One database and the people in it."""

    def __init__(self, path: Path, stored: int, chance: random.Random) -> None:
        self.people = People(Database.open(f"sqlite:///{path}"), b"bench")
        self.chance = chance
        self.persons = max(1, stored // EVENTS_PER_PERSON)
        for start in range(0, stored, FILL):
            self.people.ingest(self._events(FILL, FILL))
            if sys.stderr.isatty():
                print(f"\r{start + FILL:,} of {stored:,} events stored", end="", file=sys.stderr)

    def measure(self) -> tuple[float, float]:
        """Return microseconds of wall clock and of CPU for one more event."""
        batches = [self._events(100, 20) for _ in range(ROUND // 100)]
        wall, cpu = time.perf_counter(), time.process_time()
        for batch in batches:
            self.people.ingest(batch)
        return (time.perf_counter() - wall) / ROUND * 1e6, (time.process_time() - cpu) / ROUND * 1e6

    def _events(self, number: int, people: int) -> list[Event]:
        who = [self.chance.randrange(self.persons) for _ in range(people)]
        items = [
            {"type": "track", "event": "Product Viewed", "anonymousId": f"a{who[item % people]}",
             # Random, as the stock clients of Python make them: the hardest for an index.
             "messageId": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
             "properties": {"product_id": f"P{item % 60}", "category": "đồ golf", "price": 120_000, "name": "Gậy golf số 7"},
             "context": {"page": {"path": "/golf", "url": "https://shop.example/golf"}, "locale": "vi"}}
            for item in range(number)
        ]  # fmt: skip
        now = time.time_ns() // 1000
        batch = read_batch({"batch": items}, role="browser", received_at=now, normalise=NORMALISE, new_id=str)
        return [event for _, event in batch.events]


def bench(folder: Path, rounds: int) -> dict[str, Any]:
    """Return the median cost of an event in both databases and their ratios."""
    chance = random.Random(7)
    small = Side(folder / "small.db", SMALL, chance)
    large = Side(folder / "large.db", LARGE, chance)
    measured = [(small.measure(), large.measure()) for _ in range(rounds * 5)]
    told: dict[str, Any] = {"stored": {"small": SMALL, "large": LARGE}}
    for place, name in enumerate(("wall", "cpu")):
        told[f"ratio, {name}"] = round(statistics.median(b[place] / a[place] for a, b in measured), 3)
        told[f"us an event, {name}"] = {
            "small": round(statistics.median(a[place] for a, _ in measured), 1),
            "large": round(statistics.median(b[place] for _, b in measured), 1),
        }
    told["large file, MiB"] = (folder / "large.db").stat().st_size >> 20
    return told
