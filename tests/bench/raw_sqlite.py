"""The ceiling for ingestion: one thread that commits batches of event rows with the raw driver, fully durable."""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import threading
import time
from pathlib import Path

BODY = json.dumps(
    {"type": "track", "name": "Product Viewed", "properties": {"product_id": "P1"}, "pad": "x" * 400}
).encode()
CLIENTS = 16
BATCH = 100
DRAIN = 2_000


def events_per_second(path: Path, seconds: float) -> float:
    """Return how many rows a second go in: 16 clients with batches of 100, group commit, synchronous=FULL."""
    jobs: queue.Queue[tuple[list[tuple[bytes, str, int, bytes]], threading.Event]] = queue.Queue()
    until = time.perf_counter() + seconds
    committed = 0

    def write() -> None:
        nonlocal committed
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA cache_size = -65536")
        database.execute("CREATE TABLE events (key BLOB PRIMARY KEY, owner TEXT, timestamp BIGINT, body BLOB)")
        database.execute("CREATE INDEX events_by_owner ON events (owner, timestamp)")
        while time.perf_counter() < until:
            try:
                group = [jobs.get(timeout=0.1)]
            except queue.Empty:
                continue
            while len(group) * BATCH < DRAIN and not jobs.empty():
                group.append(jobs.get())
            database.execute("BEGIN IMMEDIATE")
            for rows, _ in group:
                database.executemany("INSERT INTO events VALUES (?,?,?,?) ON CONFLICT DO NOTHING", rows)
            database.execute("COMMIT")
            committed += sum(len(rows) for rows, _ in group)
            for _, done in group:
                done.set()

    def send() -> None:
        while time.perf_counter() < until:
            now = time.time_ns() // 1000
            rows = [(os.urandom(16), f"anonymous:a{n % 20}", now, BODY) for n in range(BATCH)]
            done = threading.Event()
            jobs.put((rows, done))
            done.wait(1)

    threads = [threading.Thread(target=write), *(threading.Thread(target=send) for _ in range(CLIENTS))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return committed / (time.perf_counter() - began)
