"""`omnisdk import` of CSV: encodings, numbers, times, grouped rows, and what one bad row costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omnisdk import clock
from server_example.services.importing import table
from tests.cli.bulk import Shop

ORDERS = """\
read: {numbers: 1.250.000, dates: "dd/mm/yyyy[ hh:mm]"}
type: track
event: Order Completed
group_by: {column: Đơn}
timestamp: {column: Ngày}
phone: {column: SĐT}
properties:
  order_id: {column: Đơn}
  total: {column: Tổng, as: number}
products:
  product_id: {column: Hàng}
  quantity: {column: SL, as: number}
"""
HEADER = "Đơn,Ngày,SĐT,Tổng,Hàng,SL\n"


def orders(shop: Shop, rows: str, *, status: int = 0, mapping: str = ORDERS, header: str = HEADER) -> Any:
    shop.write("map.yaml", mapping)
    return shop.run("import", "--mapping", "map.yaml", shop.write("don.csv", header + rows), status=status)


def test_rows_of_one_order_become_one_event_with_its_products(shop_files: Shop) -> None:
    told = orders(
        shop_files,
        'A1,22/11/2025 08:15,0901234567,"1.250.000",P1,1\nA1,,,,P2,2\nA2,23/11/2025,0912345678,500.000 ₫,P1,1\n',
    )
    assert "rows read                                    3" in told.output
    first, second = sorted(shop_files.events(), key=lambda event: event.timestamp)
    assert first.timestamp == clock.parse("2025-11-22T08:15:00+07:00")
    assert first.refs == ("phone:+84901234567",)
    assert first.properties == {
        "order_id": "A1", "total": 1_250_000,
        "products": [{"product_id": "P1", "quantity": 1}, {"product_id": "P2", "quantity": 2}],
    }  # fmt: skip
    assert second.timestamp == clock.parse("2025-11-23T00:00:00+07:00")
    assert second.properties["total"] == 500_000
    assert shop_files.corrected() == 0
    assert (
        "stored before                                2"
        in shop_files.run("import", "--mapping", "map.yaml", "don.csv").output
    )


def test_an_order_that_comes_again_further_down_is_rejected_with_both_lines(sqlite_shop: Shop) -> None:
    rows = "A1,22/11/2025,0901234567,5,P1,1\nA2,22/11/2025,0901234567,5,P1,1\nA1,,,,P2,1\n"
    assert 'don.csv:4: GROUP_APART: "A1" was on line 2 already' in orders(sqlite_shop, rows, status=3).stderr


def test_a_row_that_cannot_be_read_inside_an_order_rejects_the_whole_order(sqlite_shop: Shop) -> None:
    rows = 'A0,22/11/2025,0901234567,5,P1,1\nA1,22/11/2025,0901234567,5,P1,1\nA1,"oops,,,P2,1\nA1,,,,P3,1\nA2,22/11/2025,0901234567,5,P1,1\n'
    told = orders(sqlite_shop, rows, status=3)
    assert "don.csv:3: BAD_CSV" in told.stderr
    assert [event.properties["order_id"] for event in sqlite_shop.events()] in (["A0", "A2"], ["A2", "A0"])
    text = (sqlite_shop.folder / "don.csv.rejected.csv").read_text("utf-8-sig")
    assert [line.split(",", 1)[0] for line in text.splitlines()] == ["rejected_line", "3", "4", "5"]
    assert 'A1,"oops,,,P2,1' in text  # as it was, byte by byte


def test_a_quote_that_is_never_closed_costs_its_own_line_only(sqlite_shop: Shop) -> None:
    rows = "".join(f"A{number},22/11/2025,0901234567,5,{chr(34) if number == 5 else ''}P1,1\n" for number in range(200))
    told = orders(sqlite_shop, rows, status=3)
    assert "don.csv:7: BAD_CSV" in told.stderr
    assert sqlite_shop.count() == 199


def test_a_text_in_quotes_may_run_over_lines(sqlite_shop: Shop) -> None:
    orders(sqlite_shop, 'A1,22/11/2025,0901234567,5,"Gậy\nsố ""7""",1\n\nA2,22/11/2025,0901234567,5,P,1\n')
    assert 'Gậy\nsố "7"' in [event.properties["products"][0]["product_id"] for event in sqlite_shop.events()]


