"""Computing everybody again from the stored events: the proof of law 2, and the repair when it was broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from omnisdk import profile
from server_example.services.folding import refold
from server_example.services.writer import Writer
from server_example.storage import people

PAGE = 100  # people per transaction: the server goes on taking events in between


@dataclass(frozen=True, slots=True)
class RebuildReport:
    people: int = 0
    events: int = 0
    corrected: int = 0  # stored documents that were not the fold of their events; they are now
    outdated: int = 0  # of another fold version, as after an upgrade

    def __add__(self, other: RebuildReport) -> RebuildReport:
        return RebuildReport(
            self.people + other.people,
            self.events + other.events,
            self.corrected + other.corrected,
            self.outdated + other.outdated,
        )


def rebuild(writer: Writer, progress: Callable[[RebuildReport], Any]) -> RebuildReport:
    """Fold every person's events in order, compare with what is stored, and write what differs.

    Runs beside a working server, page by page. `progress` is told after each page. Raises StorageUnavailable.
    """
    report = RebuildReport()
    after: bytes | None = b""
    while after is not None:
        after, of_page = writer.run(partial(_page, after=after))
        report += of_page
        progress(report)
    return report


def _page(connection: Connection, after: bytes) -> tuple[bytes | None, RebuildReport]:
    """Rebuild the people after `after`; return the last of them, None when there were none."""
    ids = people.page(connection, after, PAGE)
    report = RebuildReport()
    changed = []
    for row in people.get(connection, ids, lock=True).values():
        document, folded, version = row.document, row.events, row.fold_version
        refold(connection, row)
        outdated = version != profile.FOLD_VERSION
        corrected = not outdated and (row.document != document or row.events != folded)
        report += RebuildReport(1, row.events, int(corrected), int(outdated))
        if outdated or corrected:
            row.version += 1
            changed.append(row)
    people.replace(connection, changed)
    return (ids[-1] if ids else None), report
