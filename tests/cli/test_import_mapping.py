"""The mapping file: faults with their place, and the one that is written to begin with."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server_example.services.importing.faults import MappingRefused
from server_example.services.importing.mapping import parse_mapping
from tests.cli.bulk import Shop

ROOT = Path(__file__).parents[2]
GOOD = "type: track\nevent: Order Completed\nphone: {column: SĐT}\nproperties:\n  total: {column: Tổng, as: number}\n"


def faults(text: str) -> list[str]:
    with pytest.raises(MappingRefused) as refused:
        parse_mapping(text, "map.yaml")
    assert all(re.match(r"map\.yaml:\d+:\d+: .+; .+; .+", line) for line in refused.value.faults)
    return list(refused.value.faults)


@pytest.mark.parametrize(("change", "said"), [
    (("as: number", "as: nummer"), 'map.yaml:5:29: unknown kind of value; found "nummer"; did you mean "number"?'),
    (("column: Tổng", "colum: Tổng"), 'map.yaml:5:11: unknown key in a column; found "colum"; did you mean "column"?'),
    (("phone:", "phon:"), 'map.yaml:3:1: unknown key in the mapping; found "phon"; did you mean "phone"?'),
    (("event: Order Completed\n", ""), "a track call has an event"),
    (("type: track\n", ""), "needs type:"),
    (("type: track", "type: trak"), 'unknown call; found "trak"; did you mean "track"?'),
    (("type: track", "read: {numbers: 1.250}\ntype: track"), "unknown way to write numbers"),
    (("type: track", "read: {dates: dd/mm}\ntype: track"), "day, month and year are due"),
    (("type: track", "read: {encoding: utf8x}\ntype: track"), "unknown encoding"),
    (("type: track", "read: {timezone: Asia/Hanoi2}\ntype: track"), "unknown time zone"),
    (("type: track", "read: {years: thai}\ntype: track"), "unknown way to count years"),
    (("type: track", "read: {delimiter: ','', }\ntype: track"), "map.yaml:"),
    (("type: track", "group_by: Đơn\ntype: track"), "rows are grouped by a column"),
    (("type: track", "only: [a]\ntype: track"), "only is a mapping"),
    (("{column: SĐT}", "{column: SĐT, format: x}"), "a pattern of a time"),
    (("{column: SĐT}", "[a]"), "map.yaml:3:8: "),
])  # fmt: skip
def test_each_fault_names_its_line_column_and_remedy(change: tuple[str, str], said: str) -> None:
    assert any(said in line for line in faults(GOOD.replace(*change))), faults(GOOD.replace(*change))


def test_all_faults_are_told_at_once_and_an_empty_file_names_the_command() -> None:
    assert len(faults(GOOD.replace("phone", "phon").replace("as: number", "as: nummer"))) >= 2
    assert "--show-mapping" in faults("\n")[0]


def test_a_column_that_the_file_does_not_have_is_told_with_the_nearest(sqlite_shop: Shop) -> None:
    sqlite_shop.write("map.yaml", GOOD)
    file = sqlite_shop.write("a.csv", "SDT,Tổng,Tổng\n0901234567,1,2\n")
    told = sqlite_shop.run("import", "--mapping", "map.yaml", file, status=1).stderr
    assert 'map.yaml:3:8: the file has no such column; found "SĐT"; did you mean "SDT"?' in told
    assert 'map.yaml:5:10: the file has this column twice; found "Tổng"' in told


def test_what_stands_under_read_holds_wherever_it_stands() -> None:
    first = parse_mapping("read: {years: buddhist, dates: dd/mm/yyyy}\n" + GOOD + "timestamp: {column: x}\n", "m")
    last = parse_mapping(GOOD + "timestamp: {column: x}\nread: {dates: dd/mm/yyyy, years: buddhist}\n", "m")
    for mapping in (first, last):
        assert mapping.top["timestamp"].times.day("01/02/2569") == "2026-02-01"  # type: ignore[union-attr]


def test_times_without_a_zone_of_their_own_are_the_shops() -> None:
    mapping = parse_mapping(GOOD + "timestamp: {column: x}\n", "m", ZoneInfo("Asia/Bangkok"))
    assert mapping.top["timestamp"].times.instant("2026-02-01") == 1_769_878_800_000_000  # type: ignore[union-attr]


ORDERS_TH = (
    "เลขที่คำสั่งซื้อ;วันที่สั่งซื้อ;เบอร์โทร;ยอดรวม;รหัสสินค้า;จำนวน;ราคา;หมายเหตุ\n"
    "T1;5/1/2568 10:30;0812345678;1,250.00;P1;1;1,250.00;ด่วน\nT2;25/1/2568 11:00;0812345678;990.50;P2;1;990.50;\n"
)


def test_a_mapping_to_begin_with_is_guessed_in_thai_and_imports_the_file(sqlite_shop: Shop) -> None:
    (sqlite_shop.folder / "omni.yaml").write_text(
        "site: {country: TH, timezone: Asia/Bangkok, locale: th, currency: THB}\n"
    )
    file = sqlite_shop.write("a.csv", ORDERS_TH.encode("cp874"))
    text = sqlite_shop.run("import", "--show-mapping", file).output
    for line in (
        "encoding: cp874",
        'delimiter: ";"',
        "numbers: 1,250,000.5",
        "years: buddhist",
        "# columns not used: หมายเหตุ",
    ):
        assert line in text
    sqlite_shop.write("map.yaml", text)
    assert (
        "events stored                                2"
        in sqlite_shop.run("import", "--mapping", "map.yaml", file).output
    )
    assert sorted(event.properties["total"] for event in sqlite_shop.events()) == [990.5, 1250]


@pytest.mark.parametrize("name", ["orders", "customers"])
def test_a_mapping_is_guessed_for_each_example_and_judges_every_row(sqlite_shop: Shop, name: str) -> None:
    file = ROOT / "docs" / "examples" / f"{name}.csv"
    sqlite_shop.write("map.yaml", sqlite_shop.run("import", "--show-mapping", file).output)
    told = sqlite_shop.run("import", "--dry-run", "--mapping", "map.yaml", file, status=3 if name == "orders" else 0)
    assert set(re.findall(r"^ {4}([A-Z_]+) ", told.output, re.M)) == ({"NO_ID"} if name == "orders" else set())


def test_a_guess_says_where_it_could_be_wrong(sqlite_shop: Shop) -> None:
    file = sqlite_shop.write("a.csv", "order id,date,email,total\nA1,03/04/2026,a@b.vn,5\n")
    assert "day and month could be the other way round" in sqlite_shop.run("import", "--show-mapping", file).output
    file = sqlite_shop.write("a.csv", "order id,date,total\nA1,03/24/2026,5\n")
    told = sqlite_shop.run("import", "--show-mapping", file).output
    assert 'dates: "mm/dd/yyyy[ hh:mm[:ss]]"' in told and "whose row is it?" in told


@pytest.mark.parametrize(("cells", "country", "numbers", "total"), [
    ("350.000 700.000", "VN", "1.250.000,5", 350_000),
    ("350.000đ 700.000đ", "US", "1.250.000,5", 350_000),
    ("350.000₫ 1.200.000₫", "TH", "1.250.000,5", 350_000),
    ("VNĐ_100.000 VND_90.000", "TH", "1.250.000,5", 100_000),
    ("350.000 700.000", "TH", "1.250.000,5   # a guess: 350.000 is read as 350000", 350_000),
    ("฿1,250 ฿990", "TH", "1,250,000.5   # a guess: ฿1,250", 1250),
    ("1,250.50บาท THB_990.00", "TH", "1,250,000.5", 1250.5),
    ("350000 12.50", "VN", "1250000.5", 350_000),
])  # fmt: skip
def test_thousands_are_not_taken_for_fractions(
    sqlite_shop: Shop, cells: str, country: str, numbers: str, total: float
) -> None:
    currency = {"VN": "VND", "TH": "THB", "US": "USD"}[country]
    (sqlite_shop.folder / "omni.yaml").write_text(f"site: {{country: {country}, currency: {currency}}}\n")
    rows = "".join(f"A{at};a@b.vn;{cell.replace('_', ' ')}\n" for at, cell in enumerate(cells.split()))
    file = sqlite_shop.write("a.csv", "order id;email;total\n" + rows)
    text = sqlite_shop.run("import", "--show-mapping", file).output
    assert f"  numbers: {numbers.replace('฿1,250', '1,250')}" in text
    sqlite_shop.write("map.yaml", text)
    told = sqlite_shop.run("import", "--dry-run", "--mapping", "map.yaml", file).output
    assert re.search(
        rf"the first as read: Order Completed, email:a@b.vn, \S+, order_id A0, total {total}(\.0)?$", told, re.M
    )
    assert "warning" not in told


def test_amounts_a_thousand_times_too_small_are_told_of(sqlite_shop: Shop) -> None:
    sqlite_shop.write("map.yaml", GOOD)
    file = sqlite_shop.write("a.csv", "SĐT,Tổng\n0901234567,350.000đ\n0901234568,700.000\n")
    told = sqlite_shop.run("import", "--mapping", "map.yaml", file).output
    assert "warning: Tổng: 350.000đ is read as 350.0, 2 such; if these are thousands" in told
    file = sqlite_shop.write("a.csv", "SĐT,Tổng\n0901234567,350.125\n0901234568,700.5\n")
    assert "warning" not in sqlite_shop.run("import", "--mapping", "map.yaml", file).output
