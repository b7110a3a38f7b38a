"""What a service may refuse or fail with, apart from HTTP. The views give each its status.

A body that cannot be read is `omnisdk.events.BadBody`; a database that cannot read or commit now is StorageUnavailable.
"""

from __future__ import annotations

from collections.abc import Sequence

from server_example.storage.database import StorageUnavailable

__all__ = ["BadRequest", "NeedsSecretKey", "NoRules", "StorageUnavailable", "UnknownPerson"]


class BadRequest(Exception):
    """A request that says something unusable: `code` for programs, `message` naming the place and the value."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class NeedsSecretKey(Exception):
    """The write key asked for what only the shop may know; the message says what."""


class UnknownPerson(Exception):
    """Nobody is known by this reference."""


class NoRules(Exception):
    """There have never been good rules to decide by; `faults` are the lines that say why."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("there are no good rules yet")
        self.faults = tuple(faults)
