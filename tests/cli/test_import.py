"""`omnisdk import` of JSON lines, on both engines."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from omnisdk import clock
from tests.cli.bulk import Shop, track


def test_every_line_is_stored_once_as_the_shops_and_people_are_joined(shop_files: Shop) -> None:
    file = shop_files.write("vừa.jsonl", [
        {"type": "identify", "userId": "lan", "messageId": "m1", "timestamp": "2026-03-01T00:00:00Z",
         "traits": {"phone": "0901 234 567", "name": "Nguyễn Thị Lan"}},
        {"type": "track", "event": "Store Visited", "phone": "0901234567", "messageId": "m2",
         "timestamp": "2026-03-02T00:00:00Z", "properties": {"store_id": "สาขา 1"}},
    ])  # fmt: skip
    told = shop_files.run("import", file).output
    assert "events stored                                2" in told
    (refs,) = shop_files.people()
    assert refs == {"user:lan", "phone:+84901234567"}
    assert {event.role for event in shop_files.events()} == {"shop"}
    assert shop_files.corrected() == 0


def test_the_same_file_again_stores_nothing_twice_whether_rows_have_ids_times_or_neither(shop_files: Shop) -> None:
    lines: list[dict[str, Any]] = [
        track(1),
        {"type": "track", "event": "Xem", "userId": "u1", "timestamp": "2026-03-01T00:00:00Z"},
        {"type": "identify", "userId": "u1", "traits": {"city": "Huế"}},
        {"type": "identify", "userId": "u1", "traits": {"city": "Huế"}},  # the same, on another line
    ]
    file = shop_files.write("a.jsonl", lines)
    shop_files.run("import", file)
    assert shop_files.count() == 4
    assert "stored before                                4" in shop_files.run("import", file).output
    (shop_files.folder / file).rename(shop_files.folder / "b.jsonl")
    assert "stored before                                4" in shop_files.run("import", "b.jsonl").output
    assert shop_files.count() == 4


def test_rows_that_tell_no_time_are_new_in_another_file(shop_files: Shop) -> None:
    row = {"type": "identify", "userId": "u1", "traits": {"city": "Huế"}}
    for name, city in (("1", "Huế"), ("2", "Hà Nội"), ("3", "Huế")):
        file = shop_files.write(f"{name}.jsonl", [{**row, "traits": {"city": city}}, track(int(name))])
        shop_files.run("import", file)
    assert shop_files.count() == 6


def test_times_are_taken_as_they_are_without_a_clock_rule(shop_files: Shop) -> None:
    sent = {"originalTimestamp": "2019-05-01T08:00:00Z", "sentAt": "2019-05-01T08:00:00Z", "timestamp": None}
    shop_files.run("import", shop_files.write("a.jsonl", [track(1, **sent)]))
    assert shop_files.event().timestamp == clock.parse("2019-05-01T08:00:00Z")


def test_a_rejected_row_is_kept_as_it_was_and_imported_when_mended(shop_files: Shop) -> None:
    good, no_id = track(1), {"type": "track", "event": "Xem", "z": 1, "a": 2, "userId": "guest"}
    text = (
        f'{json.dumps(good)}\n\n{json.dumps(no_id)}\n{{"type": "tra\n{json.dumps(track(2, timestamp="hôm qua"))}\n[1]\n'
    )
    told = shop_files.run("import", shop_files.write("a.jsonl", text), status=3)
    assert "a.jsonl:3: NO_ID" in told.stderr and "a.jsonl:5: BAD_TIME" in told.stderr
    path = shop_files.folder / "a.jsonl.rejected.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rejected = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(each["line"], each["code"]) for each in rejected] == [
        (3, "NO_ID"), (4, "INVALID_JSON"), (5, "BAD_TIME"), (6, "NOT_AN_OBJECT"),
    ]  # fmt: skip
    assert json.dumps(rejected[0]["row"]) == json.dumps(no_id)
    assert rejected[1]["row"] == '{"type": "tra'

    rejected[0]["row"]["userId"] = "khách-thật"
    rejected[1]["row"] = json.dumps(track(3))
    rejected[2]["row"]["timestamp"] = "2026-03-01"
    shop_files.write("mended.jsonl", rejected[:3])
    assert "events stored                                3" in shop_files.run("import", "mended.jsonl").output


def test_what_was_rejected_before_is_never_written_over(sqlite_shop: Shop) -> None:
    file = sqlite_shop.write("a.jsonl", [{"type": "track"}])
    for _ in range(2):
        sqlite_shop.run("import", file, status=3)
    assert sorted(path.name for path in sqlite_shop.folder.glob("*rejected*")) == [
        "a.jsonl.rejected-2.jsonl", "a.jsonl.rejected.jsonl",
    ]  # fmt: skip
    sqlite_shop.write("taken.jsonl", "mine")
    assert "exists already" in sqlite_shop.run("import", "--rejected", "taken.jsonl", file, status=1).stderr
    assert (sqlite_shop.folder / "taken.jsonl").read_text() == "mine"


def test_a_dry_run_judges_everything_and_writes_nothing(shop_files: Shop) -> None:
    file = shop_files.write("a.jsonl", [track(1), {"type": "track"}])
    told = shop_files.run("import", "--dry-run", file, status=3)
    assert "would be stored                              1" in told.output
    assert "NO_EVENT_NAME                              1" in told.output
    assert shop_files.count() == 0
    assert not list(shop_files.folder.glob("*rejected*"))
    shop_files.run("import", "--dry-run", "--rejected", "x.jsonl", file, status=3)
    assert len((shop_files.folder / "x.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("packed", [gzip.compress, lambda raw: raw.decode().encode("utf-16")], ids=["gzip", "utf-16"])
def test_packed_and_utf16_files_are_recognised_by_what_is_in_them(sqlite_shop: Shop, packed: Any) -> None:
    raw = "\n".join(json.dumps(track(number, event="Xem hàng ค่ะ"), ensure_ascii=False) for number in range(3))
    sqlite_shop.run("import", sqlite_shop.write("a.bin", packed(raw.encode())))
    assert {event.name for event in sqlite_shop.events()} == {"Xem hàng ค่ะ"}
    assert sqlite_shop.count() == 3


def test_a_gzip_file_that_breaks_off_keeps_what_came_before_and_says_where(sqlite_shop: Shop) -> None:
    noise = [track(number, properties={"x": str(hash((number, "x")) ** 7)}) for number in range(3000)]
    whole = gzip.compress("\n".join(map(json.dumps, noise)).encode())
    file = sqlite_shop.write("a.jsonl.gz", whole[: len(whole) // 2])
    assert "the gzip file is broken" in sqlite_shop.run("import", file, status=1).stderr
    kept = sqlite_shop.count()
    assert 0 < kept < 3000
    sqlite_shop.write("a.jsonl.gz", whole)
    sqlite_shop.run("import", file)
    assert sqlite_shop.count() == 3000


def test_standard_input_is_read(shop_files: Shop) -> None:
    lines = "\n".join(json.dumps(each) for each in (track(1), {"type": "identify", "userId": "u9"})).encode()
    assert "events stored                                2" in shop_files.run("import", "-", stdin=lines).output
    assert "stored before                                2" in shop_files.run("import", "-", stdin=lines).output


@pytest.mark.parametrize(("content", "said"), [
    (b"PK\x03\x04 rest", "an Excel workbook"),
    (b'[{"type": "track"}]', "a JSON list"),
    (None, "No such file"),
])  # fmt: skip
def test_a_file_that_is_something_else_is_named(sqlite_shop: Shop, content: bytes | None, said: str) -> None:
    if content is not None:
        sqlite_shop.write("a.jsonl", content)
    assert said in sqlite_shop.run("import", "a.jsonl", status=1).stderr


def test_a_time_that_has_not_come_is_rejected_instead_of_becoming_now(sqlite_shop: Shop) -> None:
    file = sqlite_shop.write("a.jsonl", [track(1, timestamp="2569-03-01T00:00:00Z"), track(2)])
    assert "Buddhist years are 543 ahead" in sqlite_shop.run("import", file, status=3).stderr
    assert [event.message_id for event in sqlite_shop.events()] == ["m2"]


def test_a_line_of_megabytes_costs_only_itself(sqlite_shop: Shop) -> None:
    huge = json.dumps(track(1, properties={"x": "é" * 2_000_000}), ensure_ascii=False)
    text = f"{json.dumps(track(2))}\n{huge}\n{json.dumps(track(3))}\n"
    told = sqlite_shop.run("import", sqlite_shop.write("a.jsonl", text), status=3)
    assert "a.jsonl:2: TOO_LARGE" in told.stderr
    assert sorted(event.message_id for event in sqlite_shop.events()) == ["m2", "m3"]


def test_an_event_that_cannot_be_folded_costs_only_itself(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from omnisdk import profile

    fold = profile.apply

    def faulty(document: Any, event: Any) -> Any:
        if event.message_id == "m3":
            raise ZeroDivisionError
        return fold(document, event)

    monkeypatch.setattr(profile, "apply", faulty)
    file = sqlite_shop.write("a.jsonl", [track(number) for number in range(9)])
    assert "a.jsonl:4: NOT_FOLDED" in sqlite_shop.run("import", file, status=3).stderr
    assert {event.message_id for event in sqlite_shop.events()} == {f"m{number}" for number in range(9) if number != 3}


def test_who_was_forgotten_stays_forgotten(shop_files: Shop) -> None:
    file = shop_files.write("a.jsonl", [track(1), track(2)])
    shop_files.run("import", file)
    shop_files.run("forget", "user:u1")
    told = shop_files.run("import", file, status=3)
    assert "FORGOTTEN                                  1" in told.output
    assert [event.user_id for event in shop_files.events()] == ["u2"]


def test_several_files_are_imported_one_after_the_other_with_a_summary_each(sqlite_shop: Shop) -> None:
    files = [sqlite_shop.write(f"{number}.jsonl", [track(number)]) for number in range(3)]
    told = sqlite_shop.run("import", *files).output
    assert [line for line in told.splitlines() if not line.startswith(" ")] == ["0.jsonl", "1.jsonl", "2.jsonl"]
    assert "one FILE" in sqlite_shop.run("import", "--rejected", "x", *files, status=2).output


def test_an_import_needs_rules_and_says_so(sqlite_shop: Shop) -> None:
    Path("omni.yaml").unlink()
    assert "no good rules yet" in sqlite_shop.run("import", sqlite_shop.write("a.jsonl", [track(1)]), status=1).stderr
