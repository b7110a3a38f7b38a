"""`include:` — several files as one tree, every node still knowing its own file."""

from __future__ import annotations

from collections.abc import Callable

from omnisdk.rules.files.report import Report, quoted, suggestion
from omnisdk.rules.files.source import Source, included_name
from omnisdk.rules.files.tree import Entry, Map, Node, Scalar, Seq, compose, described

# Sections of named things: here an included file adds its names, and the including file wins name by name.
# Everything else (a list, version) is taken whole from the including file where it has it.
MERGED = frozenset({"site", "identity", "grants", "placements", "segments", "scores", "campaigns", "journeys"})


class Trees:
    """The trees of a source's files, each composed once: gathering the files and joining them both need them."""

    def __init__(self, report: Report, shown: Callable[[str], str]) -> None:
        self._report, self._shown = report, shown
        self._trees: dict[str, Node | None] = {}

    def tree(self, name: str, text: str) -> Node | None:
        if name not in self._trees:
            self._trees[name] = compose(text, self._shown(name), self._report)
        return self._trees[name]

    def includes(self, name: str, text: str) -> list[str]:
        """Return the paths under `include:` of one file, as written; faults in them are left to `join`."""
        tree = self.tree(name, text)
        listed = tree.get("include") if isinstance(tree, Map) else None
        nodes = listed.items if isinstance(listed, Seq) else [listed]
        return [node.text for node in nodes if isinstance(node, Scalar) and node.text]


def join(source: Source, report: Report, shown: Callable[[str], str], trees: Trees | None = None) -> Map | None:
    """Return the tree of the whole source, or None where the main file gives none.

    `shown(name)` is how a file of the source is called in messages.
    """
    for name, _ in source.files:
        report.begin(shown(name))
    return _Joiner(source, report, trees or Trees(report, shown)).tree(source.files[0][0], ())


class _Joiner:
    def __init__(self, source: Source, report: Report, trees: Trees) -> None:
        self._source, self._report, self._trees = source, report, trees
        self._main = source.files[0][0]
        self._done: dict[str, Map | None] = {}

    def tree(self, name: str, open_: tuple[str, ...]) -> Map | None:
        if name in self._done:
            return self._done[name]
        text = self._source.text(name)
        assert text is not None
        node = self._trees.tree(name, text)
        own: Map | None = None
        if isinstance(node, Map):
            own = node
        elif node is not None:
            what = "a rule file is a mapping of sections"
            self._report.fault(node, what, described(node), "begin with version: 1 and site:")
        joined = own
        if own is not None:
            for included in self._included(own, name, (*open_, name)):
                joined = _merged(joined or own, included)
        self._done[name] = joined
        return joined

    def _included(self, own: Map, name: str, open_: tuple[str, ...]) -> list[Map]:
        listed = own.get("include")
        if listed is None or (isinstance(listed, Scalar) and listed.empty):
            return []
        nodes: list[Node] = listed.items if isinstance(listed, Seq) else [listed]
        found: list[Map] = []
        for node in reversed(nodes):  # merged in this order, the later file wins over the earlier one
            if not isinstance(node, Scalar) or not node.text:
                self._report.fault(node, "include lists files", described(node), "write include: [groups/retail.yaml]")
                continue
            tree = self._one(node, name, open_)
            if tree is not None:
                found.append(tree)
        return found

    def _one(self, node: Scalar, name: str, open_: tuple[str, ...]) -> Map | None:
        target = included_name(name, node.text, self._main)
        if target is None:
            hint = "paths are relative to this file and stay inside the main file's folder"
            self._report.fault(node, "a file outside the folder", f"found {quoted(node.text)}", hint)
        elif target in open_ or target == self._main:
            circle = " → ".join((*open_[open_.index(target) :], target)) if target in open_ else target
            self._report.fault(node, "files include each other in a circle", circle, "take one of these includes out")
        elif self._source.text(target) is None:
            known = [other for other, _ in self._source.files if other not in (name, self._main)]
            hint = suggestion(target, known, none="paths are relative to the file that includes")
            self._report.fault(node, "an included file is missing", f"no file {quoted(node.text)} beside {name}", hint)
        else:
            return self.tree(target, open_)
        return None


def _merged(own: Map, included: Map) -> Map:
    result = Map(own.file, own.line, own.column, list(own.entries))
    for entry in included.entries:
        name = entry.key.text
        if name in ("include", "version"):
            continue
        position = next((i for i, mine in enumerate(result.entries) if mine.key.text == name), None)
        if position is None:
            result.entries.append(entry)
            continue
        mine = result.entries[position]
        if name in MERGED and isinstance(entry.value, Map):
            if isinstance(mine.value, Map):
                names = {each.key.text for each in mine.value.entries}
                more = [each for each in entry.value.entries if each.key.text not in names]
                both = Map(mine.value.file, mine.value.line, mine.value.column, [*mine.value.entries, *more])
                result.entries[position] = Entry(mine.key, both)
            elif isinstance(mine.value, Scalar) and mine.value.empty:
                result.entries[position] = entry
    return result
