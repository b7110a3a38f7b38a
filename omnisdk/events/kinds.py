"""What a property may be, and how a value of the wrong JSON type is read: plain functions over decoded JSON.

The same kinds stand in the pydantic models (checking what a developer writes), in the reading of a request (forgiving
what a client sends) and in the JSON Schema, so the three cannot drift apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from omnisdk import clock
from omnisdk.events.times import read_instant


class _Wrong:
    def __repr__(self) -> str:
        return "WRONG"


WRONG: Final = _Wrong()  # the value cannot be read as its kind

# Reads one JSON value: returns it (the same object, when it was fine), or what it says, or WRONG. A kind with parts
# appends the path of each wrong part to the list and leaves the part out.
Read = Callable[[Any, str, list[str]], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of property value."""

    name: str  # for people: "number", "text" …
    read: Read
    schema: Mapping[str, Any]  # JSON Schema of what is read without a fault
    ready: frozenset[type] = field(default_factory=frozenset)  # Python types of JSON values that need no reading


def read_fields(kinds: Mapping[str, Kind], values: dict[str, Any], place: str, wrong: list[str]) -> dict[str, Any]:
    """Return `values` with each known property as its kind; `values` itself when nothing had to change.

    Null counts as absent. A value that cannot be read is left out, and its path (`place`.name) appended to `wrong`.
    """
    changed: dict[str, Any] | None = None
    for name, value in values.items():
        kind = kinds.get(name)
        if kind is None or type(value) in kind.ready:
            continue
        found = WRONG if value is None else kind.read(value, f"{place}.{name}", wrong)
        if found is value:
            continue
        if changed is None:
            changed = dict(values)
        if found is not WRONG:
            changed[name] = found
            continue
        del changed[name]
        if value is not None:
            wrong.append(f"{place}.{name}")
    return values if changed is None else changed


# ASCII digits only: Python's own float() would also take "1_000", "nan" and the digits of every script.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BEYOND_64_BITS = 2**63
_LONGEST_NUMBER = 40  # characters


def is_numeric(text: str) -> bool:
    """Return whether `text` is a decimal number as JSON, a form field or a spreadsheet writes it: ``-12.50``."""
    return len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None


def _read_number(value: Any, place: str, wrong: list[str]) -> Any:
    if isinstance(value, bool):
        return WRONG
    if isinstance(value, int | float):
        return value if math.isfinite(value) else WRONG
    if not isinstance(value, str):
        return WRONG
    text = value.strip()
    if not is_numeric(text):
        return WRONG
    number = float(text)
    if not math.isfinite(number):
        return WRONG
    return int(text) if text.lstrip("+-").isdigit() and abs(number) < _BEYOND_64_BITS else number


def _read_text(value: Any, place: str, wrong: list[str]) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return WRONG
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else str(value)


def _read_flag(value: Any, place: str, wrong: list[str]) -> Any:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower(), WRONG) if isinstance(value, str) else WRONG


def _read_moment(value: Any, place: str, wrong: list[str]) -> Any:
    instant = read_instant(value)
    if instant is None:
        return WRONG
    return value if isinstance(value, str) and not is_numeric(value.strip()) else clock.to_text(instant)


def _read_texts(value: Any, place: str, wrong: list[str]) -> Any:
    if isinstance(value, str):
        return [value]
    return _each(value, place, wrong, lambda part: _read_text(part, place, wrong))


def _read_objects(value: Any, place: str, wrong: list[str]) -> Any:
    return _each(value, place, wrong, lambda part: part if isinstance(part, dict) else WRONG)


def _each(value: Any, place: str, wrong: list[str], read: Callable[[Any], Any]) -> Any:
    if not isinstance(value, list):
        return WRONG
    good = []
    same = True
    for part in value:
        found = read(part)
        if found is WRONG:
            wrong.append(place)
        else:
            good.append(found)
        same = same and found is part
    return value if same else good


def _read_flags(value: Any, place: str, wrong: list[str]) -> Any:
    if not isinstance(value, dict):
        return WRONG
    found = {name: _read_flag(flag, place, wrong) for name, flag in value.items()}
    if all(found[name] is flag for name, flag in value.items()):
        return value
    good = {name: flag for name, flag in found.items() if flag is not WRONG}
    if len(good) < len(found):
        wrong.append(place)
    return good


def objects_of(name: str, kinds: Mapping[str, Kind], schema: Mapping[str, Any]) -> Kind:
    """Return the kind of a list of objects whose own properties are `kinds`."""

    def read(value: Any, place: str, wrong: list[str]) -> Any:
        def read_one(part: Any) -> Any:
            return read_fields(kinds, part, place, wrong) if isinstance(part, dict) else WRONG

        return _each(value, place, wrong, read_one)

    return Kind(name, read, schema)


_NUMERIC_TEXT = {"type": "string", "pattern": r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"}

NUMBER = Kind("number", _read_number, {"anyOf": [{"type": "number"}, _NUMERIC_TEXT]}, frozenset({int, float}))
TEXT = Kind("text", _read_text, {"type": ["string", "number"]}, frozenset({str}))
FLAG = Kind("true or false", _read_flag, {"type": "boolean"}, frozenset({bool}))
MOMENT = Kind("time", _read_moment, {"type": ["string", "number"]})
TEXTS = Kind("list of texts", _read_texts, {"type": "array", "items": {"type": "string"}})
OBJECTS = Kind("list of objects", _read_objects, {"type": "array", "items": {"type": "object"}})
FLAGS = Kind("purpose: true or false", _read_flags, {"type": "object", "additionalProperties": {"type": "boolean"}})
