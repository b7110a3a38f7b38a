"""The leaves of a rule that made it hold or fail: the facts it names, and the segments on the way to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from omnisdk import clock
from omnisdk.profile.catalogue import parse_fact
from omnisdk.profile.facts import MISSING, Reading, getter
from omnisdk.rules.compile import compile_rule
from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule

Leaves = dict[str, Any]


def leaves(rule: Rule, reading: Reading, segments: Mapping[str, Rule]) -> Leaves:
    """Return the facts that make `rule` what it is, with their values: all that failed of an `all`, all of an `any`
    that failed, what held of one that holds. A segment stands there as true or false, with the facts behind it."""
    found: Leaves = {}
    _collect(rule, reading, segments, found)
    return found


def _collect(rule: Rule, reading: Reading, segments: Mapping[str, Rule], into: Leaves) -> None:
    match rule:
        case Compare(fact=name):
            into[name] = value_of(name, reading)
            _decided(map(InSegment, _segments_in(rule, segments)), rule, reading, segments, into)
        case Not(of=part):
            _collect(part, reading, segments, into)
        case InSegment(name=name):
            into[name] = _holds(rule, reading, segments)
            _collect(segments[name], reading, segments, into)
        case All(of=parts) | Any_(of=parts):
            _decided(parts, rule, reading, segments, into)


def _decided(parts: Iterable[Rule], whole: Rule, reading: Reading, segments: Mapping[str, Rule], into: Leaves) -> None:
    """Collect those of `parts` that came out as `whole` did."""
    outcome = _holds(whole, reading, segments)
    for part in parts:
        if _holds(part, reading, segments) is outcome:
            _collect(part, reading, segments, into)


def _segments_in(rule: Compare, segments: Mapping[str, Rule]) -> list[str]:
    """Return the segments that a comparison of the fact `segments` asks for; none for any other fact."""
    if parse_fact(rule.fact).pattern != "segments":
        return []
    match rule.operator:
        case "is" | "contains":
            return [rule.value]
        case "in":
            return [*rule.value]
        case "starts_with":
            return [name for name in segments if name.startswith(rule.value)]
    return []


def _holds(rule: Rule, reading: Reading, segments: Mapping[str, Rule]) -> bool:
    return bool(compile_rule(rule, segments)(reading))


def value_of(name: str, reading: Reading) -> Any:
    """Return the value of a fact as it is reported."""
    fact = parse_fact(name)
    value = getter(fact)(reading)
    if value is MISSING:
        return None
    if fact.type == "instant":
        return clock.to_text(value) if type(value) is int else None
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value)
    return float(value) if isinstance(value, Decimal) else value
