"""Write the tables of codes in docs/reference from `codes`: ``python -m server_example.views.openapi.reference docs/reference``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from server_example.views.openapi.codes import REFUSALS, table_of_codes

BEGIN: Final = (
    "<!-- made by `python -m server_example.views.openapi.reference docs/reference`; edit its codes.py instead -->"
)
END: Final = "<!-- end of the table of codes -->"


def table_of_refusals() -> str:
    """Return every code of a refused event with its meaning as a Markdown table."""
    rows = [f"| `{refusal.code}` | {refusal.meaning} |" for refusal in REFUSALS]
    return "\n".join(["| code | why |", "| --- | --- |", *rows])


TABLES: Final = {"http.md": table_of_codes, "events.md": table_of_refusals}


def with_table(name: str, page: str) -> str:
    """Return the reference page `name` with its table made anew. Raises ValueError when a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{name} needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{TABLES[name]()}\n\n{END}{after}"


def main() -> None:
    folder = Path(sys.argv[1])
    for name in TABLES:
        page = folder / name
        page.write_text(with_table(name, page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