@pytest.mark.parametrize(("row", "code", "said"), [
    ("A1,32/11/2025,0901234567,5,P1,1", "BAD_TIME", 'Ngày: "32/11/2025"'),
    ("A1,22/11/2568,0901234567,5,P1,1", "BAD_TIME", "years: buddhist"),
    ("A1,22/11/2299,0901234567,5,P1,1", "BAD_TIME", "has not come yet"),
    ('A1,22/11/2025,0901234567,"1,250,000",P1,1', "BAD_NUMBER", 'Tổng: "1,250,000"'),
    ("A1,22/11/2025,0901234567,1.25,P1,1", "BAD_NUMBER", 'Tổng: "1.25"'),
    ("A1,22/11/2025,0901234567,5,P1", "WRONG_WIDTH", "5 fields; the header has 6"),
    ("A1,22/11/2025,0901234567,5,P1,1,x", "WRONG_WIDTH", "7 fields; the header has 6"),
    (",22/11/2025,0901234567,5,P1,1", "NO_GROUP", "Đơn: nothing"),
    ("A1,22/11/2025,,5,P1,1", "NO_ID", "no id"),
])  # fmt: skip
def test_each_bad_row_is_rejected_with_its_column_and_value(sqlite_shop: Shop, row: str, code: str, said: str) -> None:
    told = orders(sqlite_shop, f"{row}\nB1,22/11/2025,0901234567,5,P1,1\n", status=3)
    assert f"don.csv:2: {code}: " in told.stderr and said in told.stderr
    assert sqlite_shop.event().properties["order_id"] == "B1"


def test_a_known_property_that_cannot_be_read_is_a_fault_of_the_mapping(sqlite_shop: Shop) -> None:
    told = orders(
        sqlite_shop,
        "A1,22/11/2025,0901234567,1.250.000,P1,1\n",
        status=3,
        mapping=ORDERS.replace("Tổng, as: number", "Tổng"),
    )
    assert "WRONG_PROPERTY: Order Completed.total" in told.stderr


def test_mended_rows_are_imported_by_the_same_mapping(shop_files: Shop) -> None:
    orders(shop_files, "A1,22/11/2025,0901234567,năm,P1,1\nA1,,,,P2,1\nA2,22/11/2025,0901234567,5,P1,1\n", status=3)
    rejected = shop_files.folder / "don.csv.rejected.csv"
    rejected.write_text(rejected.read_text("utf-8-sig").replace(",năm,", ",5,"), encoding="utf-8-sig")
    assert (
        "events stored                                1"
        in shop_files.run("import", "--mapping", "map.yaml", rejected).output
    )
    assert {len(event.properties["products"]) for event in shop_files.events()} == {1, 2}


