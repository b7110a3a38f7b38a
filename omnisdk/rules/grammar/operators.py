"""Which operators a fact takes, and how the value after each is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from omnisdk import clock
from omnisdk.rules.files.report import Wrong, closest, quoted, suggestion
from omnisdk.rules.files.tree import Node, Scalar, Seq, described
from omnisdk.rules.grammar.scalars import plain_value, read_flag, read_number, read_path, read_share, scalar
from omnisdk.rules.grammar.scope import Scope
from omnisdk.rules.grammar.times import DAYS, read_day, read_duration, read_start
from omnisdk.rules.paths import normalise_part

if TYPE_CHECKING:
    from omnisdk.profile.catalogue import Fact

# How the kinds of facts are called in messages.
KINDS: Final[Mapping[str, str]] = {
    "number": "a number",
    "text": "a text",
    "instant": "a time",
    "flag": "true or false",
    "list": "a list",
    "date": "a date",
    "any": "a value of any type",
}

_EVERY = frozenset(KINDS)
_ORDERED = frozenset({"number", "any"})
_TIMES = frozenset({"instant", "date", "any"})

# operator → the kinds of facts it fits. `not` takes whatever its fact takes.
FITS: Final[Mapping[str, frozenset[str]]] = {
    "is": _EVERY - {"instant"},
    "not": _EVERY,
    "in": _EVERY - {"instant"},
    "exists": _EVERY,
    "at_least": _ORDERED,
    "at_most": _ORDERED,
    "more_than": _ORDERED,
    "less_than": _ORDERED,
    "contains": frozenset({"text", "list", "any"}),
    "starts_with": frozenset({"text", "list", "any"}),
    "within": _TIMES,
    "older_than": _TIMES,
    "within_next": _TIMES,
    "before": _TIMES,
    "after": _TIMES,
    "anniversary": _TIMES,
}

# What people write who mean one of ours.
_OTHER_WORDS: Final[Mapping[str, str]] = {
    "equals": "is", "eq": "is", "==": "is", "=": "is", "is_not": "not", "ne": "not", "!=": "not", "not_in": "not",
    ">=": "at_least", "gte": "at_least", "min": "at_least", "<=": "at_most", "lte": "at_most", "max": "at_most",
    ">": "more_than", "gt": "more_than", "greater_than": "more_than", "<": "less_than", "lt": "less_than",
    "has": "contains", "includes": "contains", "begins_with": "starts_with", "since": "after", "until": "before",
    "last": "within", "next": "within_next", "one_of": "in", "any_of": "in",
}  # fmt: skip

# Facts whose values are a fixed set of words.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "now.weekday": DAYS,
    "device.kind": ("phone", "tablet", "desktop", "other"),
    "cart.stage": ("empty", "shopping", "checkout"),
}


def kind_of(fact: Fact) -> str:
    """Return which of `KINDS` a fact is of."""
    return _KIND_OF_TYPE.get(fact.type, "any")


_KIND_OF_TYPE: Final[Mapping[str, str]] = {
    "number": "number", "text": "text", "instant": "instant", "flag": "flag", "bool": "flag", "list": "list",
    "date": "date", "any": "any",
}  # fmt: skip


def check_operator(name: str, place: Scalar, fact: Fact) -> None:
    """Raise Wrong when `name` is no operator or does not fit the fact."""
    if name not in FITS:
        other = _OTHER_WORDS.get(name)
        hint = (
            f"did you mean {quoted(other)}?" if other else suggestion(name, FITS, none=f"operators: {', '.join(FITS)}")
        )
        raise Wrong(place, "unknown operator", f"found {quoted(name)}", hint)
    kind = kind_of(fact)
    if kind not in FITS[name]:
        fitting = ", ".join(operator for operator, kinds in FITS.items() if kind in kinds)
        raise Wrong(place, f"{name} does not fit {fact.name}", f"it is {KINDS[kind]}", f"operators for it: {fitting}")


def read_operand(scope: Scope, fact: Fact, operator: str, node: Node) -> Any:
    """Return the value after an operator, ready to compare."""
    if fact.pattern == "page.path" and operator in ("contains", "starts_with"):
        return normalise_part(_text(scalar(node, "a part of a path", 'write "/help"')))
    if operator in ("is", "in", "contains"):
        return _read_list(scope, fact, node) if operator == "in" else read_value(scope, fact, node)
    if operator == "starts_with":
        return _text(scalar(node, "a text", "write how it begins"))
    return _OPERANDS[operator](scope, fact, node)


def _read_list(scope: Scope, fact: Fact, node: Node) -> tuple[Any, ...]:
    if not isinstance(node, Seq):
        raise Wrong(node, "in takes a list", described(node), "write [a, b]")
    if not node.items:
        raise Wrong(node, "an empty list holds for nobody", "found []", "name at least one value")
    return tuple(read_value(scope, fact, item) for item in node.items)


def _duration(scope: Scope, _: Fact, node: Node) -> int:
    return read_duration(scope, node)


def _days(scope: Scope, _: Fact, node: Node) -> int:
    """Read a duration of whole days: an anniversary is a day, and has no hours."""
    duration = read_duration(scope, node)
    if duration % clock.DAY:
        raise Wrong(node, "an anniversary is counted in whole days", described(node), "write 1d, 7d or 4w")
    return duration


def _instant(scope: Scope, _: Fact, node: Node) -> int:
    return read_start(scope, node)


def _flag(scope: Scope, _: Fact, node: Node) -> bool:
    return read_flag(scope, node)


def _number(scope: Scope, fact: Fact, node: Node) -> int | float:
    if fact.name.endswith("share") and isinstance(node, Scalar) and node.text.endswith("%"):
        return read_share(scope, node)
    return read_number(scope, node)


_OPERANDS: Final[Mapping[str, Callable[[Scope, Any, Node], Any]]] = {
    "at_least": _number,
    "at_most": _number,
    "more_than": _number,
    "less_than": _number,
    "within": _duration,
    "older_than": _duration,
    "within_next": _duration,
    "anniversary": _days,
    "before": _instant,
    "after": _instant,
    "exists": _flag,
}


def read_value(scope: Scope, fact: Fact, node: Node) -> Any:
    """Return a value that a fact is compared with, of the fact's own type: nothing is converted when deciding."""
    value = scalar(node, f"a value for {fact.name}", "to ask whether there is one, write {exists: true}")
    kind = kind_of(fact)
    if kind == "number":
        return _number(scope, fact, node)
    if kind == "flag":
        return read_flag(scope, node)
    if kind == "any":
        result = plain_value(value)
        if result is None:
            hint = f"write {{exists: false}} for nothing, or put {value.text} in quotes"
            raise Wrong(node, "nothing is no value to compare with", described(node), hint)
        return result
    return _word(scope, fact, value)


