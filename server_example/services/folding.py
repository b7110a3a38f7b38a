"""The one transaction that stores events and folds them into people.

Its steps, in the order that keeps concurrent processes from losing anything:

1. refuse what belongs to the forgotten;
2. find the identifiers, add the new ones in sorted order;
3. lock the people they belong to, in sorted order, and look again: if a join moved an identifier meanwhile, start over;
4. drop what is stored already;
5. join and split people as new proofs say;
6. fold, write events, links, identifiers, people.

What later commits with an event (timers, holds) is locked and written after the people, in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from omnisdk import profile
from omnisdk.events.model import Event
from omnisdk.identity import joining, ownership
from omnisdk.identity.ownership import Proof
from server_example.services.joins import Group, NeedsMore, new_proofs, regroup
from server_example.storage import events as event_table
from server_example.storage import identifiers, links, people, tombstones
from server_example.storage.identifiers import Identifier
from server_example.storage.people import PersonRow

Outcome = Literal["stored", "duplicate", "forgotten"]

_ATTEMPTS = 20  # starting over is rare and each time somebody else got further; this many means something is wrong


@dataclass(slots=True)
class Incoming:
    """An event with what is computed from it alone."""

    event: Event
    key: bytes
    owner: str
    refs: list[str]
    proofs: list[Proof]
    outcome: Outcome = "stored"

    @classmethod
    def of(cls, event: Event) -> Incoming:
        proofs = ownership.proofs(event)
        owner = ownership.owner(event)
        refs = ownership.identifiers(owner, proofs)
        return cls(event, ownership.dedupe_key(event), owner, refs, proofs)


class _Moved(Exception):
    """Between finding and locking, somebody else changed who an identifier belongs to."""


def commit(
    connection: Connection, events: Sequence[Event], *, secret: bytes, new_person: Callable[[], bytes]
) -> list[Outcome]:
    """Store `events`, fold the new ones into their people, and return what became of each, in order.

    `secret` keys the hashes of the forgotten, `new_person` gives unused 16-byte ids. Runs inside the caller's
    transaction and must be followed by its commit before anybody is told.
    """
    incoming = [Incoming.of(event) for event in events]
    _drop_forgotten(connection, incoming, secret)
    live = [each for each in incoming if each.outcome == "stored"]
    wider: set[bytes] = set()
    for _ in range(_ATTEMPTS):
        if not live:
            break
        # SQLite holds the one write lock already: nothing can move. PostgreSQL lets go of row locks at a rollback.
        savepoint = connection.begin_nested() if connection.dialect.name == "postgresql" else None
        try:
            _Attempt(connection, live, new_person).run(wider)
            if savepoint is None:
                break
            if _drop_forgotten(connection, live, secret):  # somebody was forgotten while we waited for the lock
                raise _Moved
            savepoint.commit()
            break
        except (NeedsMore, _Moved) as start_over:
            if savepoint is not None:
                savepoint.rollback()
            if isinstance(start_over, NeedsMore):
                wider |= start_over.people
            live = [each for each in live if each.outcome != "forgotten"]
    else:
        raise RuntimeError(f"people changed hands {_ATTEMPTS} times while {len(live)} events waited for them")
    return [each.outcome for each in incoming]


class _Attempt:
    def __init__(self, connection: Connection, live: list[Incoming], new_person: Callable[[], bytes]) -> None:
        self.connection = connection
        self.live = live
        self.new_person = new_person
        self.known: dict[str, Identifier] = {}  # of the events, then of everybody they touch
        self.rows: dict[bytes, PersonRow] = {}  # stored people, locked
        self.placed: dict[str, bytes] = {}  # where the identifiers are stored to be, until now
        self.changed: set[bytes] = set()

    def run(self, wider: set[bytes]) -> None:
        self._find_and_lock(wider)
        self._drop_duplicates()
        new = [each for each in self.live if each.outcome == "stored"]
        stored_before = set(self.rows)
        proofs = joining.earliest(proof for each in new for proof in each.proofs)
        fresh = new_proofs(self.connection, proofs) if proofs else []
        self.placed = {ref: known.person for ref, known in self.known.items()}
        self._fold_anew_where_outdated()
        self._place_the_unlinked(fresh)
        if fresh:
            self._regroup(fresh)
        for each in new:
            person = self.known[each.owner].person
            row = self.rows[person]
            row.document = profile.apply(row.document, each.event)
            row.events += 1
            self.changed.add(person)
        self._write(new, fresh, stored_before)

    def _find_and_lock(self, wider: set[bytes]) -> None:
        refs = sorted({ref for each in self.live for ref in each.refs})
        self.known = identifiers.find(self.connection, refs)
        missing = [ref for ref in refs if ref not in self.known]
        if missing:
            guesses = self._guess_people(set(missing))
            received_at = max(each.event.received_at for each in self.live)
            identifiers.add(self.connection, guesses, received_at)
            self.known.update(identifiers.find(self.connection, missing))
        wanted = {known.person for known in self.known.values()} | wider
        self.rows = people.get(self.connection, sorted(wanted), lock=True)
        if self.connection.dialect.name == "postgresql" and identifiers.find(self.connection, refs) != self.known:
            raise _Moved

    def _guess_people(self, missing: set[str]) -> dict[str, bytes]:
        """Give the new identifiers of one event one new person: right unless a proof says otherwise."""
        guesses: dict[str, bytes] = {}
        for each in self.live:
            person = self.new_person()
            for ref in each.refs:
                if ref in missing:
                    guesses.setdefault(ref, person)
        return guesses

    def _drop_duplicates(self) -> None:
        seen = event_table.known(self.connection, [each.key for each in self.live])
        for each in self.live:
            if each.key in seen:
                each.outcome = "duplicate"
            else:
                each.outcome = "stored"
                seen.add(each.key)

    def _place_the_unlinked(self, fresh: list[Proof]) -> None:
        """Give people to new identifiers that no new proof ties to anybody."""
        linked = {ref for proof in fresh for ref in (proof.low, proof.high)}
        owners: dict[bytes, str] = {}
        for ref, known in list(self.known.items()):
            if known.person in self.rows or ref in linked:
                continue
            if owners.setdefault(known.person, ref) != ref:
                self.known[ref] = known._replace(person=self.new_person())
            self._add_person(self.known[ref].person, [self.known[ref]])

    def _regroup(self, fresh: list[Proof]) -> None:
        groups, members = regroup(self.connection, fresh, self.known, self.rows)
        for ref, identifier in members.items():
            self.known.setdefault(ref, identifier)
            self.placed.setdefault(ref, identifier.person)
        taken: set[bytes] = set()
        for group in sorted(groups, key=self._seniority):
            self._settle(group, members, taken)
        for proof in fresh:
            for ref in (proof.low, proof.high):
                row = self.rows[self.known[ref].person]
                row.linked_at = max(row.linked_at, proof.at)
                self.changed.add(row.id)
        for person in {person for group in groups for person in group.stored} - taken:
            del self.rows[person]

    def _seniority(self, group: Group) -> tuple[bool, int, str]:
        return (not group.has_user, -sum(self.rows[person].events for person in group.stored), min(group.refs))

    def _settle(self, group: Group, members: dict[str, Identifier], taken: set[bytes]) -> None:
        """Make `group` one person: the stored one with most events goes on, the others' events are folded into it."""
        whole = {
            person: {ref for ref, identifier in members.items() if identifier.person == person}
            for person in group.stored
        }
        identifiers_now = [members[ref] for ref in sorted(group.refs)]
        keepers = [person for person in group.stored if person not in taken]
        if keepers:
            row = self.rows[max(keepers, key=lambda person: (self.rows[person].events, person))]
            leaves = not whole[row.id] <= group.refs
            if leaves:  # a split: the events of those who go have to leave the document
                row.document, row.events = profile.empty(), 0
            row.seed = _seed(identifiers_now)
        else:
            guessed = members[min(group.refs)].person
            free = guessed not in taken and guessed not in self.rows
            row = self._add_person(guessed if free else self.new_person(), identifiers_now)
            leaves = False
        for person in group.stored:
            row.linked_at = max(row.linked_at, self.rows[person].linked_at)
            row.version = max(row.version, self.rows[person].version)
        missing = {
            ref for ref in group.refs if members[ref].person in whole and (leaves or members[ref].person != row.id)
        }
        for event in event_table.of(self.connection, sorted(missing)):
            row.document = profile.apply(row.document, event)
            row.events += 1
        taken.add(row.id)
        if missing or leaves or group.stored != {row.id}:
            self.changed.add(row.id)
        for ref in group.refs:
            self.known[ref] = members[ref]._replace(person=row.id)

    def _add_person(self, person: bytes, its: Iterable[Identifier]) -> PersonRow:
        row = PersonRow(person, profile.empty(), profile.FOLD_VERSION, 0, 0, -1, _seed(its))
        self.rows[person] = row
        self.changed.add(person)
        return row

    def _fold_anew_where_outdated(self) -> None:
        """A document of another fold version is made again from the stored events before new ones go in."""
        outdated = [row for row in self.rows.values() if row.fold_version != profile.FOLD_VERSION]
        for row in outdated:
            refold(self.connection, row)
            self.changed.add(row.id)

    def _write(self, new: list[Incoming], fresh: list[Proof], stored_before: set[bytes]) -> None:
        event_table.add(self.connection, ((each.key, each.owner, each.event) for each in new))
        links.put(self.connection, fresh)
        changed = [self.rows[person] for person in self.changed if person in self.rows]
        for row in changed:
            row.version += 1
        people.add(self.connection, (row for row in changed if row.id not in stored_before))
        people.replace(self.connection, (row for row in changed if row.id in stored_before))
        people.remove(self.connection, sorted(stored_before - self.rows.keys()))
        moved = {ref: known.person for ref, known in self.known.items() if known.person != self.placed[ref]}
        identifiers.move(self.connection, moved)


def _seed(its: Iterable[Identifier]) -> str:
    return min((each.received_at, each.ref) for each in its)[1]


def refold(connection: Connection, row: PersonRow) -> None:
    """Make the document of `row` again from the stored events of the person's identifiers, in their order."""
    refs = [identifier.ref for identifier in identifiers.of_people(connection, [row.id])]
    its_events = list(event_table.of(connection, refs))
    row.document = profile.fold(its_events)
    row.events = len(its_events)
    row.fold_version = profile.FOLD_VERSION


def _drop_forgotten(connection: Connection, incoming: list[Incoming], secret: bytes) -> bool:
    """Refuse events that belong to the forgotten; return whether there were any."""
    if not tombstones.exist(connection):
        return False
    values: set[str | bytes] = {each.key for each in incoming}
    values.update(ref for each in incoming for ref in each.refs)
    hashes = {value: tombstones.hashed(secret, value) for value in values}
    found = tombstones.find(connection, sorted(set(hashes.values())))
    for each in incoming:
        forgotten_at = max((found.get(hashes[ref], -1) for ref in each.refs), default=-1)
        if hashes[each.key] in found or each.event.timestamp <= forgotten_at:
            each.outcome = "forgotten"
    return any(each.outcome == "forgotten" for each in incoming)