@pytest.mark.parametrize(("encoding", "name", "said"), [
    ("utf-8-sig", "utf-8", "Nguyễn Thị Huệ"),
    ("cp1258", "cp1258", "Nguyễn Thị Huệ"),
    ("utf-16", "utf-16", "Nguyễn Thị Huệ สมชาย"),
    ("utf-16-le", "utf-16-le", "Nguyễn Thị Huệ สมชาย"),
    ("cp874", "cp874", "สมชาย ใจดี"),
    ("tis-620", "tis-620", "สมชาย ใจดี"),
])  # fmt: skip
def test_what_excel_writes_is_read_and_rejected_rows_keep_its_encoding(
    sqlite_shop: Shop, encoding: str, name: str, said: str
) -> None:
    apart = said
    if encoding == "cp1258":  # it has the tone marks as characters of their own
        for whole, parts in (("ễ", "ê\u0303"), ("ị", "i\u0323"), ("ệ", "ê\u0323")):
            apart = apart.replace(whole, parts)
    sqlite_shop.write(
        "map.yaml",
        f"read: {{encoding: {name}, delimiter: tab}}\ntype: identify\nuserId: {{column: id}}\ntraits:\n  name: {{column: '{said[:3]}'}}\n",
    )
    text = f"id\t{apart[:3]}\r\nu1\t{apart}\r\n\t{apart}\r\n"
    sqlite_shop.run("import", "--mapping", "map.yaml", sqlite_shop.write("a.csv", text.encode(encoding)), status=3)
    assert sqlite_shop.event().traits == {"name": said}
    rejected = (sqlite_shop.folder / "a.csv.rejected.csv").read_bytes().decode(encoding)
    assert rejected.removeprefix("\ufeff").startswith("rejected_line\trejected_code\trejected_message\tid\t")
    assert rejected.endswith(f"\t\t{apart}\r\n")
    told = sqlite_shop.run("import", "--mapping", "map.yaml", "a.csv.rejected.csv", status=3)
    assert "NO_ID" in told.stderr


def test_a_byte_that_is_no_text_costs_its_line_and_names_the_remedy(sqlite_shop: Shop) -> None:
    sqlite_shop.write("map.yaml", "type: identify\nuserId: {column: id}\ntraits: {name: {column: ten}}\n")
    file = sqlite_shop.write("a.csv", b"id,ten\nu1,\xe0\xb8\xaa\nu2,\xca\xc1\nu3,ok\n")
    assert (
        "a.csv:3: WRONG_ENCODING: the byte 0xca is no utf-8"
        in sqlite_shop.run("import", "--mapping", "map.yaml", file, status=3).stderr
    )
    assert {event.user_id for event in sqlite_shop.events()} == {"u1", "u3"}
    assert b"u2,\xca\xc1\n" in (sqlite_shop.folder / "a.csv.rejected.csv").read_bytes()
    header = sqlite_shop.write("b.csv", b"\xca\xc1,id\nu1,u1\n")
    assert "b.csv:1: the header: " in sqlite_shop.run("import", "--mapping", "map.yaml", header, status=1).stderr


def test_thai_buddhist_years_and_thai_digits_are_read_when_the_mapping_says_so(sqlite_shop: Shop) -> None:
    mapping = "read: {encoding: cp874, years: buddhist, dates: 'd/m/yyyy hh:mm', timezone: Asia/Bangkok, numbers: '1,250,000'}\n"
    mapping += "type: track\nevent: Order Completed\nphone: {column: เบอร์โทร}\ntimestamp: {column: วันที่}\n"
    mapping += "properties: {order_id: {column: เลขที่}, total: {column: ยอดรวม, as: number}}\n"
    sqlite_shop.write("map.yaml", mapping)
    text = 'เลขที่,วันที่,เบอร์โทร,ยอดรวม\nT1,๒๙/๒/๒๕๖๗ 10:30,+66812345678,"฿1,250,000"\nT2,22/11/2568 00:00,+66812345678,500 บาท\n'
    sqlite_shop.run("import", "--mapping", "map.yaml", sqlite_shop.write("a.csv", text.encode("cp874")))
    first, second = sorted(sqlite_shop.events(), key=lambda event: event.timestamp)
    assert first.timestamp == clock.parse("2024-02-29T10:30:00+07:00")  # a leap day of 2024, not of 2567
    assert (first.properties["total"], second.properties["total"]) == (1_250_000, 500)
    assert second.timestamp == clock.parse("2025-11-22T00:00:00+07:00")


def test_only_says_which_rows_count_and_the_rest_is_told(sqlite_shop: Shop) -> None:
    mapping = ORDERS.replace("type: track", "only: {SL: ['1', '2']}\ntype: track")
    told = orders(
        sqlite_shop,
        "A1,22/11/2025,0901234567,5,P1,1\nA1,,,,P2,3\nA1,,,,P3,2\nA2,22/11/2025,0901234567,5,P1,9\n",
        mapping=mapping,
    )
    assert "rows passed over                             2" in told.output
    assert [each["product_id"] for each in sqlite_shop.event().properties["products"]] == ["P1", "P3"]


