"""Memberships as what was said of them, and the runs of time that follow from it.

    memberships  {"shop" | "other": [[key…, name, started, since | null, until | null], …]}   by event
    listed       {"latest": [[key…, [name, …]], …], "first": {name: timestamp}}               by trait, from the shop

Statements are kept and runs are worked out when facts are read, because a day (``until: 2026-12-31``) ends in the
site's time zone, which the fold does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from omnisdk.events.model import Event
from omnisdk.profile import values
from omnisdk.profile.latest import Entry, Key, add_entry, keep_smallest, key_of

MOST_STATEMENTS = {"shop": 500, "other": 100}
MOST_LISTS = 100  # a shop that sends its members every night: three months
MOST_NAMES = 100


@dataclass(frozen=True, slots=True)
class Run:
    """A time of belonging without a gap: ``since <= t < until``, `until` None while no end is known.

    `renewed` is the start of its latest part: the last renewal or purchase.
    """

    since: int
    until: int | None
    renewed: int


@dataclass(slots=True)
class Piece:
    """One statement's own time, before ends cut it and neighbours join it."""

    said: Key
    start: int
    end: int | None

    def cut(self, at: int) -> None:
        if self.end is None or self.end > at:
            self.end = at


def change(document: dict[str, Any], event: Event, key: Key, limits: Mapping[str, int] = MOST_STATEMENTS) -> None:
    """Take in a `Membership Started` or `Membership Ended`."""
    said = event.properties
    name = values.name(said.get("membership"))
    if name is None:
        return
    started = event.name == "Membership Started"
    trust = "shop" if event.vouched else "other"
    held = document.setdefault("memberships", {}).setdefault(trust, [])
    since, until = values.moment(said.get("since")), values.moment(said.get("until"))
    add_entry(held, key, [name, started, since, until], limits[trust])


def listed(document: dict[str, Any], memberships: object, key: Key, limit: int = MOST_LISTS) -> None:
    """Take in the trait `memberships` from the shop: it replaces what came by trait before, never what came by event."""
    if isinstance(memberships, list) or memberships is None:
        found = values.names(memberships)[:MOST_NAMES]
        held = document.setdefault("listed", {"latest": [], "first": {}})
        add_entry(held["latest"], key, [found], limit)
        for name in found:
            held["first"][name] = min(held["first"].get(name, key[0]), key[0])
        keep_smallest(held["first"], MOST_NAMES)


@dataclass(slots=True)
class Told:
    """What was said of one membership up to a moment, in a view, sorted."""

    statements: list[Entry]
    listed: list[Piece]


def told(document: dict[str, Any], view: str, now: int) -> dict[str, Told]:
    """Return what events and traits say up to `now` of each membership that any of them names."""
    found: dict[str, Told] = {}
    for entry in _statements(document, view):
        if entry[0] <= now:
            found.setdefault(entry[3], Told([], [])).statements.append(entry)
    held = document.get("listed", {"latest": [], "first": {}})
    lists = [entry for entry in held["latest"] if entry[0] <= now]
    for at, entry in enumerate(lists):
        end = lists[at + 1][0] if at + 1 < len(lists) else None
        for name in entry[3]:
            start = entry[0]
            if at == 0 and len(held["latest"]) >= MOST_LISTS:
                # The list that began this run may be forgotten; the first that ever named it is not.
                start = min(start, held["first"].get(name, start))
            found.setdefault(name, Told([], [])).listed.append(Piece(key_of(entry), start, end))
    return found


def pieces(said: Told, zone: tzinfo) -> list[Piece]:
    """Return the pieces of belonging that events and traits state, ends not yet applied."""
    found: list[Piece] = []
    last: Piece | None = None
    for entry in said.statements:
        key = key_of(entry)
        if not entry[4]:
            last = None
            continue
        since = values.instant(entry[5], zone)
        start = key[0] if since is None else since
        if last is not None:
            last.cut(max(key[0], start))  # the newer statement replaces the older one from then on
        last = Piece(key, start, values.instant(entry[6], zone, at_end=True))
        found.append(last)
    return found + said.listed


def runs(stated: Iterable[Piece], statements: Iterable[Entry], zone: tzinfo) -> list[Run]:
    """Return the runs, by time, that `stated` pieces leave after the ends among `statements`.

    `stated` is what `pieces` gave, and what orders granted. An end cuts all that was said before it, at its `until` or
    else at its own time.
    """
    ends = [(key_of(entry), entry[6]) for entry in statements if not entry[4]]
    alive = []
    for piece in stated:
        for key, said_until in ends:
            if piece.said < key:
                until = values.instant(said_until, zone, at_end=True)
                piece.cut(key[0] if until is None else until)
        if piece.end is None or piece.end > piece.start:
            alive.append(piece)
    found: list[Run] = []
    for piece in sorted(alive, key=lambda each: (each.start, each.end is None, each.end or 0)):
        if found and (found[-1].until is None or piece.start <= found[-1].until):
            run = found.pop()
            until = None if run.until is None or piece.end is None else max(run.until, piece.end)
            found.append(Run(run.since, until, max(run.renewed, piece.start)))
        else:
            found.append(Run(piece.start, piece.end, piece.start))
    return found


def _statements(document: dict[str, Any], view: str) -> list[Entry]:
    held = document.get("memberships", {})
    shop: list[Entry] = held.get("shop", [])
    others: list[Entry] = held.get("other", []) if view == "all" else []
    return sorted((*shop, *others), key=key_of) if shop and others else shop or others
