"""A mapping to begin with, guessed from the first rows of a table, for its owner to look over."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from server_example.services.importing.faults import FileRefused
from server_example.services.importing.headers import guess
from server_example.services.importing.sources import Source
from server_example.services.importing.table import cleaned, tidy
from server_example.services.importing.values import LATEST_YEAR, NUMBER_STYLES, bare, currency_of

_LOOK = 200  # rows
_BY_COUNTRY = {"TH": "cp874", "VN": "cp1258"}

_TIME = re.compile(
    r"(?P<first>\d{1,4})(?P<sign>[/.-])(?P<second>\d{1,2})[/.-](?P<third>\d{2,4})"
    r"(?P<clock>[ T]\d{1,2}:\d{2}(?P<seconds>:\d{2})?)?(?P<half>\s*(?:[AaPp][Mm]|SA|CH))?.*",
    re.ASCII,
)
_MONEY = {"total", "price", "discount"}
_NUMBERS = {"quantity", "points"}
_DOTTED = {"VN", "ID", "DE", "AT", "ES", "IT", "NL", "PT", "BR", "DK", "TR"}  # 1.250.000 there


def starter_mapping(path: Path, country: str, timezone: str, currency: str = "") -> str:
    """Return the text of a mapping for the CSV file at `path`; the rest is the shop's. Raises FileRefused."""
    with Source(path) as source:
        lines = list(islice(source, _LOOK))
        encoding = "utf-16" if source.wide else _encoding(lines, country)
    text = b"".join(lines).decode("utf-8" if encoding == "utf-16" else encoding, "replace").removeprefix("\ufeff")
    if not text.strip():
        raise FileRefused(f"{path}: the file is empty; the names of the columns are due in its first line")
    delimiter = _delimiter(text)
    header, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    names = [tidy(name) for name in header]
    columns = guess(names)

    def values(field: str) -> list[str]:
        at = names.index(columns[field])
        return [value for row in rows if len(row) > at and (value := cleaned(row[at]))]

    money = [value for field in _MONEY & columns.keys() for value in values(field)]
    currency = next((code for value in money if (code := currency_of(value))), "") or currency
    dotted = country.upper() in _DOTTED or currency in ("VND", "IDR")
    counted = [value for field in _NUMBERS & columns.keys() for value in values(field)]
    numbers, doubt = _numbers(money or counted, "1.250.000,5" if dotted else "")
    dates, buddhist, note = _dates(values("timestamp") if "timestamp" in columns else [])
    made = _Made(columns)
    made.line(f"# Made from the header of {path.name}; look over every line, then: omnisdk import --dry-run")
    made.line("version: 1")
    made.line("read:")
    made.line(f"  encoding: {encoding}")
    made.line(f"  delimiter: {'tab' if delimiter == chr(9) else json.dumps(delimiter)}")
    made.line(f"  numbers: {numbers}{doubt}")
    made.line(f'  dates: "{dates}"{note}')
    made.line(f"  years: {'buddhist' if buddhist else 'gregorian'}")
    made.line(f"  timezone: {timezone}")
    made.line()
    if "order_id" in columns:
        made.order()
    else:
        made.customer(values("birthday") if "birthday" in columns else [])
    rest = [name for name in names if name and name not in made.used]
    if rest:
        made.line()
        made.line("# columns not used: " + ", ".join(rest))
    return made.text