def test_an_empty_cell_further_down_an_order_counts_as_the_one_above_for_only(sqlite_shop: Shop) -> None:
    mapping = ORDERS.replace("type: track", "only: {Tổng: ['5']}\ntype: track")
    rows = "A1,22/11/2025,0901234567,5,P1,1\nA1,,,,P2,1\nA2,22/11/2025,0901234567,7,P1,1\nA2,,,,P2,1\nA3,22/11/2025,0901234567,,P1,1\n"
    assert "rows passed over                             3" in orders(sqlite_shop, rows, mapping=mapping).output
    assert [each["product_id"] for each in sqlite_shop.event().properties["products"]] == ["P1", "P2"]


def test_values_are_translated_and_what_is_not_listed_is_rejected(sqlite_shop: Shop) -> None:
    mapping = ORDERS.replace(
        "event: Order Completed",
        "event: {column: SL, values: {'1': Order Completed, '2': Order Refunded}, default: Order Cancelled}",
    )
    told = orders(
        sqlite_shop,
        "A1,22/11/2025,0901234567,5,P1,2\nA2,22/11/2025,0901234567,5,P1,7\nA3,22/11/2025,0901234567,5,P1,\n",
        status=3,
        mapping=mapping,
    )
    assert 'don.csv:3: UNKNOWN_VALUE: SL: "7"' in told.stderr
    assert {event.name for event in sqlite_shop.events()} == {"Order Refunded", "Order Cancelled"}


def test_lines_above_the_header_are_passed_over_and_kept_for_the_rejected_rows(sqlite_shop: Shop) -> None:
    mapping = ORDERS.replace("read: {", "read: {header_line: 3, ")
    orders(sqlite_shop, "A1,22/11/2025,,5,P1,1\n", status=3, mapping=mapping, header=f"Báo cáo bán hàng\n\n{HEADER}")
    lines = (sqlite_shop.folder / "don.csv.rejected.csv").read_text("utf-8-sig").splitlines()
    assert lines[:2] == ["Báo cáo bán hàng", ""] and lines[2].endswith(HEADER.strip())


def test_an_order_longer_than_its_limit_is_rejected_whole(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 3)
    rows = "".join("A1,22/11/2025,0901234567,5,P1,1\n" for _ in range(8)) + "A2,22/11/2025,0901234567,5,P1,1\n"
    told = orders(sqlite_shop, rows, status=3)
    assert "GROUP_TOO_LONG                             8" in told.output
    assert sqlite_shop.event().properties["order_id"] == "A2"


def test_numbers_armoured_against_excel_are_read_and_columns_found_however_they_are_composed(sqlite_shop: Shop) -> None:
    sqlite_shop.write("map.yaml", "type: identify\ncard: {column: Mã thẻ}\n")
    file = sqlite_shop.write("a.csv", 'x, Ma\u0303  the\u0309 \n1,"=""00770"""\n')
    sqlite_shop.run("import", "--mapping", "map.yaml", file)
    assert sqlite_shop.event().refs == ("card:00770",)


def test_a_csv_file_without_a_mapping_is_told_how_to_get_one(sqlite_shop: Shop) -> None:
    told = sqlite_shop.run("import", sqlite_shop.write("a.csv", "id\n1\n"), status=1).stderr
    assert "--show-mapping a.csv" in told
    empty = sqlite_shop.write("empty.csv", "")
    sqlite_shop.write("map.yaml", "type: identify\nuserId: {column: id}\n")
    assert "the file is empty" in sqlite_shop.run("import", "--mapping", "map.yaml", empty, status=1).stderr
    assert (
        "JSON lines"
        in sqlite_shop.run("import", "--as-exported", "--mapping", "map.yaml", Path("a.csv"), status=2).output
    )
