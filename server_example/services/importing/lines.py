"""JSON lines: one message of the Segment spec a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from omnisdk.events.cleaning import Unfit, harmless_copy
from omnisdk.events.refusals import found
from server_example.services.importing.faults import FileRefused, RowRefused
from server_example.services.importing.sources import BOM, LONGEST_LINE, Source
from server_example.services.importing.units import Unit

_WRAPPED = frozenset({"line", "code", "message", "row"})  # a line of a file of refused rows, mended or not
_DEEPEST = 100  # levels; an event may have 16 of them


def units(source: Source) -> Iterator[Unit]:
    """Yield the lines of `source` that hold anything. Raises FileRefused."""
    for line in source:
        raw = line.strip()
        if source.line == 1:
            raw = raw.removeprefix(BOM)
            if raw.startswith(b"["):
                hint = "write one message a line, as `jq -c '.[]'` does"
                raise FileRefused(f"{source.name}:1: a JSON list; {hint}")
        if not raw:
            continue
        unit = Unit(source.line, source.offset, source.line, [(source.line, raw)])
        try:
            unit.item = _read(raw)
        except RowRefused as refused:
            unit.refused = refused
        yield unit


def _read(raw: bytes) -> dict[str, Any]:
    if len(raw) >= LONGEST_LINE - 1:
        raise RowRefused("TOO_LARGE", f"a line of more than {LONGEST_LINE:,} bytes")
    item = parsed(raw)
    if isinstance(item, dict) and item.keys() == _WRAPPED:
        item = item["row"]
        if isinstance(item, str):
            item = parsed(item.encode("utf-8", "replace"))
    if not isinstance(item, dict):
        raise RowRefused("NOT_AN_OBJECT", f"{found(item)}; an event is a JSON object")
    return item


def parsed(raw: bytes) -> Any:
    """Return the JSON value of a line; as over HTTP, NaN becomes null and a lone surrogate U+FFFD. Raises RowRefused."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as strict:
        try:
            return harmless_copy(json.loads(raw), _DEEPEST)
        except (ValueError, RecursionError, Unfit):
            raise RowRefused("INVALID_JSON", f"no JSON: {strict}") from None
