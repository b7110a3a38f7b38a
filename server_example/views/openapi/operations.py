"""What each view takes and answers. A route whose view is not here has no place in the document: a test says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel

from omnisdk.delivery.losses import LOSSES_HEADER
from server_example.views import decide, health, ingest, profiles, snippet, stock
from server_example.views.openapi import answers, examples, served
from server_example.views.openapi.codes import Trait
from server_example.views.openapi.examples import Example
from server_example.views.routes import Route

Keys = Literal["none", "any", "write", "secret"]

LOSSES: Mapping[str, Any] = {
    "name": LOSSES_HEADER,
    "in": "header",
    "required": False,
    "description": "What a Python SDK of the shop had to drop since it was last answered; counted, with the secret key only.",
    "schema": {"type": "string"},
    "example": "queue_full=12, expired=1",
}
REF: Mapping[str, Any] = {
    "name": "ref",
    "in": "path",
    "required": True,
    "description": "Names a person: `user:u1`, `anonymous:a1`, `email:lan@shop.example`, `phone:+84901234567` or `card:77`, "
    "percent-encoded. Local phone numbers are read by `site.country`.",
    "schema": {"type": "string", "pattern": "^(user|anonymous|email|phone|card):."},
    "example": examples.PERSON,
}
PART: Mapping[str, Any] = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "The rest of the file's name, as `omni.js` asks for it.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"},
    "example": "ui.js",
}
VERSION: Mapping[str, Any] = {
    "name": "v",
    "in": "query",
    "required": False,
    "description": "The first digits, at least 8, of the file's SHA-256: with the right ones it may be kept for a year.",
    "schema": {"type": "string"},
}
KNOWN_COPY: Mapping[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the copy at hand: 304 when it is still the same.",
    "schema": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: the name of its schema, and bodies to try."""

    schema: str
    examples: Mapping[str, Example]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view takes and answers; its words are the view's docstring, its tag's those of the view's module."""

    tag: str
    keys: Keys
    answer: type[BaseModel] | tuple[str, ...]  # of JSON, or the media types of something else
    traits: tuple[Trait, ...] = ()
    body: Body | None = None
    parameters: tuple[Mapping[str, Any], ...] = ()
    examples: Mapping[str, Example] = field(default_factory=dict)  # of a route without a body
    public: bool = False  # the same bytes for everybody: kept by caches, with an ETag


View = Callable[..., Any]

_EVENTS: tuple[Trait, ...] = ("body", "rules")
_KEY: Mapping[str, Any] = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The write key; in any other place of a key it counts as well.",
    "schema": {"type": "string"},
}


def _of_pixel(name: str, meaning: str, example: str) -> Mapping[str, Any]:
    told = {"name": name, "in": "query", "required": False, "description": meaning}
    return {**told, "schema": {"type": "string"}, "example": example}


_PIXEL = (
    _of_pixel("anonymousId", "Of whom it is; without it the event is refused.", "a1"),
    _of_pixel("messageId", "At most 100 characters; the same one again is a duplicate.", "m-5"),
    _of_pixel("properties.product_id", "And so on: the parts of a name are joined by dots.", "P1"),
    _of_pixel("context.page.path", "The page.", "/golf"),
)
_ASKING: tuple[Trait, ...] = ("body", "question", "rules")
_PERSON: tuple[Trait, ...] = ("person", "rules")
_SCRIPTS = ("text/javascript", "text/css", "application/json")


def operation_of(route: Route) -> Operation:
    """Return what the document says of `route`. Raises KeyError naming a view that nothing is said of."""
    if isinstance(route.view, partial) and route.view.func is ingest.call:
        return _call(route.view.args[0])
    return OPERATIONS[route.view]


def _call(call: str) -> Operation:
    model = f"{call.capitalize()}Call"
    traits: tuple[Trait, ...] = ("call", *_EVENTS)
    body = Body(model, examples.CALLS[call])
    return Operation("Events", "any", answers.Ingested, traits, body, (LOSSES,))


OPERATIONS: Mapping[View, Operation] = {
    ingest.batch: Operation(
        "Events", "any", answers.Ingested, ("batch", *_EVENTS), Body("Envelope", examples.BATCH), (LOSSES,)
    ),
    stock.pixel_track: Operation(
        "Stock clients",
        "write",
        ("image/gif",),
        ("pixel", "rules"),
        parameters=(_of_pixel("event", "The name of what happened.", "Product Viewed"), *_PIXEL),
    ),
    stock.pixel_page: Operation(
        "Stock clients",
        "write",
        ("image/gif",),
        ("pixel", "rules"),
        parameters=(_of_pixel("name", "The name of the page.", "Đồ golf"), *_PIXEL),
    ),
    stock.segment_settings: Operation(
        "Stock clients", "write", answers.SegmentSettings, parameters=(_KEY,), examples=examples.SEGMENT_SETTINGS
    ),
    stock.rudder_settings: Operation(
        "Stock clients", "write", answers.RudderSettings, examples=examples.RUDDER_SETTINGS
    ),
    stock.segment_report: Operation("Stock clients", "none", answers.Counted, ("report",)),
    stock.rudder_report: Operation("Stock clients", "none", answers.Counted, ("report",)),
    decide.decide: Operation("Decisions", "any", answers.Decided, _ASKING, Body("DecideRequest", examples.DECIDE)),
    decide.explain: Operation(
        "Decisions", "secret", answers.Explained, _ASKING, Body("ExplainRequest", examples.EXPLAIN)
    ),
    profiles.export: Operation(
        "People", "secret", answers.Exported, _PERSON, parameters=(REF,), examples=examples.EXPORT
    ),
    profiles.read: Operation(
        "People", "secret", answers.Profile, _PERSON, parameters=(REF,), examples=examples.PROFILE
    ),
    profiles.forget: Operation(
        "People", "secret", answers.Forgotten, _PERSON, parameters=(REF,), examples=examples.FORGET
    ),
    snippet.entry: Operation(
        "Snippet", "none", _SCRIPTS[:1], ("snippet",), parameters=(VERSION, KNOWN_COPY), public=True
    ),
    snippet.part: Operation(
        "Snippet", "none", _SCRIPTS, ("snippet",), parameters=(PART, VERSION, KNOWN_COPY), public=True
    ),
    health.healthz: Operation("Operations", "none", answers.Alive, examples=examples.ALIVE),
    health.readyz: Operation("Operations", "none", answers.Ready, ("rules",), examples=examples.READY),
    health.metrics: Operation("Operations", "none", ("text/plain",)),
    served.openapi: Operation("Operations", "none", ("application/json",), parameters=(KNOWN_COPY,), public=True),
}
