"""Walking an OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

Json = dict[str, Any]


class Told(NamedTuple):
    """One operation as the document tells of it."""

    method: str
    path: str
    said: Json

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def keys(self) -> str:
        """Whose key it takes: "none", "any", "write" or "secret"."""
        security = self.said["security"]
        if not security:
            return "none"
        (roles,) = {tuple(roles) for each in security for roles in each.values()}
        return roles[0] if roles else "any"


def operations(document: Json) -> Iterator[Told]:
    """Return the operations in the order of the document."""
    for path, each in document["paths"].items():
        for method, said in each.items():
            yield Told(method.upper(), path, said)


def parts(value: Any, place: str = "") -> Iterator[tuple[str, Json]]:
    """Return every object in `value` with where it is."""
    if isinstance(value, dict):
        yield place, value
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in named:
        yield from parts(each, f"{place}/{name}")


def resolved(document: Json, value: Json) -> Json:
    """Return what `value` refers to, or itself."""
    while isinstance(reference := value.get("$ref"), str):
        value = document
        for name in reference.removeprefix("#/").split("/"):
            value = value[name]
    return value


def validator(document: Json, schema: Json) -> Draft202012Validator:
    """Return what judges values by `schema`, a part of `document`."""
    return Draft202012Validator({**schema, "components": document["components"]})
