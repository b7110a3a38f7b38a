"""What the tests of import and export share: a shop's folder, commands in it, and what its database holds."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from omnisdk.events.model import Event
from server_example.cli.commands import omnisdk
from server_example.storage import people as people_table
from server_example.storage import schema, walks
from server_example.storage.database import Database
from tests.server.helpers import RULES

NAMES = ("OMNI_BIND", "OMNI_DATA_DIR", "OMNI_CONFIG", "OMNI_DATABASE_URL", "OMNI_WRITE_KEY", "OMNI_SECRET_KEY",
         "OMNI_SIGNING_KEY", "OMNI_IDENTITY_KEY")  # fmt: skip

Person = tuple[dict[str, Any], str, int]  # document, seed, number of events


@dataclass
class Shop:
    folder: Path
    database_url: str

    @classmethod
    def made(cls, folder: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Shop:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("OMNI_DATABASE_URL", database_url)
        monkeypatch.chdir(folder)
        (folder / "omni.yaml").write_text(RULES, encoding="utf-8")
        return cls(folder, database_url)

    def write(self, name: str, content: str | bytes | list[dict[str, Any]]) -> Path:
        """Write a file: a text as UTF-8, bytes as they are, messages as JSON lines."""
        if isinstance(content, list):
            content = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in content)
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Path(name)

    def run(self, *arguments: str | Path, status: int = 0, stdin: bytes | None = None) -> Result:
        """Run `omnisdk ARGUMENTS` in this process."""
        result = CliRunner().invoke(omnisdk, [str(each) for each in arguments], input=stdin)
        assert result.exit_code == status, (result.output, result.exception)
        return result

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Start `omnisdk ARGUMENTS` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "server_example", *map(str, arguments)],
            cwd=self.folder, env=dict(os.environ), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def events(self) -> list[Event]:
        """Return every stored event."""
        with self.database() as database:
            return list(walks.events(database))

    def event(self) -> Event:
        """Return the only stored event."""
        (event,) = self.events()
        return event

    def count(self) -> int:
        return len(self.events())

    @contextmanager
    def database(self) -> Iterator[Database]:
        database = Database.open(self.database_url)
        yield database
        database.close()

    def people(self) -> dict[frozenset[str], Person]:
        """Return everybody: identifiers, document, seed, number of events."""

        def ask(connection: Connection) -> dict[frozenset[str], Person]:
            members: dict[bytes, set[str]] = {}
            for ref, person in connection.execute(select(schema.identifiers.c.ref, schema.identifiers.c.person)):
                members.setdefault(person, set()).add(ref)
            rows = people_table.get(connection, sorted(members))
            return {
                frozenset(refs): (rows[person].document, rows[person].seed, rows[person].events)
                for person, refs in members.items()
            }

        with self.database() as database:
            return database.read(ask)

    def corrected(self) -> int:
        """Return how many stored profiles are not the fold of their events."""
        return int(self.run("rebuild").output.splitlines()[-1].split(": ")[1].split()[0])

    def rows(self, name: str, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
        """Return the rows of a CSV file."""
        text = (self.folder / name).read_bytes().decode(encoding)
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def track(number: int, **more: Any) -> dict[str, Any]:
    """Return a message with its own messageId and time."""
    return {
        "type": "track", "event": "Product Viewed", "userId": f"u{number % 7}", "messageId": f"m{number}",
        "timestamp": f"2026-03-{1 + number % 28:02}T08:00:00+07:00",
        "properties": {"product_id": f"P{number}", "category": "đồ golf"}, **more,
    }  # fmt: skip