class _Made:
    """The text of a mapping, as it grows."""

    def __init__(self, columns: dict[str, str]) -> None:
        self.text = ""
        self.used: set[str] = set()
        self._columns = columns

    def line(self, text: str = "") -> None:
        self.text += text + "\n"

    def column(self, name: str, field: str, more: str = "", *, inset: str = "") -> None:
        """Write one field if the table has a column for it."""
        if field in self._columns:
            self.used.add(self._columns[field])
            self.line(f"{inset}{name}: {{column: {json.dumps(self._columns[field], ensure_ascii=False)}{more}}}")

    def order(self) -> None:
        self.line("type: track")
        self.line("event: Order Completed")
        self.column("group_by", "order_id")
        self._whose()
        self.line("properties:")
        self.column("order_id", "order_id", inset="  ")
        for name in ("total", "discount"):
            self.column(name, name, ", as: number", inset="  ")
        for name in ("currency", "coupon", "store_id"):
            self.column(name, name, inset="  ")
        if not self._columns.keys().isdisjoint({"sku", "product", "price", "quantity"}):
            self.line("products:                  # one from each row of an order")
            self.column("product_id", "sku" if "sku" in self._columns else "product", inset="  ")
            self.column("name", "product", inset="  ")
            self.column("category", "category", inset="  ")
            self.column("price", "price", ", as: number", inset="  ")
            self.column("quantity", "quantity", ", as: number", inset="  ")

    def customer(self, birthdays: Sequence[str]) -> None:
        self.line("type: identify")
        self._whose()
        traits = {"name", "first_name", "gender", "city", "tier", "points", "birthday"} & self._columns.keys()
        if traits:
            self.line("traits:")
        for name in ("name", "first_name", "gender", "city", "tier"):
            self.column(name, name, inset="  ")
        self.column("points", "points", ", as: number", inset="  ")
        pattern, _, note = _dates(birthdays)
        self.column("birthday", "birthday", f', as: date, format: "{pattern}"', inset="  ")
        if "birthday" in traits and note:
            self.line(f"  {note.strip()}")

    def _whose(self) -> None:
        self.column("timestamp", "timestamp")
        whose = [field for field in ("userId", "phone", "email", "card") if field in self._columns]
        for field in whose:
            self.column(field, field)
        if not whose:
            self.line("userId: {column: …}        # whose row is it? userId, phone, email or card")


def _encoding(lines: Sequence[bytes], country: str) -> str:
    try:
        b"".join(lines).decode("utf-8")
    except UnicodeDecodeError:
        return _BY_COUNTRY.get(country.upper(), "cp1252")
    return "utf-8"


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max((",", ";", "\t", "|"), key=first.count)


def _numbers(values: Iterable[str], expected: str = "") -> tuple[str, str]:
    """Return the style that reads most of the values, and a comment where another one reads them as other numbers.

    350.000 and 350,000 are three hundred and fifty thousand where every value of the file has such groups: hardly a
    price has three decimals, and read the other way all amounts would be a thousand times too small. `expected` is
    the style of the shop's country: there it is no guess.
    """
    seen = [plain for value in islice(values, 1_000) if (plain := bare(value))]
    styles = {style.name: style for style in NUMBER_STYLES.values()}

    def reads(name: str) -> int:
        return sum(1 for value in seen if styles[name].pattern.fullmatch(value))

    most = max(map(reads, styles))
    best = [name for name in styles if reads(name) == most]
    if expected in best and not any("," in value or " " in value for value in seen):
        return expected, ""
    apart = [value for value in seen if not value.isdecimal()]
    grouped = [
        name for name in best if styles[name].thousands and any(styles[name].thousands in each for each in apart)
    ]
    if not grouped:
        return best[0], ""
    name = grouped[0]
    example = next(each for each in apart if styles[name].thousands in each)
    if len({styles[each].read(example) for each in best}) == 1:
        return name, ""
    return name, f"   # a guess: {example} is read as {styles[name].read(example)}"


def _dates(values: Sequence[str]) -> tuple[str, bool, str]:
    """Return the pattern of the times, whether they count Buddhist years, and a comment where it is a guess."""
    matches = [match for value in values[:_LOOK] if (match := _TIME.fullmatch(value))]
    if not matches:
        return ("iso", False, "") if not values else ("dd/mm/yyyy[ hh:mm[:ss]]", False, "   # a guess; see the file")
    first = matches[0]
    year = first["first"] if len(first["first"]) == 4 else first["third"]
    buddhist = len(year) == 4 and int(year) > LATEST_YEAR
    if len(first["first"]) == 4 and first["sign"] == "-":
        return "iso", buddhist, ""
    sign = first["sign"]
    clock = "[ hh:mm[:ss]]" if first["half"] is None else "[ hh:mm[:ss] am/pm]"
    years = "y" * len(year)
    if len(first["first"]) == 4:
        return f"yyyy{sign}mm{sign}dd{clock}", buddhist, ""
    month_first = any(int(match["second"]) > 12 for match in matches)
    day_first = any(int(match["first"]) > 12 for match in matches)
    order = f"mm{sign}dd" if month_first else f"dd{sign}mm"
    note = "" if month_first or day_first else "   # a guess: day and month could be the other way round"
    return f"{order}{sign}{years}{clock}", buddhist, note
