"""The page about import and export does what it says, with the files it shows."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from pathlib import Path

import pytest

from omnisdk import clock
from server_example.services.importing import importer, judging, mapping, values
from tests.cli.bulk import Shop

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "import-export.md").read_text("utf-8")


@pytest.fixture
def with_examples(shop_files: Shop) -> Shop:
    for path in (ROOT / "docs" / "examples").iterdir():
        shutil.copy(path, shop_files.folder)
    return shop_files


def test_the_mappings_on_the_page_are_those_of_the_files() -> None:
    shown = [textwrap.dedent(block) for block in re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.M | re.S)]
    assert shown == [
        (ROOT / "docs" / "examples" / f"{name}.yaml").read_text("utf-8") for name in ("orders", "customers")
    ]


def test_the_orders_go_in_as_the_page_shows(with_examples: Shop) -> None:
    with_examples.run("import", "--dry-run", "--mapping", "orders.yaml", "orders.csv", status=3)
    told = with_examples.run("import", "--mapping", "orders.yaml", "orders.csv", status=3)
    block = re.search(r"^   ```\n(   orders\.csv:6.*?)^   ```", PAGE, re.M | re.S)
    assert block is not None
    assert _without_times(told.stderr + told.stdout) == _without_times(textwrap.dedent(block[1]))
    orders = {event.properties["order_id"]: event for event in with_examples.events()}
    assert orders.keys() == {"#1001", "#1002", "#1005"}
    assert orders["#1001"].timestamp == clock.parse("2025-11-05T09:12:00+07:00")
    assert [each["product_id"] for each in orders["#1001"].properties["products"]] == ["GAY-7", "BONG-12"]
    assert orders["#1005"].refs == ("phone:+66812345678",)


def _without_times(told: str) -> list[str]:
    return re.sub(r"in \d.*", "", told).split()


def test_orders_and_customers_meet_by_phone(with_examples: Shop) -> None:
    with_examples.run("import", "--mapping", "orders.yaml", "orders.csv", status=3)
    with_examples.run("import", "--mapping", "customers.yaml", "customers.csv")
    lan = json.loads(with_examples.run("export", "user:KH001").output)
    assert lan["facts"]["orders"]["total"] == 3_450_000
    assert lan["facts"]["traits"]["birthday"] == "1990-05-17"
    assert lan["facts"]["points"]["balance"] == 1250
    assert "membership:gym" in lan["facts"]["owns"]
    somchai = json.loads(with_examples.run("export", "phone:+66812345678").output)
    assert set(somchai["identifiers"]) == {"email:somchai@example.co.th", "phone:+66812345678", "user:KH003"}
    assert with_examples.corrected() == 0


def test_the_page_names_every_key_kind_and_code() -> None:
    prose = re.sub(r"^ *```.*?^ *```", "", PAGE, flags=re.M | re.S)
    words = set(re.findall(r"[\w.-]+", " ".join(re.findall(r"`([^`]+)`", prose))))
    for keys in (mapping.FILE, mapping.CELL):
        assert keys.keys() - words <= {"version", "read"}
    assert {f"read.{key}" for key in mapping.READ} <= words
    assert set(mapping.ENCODINGS) <= words
    assert all(style.name in PAGE for style in values.NUMBER_STYLES.values())
    folder = Path(importer.__file__).parent
    codes = set(
        re.findall(r'RowRefused\(\s*"([A-Z_]+)"', "".join(path.read_text("utf-8") for path in folder.glob("*.py")))
    )
    codes |= set(re.findall(r'"(BAD_[A-Z]+|UNKNOWN_VALUE)"', (folder / "cells.py").read_text("utf-8")))
    known = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "reference" / "events.md").read_text("utf-8")))
    assert len(codes) > 15
    assert codes <= words | known, codes - words - known
    assert judging.AHEAD == clock.DAY
