"""The mapping file: which columns of a table become what of an event. Read like a rules file, with the place of a fault."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from omnisdk.events.refusals import CALLS
from omnisdk.rules.files.report import Place, Report, Spot, Wrong, quoted, suggestion
from omnisdk.rules.files.tree import Map, Node, Scalar, compose, described
from omnisdk.rules.grammar.scalars import OneOf, Whole, plain_value, read_word, scalar
from omnisdk.rules.grammar.scope import Key, ListOf, Scope, as_map, read_keys
from omnisdk.rules.grammar.site import read_timezone, zone_named
from server_example.services.importing.cells import Cell, Constant, Value
from server_example.services.importing.faults import MappingRefused
from server_example.services.importing.values import NUMBER_STYLES, PLAIN, TimeStyle, Unreadable, time_style

ENCODINGS: Final = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "cp874", "cp1252", "tis-620", "iso-8859-1",
)  # fmt: skip
DELIMITERS: Final = {",": ",", ";": ";", "|": "|", "tab": "\t", "\t": "\t", "\\t": "\t"}


@dataclass(frozen=True, slots=True)
class Only:
    """Rows to take: those whose column says one of `values`. The rest are passed over and counted."""

    column: str
    values: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """A read mapping file. Column names are in NFC without blanks at the ends, as `Table` has them."""

    file: str
    digest: str  # of its text: another mapping makes other events of the same file
    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 1  # what stands above is passed over
    group_by: Cell | None = None
    only: tuple[Only, ...] = ()
    top: MappingOf[str, Value] = field(default_factory=dict)  # type, event, userId, timestamp …
    properties: MappingOf[str, Value] = field(default_factory=dict)
    products: MappingOf[str, Value] = field(default_factory=dict)
    traits: MappingOf[str, Value] = field(default_factory=dict)
    context: MappingOf[str, Value] = field(default_factory=dict)

    def check_columns(self, header: list[str]) -> None:
        """Raise MappingRefused for every column that the file's header line does not have, or has twice."""
        report = Report()
        for cell in self._cells():
            _check_column(report, cell.place, cell.column, header)
        for only in self.only:
            _check_column(report, only.place, only.column, header)
        if report.faults:
            raise MappingRefused([str(fault) for fault in report.faults])

    def _cells(self) -> list[Cell]:
        given = [self.group_by, *self.top.values(), *self.properties.values(), *self.products.values()]
        given += [*self.traits.values(), *self.context.values()]
        return [value for value in given if isinstance(value, Cell)]


def _check_column(report: Report, place: Place, column: str, header: list[str]) -> None:
    times = header.count(column)
    if not times:
        hint = suggestion(column, header, none=f"its columns: {', '.join(header)[:300]}")
        report.fault(place, "the file has no such column", f"found {quoted(column)}", hint)
    elif times > 1:
        report.fault(place, "the file has this column twice", f"found {quoted(column)}", "rename one in the file")


