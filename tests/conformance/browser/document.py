"""The code that docs/start-stock.md tells a shop to write, as written there: the tests run it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

TEXT = (Path(__file__).parents[3] / "docs" / "start-stock.md").read_text("utf-8")
ADDRESS = "https://events.shop.example"
PROXIED = "shop.example/omni"


def code(heading: str) -> str:
    """Return the first block of code below `heading`."""
    section = re.split(rf"^#+ {re.escape(heading)}\n", TEXT, flags=re.M)[1:]
    blocks = (
        re.findall(r"^```\w+\n(.*?)^```", re.split(r"^#", section[0], flags=re.M)[0], re.M | re.S) if section else []
    )
    assert blocks, f"docs/start-stock.md has no code below {heading!r}"
    first: str = blocks[0]
    return first


def filled(heading: str, url: str, key: str) -> str:
    """Return the code below `heading` with `url` and `key` in the places of the document's."""
    text = code(heading)
    assert ADDRESS in text, heading
    return re.sub(r"\b[ws]k_…", key, text.replace(ADDRESS, url))
