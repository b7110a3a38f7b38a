"""Schemathesis against a real server: what the document says of requests, answers, statuses and headers is what happens.

`run` is bounded in `make test` (test_truth.py) and long in `make fuzz`; ``python -m tests.openapi`` prints its figures.
"""

from __future__ import annotations

import copy
import json
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from server_example.views.openapi.document import as_json
from tests.support.postgres import Postgres
from tests.support.server import SECRET_KEY, WRITE_KEY, ServerProcess

RULES = Path(__file__).parents[2] / "server_example" / "demo" / "omni.yaml"  # those that the examples name
KEYS = {"secret": SECRET_KEY, "write": WRITE_KEY}
PHASES = ("examples", "coverage", "fuzzing", "stateful")
EXAMPLES = 50  # requests that hypothesis makes for each operation, key and reading of the document in a full run
SHOWN = 20  # failures told in full

# What Schemathesis expects, and 413: too many events is a request that its own limits refuse.
_INVALID = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
_VALID = ["2xx", "3xx", 401, 403, 404, 409, 429]
# Here a valid request may be answered 400 as well: a reference or an id may have the right form and still be a
# placeholder (`user:0`) or no phone number (`phone:1`), and no pattern says so. `person` of a question is a reference.
_WITH_REFERENCES = "^/v1/profiles/|^/v1/(decide|explain)$|^/pixel/"


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` with answers that may have no key it does not name: an undocumented one is a failure here.

    Clients must pass over keys they do not know, so the published schemas stay open.
    """
    strict = copy.deepcopy(document)
    schemas = strict["components"]["schemas"]
    for name in _answered(document):
        schema = schemas[name]
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return strict


FALLBACKS = {"Anything else", "Any other object", "An event of your own"}  # titles in `schemas` and `questions`


def advised(document: dict[str, Any]) -> dict[str, Any]:
    """Return the routes of `document` that take a body, without what is only forgiven.

    Requests made from it are events as their models describe them. From the document as it is hypothesis makes mostly the
    "anything else" that the server puts up with.
    """
    narrow = copy.deepcopy(document)
    for part in list(_parts(narrow["components"]["schemas"])) + list(_parts(narrow["paths"])):
        if isinstance(shapes := part.get("anyOf"), list):
            part["anyOf"] = [shape for shape in shapes if shape.get("title") not in FALLBACKS]
    narrow["paths"] = {path: each for path, each in narrow["paths"].items() if "requestBody" in each.get("post", {})}
    return narrow


def _answered(document: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that answers are made of."""
    found: set[str] = set()
    waiting = [response for path in document["paths"].values() for each in path.values()
               for response in each["responses"].values()]  # fmt: skip
    waiting.append(document["components"]["responses"])
    while waiting:
        for part in _parts(waiting.pop()):
            name = str(part.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in document["components"]["schemas"] and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(each)


def run(
    folder: Path,
    database_url: str | None = None,
    *,
    examples: int,
    seed: int = 1,
    phases: Collection[str] = PHASES,
    only: Collection[str] | None = None,
    keys: Collection[str] = tuple(KEYS),
    document: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Start a server on an empty database, try every operation with each of `keys`, and return the figures.

    `folder` is the server's; without `database_url` it is SQLite there. `examples` is how many requests hypothesis makes
    for each operation in each phase; the same `seed` makes the same requests. `only` names the paths, if not all;
    `document` is what to hold the server against, if not its own.
    """
    figures = Figures()
    published = closed(document or json.loads(as_json()))
    if only is not None:
        published["paths"] = {path: each for path, each in published["paths"].items() if path in only}
    server = ServerProcess(folder, database_url, RULES).start()
    try:
        for name in keys:
            for document, how, mode, chosen in (
                (published, "as published", "all", phases),
                (advised(published), "as advised", "positive", {"fuzzing"}.intersection(phases)),
            ):
                config = _config(server.url, KEYS[name], examples, seed, mode, chosen)
                schema = schemathesis.openapi.from_dict(document, config=config)
                for event in from_schema(schema).execute():
                    figures.take(event, f"{name} key, {how}")
    finally:
        server.stop()
    return figures.told() | {"faults_in_the_log": _faults(server.log)[:SHOWN]}


def both(examples: int = EXAMPLES) -> dict[str, Any]:
    """Return the figures of a full run on an empty database of each kind; "ok" says that nothing failed."""
    postgres = Postgres.start()
    try:
        figures = {}
        for engine, url in (("sqlite", None), ("postgresql", postgres.new_database())):
            with tempfile.TemporaryDirectory(prefix="omni-openapi-") as folder:
                figures[engine] = run(Path(folder), url, examples=examples)
    finally:
        postgres.stop()
    return {"ok": all(map(sound, figures.values())), **figures}


def sound(figures: dict[str, Any]) -> bool:
    """Return whether a run found nothing wrong."""
    return not (figures["failures"] or figures["server_errors"] or figures["faults_in_the_log"])


def _faults(log: str) -> list[str]:
    """Return the lines of `log` in which the server says that something went wrong inside it."""
    return [line for line in log.splitlines() if " failed: " in line or "Traceback" in line or "panicked" in line]


def _config(url: str, key: str, examples: int, seed: int, mode: str, phases: Collection[str]) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "base-url": url,
            "continue-on-failure": True,
            "generation": {"mode": mode, "max-examples": examples, "database": "none", "deterministic": True},
            "phases": {phase: {"enabled": phase in phases} for phase in PHASES},
            "auth": {"openapi": {"bearer": {"bearer": key}}},
            "checks": {"negative_data_rejection": {"expected-statuses": _INVALID}},
            "operations": [
                {
                    "include-path-regex": _WITH_REFERENCES,
                    "checks": {"positive_data_acceptance": {"expected-statuses": [*_VALID, 400]}},
                }
            ],
            "output": {"sanitization": {"enabled": False}},  # the keys are the tests' own
        }
    )


class Figures:
    """What a run comes to."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._operations: set[str] = set()
        self._cases: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._checks: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._told: list[str] = []

    def take(self, event: events.EngineEvent, run: str) -> None:
        """Enter what `event` of `run` tells."""
        if isinstance(event, events.ScenarioFinished):
            self._operations.add(event.recorder.label)
            self._enter(event.recorder, f"{run}, {event.phase.value}")
        elif isinstance(event, events.NonFatalError):
            self._fail("error of the run", f"{run}: {event.label}: {event.value}")
        elif isinstance(event, events.FatalError):
            raise event.exception

    def _enter(self, recorder: ScenarioRecorder, where: str) -> None:
        for interaction in recorder.interactions.values():
            self._cases[where] += 1
            if interaction.response is not None:
                self._statuses[interaction.response.status_code] += 1
        for checks in recorder.checks.values():
            for check in checks:
                self._checks[check.name] += 1
                if check.failure_info is not None:
                    failure = check.failure_info
                    told = f"{where}: {recorder.label}: {failure.failure.title}\n{failure.failure.message}\n{failure.code_sample}"
                    self._fail(check.name, told)

    def _fail(self, check: str, told: str) -> None:
        self._failures[check] += 1
        if len(self._told) < SHOWN:
            self._told.append(told)

    def told(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return {
            "operations": len(self._operations),
            "cases": self._cases.total(),
            "cases_by_phase": dict(self._cases),
            "statuses": {str(status): number for status, number in sorted(self._statuses.items())},
            "server_errors": sum(number for status, number in self._statuses.items() if status >= 500),
            "checks": dict(self._checks),
            "failures": dict(self._failures),
            "told": self._told,
            "seconds": round(time.monotonic() - self._began, 1),
        }
