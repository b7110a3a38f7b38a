"""`omnisdk import` as a real process, interrupted: it goes on where it was, and stores everything once."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from server_example.services.importing.importer import Done, Import
from tests.cli.bulk import Shop, track
from tests.support.server import SECRET_KEY, ServerProcess

ROWS = 8_000


@pytest.fixture
def file(shop_files: Shop) -> Path:
    """Messages, and one that is rejected every thousand lines."""
    lines = [track(number) if number % 1000 else {"type": "identify", "userId": "null"} for number in range(ROWS)]
    return shop_files.write("dài.jsonl", lines)


def state_of(shop: Shop) -> dict[str, Any]:
    """Return what the running import keeps of its progress, {} before its first commit."""
    for path in (shop.folder / "instance" / "imports").glob("*.json"):
        content = path.read_bytes().strip()
        return dict(json.loads(content)) if content else {}
    return {}


def until_commit(shop: Shop, process: subprocess.Popen[bytes], after: int = 0) -> None:
    """Wait until the import has committed more than `after` lines."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if state_of(shop).get("line", 0) > after:
            return
        time.sleep(0.01)
    raise AssertionError(process.communicate())


def counted(told: str) -> dict[str, int]:
    return {
        label.strip(): int(number.replace(",", "")) for label, number in re.findall(r"^  (.{32}) *([\d,]+)", told, re.M)
    }


