"""Records of a CSV file, each with its bytes; what cannot be read costs its own line only."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from server_example.services.importing.faults import RowRefused
from server_example.services.importing.sources import LONGEST_LINE, Source
from server_example.services.importing.units import Unit


@dataclass(frozen=True, slots=True)
class Row:
    """A record that was read whole; a text in quotes may run over several lines."""

    line: int
    end: int  # the source's offset after it
    last_line: int
    raw: bytes
    fields: list[str]
    above: bytes = b""  # of the header: the lines that were passed over before it

    def unit(self) -> Unit:
        return Unit(self.line, self.end, self.last_line, [(self.line, self.raw)])


@dataclass(frozen=True, slots=True)
class _Line:
    raw: bytes
    line: int
    end: int
    text: str
    refused: RowRefused | None

    def unit(self, refused: RowRefused) -> Unit:
        return Unit(self.line, self.end, self.line, [(self.line, self.raw)], refused=refused)


class _NoText(Exception):
    """A line that cannot be decoded came; it is the last of `_Feeder.taken`."""


class _Feeder:
    """Gives csv.reader line after line, and remembers those of the record it is reading."""

    def __init__(self, source: Source, encoding: str) -> None:
        self._from = iter(source)
        self._source = source
        self._encoding = encoding
        self._again: list[_Line] = []  # lines to be given once more, the next one last
        self.taken: list[_Line] = []  # of the present record

    def __iter__(self) -> _Feeder:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._next()
        self.taken.append(line)
        if line.refused is not None:
            raise _NoText
        return line.text

    def first(self) -> _Line:
        """Take back all lines of the present record but the first, which is returned."""
        first, *rest = self.taken
        self._again += reversed(rest)
        return first

    def skip(self, lines: int) -> bytes:
        """Pass over the next lines and return them."""
        return b"".join(islice(self._from, lines))

    def _next(self) -> _Line:
        raw = next(self._from)
        text, refused = "", None
        if len(raw) >= LONGEST_LINE:
            refused = RowRefused("TOO_LARGE", f"a line of more than {LONGEST_LINE:,} bytes")
        else:
            try:
                text = raw.decode(self._encoding)
            except UnicodeDecodeError as error:
                what = f"the byte {raw[error.start]:#04x} is no {self._encoding}"
                refused = RowRefused(
                    "WRONG_ENCODING", f"{what}; `encoding:` in the mapping says how the file is written"
                )
        if self._source.line == 1:
            text = text.removeprefix("\ufeff")
        return _Line(raw, self._source.line, self._source.offset, text, refused)


def read_rows(source: Source, encoding: str, delimiter: str, header_line: int = 1) -> Iterator[Row | Unit]:
    """Yield the records that hold anything, the header first, and a refused Unit for each line that is none.

    A quote that is never closed costs its own line and not those it seems to run over. Raises FileRefused.
    """
    feeder = _Feeder(source, encoding)
    above = feeder.skip(header_line - 1)
    reader = None
    width = 0
    while True:
        feeder.taken = []
        if reader is None:
            reader = csv.reader(feeder, delimiter=delimiter, strict=True)
        why = ""
        fields: list[str] = []
        try:
            fields = next(reader)
        except StopIteration:
            return
        except _NoText:
            why = "an opened quote is not closed"
        except csv.Error as error:
            why = "an opened quote is not closed" if "end of data" in str(error) else str(error)
        taken = feeder.taken
        if not why and len(taken) > 1 and width and len(fields) != width:
            why = "an opened quote is not closed"
        if why:
            reader = None
            first = feeder.first()
            yield first.unit(first.refused or RowRefused("BAD_CSV", f"not a row of CSV: {why}"))
        elif any(field.strip() for field in fields):
            width = width or len(fields)
            raw = taken[0].raw if len(taken) == 1 else b"".join(line.raw for line in taken)
            yield Row(taken[0].line, taken[-1].end, taken[-1].line, raw, fields, above)
            above = b""
