"""The JSON Schema takes every good file and refuses what has the wrong shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from omnisdk.rules.files.source import PACKAGED
from omnisdk.rules.schema import json_schema
from omnisdk.rules.starter import starter
from tests.rules.helpers import FIXTURES, read
from tests.rules.test_names import KEYS, NAMES

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def parsed(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def plain(value: Any) -> Any:
    """Return a parsed value with dates as the texts they were, as editors see them."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [*sorted(FIXTURES.glob("*.yaml")), *sorted(PACKAGED.glob("groups/*.yaml"))], ids=str)
def test_good_files_are_valid(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(plain(parsed(path.read_text(encoding="utf-8"))))) == []


def test_the_starter_is_valid() -> None:
    assert list(VALIDATOR.iter_errors(plain(parsed(starter())))) == []


@pytest.mark.parametrize(
    "text",
    [
        KEYS["section"][0],
        KEYS["site"][0],
        KEYS["campaign"][0],
        KEYS["a key of creatives"][0],
        KEYS["missing"][0],
        KEYS["version"][0],
        NAMES["kind"][0],
        NAMES["operator"][0],
        NAMES["step"][0],
        NAMES["where"][0],
        "campaigns: {x: {caps: [{per: 1d}]}}",
        "campaigns: {x: {starts: soon}}",
        "segments: {s: {orders.last_at: {}}}",
        "segments: [a]",
    ],
)
def test_what_the_reader_refuses_for_its_shape_the_schema_refuses(text: str) -> None:
    text = text.replace("‸", "")
    assert read(text).faults
    assert not VALIDATOR.is_valid(plain(parsed(text)))
