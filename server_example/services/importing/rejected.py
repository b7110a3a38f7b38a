"""The file of refused rows: each as it was, with its line, code and message, ready to be mended and imported again."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import orjson

from server_example.services.importing.faults import FileRefused, RowRefused
from server_example.services.importing.sources import BOM, STANDARD_INPUT, Source
from server_example.services.importing.table import Table
from server_example.services.importing.units import Unit

COLUMNS = ("rejected_line", "rejected_code", "rejected_message")  # in front of the table's own


class RejectedRows:
    """Made with the first refused row, readable by its owner only. Never writes over what is there."""

    def __init__(self, source: Source, given: Path | None, table: Table | None = None) -> None:
        self._source = source
        self._given = given
        self._table = table
        self._file: io.FileIO | None = None
        self._made = bytearray()
        self.path: Path | None = None
        self.size = 0  # bytes written so far

    def go_on(self, path: Path, size: int) -> None:
        """Go on with the file of an interrupted import; what it holds after `size` bytes is written again."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return  # its owner took it away, to mend it: a new one begins
        except OSError as error:
            raise FileRefused(f"{path}: {error.strerror}") from error
        self._file = io.FileIO(descriptor, "r+")
        self.path = path
        self.size = min(size, self._file.seek(0, io.SEEK_END))
        self._file.truncate(self.size)
        self._file.seek(self.size)

    def add(self, unit: Unit, why: RowRefused) -> None:
        """Add the rows of one event. `flush` writes them."""
        for line, raw in unit.rows:
            self._made += _wrapped(line, raw, why) if self._table is None else self._row(self._table, line, raw, why)

    def flush(self) -> None:
        """Write what was added. Raises FileRefused."""
        if not self._made:
            return
        try:
            if self._file is None:
                self._file = self._begun()
            self._file.write(self._made)
        except OSError as error:
            raise FileRefused(f"{error.filename or self.path}: {error.strerror or error}") from error
        self.size += len(self._made)
        self._made.clear()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begun(self) -> io.FileIO:
        beside = "standard-input" if self._source.path == STANDARD_INPUT else str(self._source.path)
        suffix = "jsonl" if self._table is None else "csv"
        number = 1
        while True:
            self.path = self._given or Path(f"{beside}.rejected{f'-{number}' if number > 1 else ''}.{suffix}")
            try:
                descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            except FileExistsError:
                if self._given is not None:
                    raise FileRefused(f"{self.path}: it exists already; take it away or name another") from None
                number += 1
                continue
            file = io.FileIO(descriptor, "w")
            if self._table is not None:
                self.size = file.write(self._start(self._table))
            return file

    def _start(self, table: Table) -> bytes:
        """Return what stands above the rows: everything up to the header line, with three columns more."""
        bom = b"" if self._encoding(table) in ("cp1258", "cp874", "cp1252", "tis-620", "iso-8859-1") else BOM
        above, header = table.header.above.removeprefix(BOM), table.header.raw.removeprefix(BOM)
        return self._encoded(table, bom + above + self._in_front(table, COLUMNS) + _ended(header))

    def _row(self, table: Table, line: int, raw: bytes, why: RowRefused) -> bytes:
        return self._encoded(table, self._in_front(table, (str(line), why.code, why.message)) + _ended(raw))

    def _in_front(self, table: Table, fields: tuple[str, ...]) -> bytes:
        """Return `fields` as the first of a record: the row itself follows byte by byte."""
        text = io.StringIO()
        csv.writer(text, delimiter=table.mapping.delimiter, lineterminator="").writerow(fields)
        return (text.getvalue() + table.mapping.delimiter).encode(self._encoding(table), "replace")

    def _encoding(self, table: Table) -> str:
        return "utf-8" if self._source.wide else table.mapping.encoding

    def _encoded(self, table: Table, row: bytes) -> bytes:
        """Return a row as the file wrote it: what was UTF-16 came as UTF-8."""
        if not self._source.wide:
            return row
        wide = table.mapping.encoding if table.mapping.encoding.startswith("utf-16-") else "utf-16-le"
        return row.decode("utf-8", "replace").encode(wide)


def _ended(raw: bytes) -> bytes:
    return raw if raw.endswith(b"\n") else raw + b"\r\n"


def _wrapped(line: int, raw: bytes, why: RowRefused) -> bytes:
    try:
        orjson.loads(raw)
        row: object = orjson.Fragment(raw)
    except orjson.JSONDecodeError:
        row = raw.decode("utf-8", "replace")
    told = {"line": line, "code": why.code, "message": why.message, "row": row}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
