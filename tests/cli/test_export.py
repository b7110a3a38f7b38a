"""`omnisdk export`: all events, all profiles, in three formats."""

from __future__ import annotations

import builtins
import csv
import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import clock
from server_example.config import ServerConfig
from server_example.services import ingest, profiles
from server_example.services.exporting.columns import Column
from server_example.services.exporting.formats import cell, harmless
from server_example.services.server import Server
from tests.cli.bulk import Shop, track
from tests.server.helpers import NOW


@pytest.fixture
def full(shop_files: Shop) -> Shop:
    """A shop with an order of the shop's and a page of a browser's."""
    server = Server(ServerConfig.from_environment(), now=lambda: NOW)
    order = {
        "order_id": "=1+1",
        "total": 1_250_000,
        "currency": "VND",
        "products": [{"product_id": "P1", "name": "Gậy, số 7"}],
    }
    ingest.ingest(server, {"batch": [
        {"type": "identify", "userId": "lan", "messageId": "m1", "timestamp": "2026-03-01T00:00:00Z",
         "traits": {"phone": "0901234567", "email": "lan@example.vn", "name": "Nguyễn Thị Lan สมหญิง"}},
        {"type": "track", "event": "Order Completed", "userId": "lan", "messageId": "m2", "properties": order,
         "timestamp": "2026-03-02T00:00:00.123456Z"},
    ]}, "shop", NOW)  # fmt: skip
    ingest.ingest(server, {"batch": [
        {"type": "page", "name": "@Trang chủ", "anonymousId": "a1", "messageId": "m3", "timestamp": "2026-03-03T00:00:00Z"},
    ]}, "browser", NOW)  # fmt: skip
    server.close()
    return shop_files


def test_events_are_printed_one_a_line_as_they_were_received(full: Shop) -> None:
    lines = {line["messageId"]: line for line in map(json.loads, full.run("export", "events").stdout.splitlines())}
    assert lines.keys() == {"m1", "m2", "m3"}
    assert lines["m1"]["identifiers"] == ["email:lan@example.vn", "phone:+84901234567"]
    assert lines["m2"]["timestamp"] == "2026-03-02T00:00:00.123456Z"
    assert lines["m2"]["receivedAt"] == clock.to_text(NOW)
    assert (lines["m2"]["role"], lines["m2"]["vouched"]) == ("shop", True)
    assert (lines["m3"]["role"], lines["m3"]["vouched"], lines["m3"]["name"]) == ("browser", False, "@Trang chủ")