def read_mapping(path: Path, zone: tzinfo = UTC) -> Mapping:
    """Return the mapping that the file at `path` says; `zone` is that of times without their own. Raises MappingRefused."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise MappingRefused([f"{path}: the mapping file cannot be read; {error.strerror or error}"]) from error
    return parse_mapping(text, str(path), zone)


def parse_mapping(text: str, file: str, zone: tzinfo = UTC) -> Mapping:
    """Return the mapping written in `text`; `file` is its name in messages. Raises MappingRefused."""
    report = Report()
    if not text.removeprefix("\ufeff").strip():
        hint = "`omnisdk import --show-mapping FILE.csv` writes one to begin with"
        report.fault(Spot(file), "the mapping file is empty", "found nothing", hint)
    tree = None if report.faults else compose(text, file, report)
    mapping = None
    if tree is not None:
        try:
            mapping = _read(_Reading(report, zone), tree, file, text)
        except Wrong as wrong:
            report.wrong(wrong)
    if mapping is None or report.faults:
        raise MappingRefused([str(fault) for fault in report.faults])
    return mapping


@dataclass(slots=True)
class _Reading(Scope):
    """The scope of a mapping file: how its numbers and times are written, where a column does not say otherwise."""

    numbers: str = PLAIN.name
    dates: str = "iso"
    buddhist: bool = False

    def times(self, node: Node, name: str | None = None) -> TimeStyle:
        try:
            return time_style(name or self.dates, self.zone, buddhist=self.buddhist)
        except Unreadable as error:
            hint = "write dd/mm/yyyy, dd/mm/yyyy[ hh:mm[:ss]], iso or unix"
            raise Wrong(node, f"a pattern of a time: {error}", described(node), hint) from None


def _read(scope: _Reading, tree: Node, file: str, text: str) -> Mapping:
    found = read_keys(scope, _reading_first(tree), FILE, "the mapping")
    found.pop("version", None)
    how = found.pop("read", {})
    top = {name: found[name] for name in TOP if name in found}
    _check_event(scope, tree, top)
    if "group_by" in found and not isinstance(found["group_by"], Cell):
        node = tree.get("group_by") if isinstance(tree, Map) else tree
        raise Wrong(node or tree, "rows are grouped by a column", described(node or tree), "write {column: …}")
    return Mapping(
        file=file,
        digest=blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        group_by=found.get("group_by"),
        only=found.get("only", ()),
        top=top,
        **{name: how[name] for name in ("encoding", "delimiter", "header_line") if name in how},
        **{name: found[name] for name in ("properties", "products", "traits", "context") if name in found},
    )


def _reading_first(tree: Node) -> Map:
    """Return the mapping with `read:` in front: what it says of numbers and times holds for the rest."""
    mapping = as_map(tree, "the mapping", FILE)
    entries = sorted(mapping.entries, key=lambda entry: entry.key.text != "read")
    return Map(mapping.file, mapping.line, mapping.column, entries)


def _check_event(scope: _Reading, tree: Node, top: dict[str, Value]) -> None:
    kind = top.get("type")
    if isinstance(kind, Constant) and kind.value == "track" and "event" not in top:
        hint = "write event: Order Completed, say"
        scope.report.fault(tree, "a track call has an event", "found no event:", hint)
    if top.keys().isdisjoint(IDS):
        hint = f"map one of {', '.join(IDS)}"
        scope.report.fault(tree, "a row says whose it is", "found no id", hint)


def _call(scope: Scope, node: Node) -> Value:
    return Constant(OneOf(tuple(CALLS), "call")(scope, node)) if isinstance(node, Scalar) else _value(scope, node)


def _value(scope: Scope, node: Node) -> Value:
    """Read what one field is made of: ``{column: …}``, or a constant."""
    if isinstance(node, Map):
        return _cell(scope, node)
    return Constant(plain_value(scalar(node, "a value", "write {column: the name in the header line}, or a constant")))


def _text_value(scope: Scope, node: Node) -> Value:
    """Read a field that is a text even where it looks like a number: an id keeps its zeros."""
    return Constant(read_word(scope, node)) if isinstance(node, Scalar) else _value(scope, node)


def _time_value(scope: Scope, node: Node) -> Value:
    """Read a field that is a time unless it says otherwise."""
    return _cell(scope, node, "time") if isinstance(node, Map) else Constant(read_word(scope, node))


def _cell(scope: Scope, node: Node, kind: str = "text") -> Cell:
    assert isinstance(scope, _Reading)
    found = read_keys(scope, node, CELL, "a column")
    if "column" not in found:
        raise Wrong(node, "the value of a column cannot be read", "see the faults inside", "mend them")
    kind = found.get("as", kind)
    style = found.get("format")
    return Cell(
        column=found["column"],
        place=node,
        kind=kind,
        numbers=found.get("numbers", NUMBER_STYLES[scope.numbers]),
        times=style if style is not None else scope.times(node),
        translation=found.get("values"),
        default=found.get("default"),
        separator=found.get("separator", ","),
    )


def _numbers(_: Scope, node: Node) -> Any:
    text = scalar(node, "a way to write numbers", "write 1.250.000,5 or 1,250,000.5").text.strip()
    if text not in NUMBER_STYLES:
        hint = "write the example that looks like the file's: " + ", ".join(NUMBER_STYLES)
        raise Wrong(node, "unknown way to write numbers", described(node), hint)
    return NUMBER_STYLES[text]


def _file_numbers(scope: Scope, node: Node) -> str:
    assert isinstance(scope, _Reading)
    scope.numbers = _numbers(scope, node).name
    return scope.numbers


def _format(scope: Scope, node: Node) -> TimeStyle:
    assert isinstance(scope, _Reading)
    return scope.times(node, scalar(node, "a pattern of a time", "write dd/mm/yyyy, say").text.strip())


def _file_dates(scope: Scope, node: Node) -> str:
    assert isinstance(scope, _Reading)
    scope.dates = _format(scope, node).name
    return scope.dates


def _years(scope: Scope, node: Node) -> str:
    assert isinstance(scope, _Reading)
    said = OneOf(("gregorian", "buddhist"), "way to count years")(scope, node)
    scope.buddhist = said == "buddhist"
    return said


def _zone(scope: Scope, node: Node) -> str:
    name = read_timezone(scope, node)
    scope.zone = zone_named(name) or UTC
    return name


def _delimiter(_: Scope, node: Node) -> str:
    text = scalar(node, "a delimiter", 'write ",", ";", "|" or tab').text
    if text not in DELIMITERS:
        raise Wrong(node, "unknown delimiter", described(node), 'write ",", ";", "|" or tab')
    return DELIMITERS[text]


def _encoding(scope: Scope, node: Node) -> str:
    text = scalar(node, "an encoding", f"write one of: {', '.join(ENCODINGS)}").text.strip().lower()
    text = {"utf8": "utf-8", "utf-8-sig": "utf-8", "windows-1258": "cp1258", "windows-874": "cp874"}.get(text, text)
    if text not in ENCODINGS:
        raise Wrong(node, "unknown encoding", described(node), f"write one of: {', '.join(ENCODINGS)}")
    return text


def _column(scope: Scope, node: Node) -> str:
    return " ".join(read_word(scope, node).split())


def _values(scope: Scope, node: Node) -> dict[str, Any]:
    said = {}
    for entry in as_map(node, "values").entries:
        said[unicodedata.normalize("NFC", entry.key.text.strip())] = plain_value(
            scalar(entry.value, "a value", "write what it becomes")
        )
    return said


def _constant(_: Scope, node: Node) -> Any:
    return plain_value(scalar(node, "a value", "write it, or leave the key out"))


def _fields(scope: Scope, node: Node) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for entry in as_map(node, "a set of fields").entries:
        value = scope.attempt(_value, entry.value)
        if value is not None:
            found[unicodedata.normalize("NFC", entry.key.text.strip())] = value
    return found


def _only(scope: Scope, node: Node) -> tuple[Only, ...]:
    found = []
    for entry in as_map(node, "only", {"COLUMN": None}).entries:
        words = scope.attempt(ListOf(read_word, "a list of values"), entry.value)
        if words is not None:
            found.append(Only(" ".join(entry.key.text.split()), frozenset(words), entry.key))
    return tuple(found)


CELL = {
    "column": Key(_column, required=True),
    "as": Key(OneOf(("text", "number", "flag", "time", "date", "list"), "kind of value")),
    "numbers": Key(_numbers),
    "format": Key(_format),
    "values": Key(_values),
    "default": Key(_constant),
    "separator": Key(lambda _, node: scalar(node, "a separator", 'write ";", say').text),
}
READ = {
    "encoding": Key(_encoding),
    "delimiter": Key(_delimiter),
    "header_line": Key(Whole(1, 1000)),
    "numbers": Key(_file_numbers),
    "timezone": Key(_zone),
    "years": Key(_years),
    "dates": Key(_file_dates),
}
IDS = ("userId", "anonymousId", "phone", "email", "card")
TOP = {
    "type": Key(_call, required=True),
    "event": Key(_text_value),
    "name": Key(_text_value),
    "messageId": Key(_text_value),
    "timestamp": Key(_time_value),
    **{name: Key(_text_value) for name in IDS},
    "previousId": Key(_text_value),
    "groupId": Key(_text_value),
}
FILE = {
    "version": Key(lambda scope, node: Whole(1, 1)(scope, node)),
    "read": Key(lambda scope, node: read_keys(scope, _in_order(node), READ, "read"), empty="absent"),
    "only": Key(_only, empty="absent"),
    "group_by": Key(_value),
    **TOP,
    "properties": Key(_fields, empty="absent"),
    "products": Key(_fields, empty="absent"),
    "traits": Key(_fields, empty="absent"),
    "context": Key(_fields, empty="absent"),
}


def _in_order(node: Node) -> Map:
    """Return `read:` in the order of READ: the zone and the years before the dates that are written in them."""
    mapping = as_map(node, "read", READ)
    rank = {name: position for position, name in enumerate(READ)}
    entries = sorted(mapping.entries, key=lambda entry: rank.get(entry.key.text, len(rank)))
    return Map(mapping.file, mapping.line, mapping.column, entries)
