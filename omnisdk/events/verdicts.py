"""What reading a body of events answers: the events, the refusals with their reasons, and what was put right."""

from __future__ import annotations

from dataclasses import dataclass, field

from omnisdk.events.model import Event


class BadBody(Exception):
    """The body as a whole cannot be read, so nothing of it was: `code` for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in a batch for an item that could not be read as JSON, so that its neighbours keep their places."""

    code: str
    what: str  # is wrong, for people


@dataclass(frozen=True, slots=True)
class Rejected:
    """One event that was not taken. Its neighbours were."""

    index: int  # its place in the batch
    message_id: str | None  # as sent, when it was a usable one
    code: str  # UPPER_CASE and stable: see docs/reference/events.md
    message: str  # the place, the value found, and what to send instead


@dataclass(slots=True)
class Batch:
    """One body after reading; every item of it is either in `events` or in `rejected`."""

    events: list[tuple[int, Event]] = field(default_factory=list)  # with the place in the batch
    rejected: list[Rejected] = field(default_factory=list)
    # How often something was put right or left out without refusing the event: "junk_id", "wrong_timestamp",
    # "wrong_property:Order Completed.total" … The names come from the catalogue, so their number is bounded.
    notes: dict[str, int] = field(default_factory=dict)

    def note(self, what: str) -> None:
        """Count one more of `what`."""
        self.notes[what] = self.notes.get(what, 0) + 1
