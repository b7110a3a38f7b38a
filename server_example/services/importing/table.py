"""CSV tables: the events that the mapping makes of rows, some of them grouped."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from omnisdk.rules.files.report import quoted
from server_example.services.importing.cells import Cell, Value
from server_example.services.importing.doubts import Doubts
from server_example.services.importing.faults import FileRefused, RowRefused
from server_example.services.importing.mapping import Mapping
from server_example.services.importing.rows import Row, read_rows
from server_example.services.importing.sources import Source
from server_example.services.importing.units import Unit

MOST_ROWS = 1_000  # of one event; one of 32 KB has room for some hundred products
REMEMBERED_GROUPS = 50_000  # to notice one that comes again: some 5 MB

_ARMOURED = re.compile(r'="(.*)"', re.DOTALL)  # how some exports keep Excel from eating the zeros of a number


class Table:
    """One CSV file. The header is read at once; `units` yields events."""

    def __init__(self, source: Source, mapping: Mapping) -> None:
        """Read the header. Raises FileRefused, MappingRefused."""
        self.mapping = mapping
        self.doubts = Doubts()
        encoding = "utf-8" if source.wide else mapping.encoding
        self._rows = read_rows(source, encoding, mapping.delimiter, mapping.header_line)
        header = next(self._rows, None)
        if header is None:
            raise FileRefused(f"{source.name}: the file is empty; the names of the columns are due in its first line")
        if isinstance(header, Unit):
            raise FileRefused(f"{source.name}:{header.line}: the header: {header.refused}")
        self.header = header
        names = [tidy(name) for name in header.fields]
        mapping.check_columns(names)
        self._at = {name: position for position, name in enumerate(names)}
        self._last_key = ""  # of the row before, and whether `only:` took it
        self._last_wanted = False
        self._ended: OrderedDict[bytes, int] = OrderedDict()  # groups, with the line each began on

    def units(self) -> Iterator[Unit]:
        """Yield what the rows after the header say. Raises FileRefused."""
        group = _Group("")
        for row in self._rows:
            unit, key = self._judged(row)
            if unit is None and isinstance(row, Row):
                if not group.takes(key):
                    yield from self._close(group)
                    group = _Group(key, group.key if len(group.rows) >= MOST_ROWS else "")
                group.add(row)
            elif unit is not None and not group.hold(unit):
                yield from self._close(group)
                group = _Group("")
                yield unit
        yield from self._close(group)

    def _judged(self, row: Row | Unit) -> tuple[Unit | None, str]:
        """Return the unit of a row that belongs to no event (refused, passed over), or None and its group."""
        if isinstance(row, Unit):
            return row, ""
        try:
            self._check_width(row)
            if self._wanted(row):
                return None, self._group_of(row)
            unit = row.unit()
            unit.passed_over = 1
        except RowRefused as refused:
            unit = row.unit()
            unit.refused = refused
        return unit, ""

    def _check_width(self, row: Row) -> None:
        due = len(self.header.fields)
        if len(row.fields) < due or (len(row.fields) > due and any(field.strip() for field in row.fields[due:])):
            hint = "a text with a delimiter or a quote in it goes between quotes"
            raise RowRefused("WRONG_WIDTH", f"{len(row.fields)} fields; the header has {due}; {hint}")

    def _wanted(self, row: Row) -> bool:
        """Whether `only:` takes the row. A cell left empty further down a group says what the row before it said."""
        if not self.mapping.only:
            return True
        cell = self.mapping.group_by
        key = "" if cell is None else self._text(row, cell.column)
        last = key != "" and key == self._last_key and self._last_wanted
        said = ((self._text(row, only.column), only.values) for only in self.mapping.only)
        self._last_wanted = all(text in values or (not text and last) for text, values in said)
        self._last_key = key
        return self._last_wanted

    def _group_of(self, row: Row) -> str:
        cell = self.mapping.group_by
        if cell is None:
            return ""
        key = self._text(row, cell.column)
        if not key:
            raise RowRefused("NO_GROUP", f"{cell.column}: nothing; rows are grouped by this column")
        return key

    def _text(self, row: Row, column: str) -> str:
        return cleaned(row.fields[self._at[column]])

    def _close(self, group: _Group) -> Iterator[Unit]:
        """Yield the event of a group, and what came after its last row."""
        if group.rows:
            last = group.rows[-1]
            unit = Unit(group.rows[0].line, last.end, last.last_line, group.raw, passed_over=group.passed_over)
            try:
                if group.key:
                    self._check_group(group)
                if group.broken is not None:
                    raise RowRefused(group.broken.code, f"a row of {quoted(group.key)}: {group.broken}")
                unit.item = self._item(group.rows)
            except RowRefused as refused:
                unit.refused = refused
            yield unit
        yield from group.held

    def _check_group(self, group: _Group) -> None:
        if len(group.rows) >= MOST_ROWS or group.rest_of == group.key:
            raise RowRefused("GROUP_TOO_LONG", f"{MOST_ROWS:,} rows or more of {quoted(group.key)}")
        digest = blake2b(group.key.encode(), digest_size=8).digest()
        before = self._ended.get(digest)
        if before is not None:  # as an order it would replace the rows that came first
            hint = "sort the file by this column"
            raise RowRefused("GROUP_APART", f"{quoted(group.key)} was on line {before:,} already; {hint}")
        self._ended[digest] = group.rows[0].line
        if len(self._ended) > REMEMBERED_GROUPS:
            self._ended.popitem(last=False)

    def _item(self, rows: list[Row]) -> dict[str, Any]:
        mapping = self.mapping
        item = self._fields(rows, mapping.top)
        if mapping.properties:
            item["properties"] = self._fields(rows, mapping.properties)
        if mapping.traits:
            item["traits"] = self._fields(rows, mapping.traits)
        if mapping.context:
            item["context"] = self._fields(rows, mapping.context)
        if mapping.products:
            products = [product for row in rows if (product := self._product(row))]
            item["properties"] = {**item.get("properties", {}), "products": products}
        return item

    def _fields(self, rows: list[Row], values: Any) -> dict[str, Any]:
        return {name: found for name, value in values.items() if (found := self._first(rows, value)) is not None}

    def _first(self, rows: list[Row], value: Value) -> Any:
        """Return the value of the first row that has one: many exports write an order's total on its first row only."""
        if not isinstance(value, Cell):
            return value.value
        for row in rows:
            if text := self._text(row, value.column):
                read = value.read(text)
                if value.kind == "number":
                    self.doubts.saw(value, text)
                return read
        return value.default

    def _product(self, row: Row) -> dict[str, Any]:
        """Return the product of one row; nothing when all its columns are empty, as in a row for the postage."""
        values = self.mapping.products.values()
        if not any(self._text(row, value.column) for value in values if isinstance(value, Cell)):
            return {}
        return self._fields([row], self.mapping.products)


