"""`omnisdk serve` as a real process: several workers, signals, addresses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.helpers import RULES
from tests.support.server import SECRET_KEY, WRITE_KEY, ServerProcess

SHOP = (SECRET_KEY, "")


def event(number: int, **more: Any) -> dict[str, Any]:
    return {
        "event": "Product Viewed",
        "anonymousId": f"khách-{number}",
        "messageId": f"m{number}",
        "writeKey": WRITE_KEY,
        **more,
    }


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Start a server on the small shop's rules; it is stopped when the test ends."""
    rules = tmp_path / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    started: list[ServerProcess] = []

    def start(*options: str, **more: Any) -> ServerProcess:
        process = ServerProcess(tmp_path, config=rules, command=("serve", *options), **more)
        started.append(process)
        return process.start()

    yield start
    for process in started:
        process.stop()


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5  # the promise is a second, on a machine of one's own
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def asked_of_all(server: ServerProcess, path: str, times: int = 12) -> list[httpx.Response]:
    """Ask on a new connection each time, so that every worker comes to answer."""
    return [httpx.get(f"{server.url}{path}") for _ in range(times)]


def test_workers_share_one_database_and_answer_for_each_other(
    start: Callable[..., ServerProcess], database_url: str
) -> None:
    server = start("--workers", "2", "--with-worker", database_url=database_url)
    for number in range(20):
        answer = httpx.post(f"{server.url}/v1/track", json=event(number))
        assert answer.json()["accepted"] == 1
    again = [httpx.post(f"{server.url}/v1/track", json=event(number)).json()["duplicates"] for number in range(20)]
    assert again == [1] * 20
    for answer in asked_of_all(server, "/metrics", 4):
        assert "omni_events_accepted_total 20\n" in answer.text
        assert "omni_events_duplicates_total 20\n" in answer.text
    for number in range(20):
        assert httpx.get(f"{server.url}/v1/profiles/anonymous:khách-{number}", auth=SHOP).status_code == 200


def test_every_worker_follows_a_changed_rule_and_keeps_it_when_the_file_breaks(
    start: Callable[..., ServerProcess],
) -> None:
    server = start("--workers", "2")
    rules = server.folder / "omni.yaml"
    body = {"placements": ["popup"], "anonymousId": "a1"}

    def reasons() -> set[str]:
        answers = [httpx.post(f"{server.url}/v1/decide", json=body, auth=SHOP).json() for _ in range(12)]
        return {answer["decisions"][0]["reason"] for answer in answers}

    def faults() -> set[int]:
        return {answer.json()["rules"]["faults"] for answer in asked_of_all(server, "/readyz")}

    assert reasons() == {"WON"}
    rules.write_text(RULES.replace("site:\n", "site:\n  enabled: false\n"), encoding="utf-8")
    assert soon(lambda: reasons() == {"DISABLED"})
    rules.write_text("version: 1\ncampaigns: [", encoding="utf-8")
    assert soon(lambda: faults() == {1})
    assert reasons() == {"DISABLED"}
    assert "omni.yaml:2:" in server.log


def test_a_request_in_flight_is_answered_before_the_server_ends(start: Callable[..., ServerProcess]) -> None:
    server = start()
    assert server.process is not None
    answers: list[httpx.Response] = []
    database = sqlite3.connect(server.folder / "instance" / "omni.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")  # so that the request has to wait
    request = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{server.url}/v1/track", json=event(1), timeout=30))
    )
    request.start()
    time.sleep(0.5)
    assert not answers
    server.process.terminate()
    time.sleep(0.5)
    database.execute("ROLLBACK")
    database.close()
    request.join(20)
    assert [answer.status_code for answer in answers] == [200]
    assert server.process.wait(20) == 0


def test_an_address_that_is_taken_is_told_in_a_line(start: Callable[..., ServerProcess]) -> None:
    server = start()
    second = subprocess.run(
        [sys.executable, "-m", "server_example", "serve"],
        cwd=server.folder, env=server.environment(), capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert second.returncode == 1
    assert second.stderr == f"Error: OMNI_BIND: 127.0.0.1:{server.port}: Address already in use\n"


def test_large_packed_and_chunked_bodies_come_through(start: Callable[..., ServerProcess]) -> None:
    server = start()
    body = b'{"batch": []}' + b" " * 4_300_000
    answer = httpx.post(f"{server.url}/v1/batch", content=body, auth=SHOP)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")

    def chunks() -> Iterator[bytes]:
        yield b'{"event": "Product Viewed", '
        yield b'"anonymousId": "a1"}'

    assert httpx.post(f"{server.url}/v1/track", content=chunks(), auth=SHOP).json()["accepted"] == 1