def test_events_as_csv_open_in_a_spreadsheet_and_no_cell_is_a_formula(full: Shop) -> None:
    full.run("export", "events", "--output", "e.csv")
    assert (full.folder / "e.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = {row["messageId"]: row for row in full.rows("e.csv")}
    assert rows["m2"]["order_id"] == "'=1+1"
    assert (rows["m2"]["total"], rows["m2"]["currency"], rows["m2"]["event"]) == ("1250000.0", "VND", "Order Completed")
    assert json.loads(rows["m2"]["properties"])["products"][0]["name"] == "Gậy, số 7"
    assert rows["m3"]["name"] == "'@Trang chủ"
    assert json.loads(rows["m1"]["traits"])["name"] == "Nguyễn Thị Lan สมหญิง"


def test_events_as_parquet_have_types(full: Shop) -> None:
    from pyarrow import parquet

    full.run("export", "events", "--output", "e.parquet")
    table = parquet.read_table(full.folder / "e.parquet")
    assert str(table.schema.field("timestamp").type) == "timestamp[us, tz=UTC]"
    rows = {row["messageId"]: row for row in table.to_pylist()}
    assert clock.from_datetime(rows["m2"]["timestamp"]) == clock.parse("2026-03-02T00:00:00.123456Z")
    assert rows["m1"]["identifiers"] == ["email:lan@example.vn", "phone:+84901234567"]
    assert (rows["m2"]["total"], rows["m2"]["vouched"], rows["m3"]["total"]) == (1_250_000.0, True, None)


def test_profiles_are_what_the_route_answers_in_every_format(full: Shop) -> None:
    from pyarrow import parquet

    printed = [json.loads(line) for line in full.run("export", "profiles").stdout.splitlines()]
    server = Server(ServerConfig.from_environment(), only_looking=True)
    due = [profiles.read(server, ref, server.now()) for ref in ("user:lan", "anonymous:a1")]
    server.close()
    assert sorted(printed, key=str) == sorted(due, key=str)
    full.run("export", "profiles", "--output", "p.csv")
    full.run("export", "profiles", "--output", "p.parquet")
    (lan,) = (row for row in full.rows("p.csv") if row["user"] == "lan")
    assert (lan["orders.count"], lan["orders.total"], lan["phone"]) == ("1", "1250000", "+84901234567")
    assert json.loads(lan["facts"]) == next(each["facts"] for each in due if "user:lan" in each["identifiers"])
    (lan,) = (row for row in parquet.read_table(full.folder / "p.parquet").to_pylist() if row["user"] == ["lan"])
    assert lan["orders.last_at"].isoformat() == "2026-03-02T00:00:00.123456+00:00"
    assert lan["owns"] == ["product:P1"]


def test_since_and_until_take_a_span_in_the_sites_time_zone(full: Shop) -> None:
    def ids(*options: str) -> set[str]:
        return {json.loads(line)["messageId"] for line in full.run("export", "events", *options).stdout.splitlines()}

    assert ids("--since", "2026-03-02") == {"m2", "m3"}
    assert ids("--since", "2026-03-02T07:00:00.123456", "--until", "2026-03-03T07:00") == {"m2"}  # 00:00:00.123456Z
    assert ids("--since", "2026-03-02T00:00:00.123457Z") == {"m3"}
    assert ids("--until", "2026-03-01T07:00:00+07:00") == set()
    assert ids("--until", "1d") == {"m1", "m2", "m3"}
    assert "is no time" in full.run("export", "events", "--since", "hôm qua", status=2).output
    assert "a profile is of now" in full.run("export", "profiles", "--since", "1d", status=2).output


def test_the_walk_goes_over_every_page_without_a_gap(shop_files: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_files.run("import", shop_files.write("a.jsonl", [track(number) for number in range(53)]))
    for size in (1, 7, 53, 54):
        monkeypatch.setattr("server_example.storage.walks.EVENTS_PER_PAGE", size)
        monkeypatch.setattr("server_example.storage.walks.PEOPLE_PER_PAGE", size)
        ids = [json.loads(line)["messageId"] for line in shop_files.run("export", "events").stdout.splitlines()]
        assert sorted(ids) == sorted(f"m{number}" for number in range(53))
        people = [json.loads(line)["identifiers"] for line in shop_files.run("export", "profiles").stdout.splitlines()]
        assert sorted(people) == [[f"user:u{number}"] for number in range(7)]


def test_beside_a_writer_no_event_comes_twice_and_none_of_before_is_missing(
    shop_files: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server_example.storage.walks.EVENTS_PER_PAGE", 20)
    from server_example.storage import walks

    shop_files.run("import", shop_files.write("a.jsonl", [track(number) for number in range(200)]))
    seen = []
    with shop_files.database() as database:
        for position, event in enumerate(walks.events(database)):
            seen.append(event.message_id)
            if position in (5, 90):  # between pages: more is stored, and somebody is forgotten
                more = shop_files.write(f"{position}.jsonl", [
                    track(number, messageId=f"{position}-{number}", userId="mới") for number in range(50)
                ])  # fmt: skip
                shop_files.run("import", more)
                shop_files.run("forget", f"user:u{position % 7}")
    assert len(seen) == len(set(seen))
    stayed = {f"m{number}" for number in range(200) if number % 7 not in (5 % 7, 90 % 7)}
    assert stayed <= set(seen)


def test_a_file_is_there_whole_or_not_at_all_and_for_its_owner_only(
    full: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = full.folder / "e.jsonl"
    path.write_text("what was there\n")
    path.chmod(0o644)

    def broken(event: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("server_example.services.exporting.export.event_line", broken)
        full.run("export", "events", "--output", "e.jsonl", status=1)
    assert path.read_text() == "what was there\n"
    assert [each.name for each in full.folder.glob("*.part")] == []
    (full.folder / "e.jsonl.part").write_text("left by a killed run, and longer than " + "what comes now" * 1000)
    full.run("export", "events", "--output", "e.jsonl")
    assert len(path.read_text().splitlines()) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(full.folder.glob("*.part"))


def test_an_output_that_cannot_be_is_told_in_a_line(full: Shop) -> None:
    assert "no regular file" in full.run("export", "events", "--output", "/dev/null", status=1).stderr
    assert Path("/dev/null").is_char_device()
    assert "No such file" in full.run("export", "events", "--output", "không/có.jsonl", status=1).stderr
    assert "needs --output" in full.run("export", "events", "--format", "parquet", status=2).output
    assert "for `export events`" in full.run("export", "user:lan", "--format", "csv", status=2).output


def test_without_pyarrow_the_line_that_installs_it_is_told_and_nothing_is_written(
    full: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    importing = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.partition(".")[0] == "pyarrow":
            raise ImportError(name)
        return importing(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    told = full.run("export", "events", "--output", "e.parquet", status=1).stderr
    assert "pip install pyarrow" in told
    assert not list(full.folder.glob("e.parquet*"))


_TEXT = Column("x", "text", lambda row: row)


@given(st.text(st.characters(codec="utf-8"), max_size=20) | st.from_regex(r"\s*[=+\-@＝][^\x00]{0,9}", fullmatch=True))
def test_no_text_becomes_a_formula_and_every_text_survives_the_file(text: str) -> None:
    made = io.StringIO(newline="")
    csv.writer(made).writerow([cell(_TEXT, text), "next"])
    ((read, after),) = csv.reader(io.StringIO(made.getvalue(), newline=""))
    assert after == "next"
    assert read in (text, f"'{text}")
    first = read.lstrip()[:1]
    assert first not in "=@＝＋－＠" or not first or read.startswith("'")
    if first in ("+", "-"):
        float(read)  # nothing but a number begins so


def test_numbers_and_telephone_numbers_stay_as_they_are() -> None:
    assert [harmless(text) for text in ("+84901234567", "-5", "-5.25", "+84 +66", "-cmd", "a=1")] == [
        "+84901234567", "-5", "-5.25", "'+84 +66", "'-cmd", "a=1",
    ]  # fmt: skip
