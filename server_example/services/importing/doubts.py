"""Numbers that a mapping reads, and reads wrong by a factor of a thousand: 350.000 taken for 350."""

from __future__ import annotations

import re
from collections import Counter

from server_example.services.importing.cells import Cell
from server_example.services.importing.values import bare


class Doubts:
    """Watches the numbers of one file, column by column."""

    def __init__(self) -> None:
        self._grouped: Counter[str] = Counter()  # by column
        self._others: Counter[str] = Counter()
        self._example: dict[str, tuple[Cell, str]] = {}

    def saw(self, cell: Cell, text: str) -> None:
        """Count a cell that was read as a number; one without a decimal sign tells nothing."""
        sign = cell.numbers.decimal
        plain = bare(text)
        if sign not in plain or cell.translation is not None:
            return
        if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}{re.escape(sign)}\d{{3}}", plain, re.ASCII):
            self._grouped[cell.column] += 1
            self._example.setdefault(cell.column, (cell, text))
        else:
            self._others[cell.column] += 1

    def warnings(self) -> list[str]:
        """Return a line for each column whose every fraction has three digits, as thousands have."""
        lines = []
        for column, number in self._grouped.items():
            if not self._others[column]:
                cell, text = self._example[column]
                due = "1.250.000" if cell.numbers.decimal == "." else "1,250,000"
                read = f"{column}: {text} is read as {cell.numbers.read(text)}, {number:,} such"
                lines.append(f"{read}; if these are thousands, write numbers: {due} in the mapping")
        return lines
