"""`make chaos`: the full figures as JSON, one line per engine; exit status 1 when anything was lost or folded wrong."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.chaos.killing import kill_under_load
from tests.support.postgres import Postgres

KILLS = 100
EVENTS_PER_KILL = 1_000


def run(engine: str, database_url: str | None, kills: int) -> bool:
    """Kill the server `kills` times on one engine, print what was counted, and return whether nothing was lost."""
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_under_load(Path(folder), database_url, kills, kills * EVENTS_PER_KILL)
    print(json.dumps({"engine": engine, **tally.asdict()}), flush=True)
    few = tally.acknowledged < kills * EVENTS_PER_KILL
    return not (few or tally.lost or tally.stored_twice or tally.folded_wrong)


def main(kills: int) -> bool:
    good = run("sqlite", None, kills)
    postgres = Postgres.start()
    try:
        return run("postgresql", postgres.new_database(), kills) and good
    finally:
        postgres.stop()


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS))
