"""The reference names what there is, and nothing that there is not."""

from __future__ import annotations

import re

import pytest

from .test_build import BUDGETS, DIST, SNIPPET

DOCS = SNIPPET.parent / "docs"
REFERENCE = (DOCS / "reference" / "snippet.md").read_text(encoding="utf-8")
START = (DOCS / "start-web.md").read_text(encoding="utf-8")
SOURCES = {file.relative_to(SNIPPET).as_posix(): file.read_text() for file in (SNIPPET / "src").rglob("*.ts")}
CSS = (SNIPPET / "src" / "ui" / "ui.css").read_text()


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", REFERENCE, re.M | re.S)
    assert found is not None
    return found[1]


def first_cells(text: str) -> set[str]:
    """The names in code of each table row's first cell."""
    rows = re.findall(r"^\| (`[^|]*?) \|", text, re.M)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_method_has_its_row_and_the_stub_queues_it() -> None:
    documented = {re.fullmatch(r"omni\.(\w+)\(.*\)", name)[1] for name in first_cells(section("Methods"))}  # type: ignore[index]
    queued = re.search(r'"(track [a-zA-Z ]+)"\.split', (DIST / "stub.js").read_text())
    assert queued is not None
    table = re.search(r"const methods.*?= \{(.*?)\n  \};", SOURCES["src/main.ts"], re.S)
    assert table is not None
    offered = set(re.findall(r"^    (\w+)(?:[:(,])", table[1], re.M))
    assert documented == set(queued[1].split()) == offered


def test_every_option_has_its_row() -> None:
    assert first_cells(section("Options")) == set(re.findall(r'option\("([a-z-]+)"\)', SOURCES["src/config.ts"]))


def test_every_event_for_the_page_has_its_row() -> None:
    emitted = set(re.findall(r'emit\("(\w+)"', "".join(SOURCES.values())))
    reported = {name.lower() for name in re.findall(r'report\("(\w+)"', "".join(SOURCES.values()))}
    assert first_cells(section("Events for your code")) == emitted | reported


def test_every_trigger_has_its_row() -> None:
    trigger = re.search(r"interface Trigger \{(.*?)\}", SOURCES["src/types.ts"], re.S)
    assert trigger is not None
    table = section("What is drawn").split("| trigger |")[1].split("\n\n")[0]
    assert first_cells(table) == set(re.findall(r"(\w+)\?:", trigger[1]))


def test_every_custom_property_has_its_row_with_its_default() -> None:
    used = dict(re.findall(r"var\((--omni-[a-z-]+), ([^;]+?)\)(?:;| )", CSS))
    rows = dict(re.findall(r"^\| `(--omni-[a-z-]+)` \| `?([^|`]+)`? \|", section("Style"), re.M))
    assert rows == used | {"--omni-font": "the page's"}


def test_every_part_has_its_row() -> None:
    made = set(re.findall(r'(?:element|button|filled)\(\s*(?:"\w+", )?"([a-z ]+)"', SOURCES["src/ui/popup.ts"]))
    for name in ("contentOf", "banner", "countdown"):
        made |= set(
            re.findall(r'(?:element\(\s*"\w+", |button\(|filled\(\s*)"([a-z ]+)"', SOURCES[f"src/ui/{name}.ts"])
        )
    made |= {"cta", "bare"}  # chosen by the label
    named = section("Style").split("| part |")[1]
    assert first_cells(named) == {word for part in made for word in part.split()} - {"omni"}


def test_everything_stored_is_told() -> None:
    keys = set(re.findall(r'"(omni\.[a-z.]+)"', "".join(SOURCES.values()))) - {"omni.js"}
    told = {name.rstrip("…") for name in re.findall(r"^\| \w+ \| `(omni[._][^`]+)`", START, re.M)}
    assert told == keys | {"omni_aid"}


@pytest.mark.parametrize("number", [f"{limit:,}" for _, limit in BUDGETS.values() if limit >= 1_000] + ["500"])
def test_the_sizes_that_are_promised_are_the_tested_ones(number: str) -> None:
    assert f"at most {number}" in START
    assert (DIST / "stub.js").stat().st_size == int(re.search(r"the inline stub, (\d+) bytes", START)[1])  # type: ignore[index]


def test_the_guarded_paths_that_are_told_are_the_guarded_ones() -> None:
    pattern = re.search(r"/\^.*?\\/\((cart.*)\)\(\\/\|\$\)/", SOURCES["src/ui/guardedPath.ts"])
    assert pattern is not None
    told = re.search(r"on `(/cart[^`]+)`", START)
    assert told is not None
    for path in told[1].split():
        assert re.fullmatch(pattern[1], path.removeprefix("/")), path
    assert len(told[1].split()) == 10
