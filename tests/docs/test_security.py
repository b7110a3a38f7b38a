"""The security page names a test for each row, and each one is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| threat", "| ---"))]


def test_every_row_names_its_test_and_every_test_exists() -> None:
    missing = []
    for row in ROWS:
        named = re.search(r"\| `(tests/[\w/]+\.py)::(test_\w+)` \|$", row)
        assert named, row
        path = ROOT / named[1]
        functions = ast.walk(ast.parse(path.read_text("utf-8"))) if path.is_file() else iter(())
        if not any(isinstance(node, ast.FunctionDef) and node.name == named[2] for node in functions):
            missing.append(named[0])
    assert len(ROWS) > 20
    assert missing == []
