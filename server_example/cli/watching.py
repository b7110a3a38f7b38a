"""How far a long command is: a bar on a terminal, a line now and then elsewhere. On standard error."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import Any

import click

LINE_EVERY_SECONDS = 10.0  # where there is no terminal: a log


class Watched:
    """Shows the way from 0 to `size`, in bytes or rows; None when nobody knows how far it is."""

    def __init__(self, label: str, size: int | None, *, shown: bool = True) -> None:
        self._shown = shown
        self._label = label
        self._size = size
        self._rows = 0
        self._at = 0
        self._from = 0
        self._began = monotonic()
        self._told = self._began
        self._bar: Any = None
        if shown and sys.stderr.isatty():
            self._bar = click.progressbar(
                length=size or 0,
                label=label,
                file=sys.stderr,
                show_pos=False,
                show_percent=size is not None,
                item_show_func=lambda rows: "" if rows is None else self._rate(),
                update_min_steps=1,
            )

    def __enter__(self) -> Watched:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def begin_at(self, at: int) -> None:
        """Tell that the way before `at` was gone earlier: it counts for no rate."""
        self._from = self._at = at
        if self._bar is not None:
            self._bar.update(at)

    def move(self, at: int, rows: int) -> None:
        """Tell that it is `at` of the size now, and `rows` rows on since it began."""
        self._rows = rows
        step, self._at = at - self._at, at
        if self._bar is not None:
            self._bar.update(step, rows)
        elif self._shown and monotonic() - self._told >= LINE_EVERY_SECONDS:
            self._told = monotonic()
            click.echo(f"{self._label}: {self._part()}{self._rate()}{self._left()}", err=True)

    def say(self, text: str) -> None:
        """Say a sentence, on a line of its own."""
        if self._bar is not None:
            click.echo("\r\033[K", nl=False, err=True)
        click.echo(text, err=True)

    def _part(self) -> str:
        return f"{min(100, self._at * 100 // self._size)} %, " if self._size else ""

    def _rate(self) -> str:
        seconds = max(monotonic() - self._began, 0.001)
        return f"{self._rows:,} rows, {self._rows / seconds:,.0f} rows/s"

    def _left(self) -> str:
        if not self._size or self._at <= self._from:
            return ""
        seconds = (monotonic() - self._began) * (self._size - self._at) / (self._at - self._from)
        return f", {seconds:.0f} s left"
