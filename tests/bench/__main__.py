"""`make bench`: what we reach beside what is possible, side by side in one run, rounds taken in turn.

Decisions with 50 campaigns of 3 conditions against a bare Flask view on the same server; ingestion of batches of 100
events from 20 people against the raw SQLite group-commit limit. The load generator shares the cores with the server
and costs both sides alike, so ratios of throughput flatter nobody by much; CPU per request is the server's own.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from server_example.services.turns import THREADS_PER_WORKER
from tests.bench import growth, raw_sqlite
from tests.bench.load import http_request, pack
from tests.support.server import SECRET_KEY, WRITE_KEY, ServerProcess, free_port

SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
WORKERS = 2
PERSONS = 2_000


def rules(campaigns: int) -> str:
    """Return a rule file with `campaigns` of three conditions each over four placements."""
    lines = ["version: 1", "site: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}", "placements:"]
    lines += [f"  slot-{number}: {{kind: banner}}" for number in range(4)]
    lines.append("campaigns:")
    for number in range(campaigns):
        lines += [
            f"  campaign-{number}:",
            f"    priority: {number % 7}",
            f'    promotes: ["product:P{number}"]',
            "    audience:",
            f'      traits.city: [Huế, "Đà Nẵng", "thành phố {number}"]',
            f"      orders.count: {{at_least: {number % 5}}}",
            f"      events.Product Viewed.count(7d): {{at_least: {number % 9}}}",
            f'    content: {{title: {{vi: "Ưu đãi {number}"}}, cta: {{label: {{vi: Xem}}, url: /u{number}}}}}',
            f"    creatives: {{slot-{number % 4}: {{}}}}",
        ]
    return "\n".join(lines) + "\n"


def life(person: int) -> list[dict[str, Any]]:
    """Return twenty events of a person: a shopper with a few orders."""
    made: list[dict[str, Any]] = [
        {"type": "identify", "traits": {"city": ("Huế", "Đà Nẵng", "Cần Thơ")[person % 3], "first_name": "Lan"}}
    ]
    for number in range(16):
        made.append({"type": "track", "event": "Product Viewed",
                     "properties": {"product_id": f"P{(person + number) % 60}", "category": f"nhóm {number % 4}", "price": 120_000}})  # fmt: skip
    for number in range(person % 4):
        made.append({"type": "track", "event": "Order Completed", "properties": {
            "order_id": f"o{person}-{number}", "total": 300_000,
            "products": [{"product_id": f"P{number}", "category": "nhóm 1", "price": 300_000, "quantity": 1}]}})  # fmt: skip
    return [
        {**call, "userId": f"u{person}", "messageId": f"seed-{person}-{number}"} for number, call in enumerate(made)
    ]


def load(port: int, requests: list[bytes], connections: int, folder: Path) -> dict[str, Any]:
    file = folder / "requests"
    file.write_bytes(pack(requests))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", "127.0.0.1", str(port), str(connections), str(SECONDS), str(file)],
        capture_output=True, check=True,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout)
    if set(result["statuses"]) != {"200"}:
        raise RuntimeError(f"not all answers were 200: {result['statuses']}")
    return result


def cpu_seconds(group: int) -> float:
    """Return the CPU time of all processes of a process group, in seconds."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(server: ServerProcess, requests: list[bytes], connections: int, folder: Path) -> dict[str, Any]:
    assert server.process is not None
    before = cpu_seconds(server.process.pid)
    result = load(server.port, requests, connections, folder)
    spent = cpu_seconds(server.process.pid) - before
    return result | {"cpu_us": spent / (result["per_second"] * SECONDS) * 1e6}


def bare_flask(folder: Path, workers: int = WORKERS) -> ServerProcess:
    """Start the bare Flask view on the same server program with the same workers and threads."""
    server = ServerProcess(folder, port=free_port())
    server.process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(workers),
         "--blocking-threads", str(THREADS_PER_WORKER), "--host", "127.0.0.1",
         "--port", str(server.port), "--no-ws", "--log-level", "critical", "tests.bench.bare_flask:app"],
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{server.url}/readyz", timeout=1)
            return server
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError("the bare Flask server did not start")


def decide_requests() -> list[bytes]:
    bodies = (
        {"userId": f"u{number * 7 % PERSONS}", "placements": ["slot-0", "slot-1", "slot-2"],
         "context": {"page": {"path": "/golf", "url": "https://shop.example/golf", "referrer": "https://shop.example/"}, "locale": "vi"}}
        for number in range(500)
    )  # fmt: skip
    return [http_request("/v1/decide", SECRET_KEY, json.dumps(body).encode()) for body in bodies]


