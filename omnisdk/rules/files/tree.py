"""A YAML text as a tree whose every node knows its place and, if a scalar, its text as written.

Built from the parser's events, without any of YAML's object construction: no tags, no types, no merge keys. So
``0811`` and ``1E10`` stay texts, and a hostile file can build nothing. Depth, aliases and size have bounds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omnisdk.rules.files.report import Report, Spot, Wrong, quoted
from omnisdk.rules.files.syntax import explain, unquoted_placeholder, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 1_000_000  # bytes of UTF-8
DEEPEST = 40  # levels of nesting, aliases followed
MOST_NODES = 200_000  # after following aliases; a file of the largest size without aliases has fewer
MOST_ALIASES = 1_000

_COMMENT_FOLLOWS = re.compile(r"[ \t]+#")
_COMMENT_INSTEAD = re.compile(r"[ \t]*:[ \t]+#")


@dataclass(slots=True, eq=False)
class Scalar:
    """One value. `text` is as written, folded and unescaped as YAML says; `plain` is false when it was quoted."""

    file: str
    line: int
    column: int
    text: str
    plain: bool
    comment_follows: bool = False  # unquoted, and the rest of its line is a comment: it may have been cut
    inset: int | None = None  # the column of the first character of `text`, where it stands in the file unchanged
    deep: int = 1
    nodes: int = 1

    @property
    def empty(self) -> bool:
        return self.plain and not self.text


@dataclass(slots=True, eq=False)
class Entry:
    key: Scalar
    value: Node
    bare: bool = False  # a key in braces without ":" and value; what a comma left behind


@dataclass(slots=True, eq=False)
class Map:
    file: str
    line: int
    column: int
    entries: list[Entry] = field(default_factory=list)
    deep: int = 1
    nodes: int = 1

    def get(self, name: str) -> Node | None:
        """Return the value under the key `name`, or None."""
        return next((entry.value for entry in self.entries if entry.key.text == name), None)

    def entry(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key.text == name), None)


@dataclass(slots=True, eq=False)
class Seq:
    file: str
    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    deep: int = 1
    nodes: int = 1


Node = Scalar | Map | Seq


def described(node: Node) -> str:
    """Return what `node` is, in the words of a message."""
    if isinstance(node, Map):
        return "found a mapping"
    if isinstance(node, Seq):
        return "found a list"
    return "found nothing" if node.empty else f"found {quoted(node.text)}"


def compose(text: str, file: str, report: Report) -> Node | None:
    """Return the tree of one YAML text, or None where there is none to read; what is wrong goes to `report`.

    A fault of syntax ends the reading of that text, as nothing after it can be trusted.
    """
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        report.fault(Spot(file), "the file is too large", f"more than {LARGEST_FILE:,} bytes", "split it with include:")
        return None
    if (lost := text.find("\ufffd")) >= 0:
        line = text.count("\n", 0, lost) + 1
        spot = Spot(file, line, lost - (text.rfind("\n", 0, lost) + 1) + 1)
        report.fault(spot, "a character that is not UTF-8", "its bytes cannot be read", "save the file as UTF-8")
    builder = _Builder(text, file, report)
    try:
        for event in _events(text, file):
            builder.take(event)
    except Wrong as wrong:
        report.wrong(wrong)
        return None
    if builder.root is None:
        report.fault(Spot(file), "the file is empty", "nothing to read", "`omnisdk init` writes a starter file")
    return builder.root


def _events(text: str, file: str) -> Iterator[Any]:
    """Yield the parser's events. Raises Wrong, whatever the parser raises."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    place = Spot(file)
    try:
        # The pure parser, so that every host reads a file alike, whether or not the C library is installed.
        for event in YAML(typ="safe", pure=True).parse(text):
            place = Spot(file, event.end_mark.line + 1, event.end_mark.column + 1)
            yield event
    except ReaderError as error:
        raise unreadable(error, text, file) from error
    except MarkedYAMLError as error:
        raise explain(error, text, file) from error
    except Exception as error:
        # In corners the parser raises what it does not mean to: OverflowError for "\\UFFFFFFFF". Rules are read while
        # the server runs, so nothing but Wrong may leave here.
        hint = "look after this place for stray \\ % ! & signs"
        raise Wrong(
            place, "the file cannot be read as YAML", f"the parser failed ({type(error).__name__})", hint
        ) from error


@dataclass(slots=True)
class _Frame:
    node: Map | Seq
    anchor: str | None
    key: Scalar | None = None
    key_end: int = 0
    seen: dict[str, Scalar] = field(default_factory=dict)


_NO_KEY = Scalar("", 1, 1, "", plain=False)  # its value is read over


