"""All events that mean something to the profile, by name, and the JSON Schema of what may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from omnisdk.events import calls, commerce, store
from omnisdk.events.base import EventProperties, kinds_of
from omnisdk.events.envelope import Envelope
from omnisdk.events.kinds import Kind

EVENTS: Mapping[str, type[EventProperties]] = MappingProxyType(
    {model.event_name: model for model in (*commerce.EVENTS, *store.EVENTS)}
)

# By event name and property: how its value is read. Of an event that is not here nothing is judged.
KINDS: Mapping[str, Mapping[str, Kind]] = MappingProxyType({name: kinds_of(model) for name, model in EVENTS.items()})


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the batch body; in its ``$defs`` each call and each event's properties.

    It says what to send. The server forgives more than it allows, and needs an id besides: docs/reference/events.md.
    """
    models: list[type[BaseModel]] = [Envelope, *calls.CALLS, *EVENTS.values()]
    _, schema = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions = schema["$defs"]
    for definition in definitions.values():
        for one in definition.get("properties", {}).values():
            one.pop("title", None)
            if one.get("default", 0) is None:
                del one["default"]
    for name, model in EVENTS.items():
        definitions[model.__name__]["title"] = name
    definitions["TrackCall"]["allOf"] = [
        {
            "if": {"properties": {"event": {"const": name}}},
            "then": {
                "properties": {"properties": {"anyOf": [{"$ref": f"#/$defs/{model.__name__}"}, {"type": "null"}]}}
            },
        }
        for name, model in EVENTS.items()
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "omnisdk events",
        "$ref": "#/$defs/Envelope",
        "$defs": definitions,
    }
