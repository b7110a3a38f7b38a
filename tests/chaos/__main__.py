"""`make chaos`: the full figures as JSON, one line per engine."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.chaos.killing import kill_under_load
from tests.support.postgres import Postgres


def main(kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"engine": "sqlite", **kill_under_load(Path(folder), None, kills).asdict()}), flush=True)
    postgres = Postgres.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            tally = kill_under_load(Path(folder), postgres.new_database(), kills)
            print(json.dumps({"engine": "postgresql", **tally.asdict()}), flush=True)
    finally:
        postgres.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
