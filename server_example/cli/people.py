"""Commands about people: explain, forget, rebuild, and the export of one. They work on the database, beside a running server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
import orjson

from omnisdk.identity.identifiers import BadReference, parse_ref
from server_example.config import ServerConfig
from server_example.services import decide, profiles
from server_example.services.faults import BadRequest, NoRules, UnknownPerson
from server_example.services.rebuilding import RebuildReport
from server_example.services.server import Server

T = TypeVar("T")


@contextmanager
def _server() -> Iterator[Server]:
    server = Server(ServerConfig.from_environment(), only_looking=True)
    try:
        yield server
    finally:
        server.close()


def _asked(person: str, ask: Callable[[Server], T]) -> T:
    with _server() as server:
        try:
            return ask(server)
        except (BadReference, BadRequest) as error:
            raise click.ClickException(str(error)) from error
        except UnknownPerson as error:
            raise click.ClickException(f"nobody is known as {person}") from error
        except NoRules as error:
            raise click.ClickException("\n".join(("there are no good rules yet", *error.faults))) from error


@click.command()
@click.argument("person", metavar="PERSON")
@click.option("--placement", "placements", multiple=True, help="Only this placement; may be given again.")
@click.option("--path", help="As if on the page of this path.")
@click.option("--language", type=click.Choice(["en", "vi", "th"]), default="en", show_default=True)
def explain(person: str, placements: tuple[str, ...], path: str | None, language: str) -> None:
    """Say for each campaign whether PERSON is shown it now, and why."""

    def ask(server: Server) -> dict[str, Any]:
        asked = list(placements or server.rules.compiled.ruleset.placements)
        body: dict[str, Any] = {"person": person, "placements": asked, "context": {"page": {"path": path}}}
        answer: dict[str, Any] = decide.explain(server, body, server.now())["placements"]
        if server.people.read(parse_ref(person, server.rules.compiled.ruleset.site.country)) is None:
            click.echo(f"nobody is known as {person}: this is what somebody new is shown", err=True)
        for name in set(asked) - server.rules.compiled.ruleset.placements.keys():
            click.echo(f"the rules have no placement {name!r}", err=True)
        return answer

    for placement, verdicts in _asked(person, ask).items():
        click.echo(placement)
        elsewhere = [verdict["campaign"] for verdict in verdicts if verdict["reason"] == "NO_CREATIVE"]
        for verdict in verdicts:
            if verdict["campaign"] not in elsewhere or placements:
                click.echo(f"  {verdict['campaign']}  {verdict['reason']}  {verdict['text'][language]}")
        if elsewhere and not placements:
            click.echo(f"  nothing to show here: {', '.join(elsewhere)}")


def print_person(person: str) -> None:
    """Print all that is known of PERSON, with every event as received, as JSON. Raises ClickException."""
    answer = _asked(person, lambda server: profiles.export(server, person, server.now()))
    click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2, default=str))


@click.command()
@click.argument("person", metavar="PERSON")
def forget(person: str) -> None:
    """Delete all that is stored of PERSON, for good. Events from before now stay refused."""
    _asked(person, lambda server: profiles.forget(server, person, server.now()))
    click.echo(f"forgotten: {person}")


@click.command()
def rebuild() -> None:
    """Compute every profile again from its events, and correct what differs.

    Runs beside a working server. The last line says how many were not the fold of their events: 0 is due.
    """

    def told(report: RebuildReport) -> None:
        click.echo(f"{report.people} people, {report.events} events …", err=True)

    with _server() as server:
        report = server.people.rebuild(told)
    click.echo(
        f"{report.people} people, {report.events} events: {report.corrected} corrected, "
        f"{report.outdated} brought up to this release"
    )