class _Group:
    """Rows that become one event, in one piece of the file."""

    def __init__(self, key: str, rest_of: str = "") -> None:
        self.key = key
        self.rest_of = rest_of  # the group before, when it was cut for its length
        self.rows: list[Row] = []
        self.held: list[Unit] = []  # after the last row: inside the group only if another row of it follows
        self.broken: RowRefused | None = None
        self.passed_over = 0
        self.raw: list[tuple[int, bytes]] = []

    def takes(self, key: str) -> bool:
        return key == self.key and (not self.rows or (key != "" and len(self.rows) < MOST_ROWS))

    def add(self, row: Row) -> None:
        for unit in self.held:
            self.broken = self.broken or unit.refused
            self.passed_over += unit.passed_over
            self.raw += unit.rows
        self.held.clear()
        self.rows.append(row)
        self.raw.append((row.line, row.raw))

    def hold(self, unit: Unit) -> bool:
        """Keep a row that belongs to no event until it is known to stand inside this group; return whether it is kept."""
        if not self.rows or not self.key or len(self.held) >= MOST_ROWS:
            return False
        self.held.append(unit)
        return True


def tidy(name: str) -> str:
    """Return the name of a column as mappings have it: NFC, single blanks."""
    return " ".join(cleaned(name).split())


def cleaned(field: str) -> str:
    """Return a field's text: NFC (cp1258 writes tone marks apart), trimmed, without the armour of ``="007"``."""
    text = field.strip()
    if text.startswith('="') and (armoured := _ARMOURED.fullmatch(text)):
        text = armoured[1]
    return text if text.isascii() else unicodedata.normalize("NFC", text)
