"""`journeys:` and `scores:` — parsed and checked; a later version brings them to life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisdk.rules.files.report import Wrong, closest, listed, quoted, suggestion
from omnisdk.rules.files.tree import Map, Node, Scalar, Seq, described
from omnisdk.rules.grammar.campaigns import read_where
from omnisdk.rules.grammar.conditions import read_audience, read_rule
from omnisdk.rules.grammar.operators import kind_of
from omnisdk.rules.grammar.scalars import (
    OneOf,
    campaign_name,
    event_name,
    read_flag,
    read_number,
    scalar,
    segment_name,
    warn_event,
)
from omnisdk.rules.grammar.scope import Key, Scope, as_map, filled, read_keys, read_list
from omnisdk.rules.grammar.site import KINDS
from omnisdk.rules.grammar.times import read_clock, read_duration, read_start
from omnisdk.rules.meant import meant_fact
from omnisdk.rules.model import Journey

# What `through` may name besides placements and kinds.
PAGE, BEST = "page", "best"

# --- how a run starts and stops ---------------------------------------------------------------------------------------
EVENT = {"event": Key(event_name, required=True), "where": Key(read_where)}
BEFORE_END = {
    "before_end_of": Key(campaign_name, required=True),
    "by": Key(read_duration, required=True),
    "at": Key(read_clock),
}
ENTERS = {"enters": Key(segment_name, required=True)}
AT = {"at": Key(read_start, required=True), "segment": Key(segment_name, required=True)}
STARTS = {"before_end_of": BEFORE_END, "enters": ENTERS, "event": EVENT, "at": AT}


def read_starts_on(scope: Scope, node: Node) -> Mapping[str, Any]:
    mapping = as_map(node, "starts_on")
    for first, keys in STARTS.items():  # before_end_of has an `at` too, so it is looked for first
        if mapping.entry(first) is not None:
            return read_keys(scope, node, keys, "starts_on")
    given = ", ".join(entry.key.text for entry in mapping.entries)
    hint = suggestion(given, STARTS) if given else f"write one of: {', '.join(STARTS)}"
    raise Wrong(node, "starts_on does not say when", f"found {quoted(given)}", hint)


def _read_stop(scope: Scope, node: Node) -> Mapping[str, Any]:
    """Read an event, or a rule: ``{"event": …, "where": …}`` or ``{"rule": Rule}``."""
    if isinstance(node, Map) and node.entry("event") is not None:
        return read_keys(scope, node, EVENT, "stops_on")
    return {"rule": read_rule(scope, node)}


def read_stops(scope: Scope, node: Node) -> tuple[Mapping[str, Any], ...]:
    items: list[Node] = node.items if isinstance(node, Seq) else [node]
    found = [scope.attempt(_read_stop, item) for item in items]
    return tuple(stop for stop in found if stop is not None)


# --- steps ------------------------------------------------------------------------------------------------------------
def read_since(_: Scope, node: Node) -> str:
    from omnisdk.profile.catalogue import UnknownFact, parse_fact

    name = scalar(node, "a fact", "write cart.updated_at, say").text.strip()
    try:
        fact = parse_fact(name)
    except UnknownFact as error:
        near = meant_fact(error)
        hint = f"did you mean {quoted(near)}?" if near else "write cart.updated_at, say"
        raise Wrong(node, "unknown fact", described(node), hint) from None
    if kind_of(fact) not in ("instant", "any"):
        raise Wrong(node, "since takes a fact that is a time", described(node), "write cart.updated_at, say")
    return name


def read_channel(scope: Scope, node: Node) -> str:
    text = scalar(node, "a placement or kind", "write push, say").text.strip()
    known = [*scope.placements, *KINDS, PAGE]
    if text not in known:
        near = closest(text, known)
        own = f"a placement ({listed(scope.placements)}), " if scope.placements else ""
        hint = f"did you mean {quoted(near)}?" if near else f"write {own}a kind ({', '.join(KINDS)}) or {PAGE}"
        raise Wrong(node, "unknown placement or kind", described(node), hint)
    return text


def read_through(scope: Scope, node: Node) -> str | tuple[str, ...]:
    if isinstance(node, Scalar) and node.text == BEST:
        return BEST
    return read_list(scope, node, read_channel, "through")


def read_steps(scope: Scope, node: Node) -> tuple[Mapping[str, Any], ...]:
    return read_list(scope, node, read_step, "steps") if not isinstance(node, Map) else _no_list(node)


def _no_list(node: Node) -> tuple[Mapping[str, Any], ...]:
    raise Wrong(node, "steps are a list", "found a mapping", "begin each step with -")


def read_stop_step(scope: Scope, node: Node) -> bool:
    if not read_flag(scope, node):
        raise Wrong(node, "a step that does nothing", described(node), "write stop: true, or delete the step")
    return True


WAIT = {"wait": Key(read_duration, required=True), "since": Key(read_since)}
SEND = {
    "send": Key(campaign_name, required=True),
    "through": Key(read_through, required=True),
    "or_after": Key(read_duration),
}
BRANCH = {
    "if": Key(read_audience, required=True),
    "then": Key(read_steps, required=True),
    "else": Key(read_steps),
}
STOP = {"stop": Key(read_stop_step, required=True)}
STEPS = {"wait": WAIT, "send": SEND, "if": BRANCH, "stop": STOP}


def read_step(scope: Scope, node: Node) -> Mapping[str, Any]:
    mapping = as_map(node, "a step")
    for first, keys in STEPS.items():
        if mapping.entry(first) is not None:
            return read_keys(scope, node, keys, f"the step {first}:")
    given = ", ".join(entry.key.text for entry in mapping.entries)
    raise Wrong(node, "unknown step", f"found {quoted(given)}", suggestion(given, STEPS))


JOURNEY = {
    "starts_on": Key(read_starts_on, required=True),
    "who": Key(read_audience),
    "one_run_per": Key(OneOf(("person", "cart"), "one_run_per")),
    "stops_on": Key(read_stops, empty="absent"),
    "steps": Key(read_steps, required=True),
    "again_after": Key(read_duration),
    "lateness": Key(read_duration),
}


def read_journey(scope: Scope, node: Node) -> Journey:
    """Read a journey; its name is put in by the caller."""
    return Journey(name="", **{"starts_on": {}, **read_keys(scope, node, JOURNEY, "a journey")})


# --- scores -----------------------------------------------------------------------------------------------------------
def read_points(scope: Scope, node: Node) -> Mapping[str, int | float]:
    found: dict[str, int | float] = {}
    for entry in as_map(node, "points").entries:
        warn_event(scope, entry.key, entry.key.text)
        value = filled(scope, entry, Key(read_number))
        points = scope.attempt(read_number, value) if value is not None else None
        if points is not None:
            found[entry.key.text] = points
    return found


SCORE = {"half_life": Key(read_duration, required=True), "points": Key(read_points, required=True)}


def read_score(scope: Scope, node: Node) -> Mapping[str, Any]:
    """Read a score: ``{"half_life": microseconds, "points": {event: points}}``."""
    return read_keys(scope, node, SCORE, "a score")
