"""Write the tables of docs/reference/events.md from the catalogue: ``python -m omnisdk.events.reference FILE``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from omnisdk.events import commerce, store
from omnisdk.events.base import EventProperties, Part, kinds_of

BEGIN = "<!-- tables made by `python -m omnisdk.events.reference`; edit the models instead -->"
END = "<!-- end of the tables -->"


def tables() -> str:
    """Return a section for each known event: what it means, and its properties with kind and meaning, as Markdown."""
    parts = [
        "## Product",
        _section(
            "Product", commerce.Product, 3, "One entry of `products`, and the base of the events about a product."
        ),
        "## Commerce events",
        *_sections(commerce.EVENTS),
        "## Store and service events",
        *_sections(store.EVENTS),
    ]
    return "\n\n".join(parts)


def with_tables(page: str) -> str:
    """Return `page` with the tables between its two marks made anew. Raises ValueError when a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def _sections(models: Iterable[type[EventProperties]]) -> list[str]:
    return [_section(model.event_name, model, 3, (model.__doc__ or "").strip()) for model in models]


def _section(title: str, model: type[Part], level: int, meaning: str) -> str:
    rows = [f"{'#' * level} {title}", "", f"{meaning} Python: `{model.__name__}`.", ""]
    rows += ["| property | kind | meaning |", "| --- | --- | --- |"]
    kinds = kinds_of(model)
    for name, info in model.model_fields.items():
        needed = ", needed" if info.is_required() else ""
        rows.append(f"| `{name}` | {kinds[name].name}{needed} | {info.description} |")
    return "\n".join(rows)


def main() -> None:
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
