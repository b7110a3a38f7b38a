"""How far a long command is, on a terminal and in a log."""

from __future__ import annotations

import io
import sys

import pytest

from server_example.cli import watching
from server_example.cli.watching import Watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_shows_part_rows_and_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Watched("đơn.csv", 200) as watched:
        watched.move(50, 1_000)
        watched.say("đơn.csv:7: NO_ID")
        watched.move(200, 4_000)
    shown = terminal.getvalue()
    assert " 25%" in shown and "100%" in shown
    assert "4,000 rows, " in shown and " rows/s" in shown
    assert "\r\x1b[Kđơn.csv:7: NO_ID\n" in shown


def test_elsewhere_a_line_comes_now_and_then_with_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [1_000.0]
    monkeypatch.setattr(watching, "monotonic", lambda: now[0])
    with Watched("đơn.csv", 1_000) as watched:
        watched.begin_at(200)  # an interrupted import goes on
        for seconds, at, rows in ((4, 300, 400), (12, 500, 1_200), (13, 600, 1_300), (24, 800, 2_400)):
            now[0] = 1_000.0 + seconds
            watched.move(at, rows)
    assert capsys.readouterr().err.splitlines() == [
        "đơn.csv: 50 %, 1,200 rows, 100 rows/s, 20 s left",
        "đơn.csv: 80 %, 2,400 rows, 100 rows/s, 8 s left",
    ]


def test_without_a_size_there_is_neither_part_nor_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watching, "LINE_EVERY_SECONDS", 0.0)
    with Watched("standard input", None) as watched:
        watched.move(10, 5)
    assert capsys.readouterr().err.startswith("standard input: 5 rows, ")
    with Watched("events", 10, shown=False) as watched:
        watched.move(10, 5)
    assert capsys.readouterr().err == ""
