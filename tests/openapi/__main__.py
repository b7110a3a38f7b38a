"""``python -m tests.openapi``: Schemathesis at length on SQLite and PostgreSQL; the figures as JSON, exit 1 on a failure."""

from __future__ import annotations

import json
import sys

from tests.openapi.full import EXAMPLES, both

if __name__ == "__main__":
    told = both(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES)
    print(json.dumps(told, indent=2, ensure_ascii=False))
    sys.exit(0 if told["ok"] else 1)
