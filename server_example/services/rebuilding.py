"""Computing everybody again from the stored events: the proof of law 2, and the repair when it was broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from omnisdk import profile
from server_example.services.folding import refold
from server_example.services.writer import Writer
from server_example.storage import people

PAGE = 100  # people per transaction: the server goes on taking events in between


@dataclass(slots=True)
class RebuildReport:
    people: int = 0
    events: int = 0
    corrected: int = 0  # stored documents that were not the fold of their events; they are now
    outdated: int = 0  # of another fold version, as after an upgrade


def rebuild(writer: Writer, new_person: Callable[[], bytes], progress: Callable[[RebuildReport], Any]) -> RebuildReport:
    """Fold every person's events in order, compare with what is stored, and write what differs.

    Runs beside a working server, page by page. `progress` is told after each page. Raises StorageUnavailable.
    """
    report = RebuildReport()
    after = b""
    while True:
        last = writer.run(lambda connection, after=after: _page(connection, after, report))  # type: ignore[misc]
        if last is None:
            return report
        after = last
        progress(report)


def _page(connection: Connection, after: bytes, report: RebuildReport) -> bytes | None:
    ids = people.page(connection, after, PAGE)
    changed = []
    for row in people.get(connection, ids, lock=True).values():
        document, folded, version = row.document, row.events, row.fold_version
        refold(connection, row)
        report.people += 1
        report.events += row.events
        if version != profile.FOLD_VERSION:
            report.outdated += 1
        elif row.document != document or row.events != folded:
            report.corrected += 1
        else:
            continue
        row.version += 1
        changed.append(row)
    people.replace(connection, changed)
    return ids[-1] if ids else None