class _Builder:
    """Puts events together. A stack instead of recursion, so depth is ours to bound."""

    def __init__(self, text: str, file: str, report: Report) -> None:
        self.root: Node | None = None
        self._text, self._file, self._report = text, file, report
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._aliases = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._tag(event)
            node = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = node
            self._attach(node, event.start_mark.index, event.end_mark.index)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._tag(event)
            mark = event.start_mark
            shape = Map if kind == "MappingStartEvent" else Seq
            node_ = shape(self._file, mark.line + 1, mark.column + 1)
            if shape is Map and self._is_placeholder(mark.index):
                raise unquoted_placeholder(Spot(self._file, mark.line + 1, mark.column), self._text, mark.index - 1)
            if len(self._stack) >= DEEPEST:
                raise Wrong(node_, "too deep", f"more than {DEEPEST} levels", "a rule this deep wants a segment")
            self._stack.append(_Frame(node_, event.anchor))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            frame = self._stack.pop()
            if frame.anchor:
                self._anchors[frame.anchor] = frame.node
            self._attach(frame.node, event.start_mark.index, event.end_mark.index)
        elif kind == "AliasEvent":
            self._attach(self._alias(event), event.start_mark.index, event.end_mark.index)
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                where = Spot(self._file, event.start_mark.line + 1, event.start_mark.column + 1)
                raise Wrong(where, "a second document begins", 'found "---"', "one file holds one document")

    def _is_placeholder(self, index: int) -> bool:
        """Whether the mapping that begins at `index` is the second brace of ``{{``, where a key should stand."""
        frame = self._stack[-1] if self._stack else None
        if frame is None or not isinstance(frame.node, Map) or frame.key is not None:
            return False
        return self._text.startswith("{{", index - 1)

    def _tag(self, event: Any) -> None:
        if event.tag:
            where = Spot(self._file, event.start_mark.line + 1, event.start_mark.column + 1)
            hint = "leave it out; put a text that begins with ! in quotes"
            self._report.fault(where, "tags are not read", f"found {quoted(str(event.tag))}", hint)

    def _scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark, event.end_mark
        node = Scalar(self._file, start.line + 1, start.column + 1, str(event.value), not event.style)
        if node.empty:
            # The parser places nothing where the next token begins; a person looks at the key.
            frame = self._stack[-1] if self._stack else None
            if frame is not None and frame.key is not None:
                node.line, node.column = frame.key.line, frame.key.column
                node.comment_follows = bool(_COMMENT_INSTEAD.match(self._text, frame.key_end))
        elif node.plain:
            node.comment_follows = bool(_COMMENT_FOLLOWS.match(self._text, end.index))
        if event.style == '"':
            _check_escapes(node)
        quote = 0 if node.plain else 1
        if self._text.startswith(node.text, start.index + quote) and "\n" not in node.text:
            node.inset = node.column + quote
        return node

    def _alias(self, event: Any) -> Node:
        where = Spot(self._file, event.start_mark.line + 1, event.start_mark.column + 1)
        name = event.anchor
        if any(frame.anchor == name for frame in self._stack):
            raise Wrong(where, "an alias inside what it stands for", f"found *{name}", "write the value out")
        if name not in self._anchors:
            hint = f"name it with &{name} first, or put a text that begins with * in quotes"
            raise Wrong(where, "an alias without its anchor", f"found *{name}", hint)
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise Wrong(where, "too many aliases", f"more than {MOST_ALIASES}", "use a segment instead of aliases")
        return self._anchors[name]

    def _attach(self, node: Node, start: int, end: int) -> None:
        if not self._stack:
            if self._documents <= 1:
                self.root = node
            return
        frame = self._stack[-1]
        owner = frame.node
        owner.deep = max(owner.deep, node.deep + 1)
        owner.nodes += node.nodes
        if owner.deep > DEEPEST:
            raise Wrong(node, "too deep", f"more than {DEEPEST} levels", "aliases count with all they stand for")
        if owner.nodes > MOST_NODES:
            raise Wrong(node, "too large", f"more than {MOST_NODES:,} values", "aliases count with all they stand for")
        if isinstance(owner, Seq):
            owner.items.append(node)
        elif frame.key is None:
            frame.key = node if isinstance(node, Scalar) else self._no_key(node)
            frame.key_end = end
        else:
            if frame.key is not _NO_KEY:
                self._entry(frame, owner, frame.key, node, start)
            frame.key = None

    def _no_key(self, node: Node) -> Scalar:
        """Report a mapping or list where a key should stand: mostly an unquoted text that begins with a brace."""
        self._report.fault(
            node, "a key is a word or a text", described(node), "put a text that begins with { or [ in quotes"
        )
        return _NO_KEY

    def _entry(self, frame: _Frame, owner: Map, key: Scalar, value: Node, start: int) -> None:
        name = unicodedata.normalize("NFC", key.text.strip())
        if name == "<<" and key.plain:
            hint = "name what is shared as a segment, or write it out"
            self._report.fault(key, "merge keys are not part of YAML 1.2", 'found "<<"', hint)
            return
        if (first := frame.seen.get(name)) is not None:
            hint = "keep one; in a rule, put both under all:"
            self._report.fault(key, f"the key {quoted(name)} stands twice", f"first on line {first.line}", hint)
            return
        frame.seen[name] = key
        bare = isinstance(value, Scalar) and value.empty and ":" not in self._text[frame.key_end : start]
        if name != key.text:  # equal names are equal however they were typed: composed, decomposed, quoted with blanks
            key = Scalar(key.file, key.line, key.column, name, key.plain)
        owner.entries.append(Entry(key, value, bare))


def _check_escapes(node: Scalar) -> None:
    """Raise Wrong for what only escapes can bring in: control characters and halves of characters."""
    for sign in node.text:
        if (sign < " " and sign not in "\n\r\t") or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff":
            raise Wrong(
                node, "a control character", f"found U+{ord(sign):04X}", "write the character itself, or leave it out"
            )


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything under it, in the file's order."""
    yield node
    if isinstance(node, Map):
        for entry in node.entries:
            yield entry.key
            yield from walk(entry.value)
    elif isinstance(node, Seq):
        for item in node.items:
            yield from walk(item)
