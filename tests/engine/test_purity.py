"""Law 5: the same input gives the same decision, and nothing outside its arguments is read or changed."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import pytest
from hypothesis import given

import omnisdk
from omnisdk.clock import DAY
from omnisdk.engine import compile_rules, decide, explain
from omnisdk.engine.result import Person
from omnisdk.events.model import Event
from omnisdk.profile import fold
from omnisdk.rules.model import Cap, Compare, Conversion, InSegment
from tests.engine.given import EVERYWHERE, asked, campaign, rules
from tests.support.lives import START, lives

PACKAGE = Path(omnisdk.__file__).parent
PURE = [
    *sorted((PACKAGE / "engine").glob("*.py")),
    *sorted((PACKAGE / "content").glob("*.py")),
    *(PACKAGE / "rules" / name for name in ("compile.py", "operators.py")),
]
FORBIDDEN_MODULES = {"time", "random", "os", "logging", "secrets", "uuid", "socket", "io", "pathlib", "threading",
                     "httpx", "ruamel", "sqlalchemy", "flask"}  # fmt: skip
FORBIDDEN_NAMES = {"now", "today", "utcnow", "open", "print", "input", "exec", "eval", "globals"}


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_module_reads_the_world(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not FORBIDDEN_MODULES & {name.name.split(".")[0] for name in node.names}, ast.dump(node)
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in FORBIDDEN_MODULES, ast.dump(node)
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            assert name not in FORBIDDEN_NAMES, f"{path.name}:{node.lineno} calls {name}()"
        assert not isinstance(node, ast.Global), f"{path.name}:{node.lineno}"


def test_the_walk_finds_the_modules() -> None:
    assert len(PURE) > 20 and {"decide.py", "creative.py", "compile.py"} <= {path.name for path in PURE}


RULES = rules(
    campaign("hội-viên", on=["popup"], promotes=("membership:gym",)),
    campaign("golf", on=["popup", "banner"], audience=InSegment("golfers"), caps=(Cap(1, DAY),)),
    campaign("ขาย", on=["banner", "push"], converts_on=Conversion("Order Completed"), again_after=DAY),
    segments={"golfers": Compare("viewed.category.đồ golf.count", "at_least", 1)},
    caps=(Cap(3, DAY, frozenset({"popup", "push"})),),
    placements=EVERYWHERE,
)


@given(lives())
def test_the_same_input_gives_the_same_answer_and_stays_as_it_was(life: list[Event]) -> None:
    document = fold(life)
    before = copy.deepcopy(document)
    request, now = asked("popup", "banner", "push", path="/golf"), START + 13 * 3_600_000_000
    once = decide(request, Person(document, "user:u1", "d"), compile_rules(RULES), now)
    told = explain(request, Person(document, "user:u1", "d"), compile_rules(RULES), now)
    compiled = compile_rules(RULES)
    for _ in range(2):  # nothing is remembered from one question to the next
        assert decide(request, Person(copy.deepcopy(before), "user:u1", "d"), compiled, now) == once
        assert explain(request, Person(copy.deepcopy(before), "user:u1", "d"), compiled, now) == told
    assert document == before


def test_the_readme_of_the_engine_is_four_lines() -> None:
    assert len((PACKAGE / "engine" / "README.md").read_text(encoding="utf-8").splitlines()) == 4
