"""What the documents name is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(encoding="utf-8"), re.M | re.S)


def test_every_place_in_the_where_is_table_exists() -> None:
    table = README.split("## Where is …?")[1]
    rows = re.findall(r"^\| .+? \| (.+) \|$", table, re.M)[2:]
    places = [place for row in rows for place in re.findall(r"`([^`]+)`", row)]
    assert len(places) > 12
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_python_block_is_python(document: Path) -> None:
    for block in blocks(document, "python"):
        ast.parse(block)


def test_every_make_target_that_a_document_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {name for document in DOCUMENTS for name in re.findall(r"`make ([a-z]+)`", document.read_text("utf-8"))}
    assert named and named <= targets


def test_the_first_screen_of_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 120
    assert {"make demo", "make test"} <= set(re.findall(r"^make \w+", README, re.M))


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in folder.glob("0*.md")}
    assert pages == set(re.findall(r"\]\((0[^)]+)\)", index))
