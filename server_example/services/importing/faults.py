"""What can be wrong with a row, and with a file as a whole."""

from __future__ import annotations

from collections.abc import Sequence


class RowRefused(Exception):
    """This row is not stored; its neighbours are. `code` is for programs, `message` names the place and the value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class FileRefused(Exception):
    """The file as a whole cannot be read on from here; the message says what it is and what would do."""


class MappingRefused(Exception):
    """The mapping file has faults; `faults` are lines FILE:LINE:COL: what is wrong; what was found; hint."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)
