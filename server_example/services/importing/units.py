"""What a file's reader hands on: one event to be, or a refusal, with the rows it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server_example.services.importing.faults import RowRefused


@dataclass(slots=True)
class Unit:
    """The rows of one event. Either `item` or `refused` is there, or neither for rows that were passed over."""

    line: int  # of its first row, counted from 1
    end: int  # the source's offset after its last row
    last_line: int
    rows: list[tuple[int, bytes]]  # as they were, each with its line
    item: dict[str, Any] | None = None  # a message of the Segment spec
    refused: RowRefused | None = None
    passed_over: int = 0  # how many of the rows `only:` leaves out
