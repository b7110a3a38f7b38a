"""The import of one file: rows judged, events stored in batches, its place kept after each commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from omnisdk.events.model import Event
from omnisdk.identity import ownership
from server_example.services.faults import StorageUnavailable
from server_example.services.folding import Outcome
from server_example.services.importing import lines
from server_example.services.importing.faults import FileRefused, RowRefused
from server_example.services.importing.judging import Judge
from server_example.services.importing.mapping import Mapping
from server_example.services.importing.progress import Keeper, Progress, Report
from server_example.services.importing.rejected import RejectedRows
from server_example.services.importing.sources import Source
from server_example.services.importing.table import Table
from server_example.services.importing.units import Unit
from server_example.services.server import Server
from server_example.storage import events as event_table
from server_example.storage import firsts, memory

# Beside a server on SQLite, four rounds of 20,000 rows each: the longest wait of a request was 114 to 191 ms with 1,000,
# 160 to 989 with 250, 333 to 646 with 100. Small batches ask for the one write lock more often; CPU is the same.
BATCH_EVENTS = 1_000
BATCH_BYTES = 2 * 1024 * 1024
BATCH_ROWS = 10_000  # refused and passed-over ones included

_FORGOTTEN = RowRefused("FORGOTTEN", "this person was forgotten after the event happened; it is not stored")


@dataclass(slots=True)
class Options:
    """What one import is asked to do."""

    file: Path
    mapping: Mapping | None = None  # None: JSON lines
    as_exported: bool = False
    dry_run: bool = False
    from_start: bool = False
    rejected: Path | None = None
    patience: float = 600.0  # seconds that a busy or unreachable database is waited for


@dataclass(slots=True)
class Told:
    """How far the import is, for whoever watches."""

    position: int  # bytes of the file
    rows: int  # read by this run


@dataclass(slots=True)
class Watcher:
    """Who is told while a file is imported."""

    progress: Callable[[Told], Any] = lambda told: None
    goes_on: Callable[[int, int], Any] = lambda line, position: None  # after this line, where it was interrupted
    begins_again: Callable[[str], Any] = lambda why: None
    waits: Callable[[str], Any] = lambda why: None  # for the database
    refused: Callable[[int, RowRefused], Any] = lambda line, why: None


@dataclass(slots=True)
class Done:
    """The end of an import."""

    report: Report
    rejected: Path | None
    warnings: list[str]  # what was stored and may be wrong
    first: Event | None  # of a dry run, as it was read


@dataclass(slots=True)
class _Batch:
    units: list[tuple[Unit, Event | RowRefused | None]] = field(default_factory=list)
    events: int = 0
    rows: int = 0


class Import:
    """Imports one file. `run` may be called once."""

    def __init__(self, server: Server, options: Options, watcher: Watcher) -> None:
        """Open the file. Raises FileRefused, MappingRefused, NoRules, StorageUnavailable."""
        self._server = server
        self._options = options
        self._watcher = watcher
        self._source = Source(options.file, options.mapping.encoding if options.mapping else "utf-8")
        try:
            self._table = self._begin()
            self._keeper = None if options.dry_run or not self._source.rewindable else self._keeper_of(options)
        except BaseException:
            self._source.close()
            raise
        self._judge = Judge(
            server.rules,
            lambda: self._source.identity,
            table=options.mapping is not None,
            as_exported=options.as_exported,
        )
        self._progress = Progress()
        self._first: Event | None = None
        self._rows_before = 0  # of the run that was interrupted
        self._rejected = RejectedRows(self._source, options.rejected, self._table)
        self._began = monotonic()

    def run(self) -> Done:
        """Import the file to its end. Raises FileRefused, StorageUnavailable: the same again then goes on."""
        done = False
        try:
            if self._keeper is not None and not self._options.from_start:
                self._go_on(self._keeper.load())
            self._began = monotonic() - self._progress.report.seconds
            self._store_all()
            done = True
        finally:
            self._source.close()
            self._rejected.close()
            if self._keeper is not None:
                self._keeper.close(done=done)
        warnings = [] if self._table is None else self._table.doubts.warnings()
        rejected = self._rejected.path if self._rejected.size else None
        return Done(self._progress.report, rejected, warnings, self._first)

    def _begin(self) -> Table | None:
        return None if self._options.mapping is None else Table(self._source, self._options.mapping)

    def _keeper_of(self, options: Options) -> Keeper:
        what = options.mapping.digest if options.mapping else ""
        config = self._server.config
        path = str(options.file.absolute())
        return Keeper(config.data_dir, path, self._source.identity, what, str(options.as_exported), config.database_url)

    def _go_on(self, found: Progress | None) -> None:
        """Take up the place where an interrupted import was, when file and database are still the same."""
        if found is None or not found.offset:
            return
        why = ""
        if not self._source.skip(found.offset, found.line, found.digest):
            why = "the file is not what it was"
        elif found.last_key and not self._is_stored(bytes.fromhex(found.last_key)):
            why = "the database does not have what was stored"
        if why:
            self._watcher.begins_again(why)
            self._source.rewind()
            self._table = self._begin()
            self._rejected = RejectedRows(self._source, self._options.rejected, self._table)
            return
        self._progress = found
        self._judge.notes = found.report.notes
        if found.rejected:
            self._rejected.go_on(Path(found.rejected), found.rejected_size)
        self._rows_before = found.report.rows
        self._watcher.goes_on(found.line, self._source.position)

    def _is_stored(self, key: bytes) -> bool:
        ask = self._server.people.database.read
        known: set[bytes] = self._patiently(lambda: ask(lambda connection: event_table.known(connection, [key])))
        return key in known

    def _units(self) -> Iterator[Unit]:
        return lines.units(self._source) if self._table is None else self._table.units()

    def _store_all(self) -> None:
        batch = _Batch()
        now = self._server.now()
        if not self._options.dry_run:
            self._patiently(lambda: self._server.people.writer.run(memory.bound))
        try:
            for unit in self._units():
                batch.units.append((unit, self._judged(unit, now)))
                batch.events += unit.item is not None
                batch.rows += len(unit.rows)
                size = unit.end - self._progress.offset
                if batch.events >= BATCH_EVENTS or batch.rows >= BATCH_ROWS or size >= BATCH_BYTES:
                    self._commit(batch)
                    batch = _Batch()
                    now = self._server.now()
        except FileRefused:
            self._commit(batch)  # what was read before the file broke off
            raise
        self._commit(batch)

    def _judged(self, unit: Unit, now: int) -> Event | RowRefused | None:
        if unit.item is None:
            return unit.refused
        try:
            return self._judge.event(unit, now)
        except RowRefused as refused:
            return refused

    def _commit(self, batch: _Batch) -> None:
        if not batch.units:
            return
        events = [judged for _, judged in batch.units if isinstance(judged, Event)]
        if self._options.dry_run and self._first is None and events:
            self._first = events[0]
        outcomes = iter(["stored"] * len(events) if self._options.dry_run else self._stored(events))
        report = self._progress.report
        there: Event | None = None
        for unit, judged in batch.units:
            report.rows += len(unit.rows)
            report.passed_over += unit.passed_over
            outcome = next(outcomes) if isinstance(judged, Event) else judged
            if outcome in ("stored", "duplicate") and isinstance(judged, Event):
                report.stored += outcome == "stored"
                report.duplicates += outcome == "duplicate"
                there = judged
            elif outcome is not None:
                self._refuse(unit, outcome if isinstance(outcome, RowRefused) else _FORGOTTEN)
        if there is not None:
            self._progress.last_key = ownership.dedupe_key(there).hex()
        self._keep(batch.units[-1][0])
        self._watcher.progress(Told(self._source.position, report.rows - self._rows_before))

    def _refuse(self, unit: Unit, why: RowRefused) -> None:
        self._progress.report.refused[why.code] += len(unit.rows) - unit.passed_over
        if not self._options.dry_run or self._options.rejected is not None:
            self._rejected.add(unit, why)
        self._watcher.refused(unit.line, why)

    def _keep(self, last: Unit) -> None:
        progress = self._progress
        progress.report.seconds = monotonic() - self._began
        progress.report.notes = self._judge.notes
        self._rejected.flush()
        progress.offset, progress.line = last.end, last.last_line
        progress.digest = self._source.settle(last.end)
        if self._rejected.path is not None:
            progress.rejected, progress.rejected_size = str(self._rejected.path.absolute()), self._rejected.size
        if self._keeper is not None:
            self._keeper.save(progress)

    def _stored(self, events: Sequence[Event]) -> list[Outcome | RowRefused]:
        """Store `events` and return what became of each. One that cannot be folded costs only itself.

        Raises StorageUnavailable after the patience given.
        """
        if not events:
            return []
        try:
            return list(self._patiently(lambda: self._ingest(events)))
        except StorageUnavailable:
            raise
        except Exception as error:
            if len(events) == 1:
                what = f"it cannot be folded ({type(error).__name__}); please report this as a bug"
                return [RowRefused("NOT_FOLDED", what)]
            half = len(events) // 2
            return [*self._stored(events[:half]), *self._stored(events[half:])]

    def _ingest(self, events: Sequence[Event]) -> list[Outcome]:
        people = self._server.people
        if not self._options.as_exported:
            return people.ingest(events)

        def act(connection: Any) -> list[Outcome]:
            outcomes = people.commit(connection, events)
            firsts.set_back(connection, _first_received(events, outcomes))
            return outcomes

        return people.writer.run(act)

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        """Return what `ask` answers, asked again while the database is busy or away. Raises StorageUnavailable."""
        until = monotonic() + self._options.patience
        pause = 0.2
        while True:
            try:
                return ask()
            except StorageUnavailable as error:
                if monotonic() + pause > until:
                    raise
                self._watcher.waits(str(error))
            sleep(pause)
            pause = min(pause * 2, 5.0)


def _first_received(events: Sequence[Event], outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return when each identifier of the events was received first, those of the forgotten left out."""
    received: dict[str, int] = {}
    for event, outcome in zip(events, outcomes, strict=True):
        if outcome != "forgotten":
            for ref in ownership.identifiers(ownership.owner(event), ownership.proofs(event)):
                received[ref] = min(event.received_at, received.get(ref, event.received_at))
    return received
