"""Counters for operators, in Prometheus text. No label ever holds anything of a person.

Several workers of one server share a directory: each keeps its numbers in a memory-mapped file of its own there, and
whichever worker is asked adds up all files. Without a directory the numbers are this process's.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import threading
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SLOTS = 4_096  # numbers per process: every family and label value together; what comes later is not counted
REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

Key = tuple[str, tuple[tuple[str, str], ...]]  # a name, and its labels with their values


class Family(NamedTuple):
    name: str
    kind: str  # counter, gauge, histogram
    meaning: str


FAMILIES = (
    Family("omni_events_accepted_total", "counter", "Events stored."),
    Family("omni_events_duplicates_total", "counter", "Events that had been stored before."),
    Family("omni_events_rejected_total", "counter", "Events refused, by the code their sender was told."),
    Family("omni_event_notes_total", "counter", "What was read differently from how it was sent, such as junk ids."),
    Family("omni_sdk_lost_total", "counter", "Events that Python SDKs had to drop, by reason, as they told."),
    Family("omni_client_reports_total", "counter", "Reports of stock browser clients on themselves, by client."),
    Family("omni_decisions_total", "counter", "Decisions, by reason."),
    Family("omni_errors_total", "counter", "Requests refused or failed, by code."),
    Family("omni_quota_refusals_total", "counter", "Requests answered 429, by the quota that was spent."),
    Family("omni_quota_failures_total", "counter", "Times a quota could not be counted for all processes, by reason."),
    Family("omni_storage_failures_total", "counter", "Requests answered 503 since the database could not commit."),
    Family("omni_request_seconds", "histogram", "Time from request to answer, by route."),
    Family("omni_rules_number", "gauge", "Number of the ruleset this process decides by; 0 before the first."),
    Family("omni_rules_faults", "gauge", "Faults in this host's rules file as it stands now."),
)


class Metrics:
    """This process's numbers. Every method is safe for many threads."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._slots: dict[Key, int] = {}
        self._gauges: dict[str, float] = {}
        self._names: int | None = None  # descriptor of the file that names the slots, one line each
        self._values: memoryview[float]
        if directory is None:
            self._values = memoryview(bytearray(SLOTS * 8)).cast("d")
        else:
            self._values = self._shared(directory)

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Add `by` to the counter `name` with `labels`."""
        with self._lock:
            self._add((name, tuple(labels.items())), by)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Enter one duration into the histogram `name`."""
        bucket = bisect_left(REQUEST_SECONDS, seconds)
        bound = str(REQUEST_SECONDS[bucket]) if bucket < len(REQUEST_SECONDS) else "+Inf"
        sorts = tuple(labels.items())
        with self._lock:
            self._add((f"{name}_bucket", (*sorts, ("le", bound))), 1)
            self._add((f"{name}_sum", sorts), seconds)
            self._add((f"{name}_count", sorts), 1)

    def set(self, name: str, value: float) -> None:
        """Set the gauge `name`, which tells of this process only."""
        self._gauges[name] = value

    def text(self) -> str:
        """Return all numbers in the Prometheus text format, version 0.0.4."""
        totals = self._totals()
        lines = []
        for family in FAMILIES:
            lines += [f"# HELP {family.name} {family.meaning}", f"# TYPE {family.name} {family.kind}"]
            if family.kind == "gauge":
                lines.append(f"{family.name} {_number(self._gauges.get(family.name, 0))}")
            elif family.kind == "histogram":
                lines += _histogram(family.name, totals)
            else:
                lines += [f"{name}{labels} {_number(n)}" for (name, labels), n in totals.items() if name == family.name]
        return "\n".join(lines) + "\n"

    def _add(self, key: Key, by: float) -> None:
        slot = self._slots.get(key)
        if slot is None:
            slot = len(self._slots)
            if slot == SLOTS:
                return
            if self._names is not None:  # named before it is used, so that a reader knows every number it finds
                os.write(self._names, "\t".join(_written(key)).encode() + b"\n")
            self._slots[key] = slot
        self._values[slot] += by

    def _shared(self, directory: Path) -> memoryview[float]:
        descriptor, path = tempfile.mkstemp(dir=directory, prefix=f"{os.getpid()}-", suffix=".values")
        os.ftruncate(descriptor, SLOTS * 8)
        values = memoryview(mmap.mmap(descriptor, SLOTS * 8)).cast("d")
        os.close(descriptor)
        self._names = os.open(Path(path).with_suffix(".names"), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        return values

    def _totals(self) -> dict[tuple[str, str], float]:
        totals: dict[tuple[str, str], float] = {}
        for key, value in self._own() if self._directory is None else _of_all(self._directory):
            totals[key] = totals.get(key, 0.0) + value
        return dict(sorted(totals.items()))

    def _own(self) -> Iterator[tuple[tuple[str, str], float]]:
        with self._lock:
            slots = list(self._slots.items())
        return ((_written(key), self._values[slot]) for key, slot in slots)


def _of_all(directory: Path) -> Iterator[tuple[tuple[str, str], float]]:
    for names in directory.glob("*.names"):
        lines = names.read_text("utf-8").splitlines()
        values = memoryview(names.with_suffix(".values").read_bytes()).cast("d")
        for slot, line in enumerate(lines):
            name, _, labels = line.partition("\t")
            yield (name, labels), values[slot]


def _histogram(name: str, totals: dict[tuple[str, str], float]) -> list[str]:
    """Return the lines of histogram `name`: buckets are kept apart and added up here, as the format wants them."""
    lines = []
    for (found, labels), count in totals.items():
        if found != f"{name}_count":
            continue
        inner = labels.strip("{}")
        so_far = 0.0
        for bound in (*map(str, REQUEST_SECONDS), "+Inf"):
            bucket = "{" + ",".join(filter(None, (inner, f'le="{bound}"'))) + "}"
            so_far += totals.get((f"{name}_bucket", bucket), 0.0)
            lines.append(f"{name}_bucket{bucket} {_number(so_far)}")
        lines.append(f"{name}_sum{labels} {_number(totals.get((f'{name}_sum', labels), 0.0))}")
        lines.append(f"{name}_count{labels} {_number(count)}")
    return lines


def _written(key: Key) -> tuple[str, str]:
    """Return name and labels as the format writes them: ``omni_decisions_total``, ``{reason="WON"}``."""
    name, labels = key
    if not labels:
        return name, ""
    return name, "{" + ",".join(f'{label}="{_escaped(value)}"' for label, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", " ")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
