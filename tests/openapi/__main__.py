"""``python -m tests.openapi``: Schemathesis at length on SQLite and PostgreSQL; the figures as JSON, exit 1 on a failure."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.openapi.full import run
from tests.support.postgres import Postgres

EXAMPLES = 50  # requests that hypothesis makes for each operation, key and reading of the document


def both(examples: int = EXAMPLES) -> dict[str, Any]:
    """Return the figures of a full run on an empty database of each kind; "ok" says that nothing failed."""
    postgres = Postgres.start()
    try:
        figures = {
            name: _on(url, examples) for name, url in (("sqlite", None), ("postgresql", postgres.new_database()))
        }
    finally:
        postgres.stop()
    return {"ok": all(sound(each) for each in figures.values()), **figures}


def sound(figures: dict[str, Any]) -> bool:
    """Return whether a run found nothing wrong."""
    return not (figures["failures"] or figures["server_errors"] or figures["faults_in_the_log"])


def _on(database_url: str | None, examples: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="omni-openapi-") as folder:
        return run(Path(folder), database_url, examples=examples)


if __name__ == "__main__":
    told = both(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES)
    print(json.dumps(told, indent=2, ensure_ascii=False))
    sys.exit(0 if told["ok"] else 1)
