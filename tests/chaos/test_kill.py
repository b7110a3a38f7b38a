"""What was acknowledged survives kill -9, and nothing is folded twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.killing import kill_under_load

KILLS = 10  # `make chaos` does 100 on each engine, with 100,000 events
EVENTS = 2_000


@pytest.mark.chaos
def test_every_acknowledged_event_survives_kill_9_and_none_is_folded_twice(database_url: str, tmp_path: Path) -> None:
    on_sqlite = database_url.startswith("sqlite")
    tally = kill_under_load(tmp_path, None if on_sqlite else database_url, KILLS, EVENTS)
    assert tally.acknowledged >= EVENTS, "the load was too small to prove anything"
    assert (tally.lost, tally.stored_twice, tally.folded_wrong) == (0, 0, 0), tally
