"""A message of a file becomes an event as over HTTP with the secret key, but for what a file must not do in silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from omnisdk import clock
from omnisdk.events.claims import REF_KINDS
from omnisdk.events.model import Event
from omnisdk.events.reading import read_batch
from omnisdk.events.refusals import found
from omnisdk.events.times import read_instant
from server_example.services.importing.faults import RowRefused
from server_example.services.importing.restoring import restored
from server_example.services.importing.units import Unit
from server_example.services.rulesets import ActiveRules

AHEAD = clock.DAY  # how far a time may lie in the future: a clock, a time zone. Over HTTP it is moved to now

_PLACE = re.compile(r"^batch\[0\](?:: |\.)?")


@dataclass(slots=True)
class Judge:
    """Reads the messages of one file.

    `table` says that the messages were made by a mapping: a known property that cannot be read is a fault of it, and
    refuses the row. `identity` is the file's: rows that tell no time get their messageId from it, their line and
    themselves, so that the same file stores nothing twice.
    """

    rules: ActiveRules
    identity: Callable[[], str]
    table: bool = False
    as_exported: bool = False
    notes: Counter[str] = field(default_factory=Counter)  # what was put right or left out, as in /metrics

    def event(self, unit: Unit, now: int) -> Event:
        """Return the event of `unit`, received `now` (microseconds). Raises RowRefused."""
        item = unit.item
        assert item is not None
        if self.as_exported:
            return restored(item)
        self._check(item, now)
        if item.get("type") == "group" and "identifiers" in item:
            item = {**_arguments(item["identifiers"]), **item}
        batch = read_batch(
            {"batch": [item]},
            role="shop",
            received_at=now,
            normalise=self.rules.normalise,
            trust=self.rules.compiled.ruleset.trust,
            new_id=lambda: self._row_id(unit),
            correct_clock=False,
        )
        if batch.rejected:
            refused = batch.rejected[0]
            raise RowRefused(refused.code, _PLACE.sub("", refused.message))
        if self.table:
            for note in batch.notes:
                if note.startswith("wrong_property:"):
                    name = note.partition(":")[2]
                    hint = "write `as: number` or the like in the mapping"
                    raise RowRefused("WRONG_PROPERTY", f"{name}: it cannot be read as what this event needs; {hint}")
        self.notes.update(batch.notes)
        return batch.events[0][1]

    def _check(self, item: dict[str, Any], now: int) -> None:
        if item.get("role") == "browser":
            hint = "--as-exported restores it as it was; without it a browser's word would become the shop's"
            raise RowRefused("EXPORTED", f"a browser's event of an export; {hint}")
        for name in ("timestamp", "originalTimestamp"):
            value = item.get(name)
            if value is None:
                continue
            instant = read_instant(value)
            if instant is None:
                raise RowRefused("BAD_TIME", f"{name}: {found(value)}; a time such as 2026-11-22T08:00:00+07:00 is due")
            if instant > now + AHEAD:
                hint = "Buddhist years are 543 ahead" if instant > now + 500 * 365 * clock.DAY else "see its year"
                raise RowRefused("BAD_TIME", f"{name}: {found(value)} has not come yet; {hint}")

    def _row_id(self, unit: Unit) -> str:
        digest = blake2b(f"{self.identity()} {unit.line}".encode(), digest_size=16)
        for _, raw in unit.rows:
            digest.update(raw)
        return f"row-{digest.hexdigest()}"


def _arguments(identifiers: object) -> dict[str, str]:
    """Return the arguments behind an exported group call's identifiers: other calls keep them among their traits."""
    listed = identifiers if isinstance(identifiers, list) else []
    pairs = (ref.partition(":") for ref in listed if isinstance(ref, str))
    return {kind: value for kind, _, value in pairs if kind in REF_KINDS}