def test_killed_again_and_again_it_goes_on_and_stores_every_row_once(shop_files: Shop, file: Path) -> None:
    line = 0
    for _ in range(2):
        process = shop_files.start("import", file)
        until_commit(shop_files, process, line)
        process.kill()
        process.communicate()
        line = state_of(shop_files)["line"]
        assert 0 < shop_files.count() < ROWS
    told = shop_files.run("import", file, status=3)
    assert re.search(r"dài\.jsonl: goes on after line [\d,]+", told.stderr)
    numbers = counted(told.output)
    assert numbers["rows read"] == ROWS
    assert numbers["events stored"] + numbers.get("stored before", 0) == ROWS - ROWS // 1000
    assert shop_files.count() == ROWS - ROWS // 1000
    rejected = (shop_files.folder / f"{file}.rejected.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["line"] for line in rejected] == list(range(1, ROWS, 1000))
    assert not state_of(shop_files)
    assert shop_files.corrected() == 0


def test_ctrl_c_ends_it_with_a_word_and_the_same_command_goes_on(shop_files: Shop, file: Path) -> None:
    process = shop_files.start("import", file)
    until_commit(shop_files, process)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command goes on from there" in told.decode()
    assert "goes on after line" in shop_files.run("import", file, status=3).stderr
    assert shop_files.count() == ROWS - ROWS // 1000


def test_a_file_or_a_database_that_changed_meanwhile_is_read_from_the_beginning(sqlite_shop: Shop) -> None:
    lines = [track(number) for number in range(ROWS)]
    file = sqlite_shop.write("a.jsonl", lines)

    def interrupted() -> None:
        process = sqlite_shop.start("import", file)
        until_commit(sqlite_shop, process, 700)
        process.kill()
        process.communicate()

    interrupted()
    stamp = (sqlite_shop.folder / file).read_bytes()
    changed = stamp.replace(b'"P600"', b'"P6OO"')  # as long as before, in the part that was read
    changed = changed.replace(b'"m600"', b'"m6OO"')
    sqlite_shop.write("a.jsonl", changed)
    assert "begins again, as the file is not what it was" in sqlite_shop.run("import", file).stderr
    assert sqlite_shop.count() == ROWS + 1

    sqlite_shop.write("a.jsonl", [track(number, messageId=f"x{number}") for number in range(ROWS)])
    interrupted()
    for path in sqlite_shop.folder.glob("omni.db*"):
        path.unlink()
    assert "begins again, as the database does not have" in sqlite_shop.run("import", file).stderr
    assert sqlite_shop.count() == ROWS


def test_from_start_reads_everything_again(sqlite_shop: Shop) -> None:
    file = sqlite_shop.write("a.jsonl", [track(number) for number in range(ROWS)])
    process = sqlite_shop.start("import", file)
    until_commit(sqlite_shop, process)
    process.kill()
    process.communicate()
    told = sqlite_shop.run("import", "--from-start", file)
    assert "goes on" not in told.stderr
    assert counted(told.output)["stored before"] > 0
    assert sqlite_shop.count() == ROWS


def test_two_imports_of_one_file_do_not_run_at_once(sqlite_shop: Shop) -> None:
    file = sqlite_shop.write("a.jsonl", [track(number) for number in range(ROWS)])
    process = sqlite_shop.start("import", file)
    until_commit(sqlite_shop, process)
    process.send_signal(signal.SIGSTOP)  # so that it cannot end meanwhile
    assert "imported by another process" in sqlite_shop.run("import", file, status=1).stderr
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.fixture
def locked(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another process's write lock on the database, for which nobody here waits longer than 50 ms."""
    monkeypatch.setattr("server_example.storage.database.BUSY_TIMEOUT_MS", 50)
    sqlite_shop.events()  # makes the tables
    other = sqlite3.connect(sqlite_shop.folder / "omni.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_busy_database_is_waited_for_and_costs_nothing(sqlite_shop: Shop, locked: sqlite3.Connection) -> None:
    file = sqlite_shop.write("a.jsonl", [track(number) for number in range(500)])
    threading.Timer(0.5, lambda: locked.execute("ROLLBACK")).start()
    assert sqlite_shop.run("import", file).stderr.count("waiting for the database") == 1
    assert sqlite_shop.count() == 500


def test_a_database_that_gets_busy_later_is_waited_for_too(
    sqlite_shop: Shop, locked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked.execute("ROLLBACK")
    run = Import.run

    def run_while_locked(self: Import) -> Done:
        locked.execute("BEGIN IMMEDIATE")
        threading.Timer(0.5, lambda: locked.execute("ROLLBACK")).start()
        return run(self)

    monkeypatch.setattr(Import, "run", run_while_locked)
    file = sqlite_shop.write("a.jsonl", [track(number) for number in range(500)])
    assert "waiting for the database" in sqlite_shop.run("import", file).stderr
    assert sqlite_shop.count() == 500


def test_beyond_its_patience_it_ends_and_the_same_command_goes_on(
    sqlite_shop: Shop, locked: sqlite3.Connection
) -> None:
    file = sqlite_shop.write("a.jsonl", [track(number) for number in range(500)])
    assert "not available" in sqlite_shop.run("import", "--patience", "0.1", file, status=1).stderr
    locked.execute("ROLLBACK")
    sqlite_shop.run("import", file)
    assert sqlite_shop.count() == 500


@pytest.mark.postgres
def test_connections_that_break_during_an_import_cost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    shop = Shop.made(tmp_path, monkeypatch, request.getfixturevalue("postgres").new_database())
    file = shop.write("a.jsonl", [track(number) for number in range(ROWS)])
    process = shop.start("import", file)
    engine = create_engine(shop.database_url, isolation_level="AUTOCOMMIT")
    ended = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    until_commit(shop, process)
    with engine.connect() as connection:
        while process.poll() is None:
            connection.execute(ended)
            time.sleep(0.1)
    engine.dispose()
    output, told = process.communicate()
    assert process.returncode == 0, told
    assert counted(output.decode())["rows read"] == ROWS
    assert shop.count() == ROWS


def test_beside_a_running_server_both_store_everything(shop_files: Shop) -> None:
    server = ServerProcess(
        shop_files.folder, database_url=shop_files.database_url, config=shop_files.folder / "omni.yaml"
    ).start()
    try:
        file = shop_files.write("a.jsonl", [track(number) for number in range(ROWS)])
        process = shop_files.start("import", file)
        until_commit(shop_files, process)
        posted = 0
        with httpx.Client(base_url=server.url, auth=(SECRET_KEY, ""), timeout=30) as client:
            while process.poll() is None:
                answer = client.post("/v1/track", json=track(posted, messageId=f"live-{posted}"))
                assert answer.status_code == 200 and answer.json()["accepted"] == 1
                posted += 1
        assert process.wait() == 0, process.communicate()
        process.communicate()
    finally:
        server.stop()
    assert posted > 0
    assert shop_files.count() == ROWS + posted
    assert shop_files.corrected() == 0
