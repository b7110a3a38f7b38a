"""Commands that run: serve and demo. granian is the WSGI server: it costs 0.42 of gunicorn's CPU per request."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from server_example import logs
from server_example.config import ServerConfig
from server_example.services.faults import NoRules
from server_example.services.server import Server
from server_example.services.turns import THREADS_PER_WORKER

DRAIN_SECONDS = 20  # after SIGTERM requests in flight may end within this; then their worker is killed


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Instead of OMNI_BIND.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes. Default: 1 on SQLite, where one process at a time can write, else one per core up to 4.",
)
@click.option("--with-worker", is_flag=True, help="Run the timers of journeys and sends in here too.")
def serve(bind: str | None, workers: int | None, with_worker: bool) -> None:
    """Run the decision server.

    Exit status 1 when there are no good rules, with their faults. SIGTERM lets requests in flight end.
    """
    config = ServerConfig.from_environment()
    run(replace(config, bind=bind) if bind else config, "server_example.wsgi:worker_app", workers, "omnisdk decides")


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Instead of OMNI_BIND.")
def demo(bind: str | None) -> None:
    """Run the decision server with the demo shop, on an embedded database."""
    from server_example.demo import prepare

    config = prepare()
    run(replace(config, bind=bind) if bind else config, "server_example.demo:worker_app", 1, "the demo shop is open")


def run(config: ServerConfig, target: str, workers: int | None, what: str) -> None:
    """Serve `target`, a factory of a WSGI app, until a signal ends it; say `what` is now where.

    Raises ClickException when it cannot start.
    """
    import granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    host, port = config.address()
    _check_address(host, port, config.bind)
    _check_rules(config)
    with tempfile.TemporaryDirectory(prefix="omnisdk-metrics-") as metrics:
        # The workers read their settings from the environment, as any process does.
        os.environ |= {"OMNI_METRICS_DIR": metrics, "OMNI_BIND": config.bind, "OMNI_CONFIG": str(config.rules_file)}
        click.echo(f"{what} on http://{host if ':' not in host else f'[{host}]'}:{port}", err=True)
        granian.Granian(
            target,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            factory=True,
            workers=workers or _workers_for(config),
            blocking_threads=THREADS_PER_WORKER,
            workers_kill_timeout=DRAIN_SECONDS,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.error,  # its warnings are about the number of threads, which is meant
            log_dictconfig=logs.settings(config.log_level),
            working_dir=Path.cwd(),
        ).serve()


def _check_address(host: str, port: int, bind: str) -> None:
    """Raise ClickException when the address is taken or not ours: granian would share a taken port in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"OMNI_BIND: {bind}: {error.strerror or error}") from error


def _check_rules(config: ServerConfig) -> None:
    """Open everything once, before any worker: migrates the database, submits the rules, and says what is wrong."""
    log = logging.getLogger("omnisdk")
    level = log.level
    log.setLevel(logging.CRITICAL)  # the workers will tell the same again
    server = Server(config)
    try:
        server.rules  # noqa: B018  # asking is the point
    except NoRules as error:
        raise click.ClickException("\n".join(("there are no good rules to decide by", *error.faults))) from error
    finally:
        server.close()
        log.setLevel(level)


def _workers_for(config: ServerConfig) -> int:
    return 1 if config.database_url.startswith("sqlite") else min(4, os.cpu_count() or 1)
