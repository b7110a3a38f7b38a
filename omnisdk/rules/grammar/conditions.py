"""Rules: mappings of facts, `all` `any` `not`, and names of segments (DESIGN 8)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from omnisdk.rules.files.report import Wrong, quoted, suggestion
from omnisdk.rules.files.tree import Entry, Map, Node, Scalar, Seq, described
from omnisdk.rules.grammar.operators import FITS, check_operator, kind_of, read_operand, read_value
from omnisdk.rules.grammar.scalars import reference, segment_name, warn_event
from omnisdk.rules.grammar.scope import Scope
from omnisdk.rules.meant import meant_fact
from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule

if TYPE_CHECKING:
    from omnisdk.profile.catalogue import Fact

_COMBINATORS = ("all", "any", "not")


def read_rule(scope: Scope, node: Node) -> Rule:
    """Read a rule: a mapping of facts that must all hold, or the name of a segment."""
    if isinstance(node, Scalar):
        return InSegment(segment_name(scope, node))
    if isinstance(node, Seq):
        raise Wrong(node, "a rule is a mapping or a segment's name", "found a list", "put any: or all: before the list")
    if not node.entries:
        raise Wrong(node, "an empty rule", "found {}", "name a fact, such as orders.count: {at_least: 1}")
    return _all([_entry(scope, entry) for entry in node.entries])


def read_audience(scope: Scope, node: Node) -> Rule:
    """Read a segment, a list (any of them), or a rule."""
    if not isinstance(node, Seq):
        return read_rule(scope, node)
    if not node.items:
        raise Wrong(node, "an empty list is nobody", "found []", "leave the key out for everybody")
    return _any(_list(scope, node))


def read_exclude(scope: Scope, node: Node) -> Rule | None:
    """Read what `read_audience` does; an empty list excludes nobody and is None."""
    return None if isinstance(node, Seq) and not node.items else read_audience(scope, node)


def _list(scope: Scope, node: Seq) -> list[Rule]:
    rules = [scope.attempt(read_rule, item) for item in node.items]
    return [rule for rule in rules if rule is not None]


def _all(rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else All(tuple(rules))


def _any(rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else Any_(tuple(rules))


def _entry(scope: Scope, entry: Entry) -> Rule:
    """Read one entry of a rule. After reporting a fault it returns a rule that stands for nothing."""
    name, value = entry.key.text, entry.value
    try:
        if isinstance(value, Scalar) and value.empty:
            raise Wrong(entry.key, f"{quoted(name)} has no value", "found nothing", "write a value, or {exists: true}")
        if name in _COMBINATORS:
            return _combined(scope, name, value)
        return _compared(scope, _fact(scope, entry.key), value)
    except Wrong as wrong:
        scope.report.wrong(wrong)
        return All(())


def _combined(scope: Scope, name: str, value: Node) -> Rule:
    if name == "not":
        return Not(read_audience(scope, value))
    if not isinstance(value, Seq):
        # `any: {a: 1, b: 2}` reads as "a or b" to people, and as "a and b" to the grammar: ask.
        hint = "begin each rule with - on its own line, or write [a, b]"
        raise Wrong(value, f"{name}: takes a list of rules", described(value), hint)
    if not value.items:
        raise Wrong(value, f"{name}: without rules", "found []", "name at least one rule")
    rules = _list(scope, value)
    return _all(rules) if name == "all" else _any(rules)


def _fact(scope: Scope, key: Scalar) -> Fact:
    from omnisdk.profile.catalogue import UnknownFact, parse_fact

    try:
        fact = parse_fact(key.text)
    except UnknownFact as error:
        if key.text in scope.segments:
            hint = f"it is a segment: write - {key.text} under all: or any:"
        elif key.text in FITS:
            hint = "it is an operator: write it under a fact"
        elif near := meant_fact(error):
            hint = f"did you mean {quoted(near)}?"
        else:
            hint = suggestion(key.text, _COMBINATORS, none="see the facts in docs/reference/facts.md")
        raise Wrong(key, "unknown fact", f"found {quoted(key.text)}", hint) from None
    _check_names(scope, key, fact)
    return fact


def _check_names(scope: Scope, key: Scalar, fact: Fact) -> None:
    """Names of this file inside a fact's name must exist; names of events are only compared with the known ones."""
    if not fact.args:
        return
    name = unicodedata.normalize("NFC", str(fact.args[0]))
    if fact.family == "events":
        warn_event(scope, key, name)
        return
    known = {"campaigns": scope.campaigns, "scores": scope.scores, "consent": scope.purposes}.get(fact.family)
    if known is not None:
        of = {"campaigns": "campaign", "scores": "score", "consent": "purpose"}[fact.family]
        reference(known, of, Scalar(key.file, key.line, key.column, name, plain=False))


def _compared(scope: Scope, fact: Fact, value: Node) -> Rule:
    """Read what stands after a fact: a value, a list, or a mapping of operators."""
    if not isinstance(value, Map) and kind_of(fact) == "instant":
        hint = "write {within: 7d}, {before: 2026-11-01} or {exists: true}"
        raise Wrong(value, f"{fact.name} is a time and takes an operator", described(value), hint)
    if isinstance(value, Seq):
        return Compare(fact.name, "in", read_operand(scope, fact, "in", value))
    if isinstance(value, Scalar):
        return Compare(fact.name, "is", read_value(scope, fact, value))
    if not value.entries:
        raise Wrong(value, f"{fact.name} without an operator", "found {}", "write {at_least: 1}, say")
    return _all([_operator(scope, fact, entry) for entry in value.entries])


def _operator(scope: Scope, fact: Fact, entry: Entry) -> Rule:
    name = entry.key.text
    try:
        check_operator(name, entry.key, fact)
        if name == "not":
            return Not(_compared(scope, fact, entry.value))
        return Compare(fact.name, name, read_operand(scope, fact, name, entry.value))
    except Wrong as wrong:
        scope.report.wrong(wrong)
        return All(())
