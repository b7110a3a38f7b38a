"""The schemas of the document: events, questions and answers, under the names their models have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic.json_schema import models_json_schema

from omnisdk import events
from omnisdk.events.calls import CALLS
from omnisdk.events.catalogue import EVENTS
from omnisdk.profile.catalogue import PATTERNS
from omnisdk.profile.describe import SHOP_PATTERNS
from server_example.views.openapi.answers import ANSWERS, PLACE
from server_example.views.openapi.facts import schema_of_facts
from server_example.views.openapi.questions import ANY_EVENT, DecideRequest, ExplainRequest

Json = dict[str, Any]

_OTHERWISE = "Anything else"


def schemas() -> dict[str, Json]:
    """Return every schema by its name, with references that lead into an OpenAPI document."""
    asked = _of([DecideRequest, ExplainRequest])
    answered = {name: _answered(schema) for name, schema in _of(ANSWERS).items()}
    facts = {"Facts": schema_of_facts(PATTERNS), "ShopFacts": schema_of_facts(SHOP_PATTERNS)}
    return dict(sorted({**_sent(), **asked, **answered, **facts}.items()))


def _of(models: Iterable[type[Any]]) -> dict[str, Json]:
    _, schema = models_json_schema(
        [(model, "validation") for model in models], by_alias=True, ref_template=PLACE + "{model}"
    )
    return {name: _plain(definition) for name, definition in schema["$defs"].items()}


def _sent() -> dict[str, Json]:
    """Return the schemas of the events, forgiving where the server forgives.

    The published schema of the events says what to send. Here every item, and every shared part of a batch, may also be
    anything else, with what then happens: the server answers those, too.
    """
    found: dict[str, Json] = {name: _moved(each) for name, each in events.json_schema()["$defs"].items()}
    for call in CALLS:
        found[call.__name__]["required"].remove("type")  # the path gives it; in a batch AnyEvent asks for it
    # One alternative for each known event, instead of a chain of if and then that no viewer shows.
    del found["TrackCall"]["allOf"]
    found["TrackCall"]["anyOf"] = [*map(_known, EVENTS), {"title": "An event of your own", "description": _OWN}]
    envelope = found["Envelope"]["properties"]
    for name in envelope.keys() - {"batch"}:
        envelope[name] = _forgiving(envelope[name], "Counts as absent.")
    envelope["batch"]["items"] = {"$ref": ANY_EVENT}
    calls = [{"allOf": [{"$ref": PLACE + call.__name__}, {"required": ["type"]}]} for call in CALLS]
    found[ANY_EVENT.removeprefix(PLACE)] = {
        "title": "AnyEvent",
        "description": "One of the six calls.",
        "anyOf": [*calls, {"title": _OTHERWISE, "description": _REFUSED}],
    }
    return found


_OWN = "Stored, counted and usable in rules like any other; so is a known event whose properties are of another kind."
_REFUSED = "Refused by itself, in `rejected` with the place and the reason; its neighbours are stored."


def _known(name: str) -> Json:
    reference = {"$ref": PLACE + EVENTS[name].__name__}
    return {
        "title": name,
        "required": ["event"],
        "properties": {"event": {"const": name}, "properties": {"anyOf": [reference, {"type": "null"}]}},
    }


def one_call(name: str) -> Json:
    """Return the schema of the body that is one call, `name` that of its model: any object, as it is judged inside a 200."""
    other = {"title": "Any other object", "type": "object", "description": "Refused in `rejected`, with the reason."}
    return {"anyOf": [{"$ref": PLACE + name}, other]}


def _forgiving(schema: Json, otherwise: str) -> Json:
    shapes = schema.pop("anyOf", None) or [schema]
    told: Json = {name: schema[name] for name in ("description", "examples") if name in schema}
    return {**told, "anyOf": [*shapes, {"title": _OTHERWISE, "description": otherwise}]}


def _answered(schema: Json) -> Json:
    """Return the schema of an answer: what does not apply is absent there, and never null."""
    required = schema.get("required", [])
    for name, each in schema.get("properties", {}).items():
        if name not in required and "anyOf" in each:
            (only,) = [shape for shape in each.pop("anyOf") if shape != {"type": "null"}]
            each.update(only)
    return schema


def _plain(schema: Json) -> Json:
    """Return `schema` without what pydantic derives from Python: titles of fields, and defaults that nobody sends."""
    for each in schema.get("properties", {}).values():
        each.pop("title", None)
        each.pop("default", None)
    return schema


def _moved(schema: Json) -> Json:
    """Return `schema` with its references leading into the document."""
    for part in _parts(schema):
        if isinstance(reference := part.get("$ref"), str):
            part["$ref"] = reference.replace("#/$defs/", PLACE)
    return schema


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each)
