"""What one process needs to answer requests: database, people, rules, metrics. Opened on first use, not at import."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from itsdangerous import Signer

from omnisdk import clock
from server_example import keys, logs
from server_example.config import ServerConfig
from server_example.services.devices import Devices
from server_example.services.metrics import Metrics
from server_example.services.people import People
from server_example.services.quotas import Quotas, quotas_of
from server_example.services.rulesets import ActiveRules, Rulesets
from server_example.services.turns import Turns
from server_example.storage.database import Database, StorageUnavailable

OPEN_AGAIN_SECONDS = 1.0  # a database out of reach costs a time-out of some seconds at each attempt


@dataclass(frozen=True, slots=True)
class Opened:
    """What one process opened. A forked child opens its own: connections and threads do not survive a fork."""

    process: int
    database: Database
    people: People
    rulesets: Rulesets


class Server:
    """The decision server without HTTP. Making one opens nothing; the first question does."""

    def __init__(
        self,
        config: ServerConfig,
        *,
        now: Callable[[], int] = clock.now,
        only_looking: bool = False,
        turns: Turns | None = None,
    ) -> None:
        """`only_looking` is for commands beside a running server: it takes the rules as they are and starts nothing.

        `turns` are those of the WSGI server around it: who waits for a commit gives its own away.
        """
        logs.guard(config.keys().values())
        self.config = config
        self.now = now
        self.only_looking = only_looking
        self.turns = turns
        self.devices = Devices()
        # Of the decisions' tokens. Its key is derived here, once, not at each signature.
        self.signer = Signer(keys.derived(config.signing_key, "decision"), key_derivation="none", digest_method=sha256)
        self._opened: Opened | None = None
        self._metrics: tuple[int, Metrics] | None = None  # with the process they count for
        self._quotas: tuple[int, Quotas] | None = None  # the same
        self._failure: tuple[float, StorageUnavailable] | None = None  # the last time opening failed
        self._lock = threading.RLock()

    @property
    def opened(self) -> Opened:
        """The open parts. Raises StorageUnavailable when the database cannot be reached; the next call tries again."""
        opened = self._opened
        if opened is not None and opened.process == os.getpid():
            return opened
        with self._lock:
            if self._opened is None or self._opened.process != os.getpid():
                self._opened = self._open_unless_just_failed()
            return self._opened

    @property
    def people(self) -> People:
        return self.opened.people

    @property
    def rules(self) -> ActiveRules:
        """The rules in force. Raises NoRules, StorageUnavailable."""
        return self.opened.rulesets.current

    @property
    def metrics(self) -> Metrics:
        """This process's counters, which need no database."""
        metrics = self._metrics
        if metrics is None or metrics[0] != os.getpid():
            with self._lock:
                metrics = self._metrics
                if metrics is None or metrics[0] != os.getpid():
                    metrics = self._metrics = (os.getpid(), Metrics(self.config.metrics_dir))
        return metrics[1]

    @property
    def quotas(self) -> Quotas:
        """The quotas of this host. They need no database, and never raise for want of a file."""
        quotas = self._quotas
        if quotas is None or quotas[0] != os.getpid():
            metrics = self.metrics
            with self._lock:
                quotas = self._quotas
                if quotas is None or quotas[0] != os.getpid():
                    if quotas is not None:
                        quotas[1].close()  # the parent's, which must not be kept locked by a child
                    quotas = self._quotas = (os.getpid(), quotas_of(self.config, metrics))
        return quotas[1]

    def new_id(self) -> str:
        """Return a new id: 48 bits of time in milliseconds, then random, so that ids sort by when they were made."""
        return f"{self.now() // 1_000:012x}{secrets.token_hex(10)}"

    def close(self) -> None:
        """Stop what runs in the background and let go of the database. A later question opens it again."""
        with self._lock:
            opened, self._opened = self._opened, None
            quotas, self._quotas = self._quotas, None
        if quotas is not None:
            quotas[1].close()
        if opened is not None and opened.process == os.getpid():
            opened.rulesets.stop()
            opened.database.close()

    def _open_unless_just_failed(self) -> Opened:
        """Open; a request that waited while another one failed to is told the same, instead of waiting once more."""
        if self._failure is not None and monotonic() - self._failure[0] < OPEN_AGAIN_SECONDS:
            raise self._failure[1]
        try:
            return self._open()
        except StorageUnavailable as error:
            self._failure = monotonic(), StorageUnavailable(str(error))
            raise

    def _open(self) -> Opened:
        database = Database.open(self.config.database_url)
        people = People(database, keys.derived(self.config.signing_key, "forgotten"), turns=self.turns)
        rulesets = Rulesets(database, self.config.rules_file, self.metrics, self.now)
        try:
            if self.only_looking:
                rulesets.peek()
            else:
                rulesets.start()
        except BaseException:
            database.close()
            raise
        return Opened(os.getpid(), database, people, rulesets)
