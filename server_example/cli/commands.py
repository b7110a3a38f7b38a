"""Every command of `omnisdk`, gathered; each lives in the module of its subject."""

from __future__ import annotations

import click

from server_example.cli import exporting, importing, people, rules, serving
from server_example.config import ConfigError
from server_example.install import SnippetNotBuilt
from server_example.services.faults import StorageUnavailable


class Commands(click.Group):
    """The group of all commands; what a person can mend is told in one line instead of a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except ConfigError as error:
            raise click.ClickException(str(error)) from error
        except StorageUnavailable as error:
            raise click.ClickException(f"the database is not available: {error}") from error
        except SnippetNotBuilt as error:
            raise click.ClickException("the snippet is not built: run `npm ci && npm run build` in snippet/") from error

    def list_commands(self, context: click.Context) -> list[str]:
        """In the order they are needed, not by name."""
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="omnisdk", prog_name="omnisdk")
def omnisdk() -> None:
    """The decision server: what each visitor should see now, and why.

    Settings come from the environment and from .env; docs/reference/settings.md lists them.
    PERSON is user:u1, anonymous:a1, email:a@b.example, phone:+84901234567 or card:77.
    """


for command in (
    rules.init,
    serving.serve,
    serving.demo,
    rules.check,
    rules.tags,
    rules.schema,
    people.explain,
    importing.import_,
    exporting.export,
    people.forget,
    people.rebuild,
):
    omnisdk.add_command(command)