def _word(scope: Scope, fact: Fact, node: Scalar) -> str:
    if fact.pattern == "page.path":  # compared with a path that was brought to the same form
        return read_path(scope, node)
    text = _text(node)
    words = WORDS.get(fact.pattern)
    if words is not None and text not in words:
        raise Wrong(node, f"{fact.name} never has this value", described(node), suggestion(text, words))
    if fact.pattern == "segments" and text not in scope.segments:
        hint = suggestion(text, scope.segments, none="no segment of that name is in the file")
        raise Wrong(node, "unknown segment", described(node), hint)
    if fact.pattern == "owns":
        check_owned(node, text)
    if fact.pattern == "now.date":
        return read_day(scope, node)
    return text


OWNED = ("membership", "product")


def check_owned(node: Node, text: str, prefixes: tuple[str, ...] = OWNED) -> None:
    """Raise Wrong unless `text` names an entitlement: ``membership:gym``, ``product:P1``."""
    prefix, colon, name = text.partition(":")
    if prefix in prefixes and colon and name.strip():
        return
    near = closest(prefix, prefixes) if colon else None
    listed = ", ".join(f"{each}:NAME" for each in prefixes)
    hint = f"did you mean {quoted(f'{near}:{name.strip()}')}?" if near and name.strip() else f"write one of: {listed}"
    raise Wrong(node, "an entitlement has a kind and a name", described(node), hint)


def _text(node: Scalar) -> str:
    return unicodedata.normalize("NFC", node.text.strip())
