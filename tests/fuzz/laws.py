"""The laws of a public endpoint, checked on a real app and a real database: case by case, and counted."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
from flask import Flask

from omnisdk import clock, profile
from omnisdk.events.refusals import CALLS
from server_example import ServerConfig, create_app
from server_example.services import ingest
from server_example.services.server import Server
from server_example.views.body import parsed
from tests.fuzz.cases import Case
from tests.server import helpers

PLACE = re.compile(
    r"(unpacked, )?the body|the value at byte \d+:|batch|events|body|context|sentAt|userId|identityToken|timestamp|event|Content-Encoding|[a-zA-Z]+:"
)
CODE = re.compile(r"[A-Z][A-Z_]+")
REFS = (
    "anonymous:a1-{}",
    "anonymous:a2-{}",
    "anonymous:good-{}",
    "user:u1-{}",
    "user:u2-{}",
    "user:1{}",
    "user:u1-fuzz",
    "phone:+84901234567",
)


@dataclass
class Figures:
    """What a run of many cases came to."""

    cases: int = 0
    requests: int = 0
    items: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)  # by code
    refused: Counter[str] = field(default_factory=Counter)  # bodies as a whole, by status and code
    faults: int = 0  # answers of 500 and above
    neighbours: int = 0
    neighbours_lost: int = 0


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Laws:
    """Checks cases one after the other against one app, each with people of its own."""

    def __init__(self, app: Flask, log: _Log) -> None:
        self.figures = Figures()
        self.app = app
        self.server: Server = app.extensions["omnisdk"]
        self._client = app.test_client()
        self._log = log

    def check(self, case: Case) -> None:
        """Send the case and see that every law holds. Raises AssertionError."""
        self.figures.cases += 1
        run = self.figures.cases
        self.server.now.time += clock.SECOND  # type: ignore[attr-defined]  # the clock of `endpoint`
        body, headers = case.wire(run)
        key = helpers.SHOP if case.role == "shop" else helpers.BROWSER
        answer = self._ask(case.path, body, {**headers, **key})
        if answer is None:
            assert case.refusable, f"refused as a whole: {self._last}"
        else:
            verdicts = answer.get("events") if case.path == "/v1/decide" else answer
            assert verdicts is not None or case.items is None, "the decide overlooked its events"
            if verdicts is not None:
                self._verdicts(case, verdicts)
                self._again(case, body, {**headers, **key}, run)
        self._neighbours(case, run, answer is not None)
        self._people(run)

    def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """Return the answer's JSON; None where the body was refused as a whole, clearly."""
        self.figures.requests += 1
        response = self._client.post(path, data=body, headers=headers)
        self._last = response.get_data()[:300]
        if response.status_code >= 500:
            self.figures.faults += 1
            raise AssertionError(f"{response.status_code}: {self._last!r}\n" + "\n".join(self._log.lines[-3:]))
        answer = orjson.loads(response.get_data())
        if response.status_code == 200:
            return answer
        assert response.status_code in (400, 413), (response.status_code, answer)
        assert CODE.fullmatch(answer["code"])
        assert PLACE.match(answer["message"]), answer
        assert len(answer["message"]) < 600
        self.figures.refused[f"{response.status_code} {answer['code']}"] += 1
        return None

    def _verdicts(self, case: Case, answer: dict[str, Any]) -> None:
        rejected = answer["rejected"]
        self.figures.accepted += answer["accepted"]
        self.figures.duplicates += answer["duplicates"]
        self.figures.rejected.update(one["code"] for one in rejected)
        total = answer["accepted"] + answer["duplicates"] + len(rejected)
        self.figures.items += total
        if case.items is not None:
            assert total == case.items, answer
        indexes = [one["index"] for one in rejected]
        assert indexes == sorted(set(indexes)), answer
        for one in rejected:
            listed = {"/v1/decide": "events", "/v1/batch": "batch", "/v1/b": "batch"}.get(case.path)
            place = f"{listed}[{one['index']}]" if listed else "event"
            assert one["message"].startswith((f"{place}.", f"{place}:", f"{place}[")), one
            assert CODE.fullmatch(one["code"])
            assert one["messageId"] is None or 0 < len(one["messageId"]) <= 100
            assert len(one["message"]) < 1_500

    def _again(self, case: Case, body: bytes, headers: dict[str, str], run: int) -> None:
        """The same request again stores nothing, but for events that have neither a messageId nor a time."""
        new_each_time = self._new_each_time(case, run)
        answer = self._ask(case.path, body, headers)
        verdicts = answer["events"] if case.path == "/v1/decide" else answer
        self.figures.duplicates += verdicts["duplicates"]
        assert verdicts["accepted"] <= new_each_time, (verdicts, new_each_time)
        if case.items is not None:
            assert verdicts["accepted"] + verdicts["duplicates"] + len(verdicts["rejected"]) == case.items

    def _new_each_time(self, case: Case, run: int) -> int:
        plain = case if case.packing == "utf-16" else replace(case, packing="plain")
        payload = parsed(plain.wire(run)[0])
        call = None
        if case.path == "/v1/decide":
            payload = {"batch": payload["events"], **{name: payload[name] for name in ("sentAt",) if name in payload}}
        elif case.path not in ("/v1/batch", "/v1/b"):
            call = next(name for name in CALLS if case.path in (f"/v1/{name}", f"/v1/{name[0]}"))
        role: Any = case.role
        first, second = (
            {
                index: event.message_id
                for index, event in ingest.read(self.server, payload, role, self.server.now(), call).events
            }
            for _ in range(2)
        )
        return sum(first[index] != second[index] for index in first)

    def _neighbours(self, case: Case, run: int, answered: bool) -> None:
        if not case.good or not answered:
            return
        self.figures.neighbours += len(case.good)
        exported = self._get(f"/v1/profiles/anonymous:good-{run:05}/export")
        stored = Counter(event["messageId"] for event in exported["events"]) if exported else Counter()
        for message_id in case.good:
            times = stored[message_id.replace("~run~", f"{run:05}")]
            self.figures.neighbours_lost += times == 0
            assert times == 1, f"{message_id} is stored {times} times"

    def _people(self, run: int) -> None:
        """What is stored decodes, exports and decides, and is the fold of its events."""
        last: str | None = None
        for ref in (template.format(f"{run:05}") for template in REFS):
            state = self.server.people.read(ref)
            if state is None:
                continue
            events = self.server.people.events_of(ref)
            assert events is not None
            assert profile.fold(events) == state.document, ref
            if "fuzz" not in ref and "phone" not in ref:
                last = ref
        if last is None:
            return
        assert self._get(f"/v1/profiles/{last}/export") is not None
        asked = orjson.dumps({"person": last, "placements": ["popup", "home-hero"]})
        assert self._ask("/v1/decide", asked, helpers.SHOP) is not None, self._last

    def _get(self, path: str) -> Any:
        self.figures.requests += 1
        response = self._client.get(path, headers=helpers.SHOP)
        if response.status_code >= 500:
            self.figures.faults += 1
            raise AssertionError(f"{path}: {response.status_code}\n" + "\n".join(self._log.lines[-3:]))
        return orjson.loads(response.get_data()) if response.status_code == 200 else None


