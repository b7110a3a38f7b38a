"""People as the rest of the server knows them: take events in, read, forget, export, rebuild."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from omnisdk.events.model import Event
from server_example.services import folding, forgetting, rebuilding
from server_example.services.folding import Outcome
from server_example.services.rebuilding import RebuildReport
from server_example.services.turns import Turns
from server_example.services.writer import Writer
from server_example.storage import events, identifiers, people
from server_example.storage.database import Database
from server_example.storage.people import PersonState

T = TypeVar("T")


class _Ingest(Generic[T]):
    """Events of one request, and what is due after them in the same transaction."""

    def __init__(
        self, people: People, events: Sequence[Event], ref: str | None, then: Callable[[PersonState | None], T]
    ) -> None:
        self.people = people
        self.events = events
        self.ref = ref
        self.then = then
        self.weight = max(1, len(events))

    @staticmethod
    def run_all(connection: Connection, works: Sequence[_Ingest[T]]) -> list[tuple[list[Outcome], T]]:
        """Store the events of all `works` in one go, which costs a fraction of one by one, then do what is due."""
        outcomes = iter(works[0].people.commit(connection, [event for work in works for event in work.events]))
        results = []
        for work in works:
            person = None if work.ref is None else people.read(connection, work.ref)
            results.append((list(islice(outcomes, len(work.events))), work.then(person)))
        return results


def _nothing(person: PersonState | None) -> None:
    """What is due after events that nobody asked more about."""


def random_person() -> bytes:
    """Return a new person's id: 16 random bytes."""
    return os.urandom(16)


class People:
    """Everybody in one database. `forget_key` keys the hashes that remain of the forgotten: keep it as long as them."""

    def __init__(
        self,
        database: Database,
        forget_key: str | bytes,
        *,
        new_person: Callable[[], bytes] = random_person,
        turns: Turns | None = None,
    ) -> None:
        self.database = database
        self.writer = Writer(database, turns)
        key = forget_key.encode() if isinstance(forget_key, str) else forget_key
        self._secret = key[:64]  # BLAKE2b takes keys of up to 64 bytes
        self._new_person = new_person

    def ingest(self, events: Sequence[Event]) -> list[Outcome]:
        """Store and fold `events`; return what became of each, in order, after the commit. Raises StorageUnavailable."""
        if not events:
            return []
        return self.ingest_then(events, None, _nothing)[0]

    def ingest_then(
        self, events: Sequence[Event], ref: str | None, then: Callable[[PersonState | None], T]
    ) -> tuple[list[Outcome], T]:
        """Store and fold `events`, then give the person of `ref`, as they are now, to `then`, in the same transaction.

        Returns the outcomes and what `then` answered, after the commit. Raises StorageUnavailable.
        """
        return self.writer.do(_Ingest(self, events, ref, then))

    def read(self, ref: str) -> PersonState | None:
        """Return the person `ref` belongs to, or None. Raises StorageUnavailable."""
        return self.database.read(lambda connection: people.read(connection, ref))

    def refs(self, person: bytes) -> list[str]:
        """Return a person's identifiers, the earliest received first. Raises StorageUnavailable."""
        found = self.database.read(lambda connection: identifiers.of_people(connection, [person]))
        return [each.ref for each in sorted(found, key=lambda each: (each.received_at, each.ref))]

    def events_of(self, ref: str) -> list[Event] | None:
        """Return every stored event of the person of `ref`, in the order of their life, or None when nobody is known."""

        def ask(connection: Connection) -> list[Event] | None:
            found = identifiers.find(connection, [ref])
            if ref not in found:
                return None
            refs = [each.ref for each in identifiers.of_people(connection, [found[ref].person])]
            return sorted(events.of(connection, refs), key=lambda event: event.order_key)

        return self.database.read(ask)

    def forget(self, ref: str, now: int) -> bool:
        """Delete all that is stored of the person of `ref`; return whether there was anybody. Raises StorageUnavailable.

        Keyed hashes of identifiers and messageIds remain, so that nothing from before `now` comes back (law 10).
        """
        forgotten = self.writer.run(lambda connection: forgetting.forget(connection, ref, now, self._secret))
        if forgotten:
            self.database.erase_deleted()
        return forgotten

    def rebuild(self, progress: Callable[[RebuildReport], Any] = lambda report: None) -> RebuildReport:
        """Compute everybody again from the stored events and correct what differs; see `rebuilding.rebuild`."""
        return rebuilding.rebuild(self.writer, progress)

    def commit(self, connection: Connection, events: Sequence[Event]) -> list[Outcome]:
        """Store and fold `events` inside the caller's transaction; return what became of each, in order."""
        return folding.commit(connection, events, secret=self._secret, new_person=self._new_person)
