"""docs/reference/rules.md lists every key and operator the reader knows, and no other; every example passes the check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisdk.rules.grammar.document import TABLES
from omnisdk.rules.grammar.operators import FITS
from tests.rules.helpers import read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")

# A table belongs to the name in backquotes in the heading above it.
_TABLE = re.compile(r"^\| (key|operator) \|.*\n\|[ -|]+\n((?:\|.*\n)+)", re.MULTILINE)
_ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]*) \| ([^|]+) \|$")


def tables() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _TABLE.finditer(PAGE):
        heading = re.findall(r"^#+ .*$", PAGE[: match.start()], re.MULTILINE)[-1]
        name = "operators" if match[1] == "operator" else re.findall(r"`([^`]+)`", heading)[-1]
        rows = [_ROW.match(line) for line in match[2].splitlines()]
        assert all(rows), f"a row under {name} lacks its key, type, default or meaning"
        assert name not in found, f"two tables for {name}"
        found[name] = {row[1] for row in rows if row is not None}
    return found


def test_every_table_of_keys_has_its_rows_and_no_others() -> None:
    documented = tables()
    documented.pop("operators")
    assert documented == {name: set(keys) for name, keys in TABLES.items()}


def test_every_operator_has_its_row() -> None:
    assert tables()["operators"] == set(FITS)


def examples() -> list[tuple[str, str]]:
    """Return the YAML blocks of the documents that are rule files; the mappings of an import have tests of their own."""
    found = []
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        if path.exists():
            for number, match in enumerate(
                re.finditer(r"^```yaml\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S), 1
            ):
                if path.name != "import-export.md":
                    found.append((f"{path.relative_to(ROOT)} {number}", match[1]))
    return found


def test_there_are_examples() -> None:
    assert len(examples()) >= 3


@pytest.mark.parametrize("example", examples(), ids=lambda example: example[0])
def test_every_example_in_the_documents_passes_the_check(example: tuple[str, str]) -> None:
    assert "\n".join(map(str, read(example[1]).faults)) == ""
