"""One operation of the document: its words from the view's docstring, its shapes from `operations`, its errors by its traits."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from pydantic import BaseModel

from omnisdk.events import calls
from omnisdk.events.cleaning import DEEPEST, LARGEST_EVENT_BYTES, WIDEST
from omnisdk.events.envelope import MOST_EVENTS
from server_example.views.body import MAX_BODY_BYTES
from server_example.views.openapi.answers import PLACE
from server_example.views.openapi.codes import Code, Trait, of_traits
from server_example.views.openapi.operations import Operation, View
from server_example.views.openapi.schemas import Json, one_call
from server_example.views.routes import Route

JSON: Final = "application/json"

# The places of a key that OpenAPI can say. The body's `writeKey` stands in the schemas of the bodies that may have it.
SCHEMES: Final[Json] = {
    "basic": {"type": "http", "scheme": "basic", "description": "The key as the user name; the password is not read."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The key as the token."},
    "query": {"type": "apiKey", "in": "query", "name": "writeKey", "description": "For beacons, which set no header."},
}
_OF_KEYS: Final[Mapping[str, str]] = {
    "none": "No key is needed.",
    "any": "Answers the write key and the secret key.",
    "write": "Answers the write key only.",
    "secret": "Answers the secret key only.",
}

HEADERS: Final[Json] = {
    "X-Request-Id": {
        "description": "The caller's own, if it sent one of at most 64 letters, digits, `.`, `_`, `:` or `-`, else a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
    },
    "Cache-Control": {
        "description": "Whether, and for how many seconds, it may be kept.",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {"description": "Of these bytes; for `If-None-Match`.", "required": True, "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds until it is worth asking again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-RateLimit-Reset": {
        "description": "The same seconds again: old clients of Segment read only this.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "Names a scheme in which a key may come.",
        "required": True,
        "schema": {"type": "string", "const": 'Bearer realm="omnisdk"'},
    },
}
_OF_STATUS: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After", "X-RateLimit-Reset"),
    503: ("Retry-After",),
}
_OF_ALL: Final = ("X-Request-Id", "Cache-Control")
_VARIABLE: Final = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


def path_of(route: Route) -> str:
    """Return the path of `route` as OpenAPI writes it: ``/v1/profiles/{ref}``."""
    return _VARIABLE.sub(r"{\1}", route.rule)


def function_of(view: View) -> Callable[..., Any]:
    """Return the function behind `view`, which may have been given some of its arguments already."""
    return view.func if isinstance(view, partial) else view


def prose(text: str | None) -> str:
    """Return the paragraphs of a docstring as Markdown: each on one line, doubled backquotes single."""
    cleaned = inspect.cleandoc(text or "").replace("``", "`")
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", paragraph) for paragraph in cleaned.split("\n\n"))


class Failures:
    """The errors that several routes answer alike, each once."""

    def __init__(self) -> None:
        self.responses: Json = {}
        self._names: dict[tuple[Code, ...], str] = {}

    def reference(self, status: int, codes: Iterable[Code]) -> Json:
        """Return the reference to the response with `status` that says one of `codes`."""
        known = tuple(codes)
        if known not in self._names:
            others = sum(name.startswith(f"Error{status}") for name in self.responses)
            name = f"Error{status}" + (f".{others + 1}" if others else "")
            self._names[known] = name
            self.responses[name] = _error(status, known)
        return {"$ref": f"#/components/responses/{self._names[known]}"}


def described(route: Route, operation: Operation, failures: Failures, same_as: str | None) -> Json:
    """Return the operation object of `route`; `same_as` names the route that it is another form of."""
    summary, about = _words(route.view)
    notes = [f"The same as `{same_as}`." if same_as else "", about, _OF_KEYS[operation.keys]]
    if route.cross_origin:
        notes.append("Scripts of the pages under `site.origins` of the rules may read the answer.")
    told: Json = {
        "operationId": route.name,
        "tags": [operation.tag],
        "summary": summary,
        "description": "\n\n".join(filter(None, notes)),
        "security": _security(operation),
    }
    if operation.parameters:
        told["parameters"] = list(operation.parameters)
    if operation.body is not None:
        told["requestBody"] = _body(operation)
    told["responses"] = _responses(operation, failures)
    return told


def _words(view: View) -> tuple[str, str]:
    """Return the first sentence of the view's docstring, and the rest; of a call the words of its model come first."""
    text = prose(function_of(view).__doc__)
    if isinstance(view, partial):
        model = next(each for each in calls.CALLS if each.__name__ == f"{view.args[0].capitalize()}Call")
        meaning = prose(model.__doc__)
        text = f"{view.args[0]}: {meaning[0].lower()}{meaning[1:]}\n\n{text}"
    first, _, more = text.partition("\n\n")
    summary, _, rest = first.partition(". ")
    return summary.rstrip("."), "\n\n".join(filter(None, (rest, more)))


