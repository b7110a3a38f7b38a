"""Bodies that are small to send and were meant to be large to read, against a real server: its memory must not grow."""

from __future__ import annotations

import gzip
import json
import threading
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.fuzz.memory import children_and, peak_mib, resident_mib
from tests.server.helpers import RULES
from tests.support.server import SECRET_KEY, ServerProcess

SIZE = 4 * 1024 * 1024 - 1024  # unpacked: just within the limit
GOOD = b'{"type":"track","event":"Good Neighbour","anonymousId":"a-%s","messageId":"good-%s"}'
# As large as stock clients' are.
LARGE = (
    GOOD[:-1]
    + b',"properties":{"products":['
    + b",".join([b'{"product_id":"p","name":"G\xe1\xba\xady","price":1.5}'] * 12)
    + b"]}}"
)
MOST_GROWTH_MIB = 16
WARM = 40  # good requests, and as many good batches of some 400 KB, before the first reading of the memory


def event(unit: bytes, size: int = SIZE) -> bytes:
    """A batch of a good event, one whose property is as many `unit` as fit, and another good one."""
    return (
        b'{"batch":['
        + GOOD
        + b',{"type":"track","event":"x","anonymousId":"b","properties":{"p":['
        + unit * (size // len(unit))
        + b"1]}},"
        + GOOD
        + b"]}"
    )


def text(unit: bytes) -> bytes:
    return (
        b'{"batch":['
        + GOOD
        + b',{"type":"track","event":"x","anonymousId":"b","properties":{"p":"'
        + unit * (SIZE // len(unit))
        + b'"}},'
        + GOOD
        + b"]}"
    )


# Each with how many of its good events must be stored; None: the body is refused as a whole.
BOMBS: dict[str, tuple[bytes, int | None]] = {
    "10 MB of nothing": (b" " * 10_000_000, None),
    "empty objects": (event(b"{},"), 2),
    "empty lists": (event(b"[],"), 2),
    "objects": (event(b'{"a":1},'), 2),
    "texts": (event(b'"ab",'), 2),
    "NaN": (event(b"NaN,"), 2),
    "huge numbers": (event(b"9" * 200_000 + b","), 2),
    "infinities": (event(b"1e400,"), 2),
    "nested lists": (event(b"[[[[[1],2],3],4],5],"), 2),
    "100,000 deep": (event(b"[" * 100_000 + b"]" * 100_000 + b",", 250_000), 2),
    "2,000,000 deep": (event(b"[" * 2_000_000 + b"]" * 2_000_000 + b",", 4_000_001), 2),
    "open brackets": (b"[" * SIZE, None),
    "open objects": (b'{"a":' * (SIZE // 5), None),
    "many names": (b'{"batch":[' + GOOD + b",{" + b",".join(b'"%x":1' % n for n in range(350_000)) + b"}," + GOOD + b"]}", 2),
    "one name": (b'{"batch":[' + GOOD + b',{"type":"track","' + b"k" * SIZE + b'":1},' + GOOD + b"]}", 2),
    "emoji": (text("⛳😀".encode()), 2),
    "escapes": (text(b"\\ud83d\\ude00"), 2),
    "invalid bytes": (text(b"\xff"), 2),
    "control characters": (text(b"\x01"), 2),
    "1,000,000 events": (b'{"batch":[' + b"{}," * 1_000_000 + b"{}]}", None),
    "dense events": (b'{"batch":[' + b",".join([b'{"p":[' + b"{}," * 9_000 + b"1]}"] * 150) + b"]}", None),
    "shared context": (b'{"batch":[' + GOOD + b'],"context":{"p":[' + b"{}," * 1_000_000 + b"1]}}", None),
    "utf-16": (json.dumps({"batch": ["ф" * 1_500_000]}, ensure_ascii=False).encode("utf-16"), 0),
}  # fmt: skip


@dataclass
class Tally:
    """What the attacks came to."""

    requests: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    growth_mib: float = 0.0
    peak_growth_mib: float = 0.0
    slowest_attack_ms: float = 0.0
    slowest_attack: str = ""
    good_requests: int = 0
    good_failed: int = 0
    slowest_good_ms: float = 0.0


def attack(folder: Path, rounds: int) -> Tally:
    """Start a server, send each bomb `rounds` times, packed, beside good requests; return what became of it."""
    rules = folder / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    server = ServerProcess(folder, config=rules).start()
    try:
        return _attack(server, rounds)
    finally:
        server.stop()


def _attack(server: ServerProcess, rounds: int) -> Tally:
    assert server.process is not None
    tally = Tally()
    ended = threading.Event()
    client = httpx.Client(base_url=server.url, auth=(SECRET_KEY, ""), timeout=60)
    for number in range(WARM):
        client.post("/v1/batch", content=b'{"batch":[%s]}' % (GOOD % (b"warm", b"warm%d" % number))).raise_for_status()
        client.post("/v1/batch", content=b"{" * 100)  # the lenient way, too
        marks = [b"%d-%d" % (number, event) for event in range(500)]
        batch = b",".join(LARGE % (mark, mark) for mark in marks)
        client.post("/v1/batch", content=b'{"batch":[%s]}' % batch).raise_for_status()
    processes = children_and(server.process.pid)
    before = {process: resident_mib(process) for process in processes}
    peaks = {process: peak_mib(process) for process in processes}
    beside = threading.Thread(target=_go_on_shopping, args=(server.url, tally, ended))
    beside.start()
    try:
        for name, (body, good) in BOMBS.items():
            for number in range(rounds):
                _throw(client, tally, name, body, good, number)
        for name, packed in _packed_twice().items():
            for _ in range(rounds):
                _throw_packed(client, tally, name, packed)
    finally:
        ended.set()
        beside.join()
        client.close()
    tally.growth_mib = round(max(resident_mib(process) - before[process] for process in processes), 1)
    tally.peak_growth_mib = round(max(peak_mib(process) - peaks[process] for process in processes), 1)
    return tally


def _throw(client: httpx.Client, tally: Tally, name: str, body: bytes, good: int | None, number: int) -> None:
    marks = [b"%s-%d-%d" % (name.encode().hex().encode(), number, which) for which in (1, 2)]
    filled = body
    for mark in marks[: body.count(GOOD)]:
        filled = filled.replace(GOOD, GOOD % (mark, mark), 1)
    response = _timed(client, tally, name, gzip.compress(filled, 1), {"Content-Encoding": "gzip"})
    told = response.json()
    if good is None:
        if response.status_code not in (400, 413) or not told.get("code") or not told.get("message"):
            tally.unclear.append(f"{name}: {response.status_code} {response.text[:200]}")
    elif (
        response.status_code != 200
        or told["accepted"] < good
        or any("batch[" not in one["message"] for one in told["rejected"])
    ):
        tally.lost.append(f"{name}: {response.status_code} {response.text[:300]}")


def _packed_twice() -> dict[str, bytes]:
    whole = gzip.compress(bytes(10_000_000), 9)
    return {
        "10 MB packed": whole, "packed twice": gzip.compress(whole, 9), "broken": whole[: len(whole) // 2], "flipped": whole[:200] + b"\xff\xff" + whole[202:],
        "not packed": b"\x1f\x8b" + bytes(1000), "empty members": gzip.compress(b"", mtime=0) * 100_000, "many members": gzip.compress(bytes(1_000_000), mtime=0) * 20,
        "deflate as gzip": zlib.compress(bytes(10_000_000)),
    }  # fmt: skip


def _throw_packed(client: httpx.Client, tally: Tally, name: str, packed: bytes) -> None:
    response = _timed(client, tally, name, packed, {"Content-Encoding": "gzip"})
    if response.status_code not in (400, 413) or not response.json().get("message"):
        tally.unclear.append(f"{name}: {response.status_code} {response.text[:200]}")


def _timed(client: httpx.Client, tally: Tally, name: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
    began = time.monotonic()
    response = client.post("/v1/batch", content=content, headers=headers)
    took = (time.monotonic() - began) * 1000
    tally.requests += 1
    tally.statuses[response.status_code] = tally.statuses.get(response.status_code, 0) + 1
    if took > tally.slowest_attack_ms:
        tally.slowest_attack_ms, tally.slowest_attack = round(took), name
    return response


def _go_on_shopping(url: str, tally: Tally, ended: threading.Event) -> None:
    """Send good events all the while, and see how long the slowest of them waits."""
    with httpx.Client(base_url=url, auth=(SECRET_KEY, ""), timeout=60) as client:
        while not ended.wait(0.05):
            mark = b"beside%d" % tally.good_requests
            began = time.monotonic()
            response = client.post("/v1/batch", content=b'{"batch":[%s]}' % (GOOD % (b"beside", mark)))
            tally.good_requests += 1
            tally.good_failed += response.status_code != 200 or response.json()["accepted"] != 1
            tally.slowest_good_ms = max(tally.slowest_good_ms, round((time.monotonic() - began) * 1000))
