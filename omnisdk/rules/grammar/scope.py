"""What reading one node needs to know of the rest: names, time zone, and where faults go. And mappings and lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final, Generic, Literal, TypeVar

from omnisdk.rules.files.report import Report, Wrong, closest, quoted, suggestion
from omnisdk.rules.files.tree import Entry, Map, Node, Scalar, Seq, described

T = TypeVar("T")


@dataclass(slots=True)
class Scope:
    report: Report
    zone: tzinfo = UTC  # site.timezone
    # Names that the file defines, in its order.
    placements: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()

    def attempt(self, read: Read[T], node: Node) -> T | None:
        """Return what `read` makes of `node`; report what it raises and return None."""
        try:
            return read(self, node)
        except Wrong as wrong:
            self.report.wrong(wrong)
            return None


Read = Callable[[Scope, Node], T]

NOT_YET: Final = "not acted on yet"
LONGEST_NAME: Final = 100  # characters


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: how its value is read, and what an empty value means."""

    read: Callable[[Scope, Node], Any]
    empty: Literal["fault", "absent", "mapping"] = "fault"
    required: bool = False
    dormant: bool = False  # read and checked, brought to life by a later version: warns
    text: bool = False  # a text for people: what a comma cuts from it is its own fault


def read_keys(
    scope: Scope, node: Node, keys: Mapping[str, Key], of: str, elsewhere: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the values under the known `keys` of a mapping; keys whose value is faulty are left out.

    `of` names the mapping in messages ("a campaign"); `elsewhere` tells where a key lives that people put here.
    """
    mapping = as_map(node, of, keys)
    found: dict[str, Any] = {}
    misspelt: set[str | None] = set()  # keys that an unknown one was probably meant to be

    def is_text(entry: Entry) -> bool:
        return (key := keys.get(entry.key.text)) is not None and key.text

    for entry in uncut(scope, mapping, is_text):
        name = entry.key.text
        key = keys.get(name)
        if key is None:
            hint = (elsewhere or {}).get(name) or suggestion(name, keys)
            misspelt.add(closest(name, keys))
            scope.report.fault(entry.key, f"unknown key in {of}", f"found {quoted(name)}", hint)
            continue
        if (value := filled(scope, entry, key)) is None:
            continue
        result = scope.attempt(key.read, value)
        if result is not None:
            found[name] = result
            if key.dormant and result:
                scope.report.warn(entry.key, NOT_YET, f"found {name}:", "it is checked and kept for a later version")
    for name, key in keys.items():
        if key.required and name not in misspelt and mapping.entry(name) is None:
            scope.report.fault(node, f"{of} needs {name}:", "found none", f"its keys: {', '.join(keys)}")
    return found


def uncut(scope: Scope, mapping: Map, is_text: Callable[[Entry], bool]) -> Iterator[Entry]:
    """Yield the entries of a mapping but for what a comma has left of an unquoted text, which is reported once."""
    text: Scalar | None = None
    cut = False
    for entry in mapping.entries:
        if not entry.bare:
            value, cut = entry.value, False
            text = value if isinstance(value, Scalar) and value.plain and value.text and is_text(entry) else None
        elif text is not None:
            if not cut:
                found = f"found {quoted(text.text)} and then {quoted(entry.key.text)}"
                scope.report.fault(text, "a text is cut at ','", found, "put it in quotes")
            cut = True
            continue
        yield entry


def filled(scope: Scope, entry: Entry, key: Key) -> Node | None:
    """Return the value of an entry, an empty mapping where nothing may stand for one, or None after reporting."""
    value = entry.value
    if not (isinstance(value, Scalar) and value.empty) or (value.comment_follows and key.empty == "fault"):
        return value
    if key.empty == "mapping":
        return Map(value.file, value.line, value.column)
    if key.empty == "fault":
        hint = "give it a value, or delete it" + (", or put the text before it in quotes" if entry.bare else "")
        scope.report.fault(entry.key, f"{quoted(entry.key.text)} has no value", "found nothing", hint)
    return None


def as_map(node: Node, of: str, keys: Mapping[str, Any] | None = None) -> Map:
    if not isinstance(node, Map):
        hint = f"its keys: {', '.join(keys)}" if keys else "write key: value"
        raise Wrong(node, f"{of} is a mapping", described(node), hint)
    return node


def read_named(scope: Scope, node: Node, read: Read[T], of: str, *, empty_ok: bool = False) -> dict[str, T]:
    """Return a mapping of names made in the file to what `read` makes of their values."""
    found: dict[str, T] = {}
    for entry in as_map(node, f"{of}s").entries:
        name = scope.attempt(read_name, entry.key)
        value = filled(scope, entry, Key(read, empty="mapping" if empty_ok else "fault"))
        if value is None:
            continue
        result = scope.attempt(read, value)
        if name is not None and result is not None:
            found[name] = result
    return found


def read_list(scope: Scope, node: Node, read: Read[T], of: str) -> tuple[T, ...]:
    """Return the items of a list, the faulty ones left out. A single value stands for a list of one."""
    if isinstance(node, Map):
        raise Wrong(node, f"{of} is a list", described(node), "write [a, b], or one - per line")
    items: list[Node] = node.items if isinstance(node, Seq) else [node]
    results = [scope.attempt(read, item) for item in items]
    return tuple(result for result in results if result is not None)


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
    """Reads a list whose items are all read by `read`; `of` names it in messages."""

    read: Read[T]
    of: str

    def __call__(self, scope: Scope, node: Node) -> tuple[T, ...]:
        return read_list(scope, node, self.read, self.of)


def read_name(_: Scope, node: Node) -> str:
    """Read a name made in the file: letters and marks of any script, digits, - and _."""
    text = node.text.strip() if isinstance(node, Scalar) else ""
    name = unicodedata.normalize("NFC", text)
    fitting = "".join(sign if sign in "-_" or unicodedata.category(sign)[0] in "LMN" else "-" for sign in name)
    if not name or name != fitting or len(name) > LONGEST_NAME:
        clean = re.sub("-{2,}", "-", fitting).strip("-")  # "a b!" was not meant as "a-b-"
        fits = clean and len(name) <= LONGEST_NAME
        hint = f"did you mean {quoted(clean)}?" if fits else f"1 to {LONGEST_NAME} characters"
        raise Wrong(node, "a name is letters, digits, - and _", described(node), hint)
    return name
