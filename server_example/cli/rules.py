"""Commands about rules: init, check, tags, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from omnisdk import events
from omnisdk.rules.reading import read_file
from omnisdk.rules.schema import json_schema as rules_schema
from omnisdk.rules.starter import starter
from server_example import install
from server_example.config import DEFAULT_RULES_FILE, ServerConfig, given_settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def check(file: Path | None) -> None:
    """Check a rules file (default: OMNI_CONFIG) and every file it includes.

    Exit status 1 when there is a fault, one line each: FILE:LINE:COL: what is wrong; what was found; hint.
    """
    path = file or Path(given_settings().get("OMNI_CONFIG", DEFAULT_RULES_FILE))
    loaded = read_file(path)
    for line in (*loaded.faults, *loaded.warnings):
        click.echo(str(line))
    if loaded.ruleset is None:
        raise SystemExit(1)
    counts = {"campaign": len(loaded.ruleset.campaigns), "segment": len(loaded.ruleset.segments)}
    listed = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())
    click.echo(f"{path}: {listed}, no faults")


@click.command()
@click.option("--name", default="My shop", show_default=True, help="The shop's name.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The shop's address.")
@click.option("--locale", default="en", show_default=True, help="Its language, such as vi or th.")
@click.option("--country", default="", help="Reads local phone numbers, such as VN.")
@click.option("--timezone", default="UTC", show_default=True, help="Such as Asia/Ho_Chi_Minh.")
@click.option("--currency", default="", help="Such as VND.")
def init(name: str, url: str, locale: str, country: str, timezone: str, currency: str) -> None:
    """Write a commented starter omni.yaml, make the keys, and print the tags to paste."""
    config = ServerConfig.from_environment()
    text = starter(name=name, url=url, locale=locale, country=country, timezone=timezone, currency=currency)
    try:
        with config.rules_file.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{config.rules_file} exists already and stays as it is") from None
    click.echo(f"{config.rules_file}: written; it explains itself\n{config.data_dir}/*.key: the keys, for you only\n")
    click.echo("Paste into every page, in <head>:\n")
    click.echo(install.tags(config, None))
    click.echo("Then run: omnisdk serve")


@click.command()
@click.option("--url", help="Where browsers reach the server, such as https://shop.example/omni.")
def tags(url: str | None) -> None:
    """Print the two tags to paste into every page, and the stub's hash for a strict CSP."""
    click.echo(install.tags(ServerConfig.from_environment(), url))


@click.command()
@click.argument("of", type=click.Choice(["events", "rules", "http"]), default="events")
def schema(of: str) -> None:
    """Print the JSON Schema of the events or of a rules file, or the OpenAPI document of the HTTP routes."""
    found: dict[str, Any]
    if of == "http":
        from server_example.views.openapi.document import as_json  # its models and routes: only where they are printed

        found = json.loads(as_json())
    else:
        found = rules_schema() if of == "rules" else events.json_schema()
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
