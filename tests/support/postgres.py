"""A private PostgreSQL server for one test run: its own folder, its own socket, no network port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text


@dataclass
class Postgres:
    folder: Path
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    def start(cls) -> Postgres:
        """Make a cluster in a temporary folder and start it. Raises RuntimeError where PostgreSQL is not installed."""
        folder = Path(tempfile.mkdtemp(prefix="omni-pg-"))
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        server = cls(folder)
        server._run("initdb", "-D", str(folder / "data"), "-U", "omni", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        server._run(
            "pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"),
            # Tests kill our processes, never this one: fsync buys nothing here.
            "-o", f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200", "start",
        )  # fmt: skip
        return server

    def new_database(self) -> str:
        """Return the URL of a new, empty database."""
        name = f"omni_{next(self._numbers)}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://omni@/{name}?host={self.folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [_find(program), *arguments]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout.decode(errors='replace')}")


def _find(program: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    found = str(installed[0]) if installed else shutil.which(program)
    if not found:
        raise RuntimeError(f"{program} not found: install PostgreSQL (Debian: apt-get install postgresql)")
    return found
