"""Which rules are in force: this host's file when it changes, and the highest number in the database always.

A host submits its file when its content differs from what the host submitted last, so that all processes of all hosts
agree on one numbered ruleset; a faulty file is told of and changes nothing, wherever the rules in force came from.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection

from omnisdk.engine.compiled import CompiledRules, compile_rules
from omnisdk.engine.context import fact_context
from omnisdk.identity.identifiers import normaliser
from omnisdk.profile.facts import FactContext
from omnisdk.rules.model import Ruleset
from omnisdk.rules.reading import Loaded, Source, read_file, read_source
from server_example.services.faults import NoRules, StorageUnavailable
from server_example.services.metrics import Metrics
from server_example.storage import rulesets as table
from server_example.storage.database import Database

log = logging.getLogger("omnisdk.rules")

LOOK_EVERY_SECONDS = 0.3  # one look finds the file, another process's next look the number: both within a second
FAULTY_AGAIN_LOOKS = 10  # a faulty file is read again so often even if unchanged: a missing include leaves no trace

Stamp = tuple[tuple[str, int, int, int], ...]  # of each file: name, mtime in ns, size, inode; what is missing: zeros


@dataclass(frozen=True, slots=True)
class ActiveRules:
    """One numbered ruleset, ready to use."""

    number: int
    compiled: CompiledRules
    normalise: Callable[[str, object], str | None]  # identifiers, local phone numbers by site.country
    origins: frozenset[str]  # those CORS answers, as browsers write them
    context: FactContext  # what a profile is read in; its `now` is to be replaced


class Rulesets:
    """The rules in force for one process. `current` is a plain read; a background thread keeps it fresh."""

    def __init__(self, database: Database, file: Path, metrics: Metrics, now: Callable[[], int]) -> None:
        self._database = database
        self._file = file
        self._metrics = metrics
        self._now = now
        self._host = f"{socket.gethostname()}:{file.absolute()}"
        self._active: ActiveRules | None = None
        self._faults: tuple[str, ...] = ()
        self._stamp: Stamp | None = None
        self._watched: tuple[Path, ...] = (file,)
        self._looks_since_read = 0
        self._told: tuple[str, ...] = ()  # the lines logged last: each is logged once
        self._unsubmitted: Source | None = None
        self._unreadable = 0  # the highest number whose rules this process could not read
        self._storage_failed = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="omnisdk-rules", daemon=True)

    def start(self) -> None:
        """Look once, now, and from then on every LOOK_EVERY_SECONDS in the background. Raises StorageUnavailable."""
        self.look()
        self._thread.start()

    def peek(self) -> None:
        """Take up what the servers decide by now; before any has, the file. Submits nothing and starts nothing.

        For commands: one run in another folder must not make that folder's file the rules. Raises StorageUnavailable.
        """
        if not self._take_up_latest():
            loaded = read_file(self._file)
            self._faults = tuple(str(fault) for fault in loaded.faults)
            if loaded.ruleset is not None:
                self._use(loaded.ruleset, 0)

    def stop(self) -> None:
        """End the background thread, if it runs."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def current(self) -> ActiveRules:
        """The rules in force. Raises NoRules when there never were good ones."""
        if self._active is None:
            raise NoRules(self._faults)
        return self._active

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with this host's file as it stands now, as FILE:LINE:COL lines."""
        return self._faults

    def probe(self) -> None:
        """Ask the database for the highest number. Raises StorageUnavailable."""
        self._database.read(table.latest)

    def look(self) -> None:
        """Read this host's file if it changed, submit it if it is good and new, and take up the highest number."""
        self._read_own_file()
        if self._unsubmitted is not None:
            self._submit(self._unsubmitted)
        self._take_up_latest()

    def _follow(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            try:
                self.look()
                self._storage_failed = False
            except StorageUnavailable as error:
                if not self._storage_failed:  # once, not at every look
                    log.warning("cannot look for new rules, the last good ones go on: %s", error)
                self._storage_failed = True
            except Exception:  # the thread must outlive what nobody foresaw; the rules in force stay
                log.exception("looking for new rules failed, the last good ones go on")

    def _read_own_file(self) -> None:
        stamp = _stamp(self._watched)
        self._looks_since_read += 1
        if stamp == self._stamp and not (self._faults and self._looks_since_read >= FAULTY_AGAIN_LOOKS):
            return
        self._looks_since_read = 0
        loaded = read_file(self._file)
        folder = self._file.parent
        self._watched = tuple(dict.fromkeys((self._file, *(folder / name for name, _ in loaded.source.files))))
        # Taken before reading: a change in between shows as a difference the next time. A file now known for the first
        # time (an include) is stamped here, since nothing is remembered of it.
        known = {entry[0]: entry for entry in stamp}
        self._stamp = tuple(known.get(entry[0], entry) for entry in _stamp(self._watched))
        usable = loaded.ruleset is not None and self._compiles(loaded.ruleset)
        self._tell(loaded)
        self._unsubmitted = loaded.source if usable else None

    def _compiles(self, ruleset: Ruleset) -> bool:
        """Whether `ruleset` can be decided by. Asked before anybody else is told to, though the check should know."""
        try:
            compile_rules(ruleset)
        except Exception:
            log.exception("%s passed the check and cannot be compiled; the last good rules go on", self._file)
            return False
        return True

    def _tell(self, loaded: Loaded) -> None:
        self._faults = tuple(str(fault) for fault in loaded.faults)
        self._metrics.set("omni_rules_faults", len(self._faults))
        warnings = tuple(str(warning) for warning in loaded.warnings)
        told, self._told = self._told, (*self._faults, *warnings)
        if told == self._told:
            return
        for line in self._faults:
            log.error("%s", line)
        if self._faults and self._active is not None:
            log.error("the rules stay at number %d until the file is mended", self._active.number)
        for line in warnings:
            log.warning("%s", line)

    def _submit(self, source: Source) -> None:
        def if_new(connection: Connection) -> None:
            if table.last_hash_of(connection, self._host) != source.hash:
                table.submit(connection, self._host, source.hash, source.to_json(), self._now())

        self._database.transaction(if_new)
        self._unsubmitted = None

    def _take_up_latest(self) -> bool:
        """Take up the highest number that this process can use and does not use yet; return whether any number is used.

        A ruleset of a newer release may be none that this one can read: then the one before it goes on.
        """
        in_use = self._active.number if self._active else 0
        newest = number = self._database.read(table.latest)
        while number > max(in_use, self._unreadable) and not self._take_up(number):
            number -= 1
        self._unreadable = max(self._unreadable, newest) if number < newest else self._unreadable
        return self._active is not None

    def _take_up(self, number: int) -> bool:
        loaded = read_source(Source.from_json(self._database.read(lambda connection: table.load(connection, number))))
        if loaded.ruleset is None:
            for fault in loaded.faults:
                log.error("ruleset %d cannot be used here: %s", number, fault)
            return False
        try:
            self._use(loaded.ruleset, number)
        except Exception:  # what passed the check and cannot be compiled is our fault, and no reason to stop deciding
            log.exception("ruleset %d cannot be compiled here", number)
            return False
        log.info("deciding by ruleset %d", number)
        return True

    def _use(self, ruleset: Ruleset, number: int) -> None:
        self._active = ActiveRules(
            number=number,
            compiled=compile_rules(ruleset),
            normalise=normaliser(ruleset.site.country),
            origins=frozenset(plain_origin(origin) for origin in ruleset.site.origins),
            context=fact_context(ruleset, 0),
        )
        self._metrics.set("omni_rules_number", number)


def plain_origin(origin: str) -> str:
    """Return `origin` as browsers write it in a header: lower case, no slash, no default port."""
    try:
        parts = urlsplit(origin.strip().lower())
    except ValueError:  # such as an unclosed [ of an IPv6 host: no origin that anybody lists
        return origin
    netloc = parts.netloc.removesuffix({"https": ":443", "http": ":80"}.get(parts.scheme, "\0"))
    return f"{parts.scheme}://{netloc}" if netloc else origin


def _stamp(files: tuple[Path, ...]) -> Stamp:
    stamps = []
    for file in files:
        try:
            found = file.stat()
            stamps.append((str(file), found.st_mtime_ns, found.st_size, found.st_ino))
        except OSError:
            stamps.append((str(file), 0, 0, 0))
    return tuple(stamps)
