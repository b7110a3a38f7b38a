"""Reading rules in tests, and pointing at the place where a fault is due."""

from __future__ import annotations

from pathlib import Path

from omnisdk.rules.model import Ruleset
from omnisdk.rules.reading import Fault, Loaded, Source, read_source

FIXTURES = Path(__file__).parent / "fixtures"
HERE = "‸"  # stands in a text right before the character at which a fault is due


def read(text: str, **included: str) -> Loaded:
    """Read one main file; `included` texts stand beside it as NAME.yaml."""
    files = [("omni.yaml", text), *((f"{name}.yaml", more) for name, more in included.items())]
    return read_source(Source(tuple(files)))


def rules(text: str, **included: str) -> Ruleset:
    """Return the ruleset of a text that must be without faults."""
    loaded = read(text, **included)
    assert loaded.ruleset is not None, "\n".join(map(str, loaded.faults))
    return loaded.ruleset


def only_fault(marked: str) -> Fault:
    """Return the one fault of a text, which must be where the mark stands."""
    text, line, column = unmarked(marked)
    loaded = read(text)
    listed = "\n".join(map(str, loaded.faults))
    assert len(loaded.faults) == 1, f"one fault is due at {line}:{column}, found:\n{listed}"
    assert loaded.ruleset is None
    (fault,) = loaded.faults
    assert (fault.file, fault.line, fault.column) == ("omni.yaml", line, column), listed
    return fault


def only_warning(marked: str) -> Fault:
    """Return the one warning of a good text, which must be where the mark stands."""
    text, line, column = unmarked(marked)
    loaded = read(text)
    assert loaded.ruleset is not None, "\n".join(map(str, loaded.faults))
    (warning,) = loaded.warnings
    assert (warning.line, warning.column) == (line, column), str(warning)
    return warning


def unmarked(marked: str) -> tuple[str, int, int]:
    before, mark, after = marked.partition(HERE)
    assert mark, "the text has no mark"
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
