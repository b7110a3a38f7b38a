"""What one field of an event is made of: a column of the table, read as the mapping says, or a constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omnisdk import clock
from omnisdk.rules.files.report import Place, quoted
from server_example.services.importing.faults import RowRefused
from server_example.services.importing.values import NumberStyle, TimeStyle, Unreadable

_FLAGS = {
    "true": True, "yes": True, "1": True, "x": True, "có": True, "đúng": True, "ใช่": True,
    "false": False, "no": False, "0": False, "không": False, "sai": False, "ไม่": False, "ไม่ใช่": False,
}  # fmt: skip
_CODES = {"number": "BAD_NUMBER", "time": "BAD_TIME", "date": "BAD_TIME", "flag": "BAD_FLAG"}


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every row."""

    value: Any


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one column."""

    column: str
    place: Place  # in the mapping file
    kind: str  # text, number, flag, time (an instant), date (a day), list
    numbers: NumberStyle
    times: TimeStyle
    translation: Mapping[str, Any] | None = None  # from what the column says to what it means; anything else is refused
    default: Any = None  # where the column is empty
    separator: str = ","

    def read(self, text: str) -> Any:
        """Return what `text`, trimmed and in NFC, says; None where it is empty. Raises RowRefused."""
        if not text:
            return self.default
        if self.translation is not None:
            if text not in self.translation:
                raise self._refused("UNKNOWN_VALUE", text, f"it is not under values: in line {self.place.line}")
            return self.translation[text]
        try:
            return self._as_kind(text)
        except Unreadable as error:
            raise self._refused(_CODES[self.kind], text, str(error)) from None

    def _as_kind(self, text: str) -> Any:
        match self.kind:
            case "number":
                return self.numbers.read(text)
            case "time":
                return clock.to_text(self.times.instant(text))
            case "date":
                return self.times.day(text)
            case "list":
                return [part for each in text.split(self.separator) if (part := each.strip())]
            case "flag":
                if text.lower() not in _FLAGS:
                    raise Unreadable("neither true nor false")
                return _FLAGS[text.lower()]
        return text

    def _refused(self, code: str, text: str, why: str) -> RowRefused:
        return RowRefused(code, f"{self.column}: {quoted(text)}: {why}")


Value = Constant | Cell
