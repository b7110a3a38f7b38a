"""`omnisdk import`: files of events and tables into the database, beside a running server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import click

from omnisdk import clock
from omnisdk.events.model import Event
from server_example.cli.watching import Watched
from server_example.config import ServerConfig
from server_example.services.faults import NoRules, StorageUnavailable
from server_example.services.importing.faults import FileRefused, MappingRefused, RowRefused
from server_example.services.importing.importer import Done, Import, Options, Told, Watcher
from server_example.services.importing.mapping import Mapping, read_mapping
from server_example.services.importing.sources import STANDARD_INPUT
from server_example.services.importing.starter import starter_mapping
from server_example.services.server import OPEN_AGAIN_SECONDS, Server

SOME_REFUSED = 3  # exit status: everything else is stored
INTERRUPTED = 130  # as shells have it for Ctrl-C
SHOWN = 5  # refusals told on the terminal, each file; all of them are in the file of rejected rows

TABLES = (".csv", ".tsv", ".txt")


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--mapping",
    "mapping_file",
    metavar="MAP.yaml",
    type=click.Path(path_type=Path),
    help="For CSV: what its columns are.",
)
@click.option("--show-mapping", is_flag=True, help="Print a mapping to begin with, guessed from the CSV file's header.")
@click.option("--dry-run", is_flag=True, help="Read and judge everything, store nothing.")
@click.option(
    "--rejected",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where rejected rows go; default: beside each file.",
)
@click.option("--from-start", is_flag=True, help="Do not go on where an interrupted import was.")
@click.option("--as-exported", is_flag=True, help="Restore `omnisdk export events`: browsers' events stay browsers'.")
@click.option(
    "--patience",
    metavar="SECONDS",
    default=600.0,
    show_default=True,
    type=click.FloatRange(0),
    help="How long to wait for a busy database.",
)
def import_(
    files: tuple[Path, ...],
    mapping_file: Path | None,
    show_mapping: bool,
    dry_run: bool,
    rejected: Path | None,
    from_start: bool,
    as_exported: bool,
    patience: float,
) -> None:
    """Store the events of FILES: JSON lines, or CSV with --mapping; packed with gzip too; - is standard input.

    Events count as the shop's. Runs beside a working server. The same file again stores nothing twice, and an
    interrupted import goes on where it was. Exit status 3 when rows were rejected and the rest is stored.
    """
    if rejected is not None and len(files) > 1:
        raise click.UsageError("--rejected takes the rows of one FILE; give the files one by one")
    if mapping_file is not None and as_exported:
        raise click.UsageError("--as-exported is for JSON lines; a CSV file does not say what an event was")
    with _server(patience) as server, _told():
        site = server.rules.compiled.ruleset.site
        if show_mapping:
            for file in files:
                click.echo(starter_mapping(file, site.country, site.timezone, site.currency), nl=False)
            return
        mapping = None if mapping_file is None else read_mapping(mapping_file, ZoneInfo(site.timezone))
        done: list[Done] = []
        for file in files:
            _check_format(file, mapping)
            options = Options(file, mapping, as_exported, dry_run, from_start, rejected, patience)
            done.append(_imported(server, options))
            _summary(file, done[-1], dry_run)
    if any(each.report.refused for each in done):
        raise SystemExit(SOME_REFUSED)


@contextmanager
def _server(patience: float) -> Iterator[Server]:
    server = Server(ServerConfig.from_environment(), only_looking=True)
    try:
        _open(server, monotonic() + patience)
        yield server
    finally:
        server.close()


def _open(server: Server, until: float) -> None:
    """Open the database; one that is locked just now is waited for, one that cannot be reached is told of at once."""
    told = False
    while True:
        try:
            server.people  # noqa: B018  # asking opens it
            return
        except StorageUnavailable as error:
            if "lock" not in str(error) or monotonic() > until:
                raise
            if not told:
                click.echo(f"waiting for the database: {error}", err=True)
            told = True
        sleep(OPEN_AGAIN_SECONDS)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a person can mend into lines on standard error and exit status 1."""
    try:
        yield
    except (FileRefused, MappingRefused) as error:
        raise click.ClickException(str(error)) from error
    except NoRules as error:
        raise click.ClickException("\n".join(("there are no good rules yet", *error.faults))) from error
    except KeyboardInterrupt:
        click.echo("\ninterrupted; what was committed stays, and the same command goes on from there", err=True)
        raise SystemExit(INTERRUPTED) from None


def _check_format(file: Path, mapping: Mapping | None) -> None:
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() != ".gz"]
    if mapping is None and suffixes and suffixes[-1] in TABLES:
        hint = f"`omnisdk import --show-mapping {file} > {file.stem}.yaml` writes one to begin with"
        raise click.ClickException(f"{file}: a CSV file needs --mapping; {hint}")


def _imported(server: Server, options: Options) -> Done:
    name = "standard input" if options.file == STANDARD_INPUT else options.file.name
    size = options.file.stat().st_size if options.file.is_file() else None
    shown = 0
    waiting = ""
    with Watched(name, size) as watched:

        def progress(told: Told) -> None:
            nonlocal waiting
            waiting = ""
            watched.move(told.position, told.rows)

        def waits(why: str) -> None:
            nonlocal waiting
            if why != waiting:  # once, not at every attempt
                watched.say(f"waiting for the database: {why}")
            waiting = why

        def refused(line: int, why: RowRefused) -> None:
            nonlocal shown
            shown += 1
            if shown <= SHOWN:
                watched.say(f"{options.file}:{line}: {why.code}: {why.message}")
            elif shown == SHOWN + 1:
                watched.say(f"{options.file}: more rows are rejected …")

        def goes_on(line: int, position: int) -> None:
            watched.say(f"{name}: goes on after line {line:,}")
            watched.begin_at(position)

        watcher = Watcher(
            progress=progress,
            goes_on=goes_on,
            begins_again=lambda why: watched.say(f"{name}: begins again, as {why}"),
            waits=waits,
            refused=refused,
        )
        return Import(server, options, watcher).run()


def _summary(file: Path, done: Done, dry_run: bool) -> None:
    report = done.report
    rate = report.rows / report.seconds if report.seconds else 0
    lines = [
        ("rows read", report.rows, f"in {report.seconds:.1f} s, {rate:,.0f} rows/s"),
        ("would be stored" if dry_run else "events stored", report.stored, ""),
        ("stored before", report.duplicates, ""),
        ("rows passed over", report.passed_over, "by only: in the mapping"),
        ("rows rejected", report.refused.total(), "" if done.rejected is None else f"→ {done.rejected}"),
        *((f"  {code}", number, "") for code, number in report.refused.most_common()),
        *((f"  note {note}", number, "") for note, number in report.notes.most_common()),
    ]
    click.echo(str(file))
    for label, number, more in lines:
        if number or label in ("rows read", "events stored", "would be stored", "rows rejected"):
            click.echo(f"  {label:<32}{number:>14,}  {more}".rstrip())
    for warning in done.warnings:
        click.echo(f"  warning: {warning}")
    if done.first is not None:
        click.echo(f"  the first as read: {_as_read(done.first)}")


def _as_read(event: Event) -> str:
    """Return an event in one line, for whoever looks whether the mapping reads the file as it is meant."""
    ids = [f"user:{event.user_id}"] if event.user_id else []
    said = [event.name or event.type, *ids, *event.refs, clock.to_text(event.timestamp)]
    said += [f"{name} {event.properties[name]}" for name in ("order_id", "total") if name in event.properties]
    return ", ".join(said)
