"""Rows as JSON lines, CSV or Parquet, written one after the other: nothing is held but the rows of one block."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, TypeVar

import orjson

from omnisdk import clock
from server_example.services.exporting.columns import Column

T = TypeVar("T")

ROW_GROUP = 20_000  # rows of a Parquet row group at most, and their bytes: they are held until it is written
GROUP_BYTES = 4 * 1024 * 1024
CSV_BLOCK = 500

# What a spreadsheet takes for a formula when it opens the file; a plain number is none (OWASP, CSV injection).
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)


class NoParquet(Exception):
    """The library that writes Parquet is not installed; the message says the line that installs it."""


def write_jsonl(rows: Iterable[T], out: BinaryIO, line: Callable[[T], Any]) -> None:
    """Write one JSON value a line."""
    for row in rows:
        out.write(orjson.dumps(line(row), option=orjson.OPT_APPEND_NEWLINE))


def write_csv(rows: Iterable[T], out: BinaryIO, columns: Sequence[Column]) -> None:
    """Write a table that spreadsheets open as it is: UTF-8 with its mark, no cell that is a formula."""
    out.write(b"\xef\xbb\xbf")
    for block in _blocks([column.name for column in columns], rows, columns):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(block)
        out.write(text.getvalue().encode("utf-8", "replace"))


def _blocks(header: list[str], rows: Iterable[T], columns: Sequence[Column]) -> Iterator[list[list[str]]]:
    yield [header]
    taken = iter(rows)
    while block := [[cell(column, column.value(row)) for column in columns] for row in islice(taken, CSV_BLOCK)]:
        yield block


def cell(column: Column, value: Any) -> str:
    """Return `value` as a cell of a CSV file."""
    if value is None or value == [] or value == {}:
        return ""
    match column.kind:
        case "instant":
            return clock.to_text(value)
        case "flag":
            return "true" if value else "false"
        case "count" | "number":
            return repr(value)
        case "texts":
            return harmless(" ".join(map(str, value)))
        case "json":
            return orjson.dumps(value).decode()  # begins with { and so is no formula
    return harmless(str(value))


def harmless(text: str) -> str:
    """Return `text` with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def write_parquet(rows: Iterable[T], out: BinaryIO, columns: Sequence[Column]) -> None:
    """Write a Parquet file, zstd, in groups of ROW_GROUP rows. Raises NoParquet before it writes anything."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NoParquet("Parquet needs pyarrow; run: pip install pyarrow") from None
    types = {
        "text": pyarrow.string(),
        "count": pyarrow.int64(),
        "number": pyarrow.float64(),
        "flag": pyarrow.bool_(),
        "instant": pyarrow.timestamp("us", tz="UTC"),
        "texts": pyarrow.list_(pyarrow.string()),
        "json": pyarrow.string(),
    }
    schema = pyarrow.schema([(column.name, types[column.kind]) for column in columns])
    with pyarrow.parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(rows, columns):
            arrays = [pyarrow.array(values, type=field.type) for values, field in zip(group, schema, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), row_group_size=ROW_GROUP)


def _groups(rows: Iterable[T], columns: Sequence[Column]) -> Iterator[list[list[Any]]]:
    """Yield the values of a row group, column by column. Rows are let go of at once: as objects they are ten times as large."""
    group: list[list[Any]] = [[] for _ in columns]
    size = 0
    for row in rows:
        for column, values in zip(columns, group, strict=True):
            value = _typed(column, column.value(row))
            size += len(value) if isinstance(value, str) else 8
            values.append(value)
        if len(group[0]) >= ROW_GROUP or size >= GROUP_BYTES:
            yield group
            group, size = [[] for _ in columns], 0
    if group[0]:
        yield group


def _typed(column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.kind:
        case "json":
            return orjson.dumps(value).decode()
        case "number":
            return float(value)
        case "texts":
            return [str(each) for each in value]
    return value