def ingest_requests(prefix: str, number: int) -> list[bytes]:
    requests = []
    for batch in range(number):
        calls = []
        for item in range(100):
            person = (batch * 20 + item % 20) % 4_000
            calls.append({
                "type": "track", "event": "Product Viewed", "anonymousId": f"{prefix}{person}", "messageId": f"{prefix}-{batch}-{item}",
                "properties": {"product_id": f"P{item}", "category": "đồ golf", "price": 120_000, "name": "Gậy golf số 7", "url": "https://shop.example/p"},
                "context": {"page": {"path": "/golf", "url": "https://shop.example/golf"}, "locale": "vi", "library": {"name": "bench", "version": "1"}},
            })  # fmt: skip
        requests.append(http_request("/v1/batch", SECRET_KEY, json.dumps({"batch": calls}).encode()))
    return requests


def single_requests(prefix: str, number: int) -> list[bytes]:
    """Return posts of one event each, as a page sends them, from 4,000 people in turn."""
    return [
        http_request("/v1/track", WRITE_KEY, json.dumps({
            "event": "Product Viewed", "anonymousId": f"{prefix}{event % 4_000}", "messageId": f"{prefix}-{event}",
            "properties": {"product_id": f"P{event % 60}", "category": "đồ golf", "price": 120_000, "name": "Gậy golf số 7"},
            "context": {"page": {"path": "/golf", "url": "https://shop.example/golf"}, "locale": "vi"},
        }).encode())
        for event in range(number)
    ]  # fmt: skip


def median(results: list[dict[str, Any]], name: str) -> float:
    return statistics.median(result[name] for result in results)


def bench_decide(folder: Path) -> dict[str, Any]:
    config = folder / "omni.yaml"
    config.write_text(rules(50))
    ours = ServerProcess(folder, config=config, command=("serve", "--workers", str(WORKERS))).start()
    bare = bare_flask(folder)
    try:
        with httpx.Client(base_url=ours.url, auth=(SECRET_KEY, ""), timeout=30) as client:
            for start in range(0, PERSONS, 50):
                batch = [call for person in range(start, start + 50) for call in life(person)]
                client.post("/v1/batch", json={"batch": batch}).raise_for_status()
        requests = decide_requests()
        rounds: dict[str, list[dict[str, Any]]] = {"decide": [], "bare Flask": []}
        for _ in range(ROUNDS):
            rounds["bare Flask"].append(measured(bare, requests, 16, folder))
            rounds["decide"].append(measured(ours, requests, 16, folder))
    finally:
        ours.kill()
        bare.kill()
    return report(rounds, "decide", "bare Flask")


def bench_ingest(folder: Path) -> dict[str, Any]:
    config = folder / "omni.yaml"
    config.write_text(rules(1))
    ours = ServerProcess(folder, config=config, command=("serve", "--workers", "1")).start()
    rounds: dict[str, list[dict[str, Any]]] = {"ingest": [], "raw SQLite": []}
    try:
        for number in range(ROUNDS):
            raw = raw_sqlite.events_per_second(folder / f"raw-{number}.db", SECONDS)
            rounds["raw SQLite"].append({"per_second": raw})
            result = measured(ours, ingest_requests(f"r{number}-", 600), 8, folder)
            result["per_second"] *= 100
            rounds["ingest"].append(result)
    finally:
        ours.kill()
    return report(rounds, "ingest", "raw SQLite")


def bench_single(folder: Path) -> dict[str, Any]:
    config = folder / "omni.yaml"
    config.write_text(rules(1))
    ours = ServerProcess(folder, config=config, command=("serve", "--workers", "1")).start()
    bare = bare_flask(folder, workers=1)
    rounds: dict[str, list[dict[str, Any]]] = {"single events": [], "bare Flask": []}
    try:
        for number in range(ROUNDS):
            requests = single_requests(f"s{number}-", 40_000)
            rounds["bare Flask"].append(measured(bare, requests, 64, folder))
            rounds["single events"].append(measured(ours, requests, 64, folder))
    finally:
        ours.kill()
        bare.kill()
    return report(rounds, "single events", "bare Flask")


def report(rounds: dict[str, list[dict[str, Any]]], ours: str, limit: str) -> dict[str, Any]:
    ratios = [a["per_second"] / b["per_second"] for a, b in zip(rounds[ours], rounds[limit], strict=True)]
    told: dict[str, Any] = {"ratio": round(statistics.median(ratios), 3), "rounds": [round(each, 3) for each in ratios]}
    for side, results in rounds.items():
        told[side] = {name: round(median(results, name), 1) for name in results[0] if name != "statuses"}
    return told


BENCHES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "decide, 50 campaigns × 3 conditions, 3 placements / bare Flask (aim 0.5)": bench_decide,
    "ingest, 100 events of 20 people / raw SQLite group commit (aim 0.28)": bench_ingest,
    "single-event posts of 4,000 people, 64 connections, 1 worker / bare Flask (aim 0.5)": bench_single,
    "cost of an event with 2,000,000 stored / with 10,000 (at most 1.5)": lambda folder: growth.bench(folder, ROUNDS),
}


def main(only: str = "") -> None:
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    for name, bench in BENCHES.items():
        if only in name:
            with tempfile.TemporaryDirectory() as folder:
                print(f"\n{name}")
                print(json.dumps(bench(Path(folder)), indent=2, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
