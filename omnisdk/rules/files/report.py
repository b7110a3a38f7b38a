"""What is wrong in a rule file, where, and what to write instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

_LONGEST_QUOTE = 60  # characters of the file's own text repeated in a message
_MOST_LISTED = 14  # names offered when none is close to what was written


class Place(Protocol):
    """Anything that stands somewhere in a file; `line` and `column` count from 1, columns in characters."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A bare place, for faults that belong to no node."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or warning. Printed as ``FILE:LINE:COL: what is wrong; what was found; hint``."""

    file: str
    line: int
    column: int
    what: str
    found: str
    hint: str
    warning: bool = False

    def __str__(self) -> str:
        mark = "warning: " if self.warning else ""
        said = "; ".join(part for part in (self.what, self.found, self.hint) if part)
        return f"{self.file}:{self.line}:{self.column}: {mark}{said}"


class Wrong(Exception):
    """Raised by whatever reads one value; the mapping or list around it reports it and reads on."""

    def __init__(self, place: Place, what: str, found: str, hint: str) -> None:
        super().__init__(what)
        self.place, self.what, self.found, self.hint = place, what, found, hint


class Report:
    """Collects the faults and warnings of one reading, each once."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}
        self._files: dict[str, int] = {}

    def fault(self, place: Place, what: str, found: str, hint: str) -> None:
        self._faults[Fault(place.file, place.line, place.column, what, found, hint)] = None

    def wrong(self, wrong: Wrong) -> None:
        self.fault(wrong.place, wrong.what, wrong.found, wrong.hint)

    def warn(self, place: Place, what: str, found: str, hint: str) -> None:
        self._faults[Fault(place.file, place.line, place.column, what, found, hint, warning=True)] = None

    def begin(self, file: str) -> None:
        """Note the order of the files, which is the order of their faults."""
        self._files.setdefault(file, len(self._files))

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self._sorted(warning=False)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return self._sorted(warning=True)

    def _sorted(self, *, warning: bool) -> tuple[Fault, ...]:
        chosen = (fault for fault in self._faults if fault.warning is warning)
        return tuple(sorted(chosen, key=lambda f: (self._files.get(f.file, 0), f.file, f.line, f.column, f.what)))


def quoted(text: str) -> str:
    """Return `text` as messages show it: on one line, shortened, in double quotes."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_QUOTE:
        line = line[: _LONGEST_QUOTE - 1] + "…"
    return f'"{line}"'


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was most likely meant to be, or None."""
    folded = {_fold(name): name for name in known}
    near = get_close_matches(_fold(word[:200]), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def suggestion(word: str, known: Iterable[str], *, none: str = "") -> str:
    """Return the hint for a word that is not among the `known`: the closest, else the known ones, else `none`."""
    names = list(known)
    near = closest(word, names)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    if names and len(names) <= _MOST_LISTED:
        return "write one of: " + ", ".join(names)
    return none or "see docs/reference/rules.md"


def listed(names: Iterable[str]) -> str:
    """Return names as a hint lists them, the first of many."""
    every = list(names)
    return ", ".join(every[:_MOST_LISTED]) + (", …" if len(every) > _MOST_LISTED else "")


def _fold(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()