class _Clock:
    def __init__(self) -> None:
        self.time = helpers.NOW

    def __call__(self) -> int:
        return self.time


_IN_MEMORY = Path("/dev/shm")  # a file system that never waits for a disk: no law here is about the loss of power


@contextmanager
def endpoint(database_url: str = "") -> Iterator[Laws]:
    """Yield the laws over a new app; what it wrote is rebuilt at the end, and nothing may have to be corrected.

    Without `database_url` on SQLite.
    """
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder, _endpoint(Path(folder), database_url) as laws:
        yield laws


@contextmanager
def _endpoint(folder: Path, database_url: str) -> Iterator[Laws]:
    rules = folder / "omni.yaml"
    rules.write_text(helpers.RULES, encoding="utf-8")
    config = ServerConfig(
        data_dir=folder / "instance", write_key=helpers.WRITE_KEY, secret_key=helpers.SECRET_KEY, signing_key=helpers.SIGNING_KEY,
        identity_key=helpers.IDENTITY_KEY, rules_file=rules, database_url=database_url, quota_address=0, quota_write_key=0,
    )  # fmt: skip
    log = _Log()
    logging.getLogger("omnisdk").addHandler(log)
    app = create_app(config, now=_Clock())
    laws = Laws(app, log)
    try:
        yield laws
        report = laws.server.people.rebuild()
        assert (report.corrected, report.outdated) == (0, 0), report
    finally:
        laws.server.close()
        logging.getLogger("omnisdk").removeHandler(log)
