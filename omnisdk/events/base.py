"""The base of the property models, and the types of their fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from omnisdk import clock
from omnisdk.events import kinds
from omnisdk.events.kinds import WRONG, Kind


class Part(BaseModel):
    """Properties in the spelling of the wire. Further ones of your own are allowed and kept."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    def to_properties(self) -> dict[str, Any]:
        """Return the properties as JSON values, as they are sent: amounts as numbers, times as RFC 3339, no nulls."""
        return {name: json for name, value in self if (json := to_json(value)) is not None}


class EventProperties(Part):
    """The properties of one known track event; `event_name` is its name on the wire."""

    event_name: ClassVar[str]


def to_json(value: object) -> Any:
    """Return `value` as a JSON value: whole decimals as int, others as float, datetimes as RFC 3339 in UTC.

    NaN and infinities are null. Raises TypeError for what has no JSON form.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        # Up to 15 digits a float writes exactly the digits of the decimal.
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)
    if isinstance(value, datetime):
        return clock.to_text(clock.from_datetime(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Part):
        return value.to_properties()
    if isinstance(value, BaseModel):
        return to_json(value.model_dump(exclude_none=True))
    if isinstance(value, Mapping):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(part) for part in value]
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r:.60}")


def said(meaning: str) -> Any:
    """Return an optional field with its `meaning`, which the JSON Schema and the reference page print."""
    return Field(default=None, description=meaning)


def needed(meaning: str) -> Any:
    """Return a field without which the event says nothing."""
    return Field(description=meaning)


def _checked(kind: Kind, *, optional: bool = True) -> PlainValidator:
    """Return the check of a field: a developer's wrong value is an error at once, where a client's is forgiven."""

    def check(value: Any) -> Any:
        if value is None and optional:
            return None
        wrong: list[str] = []
        found = kind.read(to_json(value), "", wrong)
        if found is WRONG or wrong:
            raise ValueError(f"{value!r:.80} is no {kind.name}")
        return found

    return PlainValidator(check)


def _exact(value: Any) -> Decimal | None:
    if value is None or (isinstance(value, Decimal) and value.is_finite()):
        return value
    text = value.strip() if isinstance(value, str) else repr(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not kinds.is_numeric(text):
        raise ValueError(f"{value!r:.80} is no number")
    return Decimal(text)


def _schema(kind: Kind, *, optional: bool = True) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [dict(kind.schema), {"type": "null"}]} if optional else dict(kind.schema))


# The type of each field: what a developer may give, and the kind that reads it off the wire. An amount is kept as an
# exact Decimal whatever it was given as.
Number = Annotated[Decimal | int | float | str | None, PlainValidator(_exact), _schema(kinds.NUMBER), kinds.NUMBER]
Text = Annotated[str | int | None, _checked(kinds.TEXT), _schema(kinds.TEXT), kinds.TEXT]
Flag = Annotated[bool | None, _checked(kinds.FLAG), _schema(kinds.FLAG), kinds.FLAG]
Moment = Annotated[
    datetime | date | str | int | float | None, _checked(kinds.MOMENT), _schema(kinds.MOMENT), kinds.MOMENT
]
Texts = Annotated[list[str] | None, _checked(kinds.TEXTS), _schema(kinds.TEXTS), kinds.TEXTS]
Objects = Annotated[list[dict[str, Any]] | None, _checked(kinds.OBJECTS), _schema(kinds.OBJECTS), kinds.OBJECTS]
Name = Annotated[str | int, _checked(kinds.TEXT, optional=False), _schema(kinds.TEXT, optional=False), kinds.TEXT]
Flags = Annotated[
    Mapping[str, bool], _checked(kinds.FLAGS, optional=False), _schema(kinds.FLAGS, optional=False), kinds.FLAGS
]


def kinds_of(model: type[Part]) -> dict[str, Kind]:
    """Return the kind of each declared property of `model`."""
    found = {}
    for name, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, Kind):
                found[name] = mark
    return found