def _security(operation: Operation) -> list[Json]:
    """Return the places of a key, any of which will do, with the role that is needed where not every key will do."""
    if operation.keys == "none":
        return []
    roles = [] if operation.keys == "any" else [operation.keys]
    return [{scheme: roles} for scheme in SCHEMES]


def _body(operation: Operation) -> Json:
    body = operation.body
    assert body is not None
    limits = [f"At most {MAX_BODY_BYTES // 1024 // 1024} MiB, as sent and again as unpacked."]
    if "call" not in operation.traits:
        limits.append(f"At most {MOST_EVENTS:,} events.")
    limits.append(
        f"An event may have {LARGEST_EVENT_BYTES // 1024} KiB, {DEEPEST} levels, and {WIDEST} keys in one object; "
        "beyond that it is refused by itself."
    )
    limits.append("`Content-Type` is not looked at. `Content-Encoding` may be `gzip` or `deflate`.")
    schema = one_call(body.schema) if "call" in operation.traits else {"$ref": PLACE + body.schema}
    told = {name: {"summary": each.summary, "value": each.request} for name, each in body.examples.items()}
    return {"required": True, "description": " ".join(limits), "content": {JSON: {"schema": schema, "examples": told}}}


def _responses(operation: Operation, failures: Failures) -> Json:
    headers = _headers(*_OF_ALL, *(("ETag",) if operation.public else ()))
    responses: Json = {"200": {**_success(operation), "headers": headers}}
    if operation.public:
        responses["304"] = {"description": "The copy at hand is still the same.", "headers": headers}
    for status, codes in sorted(of_traits(traits_of(operation)).items()):
        responses[str(status)] = failures.reference(status, codes)
    return responses


def traits_of(operation: Operation) -> frozenset[Trait]:
    """Return all that `operation` does as far as errors go."""
    keyed: tuple[Trait, ...] = () if operation.keys == "none" else ("keyed",)
    secret: tuple[Trait, ...] = ("secret",) if operation.keys == "secret" else ()
    return frozenset((*operation.traits, *keyed, *secret))


def _success(operation: Operation) -> Json:
    if isinstance(operation.answer, tuple):
        return {"description": "The file.", "content": {media: {"schema": {}} for media in operation.answer}}
    model: type[BaseModel] = operation.answer
    examples = operation.body.examples if operation.body is not None else operation.examples
    told = {name: {"summary": each.summary, "value": each.answer} for name, each in examples.items()}
    content: Json = {"schema": {"$ref": PLACE + model.__name__}}
    if told:
        content["examples"] = told
    return {"description": prose(model.__doc__), "content": {JSON: content}}


def _error(status: int, codes: Iterable[Code]) -> Json:
    known = list(codes)
    narrowed = {"properties": {"code": {"enum": [code.code for code in known]}}}
    return {
        "description": "\n".join(f"- `{code.code}`: {code.meaning}" for code in known),
        "headers": _headers(*_OF_ALL, *_OF_STATUS.get(status, ())),
        "content": {JSON: {"schema": {"allOf": [{"$ref": f"{PLACE}Error"}, narrowed]}}},
    }


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
