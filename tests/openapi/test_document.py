"""The document is valid, complete, and tells something of everything in it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from server_example import ServerConfig, create_app
from server_example.app import UNLIMITED
from server_example.services.quotas import FILE
from server_example.views.openapi import reference
from server_example.views.openapi.codes import CODES, REFUSALS
from server_example.views.openapi.described import path_of
from server_example.views.openapi.document import as_json
from server_example.views.openapi.facts import MEANINGS
from server_example.views.routes import ROUTES
from tests.openapi.reading import Told, operations, parts, resolved
from tests.server import helpers

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
SOURCES = [
    *(ROOT / "server_example" / "views").glob("*.py"),
    *(ROOT / "server_example" / "services").glob("*.py"),
    *(ROOT / "omnisdk" / "events").glob("*.py"),
]


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_it_has_every_route_and_nothing_else(document: dict[str, Any]) -> None:
    assert {each.label for each in operations(document)} == {f"{route.method} {path_of(route)}" for route in ROUTES}


def test_every_variable_of_a_path_is_a_parameter_of_it(document: dict[str, Any]) -> None:
    for each in operations(document):
        told = {one["name"] for one in each.said.get("parameters", ()) if one["in"] == "path"}
        assert told == set(re.findall(r"{(\w+)}", each.path)), each.label


def test_every_operation_says_what_it_does_and_what_each_status_means(document: dict[str, Any]) -> None:
    names = [each.said["operationId"] for each in operations(document)]
    assert len(set(names)) == len(names)
    for each in operations(document):
        assert 10 < len(each.said["summary"]) < 100 and not each.said["summary"].endswith("."), each.label
        assert len(each.said["description"]) > 15, each.label
        answers = {status: resolved(document, answer) for status, answer in each.said["responses"].items()}
        assert {"200", "500"} <= set(answers), each.label
        assert all(answer["description"] for answer in answers.values()), each.label
        for one in each.said.get("parameters", ()):
            assert one["description"], (each.label, one["name"])


def test_every_schema_and_every_field_of_it_has_its_meaning(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bare = [name for name, schema in schemas.items() if not schema.get("description")]
    for place, schema in parts(schemas):
        if isinstance(fields := schema.get("properties"), dict) and schema.get("type") == "object":
            bare += [f"{place}.{name}" for name, field in fields.items() if not field.get("description")]
    assert bare == []


def test_every_tag_is_explained_by_the_module_that_answers(document: dict[str, Any]) -> None:
    used = {tag for each in operations(document) for tag in each.said["tags"]}
    assert used == {tag["name"] for tag in document["tags"]}
    assert all(len(tag["description"]) > 40 for tag in document["tags"])


def test_every_error_has_the_one_shape_and_names_its_codes(document: dict[str, Any]) -> None:
    meanings = {code.code: code.meaning for code in CODES}
    for each in operations(document):
        for status, answer in each.said["responses"].items():
            if int(status) < 400:
                continue
            told = resolved(document, answer)
            shape, narrowed = told["content"]["application/json"]["schema"]["allOf"]
            assert shape == {"$ref": "#/components/schemas/Error"}
            for code in narrowed["properties"]["code"]["enum"]:
                assert f"`{code}`" in told["description"], (each.label, status)
                assert {int(status)} <= {one.status for one in CODES if one.code == code} | {400}
                assert code in meanings or code in {refusal.code for refusal in REFUSALS}


def test_429_and_503_say_when_to_come_again(document: dict[str, Any]) -> None:
    for each in operations(document):
        answers = {status: resolved(document, answer)["headers"] for status, answer in each.said["responses"].items()}
        assert all("X-Request-Id" in headers for headers in answers.values())
        assert {"Retry-After", "X-RateLimit-Reset"} <= set(answers.get("429", ("Retry-After", "X-RateLimit-Reset")))
        assert "Retry-After" in answers.get("503", ("Retry-After",))


def test_every_route_that_a_quota_counts_and_no_other_tells_of_429(
    config: ServerConfig, document: dict[str, Any]
) -> None:
    for each in operations(document):
        told = "429" in each.said["responses"]
        statuses = asked_again_and_again(config, each)
        assert statuses[0] in (200, 404, 503), (each.label, statuses)  # 404, 503: nobody known, no snippet built
        assert (429 in statuses) == told, (each.label, statuses)
        assert told == (each.said["operationId"] not in UNLIMITED)


def asked_again_and_again(config: ServerConfig, each: Told) -> list[int]:
    """Return the statuses of four times the same good request, where each quota is one in a minute."""
    config = replace(config, quota_address=1, quota_write_key=1, quota_secret_key=1, quota_unknown_keys=1)
    (config.data_dir / FILE).unlink(missing_ok=True)  # what the route before has spent
    app = create_app(config)
    path = each.path.replace("{ref}", "user:u1").replace("{key}", config.write_key).replace("{name}", "ui.js")
    event = {"type": "track", "event": "Product Viewed", "anonymousId": "a1", "userId": "u1", "previousId": "a0"}
    body = {**event, "groupId": "g1", "batch": [event], "placements": []} if each.method == "POST" else None
    asking = {
        "method": each.method,
        "json": body,
        "query_string": {"anonymousId": "a1", "event": "Product Viewed"},
        "headers": helpers.SHOP if each.keys == "secret" else helpers.BROWSER if each.keys != "none" else {},
        "environ_base": {"REMOTE_ADDR": "203.0.113.9"},
    }
    statuses = [app.test_client().open(path, **asking).status_code for _ in range(4)]
    app.extensions["omnisdk"].close()
    return statuses


def test_every_code_in_the_sources_is_in_it_and_every_code_in_it_is_in_the_sources() -> None:
    known = {each.code for each in (*CODES, *REFUSALS)}
    raised, texts = set(), set()
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        raised |= set(_raised(tree))
        texts |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    assert len(raised) > 20
    assert raised <= known
    by_http = {HTTPStatus(code.status).name for code in CODES}  # werkzeug's errors are told by the status' own name
    assert {code for code in known - texts if code not in by_http} == set()
    codelike = {text for text in texts if re.fullmatch(r"[A-Z]{2,}(_[A-Z]+)+", text)}
    assert {text for text in codelike - known if not text.startswith(_NO_CODES)} == set()


# Settings, names of a WSGI environment, reasons of decisions.
_NO_CODES = ("OMNI_", "HTTP_", "RAW_", "REQUEST_", "REMOTE_", "PATH_", "SCRIPT_", "CONTENT_", "SERVER_", "QUERY_")
_RAISING = {"ApiError": 1, "BadRequest": 0, "BadBody": 0, "Refused": 0, "Unfit": 0, "Unreadable": 0, "Rejected": 2}


def _raised(tree: ast.AST) -> Iterator[str]:
    """Return the codes that stand as such in the sources: in an error that is made, or under the key "code"."""
    for node in ast.walk(tree):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RAISING:
            found = node.args[_RAISING[node.func.id] :][:1]
        elif isinstance(node, ast.Dict):
            found = [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value == "code"
            ]
        yield from (each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str))


@pytest.mark.parametrize("name", reference.TABLES)
def test_the_tables_of_codes_in_the_reference_are_up_to_date(name: str) -> None:
    page = (REFERENCE / name).read_text("utf-8")
    assert reference.with_table(name, page) == page, (
        "run python -m server_example.views.openapi.reference docs/reference"
    )


def test_the_facts_have_the_meanings_that_the_reference_gives_them() -> None:
    rows = re.findall(r"^\| (`.+?`.*?) \| .+? \| (.*) \|$", (REFERENCE / "facts.md").read_text("utf-8"), re.M)
    told = {name: meaning for names, meaning in rows for name in re.findall(r"`([^`]+)`", names)}
    ours = {name.replace("**", "NAME").replace("*", "NAME"): meaning for name, meaning in MEANINGS.items()}
    of_request = {"page", "device", "locale", "now"}
    assert ours == {name: meaning for name, meaning in told.items() if name.split(".")[0] not in of_request}


def test_every_process_writes_the_same_bytes() -> None:
    program = "from server_example.views.openapi.document import as_json; print(as_json('/omni').decode(), end='')"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        assert done.stdout == as_json("/omni")


def test_the_command_prints_it(document: dict[str, Any]) -> None:
    done = subprocess.run([sys.executable, "-m", "server_example", "schema", "http"], capture_output=True, check=True)
    assert json.loads(done.stdout) == document
