"""Any Python value → JSON bytes that a strict parser accepts, on the caller's thread.

Serialising at the call costs the same as later in the worker, and an object that the caller changes afterwards cannot
change the event. One pass of the standard encoder serves nearly every event; what it refuses (NaN, unusual keys) is
cleaned first and written again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from typing import Any
from uuid import UUID

from omnisdk import clock
from omnisdk.errors import Unserialisable

LARGEST_INT = 2**63 - 1  # beyond it, readers in other languages lose digits without saying so: written as a float
DEEPEST = 100  # levels of nesting; the server reads fewer


def encode(value: object) -> bytes:
    """Return `value` as compact UTF-8 JSON.

    Decimals become numbers, dates and times RFC 3339 (a time without a zone is read as UTC),
    sets and other iterables arrays, models and dataclasses objects, bytes text; NaN and infinities become null, lone
    surrogates U+FFFD, keys text, and any other object its ``str``. Raises Unserialisable for a circle, for nesting
    beyond 100 levels, and when an object's own code fails.
    """
    try:
        try:
            text = _FAST.encode(value)
        except (ValueError, TypeError, OverflowError):
            text = _FAST.encode(_clean(value, ()))
        try:
            return text.encode()
        except UnicodeEncodeError:
            # UTF-16 joins a pair written as two surrogates and replaces the single ones.
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    except Unserialisable:
        raise
    except RecursionError:
        raise Unserialisable(f"the value is nested deeper than {DEEPEST} levels; send a flatter one") from None
    except Exception as fault:  # a foreign __str__, model or mapping that changes while it is read
        raise Unserialisable(
            f"writing the value as JSON failed with {type(fault).__name__}; send plain values"
        ) from fault


def _plain(value: object) -> Any:
    """Return what JSON has for a `value` that it has no word for."""
    match value:
        case Decimal():
            return _number(value)
        case datetime():
            return rfc3339(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode("utf-8", "replace")
        case Mapping():
            return dict(value)
        case Integral():  # numpy's integers register here
            return int(value)
        case Real():
            return float(value)
    if isinstance(value, type):
        return str(value)
    dump = getattr(
        value, "model_dump", None
    )  # a pydantic model, told by its method so that pydantic need not be loaded
    if dump is not None:
        return dump(by_alias=True, exclude_none=True)
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    as_list = getattr(value, "tolist", None)  # numpy and pandas
    if as_list is not None:
        return as_list()
    if isinstance(value, Iterable) and type(value).__str__ is object.__str__:  # with a __str__ it is meant as a text
        return list(value)
    return str(value)


def _plain_again(value: object) -> Any:
    """Do as `_plain`, but leave what can be read only once to the careful way, which reads it once."""
    if isinstance(value, Iterator):
        raise TypeError
    return _plain(value)


_FAST = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain_again)


def rfc3339(moment: datetime) -> str:
    """Return `moment` in UTC with ``Z``; one without a zone is read as UTC, as everywhere in omnisdk."""
    return clock.to_text(clock.from_datetime(moment))


def _number(value: Decimal) -> int | float | None:
    """Return the JSON number nearest to `value`: exact for whole numbers and for up to 15 digits."""
    if not value.is_finite():  # a signalling NaN cannot even be compared
        return None
    return int(value) if abs(value) <= LARGEST_INT and value == value.to_integral_value() else float(value)


def _clean(value: Any, above: tuple[int, ...]) -> Any:
    """Return `value` as JSON's own types; `above` are the ids of the containers it stands in."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # not str(value): an enumeration that is also a text would give its name
    if isinstance(value, int):
        return int(value) if -LARGEST_INT <= value <= LARGEST_INT else _clean(_as_float(value), above)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if id(value) in above:
        raise Unserialisable("the value contains itself; send a tree, not a circle")
    if len(above) >= DEEPEST:
        raise Unserialisable(f"the value is nested deeper than {DEEPEST} levels; send a flatter one")
    above = (*above, id(value))
    if isinstance(value, dict):
        return {_key(key): _clean(inner, above) for key, inner in list(value.items())}
    if isinstance(value, list | tuple):
        return [_clean(inner, above) for inner in list(value)]
    return _clean(_plain(value), above)


def _key(key: object) -> str:
    plain = _clean(key, ()) if not isinstance(key, tuple) else str(key)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
