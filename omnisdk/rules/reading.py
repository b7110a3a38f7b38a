"""Reading omni.yaml: from files to a `Ruleset`, or to the list of everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from omnisdk.rules.files.including import Trees, join
from omnisdk.rules.files.report import Fault, Report, Spot
from omnisdk.rules.files.source import Source, gather
from omnisdk.rules.grammar.document import read_document
from omnisdk.rules.model import Ruleset

__all__ = ["Fault", "Loaded", "Source", "read_file", "read_source"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of reading rule files. `ruleset` is None exactly when there are faults."""

    ruleset: Ruleset | None
    faults: tuple[Fault, ...]  # in the order of the files, then by line and column
    warnings: tuple[Fault, ...]
    source: Source


def read_file(path: str | os.PathLike[str]) -> Loaded:
    """Read the rule file at `path` with all that it includes. Never raises: what is wrong is in `faults`.

    Messages name files as `path` does: ``conf/omni.yaml:14:3: …`` for ``conf/omni.yaml``.
    """
    file = Path(path)
    report = Report()
    shown = _shown(file)
    trees = Trees(report, shown)
    try:
        source = gather(file, trees.includes)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        report.fault(Spot(str(path)), "the rule file cannot be read", reason, "`omnisdk init` writes a starter file")
        return Loaded(None, report.faults, (), Source(((file.name, ""),)))
    return _read(source, report, shown, trees)


def read_source(source: Source, folder: str = "") -> Loaded:
    """Read rules from their texts. Equal sources give equal rulesets. Never raises: what is wrong is in `faults`.

    `folder` stands before the names of files in messages.
    """
    report = Report()
    shown = _shown(PurePath(folder) / source.files[0][0]) if folder and source.files else str
    if not source.files:
        report.fault(
            Spot("omni.yaml"), "there is no rule file", "found no text", "`omnisdk init` writes a starter file"
        )
        return Loaded(None, report.faults, (), source)
    return _read(source, report, shown, Trees(report, shown))


def _read(source: Source, report: Report, shown: Callable[[str], str], trees: Trees) -> Loaded:
    tree = join(source, report, shown, trees)
    ruleset = read_document(tree, report) if tree is not None else None
    faults = report.faults
    return Loaded(None if faults else ruleset, faults, report.warnings, source)


def _shown(file: PurePath) -> Callable[[str], str]:
    folder = file.parent
    return lambda name: str(folder / name)
