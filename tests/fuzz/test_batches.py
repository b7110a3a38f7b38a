"""Hostile requests against the real app: 2,000 of them here, 20,000 on each engine in `make fuzz`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from omnisdk.events import read_batch
from server_example.storage.events import add
from server_example.views import salvage
from tests.fuzz.cases import Case, cases
from tests.fuzz.laws import endpoint

PARTS, CASES = 8, 250
FOUND = sorted(Path(__file__).with_name("found").glob("*.json"))


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_is_sent_can_hurt(part: int) -> None:
    with endpoint() as laws:

        @seed(part)
        @settings(
            max_examples=CASES,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(cases())
        def check(case: Case) -> None:
            laws.check(case)

        check()
        assert laws.figures.neighbours > CASES // 2
        assert laws.figures.accepted > CASES // 2
        assert len(laws.figures.rejected) >= 5


def strictly(raw: bytes, most_values: int | None = None) -> Any:
    """Read a body as a server does that lets one bad event cost the whole batch."""
    raise salvage.Broken("it is not strict JSON", 0)


def overlooking(*arguments: Any, **named: Any) -> Any:
    """Read a batch and drop what comes first."""
    batch = read_batch(*arguments, **named)
    del batch.events[:1]
    return batch


def doubling(connection: Any, rows: Any) -> None:
    """Store events under a new key each, so that nothing is known again."""
    add(connection, [(os.urandom(len(key)), owner, event) for key, owner, event in rows])


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("server_example.views.salvage.read", strictly),
        ("server_example.services.ingest.read_batch", overlooking),
        ("server_example.storage.events.add", doubling),
    ],
)
def test_a_server_that_breaks_a_law_is_found_out(monkeypatch: pytest.MonkeyPatch, place: str, fault: Any) -> None:
    with endpoint() as laws:
        monkeypatch.setattr(place, fault)

        @seed(1)
        @settings(max_examples=100, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
        @given(cases())
        def check(case: Case) -> None:
            laws.check(case)

        with pytest.raises(AssertionError):
            check()
        monkeypatch.undo()


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.stem)
def test_what_was_found_once_is_found_no_more(file: Path) -> None:
    with endpoint() as laws:
        laws.check(Case.from_json(file.read_text()))
