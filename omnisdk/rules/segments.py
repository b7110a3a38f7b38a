"""Which segments a rule asks for: one answer for the check, which looks for circles, and for compiling the rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from omnisdk.rules.model import All, Any_, Compare, InSegment, Not, Rule

# Levels of rules within rules, those of the segments they name included. Compiling and asking go down one by one.
DEEPEST = 100


def asked_for(compare: Compare, known: Iterable[str]) -> list[str] | None:
    """Return the segments that a comparison of the fact `segments` is about; None where it is about the list.

    Working out the whole list for one of them would be slow, and endless in a segment that asks for another.
    """
    match compare.operator:
        case "is" | "contains":
            return [compare.value]
        case "in":
            return [*compare.value]
        case "starts_with":
            return [name for name in known if name.startswith(compare.value)]
    return None


def segments_of(rule: Rule, known: Collection[str]) -> frozenset[str]:
    """Return which of the `known` segments a rule asks for, by name or through the fact `segments`."""
    match rule:
        case InSegment(name=name):
            return frozenset({name}) & frozenset(known)
        case Not(of=part):
            return segments_of(part, known)
        case All(of=parts) | Any_(of=parts):
            return frozenset[str]().union(*(segments_of(part, known) for part in parts))
        case Compare():
            from omnisdk.profile.catalogue import parse_fact

            if parse_fact(rule.fact).pattern == "segments":
                return frozenset(asked_for(rule, known) or ()) & frozenset(known)
            return frozenset()


def circles(segments: Mapping[str, Rule]) -> list[tuple[str, ...]]:
    """Return the circles of segments that need each other, each with its first name again at the end."""
    uses = _uses(segments)
    found: list[tuple[str, ...]] = []
    while True:
        try:
            _sorter(uses).prepare()
        except CycleError as error:
            names: list[str] = list(reversed(error.args[1]))  # it names them from the needed to the needing
            first = names.index(min(names[:-1], key=list(segments).index))
            found.append((*names[first:-1], *names[: first + 1]))
            for name in names:
                uses.pop(name, None)
        else:
            return found


def too_deep(segments: Mapping[str, Rule]) -> list[str]:
    """Return the segments in which rules lie in rules, through other segments, deeper than `DEEPEST`.

    Of those that are only so deep because they use one of them, none is named. `segments` has no circles.
    """
    uses = _uses(segments)
    deep: dict[str, int] = {}
    found = []
    for name in _sorter(uses).static_order():
        deep[name] = _levels(segments[name]) + max((deep[used] for used in uses[name]), default=0)
        if deep[name] > DEEPEST:
            found.append(name)
            deep[name] = 0
    return found


def _uses(segments: Mapping[str, Rule]) -> dict[str, frozenset[str]]:
    return {name: segments_of(rule, segments) for name, rule in segments.items()}


def _sorter(uses: Mapping[str, frozenset[str]]) -> TopologicalSorter[str]:
    return TopologicalSorter({name: sorted(used & uses.keys()) for name, used in uses.items()})


def _levels(rule: Rule) -> int:
    match rule:
        case Not(of=part):
            return 1 + _levels(part)
        case All(of=parts) | Any_(of=parts):
            return 1 + max(map(_levels, parts), default=0)
    return 1
