"""`omnisdk export`: all events, all profiles, or one person, out of the database beside a running server."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from zoneinfo import ZoneInfo

import click

from omnisdk import clock
from server_example.cli.people import print_person
from server_example.cli.watching import Watched
from server_example.config import ServerConfig
from server_example.services.exporting import columns, formats
from server_example.services.exporting import export as exporting
from server_example.services.exporting.columns import Column
from server_example.services.exporting.formats import NoParquet
from server_example.services.exporting.outputs import OutputRefused, whole_file
from server_example.services.faults import NoRules
from server_example.services.server import Server

T = TypeVar("T")

FORMATS = ("jsonl", "csv", "parquet")

_AGO = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)
_UNITS = {"s": clock.SECOND, "m": clock.MINUTE, "h": clock.HOUR, "d": clock.DAY, "w": clock.WEEK}
_TOLD_EVERY = 1_000  # rows


@click.command()
@click.argument("what", metavar="events|profiles|PERSON")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Default: as --output ends, else jsonl.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Instead of printing; there whole or not at all.",
)
@click.option(
    "--since", metavar="T", help="Events that happened at T or later: 2026-11-01, 2026-11-01T08:00, or 7d ago."
)
@click.option("--until", metavar="T", help="Events that happened before T.")
def export(what: str, format_: str | None, output: Path | None, since: str | None, until: str | None) -> None:
    """Write all events or all profiles, or print all that is known of PERSON as JSON.

    Runs beside a working server. Events as jsonl are a backup: `omnisdk import --as-exported` restores them.
    """
    if what not in ("events", "profiles"):
        if format_ or output or since or until:
            raise click.UsageError("the options are for `export events` and `export profiles`")
        print_person(what)
        return
    if what == "profiles" and (since or until):
        raise click.UsageError("--since and --until are for `export events`: a profile is of now")
    form = format_ or _format_of(output)
    if form == "parquet" and output is None:
        raise click.UsageError("parquet needs --output FILE")
    server = Server(ServerConfig.from_environment(), only_looking=True)
    try:
        zone = ZoneInfo(server.rules.compiled.ruleset.site.timezone)
        first, last = (_instant(text, zone, server.now()) for text in (since, until))
        number = exporting.how_many(server, what)
        with _output(output) as out, Watched(what, number, shown=output is not None) as watched:
            if what == "events":
                events = _told(exporting.events(server, first, last), watched)
                _write(form, events, out, columns.EVENTS, exporting.event_line)
            else:
                _write(form, _told(exporting.profiles(server), watched), out, columns.PROFILES, dict)
    except (OutputRefused, NoParquet) as error:
        raise click.ClickException(str(error)) from error
    except NoRules as error:
        raise click.ClickException("\n".join(("there are no good rules yet", *error.faults))) from error
    finally:
        server.close()


def _format_of(output: Path | None) -> str:
    suffix = "" if output is None else output.suffix.lower().lstrip(".")
    return suffix if suffix in FORMATS else "jsonl"


def _instant(text: str | None, zone: ZoneInfo, now: int) -> int | None:
    """Return the instant that an option names; without an offset it is of the site's time zone."""
    if text is None:
        return None
    if ago := _AGO.fullmatch(text.strip()):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        hint = "write 2026-11-01, 2026-11-01T08:00 or 7d"
        raise click.UsageError(f"{text!r} is no time; {hint}") from None
    return clock.from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=zone))


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        yield sys.stdout.buffer
    else:
        with whole_file(path) as file:
            yield file


def _told(rows: Iterable[T], watched: Watched) -> Iterator[T]:
    number = 0
    for number, row in enumerate(rows, 1):
        if number % _TOLD_EVERY == 0:
            watched.move(number, number)
        yield row
    watched.move(number, number)


def _write(
    form: str, rows: Iterator[T], out: BinaryIO, table: Sequence[Column], line: Callable[[T], dict[str, Any]]
) -> None:
    if form == "jsonl":
        formats.write_jsonl(rows, out, line)
    elif form == "csv":
        formats.write_csv(rows, out, table)
    else:
        formats.write_parquet(rows, out, table)
