"""Rules as functions: the tree of a rule becomes one closure whose facts were resolved when it was compiled.

What a fact reads and what a segment answers is kept with the reading it was asked of: campaigns mostly ask the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnisdk.profile.catalogue import Fact, parse_fact
from omnisdk.profile.facts import Getter, Reading, getter
from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule
from omnisdk.rules.operators import OPERATORS, Check
from omnisdk.rules.segments import asked_for

_SEGMENTS = "segments"  # where a reading keeps what its segments answered
_UNREAD = object()


def compile_rule(rule: Rule, segments: Mapping[str, Rule]) -> Check:
    """Return the function that tells whether `rule` holds for a reading.

    Raises UnknownFact for a name that no fact has, and ValueError for an unknown segment or operator or a circle of
    segments: rules that were read and checked (`omnisdk.rules.reading`) have none of them.
    """
    return _Compiler(segments).rule(rule)


def compile_segments(segments: Mapping[str, Rule]) -> dict[str, Check]:
    """Return each segment's function; they share their answers with every rule compiled with the same `segments`."""
    compiler = _Compiler(segments)
    return {name: compiler.rule(InSegment(name)) for name in segments}


def facts_of(rule: Rule, segments: Mapping[str, Rule]) -> Iterator[Fact]:
    """Yield every fact that `rule` names, those of its segments included; one named twice comes twice."""
    seen: set[str] = set()
    rules = [rule]
    while rules:
        match rules.pop():
            case Compare(fact=name):
                yield parse_fact(name)
            case All(of=parts) | Any_(of=parts):
                rules.extend(parts)
            case Not(of=part):
                rules.append(part)
            case InSegment(name=name):
                if name not in seen:
                    seen.add(name)
                    rules.append(segments[name])


class _Compiler:
    def __init__(self, segments: Mapping[str, Rule]) -> None:
        self._segments = segments
        self._compiled: dict[str, Check] = {}
        self._open: list[str] = []  # the segments being compiled, outermost first

    def rule(self, rule: Rule) -> Check:
        match rule:
            case Compare():
                return self._compare(rule)
            case All(of=parts):
                return _all([self.rule(part) for part in parts])
            case Any_(of=parts):
                return _any([self.rule(part) for part in parts])
            case Not(of=part):
                return _not(self.rule(part))
            case InSegment(name=name):
                return self._segment(name)

    def _compare(self, compare: Compare) -> Check:
        operator = OPERATORS.get(compare.operator)
        if operator is None:
            raise ValueError(f"unknown operator {compare.operator!r} on {compare.fact}; one of {', '.join(OPERATORS)}")
        fact = parse_fact(compare.fact)
        if fact.pattern == "segments" and (asked := asked_for(compare, self._segments)) is not None:
            return _any([self._segment(name) for name in asked])
        if fact.pattern == "segments" and compare.operator == "exists":
            return _constant(compare.value is True)  # there is always a list, if an empty one
        return operator(_kept(f"fact {fact.name}", getter(fact)), compare.value, fact.type == "instant")

    def _segment(self, name: str) -> Check:
        if name in self._compiled:
            return self._compiled[name]
        if name in self._open:
            raise ValueError(f"segments in a circle: {' → '.join((*self._open, name))}")
        if name not in self._segments:
            raise ValueError(f"unknown segment {name!r}")
        self._open.append(name)
        check = self._compiled[name] = _remembered(name, self.rule(self._segments[name]))
        self._open.pop()
        return check


def _kept(key: str, get: Getter) -> Getter:
    def fact(reading: Reading) -> Any:
        kept = reading.kept
        found = kept.get(key, _UNREAD)
        if found is _UNREAD:
            found = kept[key] = get(reading)
        return found

    return fact


def _remembered(name: str, check: Check) -> Check:
    def segment(reading: Reading) -> bool:
        kept: dict[str, Any] = reading.kept
        answers: dict[str, bool] | None = kept.get(_SEGMENTS)
        if answers is None:
            answers = kept[_SEGMENTS] = {}
        answer = answers.get(name)
        if answer is None:
            answer = answers[name] = check(reading)
        return answer

    return segment


def _all(checks: list[Check]) -> Check:
    match checks:
        case [one]:
            return one
        case [first, second]:
            return lambda reading: first(reading) and second(reading)
        case [first, second, third]:
            return lambda reading: first(reading) and second(reading) and third(reading)

    def every(reading: Reading) -> bool:
        for check in checks:  # noqa: SIM110 - all() with a generator costs twice as much
            if not check(reading):
                return False
        return True

    return every


def _any(checks: list[Check]) -> Check:
    match checks:
        case [one]:
            return one
        case [first, second]:
            return lambda reading: first(reading) or second(reading)

    def some(reading: Reading) -> bool:
        for check in checks:  # noqa: SIM110 - as above
            if check(reading):
                return True
        return False

    return some


def _constant(answer: bool) -> Check:
    return lambda reading: answer


def _not(check: Check) -> Check:
    return lambda reading: not check(reading)
