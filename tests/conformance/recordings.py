"""Requests that real clients made, as files: recorded/<client>-<version>/<kind>.json."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.conformance.calls import KINDS
from tests.conformance.proxy import Exchange
from tests.conformance.running import CLIENTS, KIT

FOLDER = KIT / "recorded"
BATCH = "batch"  # the kind of a request that holds many calls
BEACON = "beacon"

_PINNED = json.loads((KIT / "browser" / "package.json").read_text("utf-8"))["dependencies"]
SEGMENT_BROWSER = f"segment-analytics-next-{_PINNED['@segment/analytics-next']}"
RUDDER_BROWSER = f"rudder-analytics-js-{_PINNED['@rudderstack/analytics-js']}"
BROWSER_KINDS = ("identify", "page", "group", "alias", "track", BATCH)
# How each browser client names itself in context.library.
BROWSERS = {
    SEGMENT_BROWSER: {"name": "analytics.js"},
    RUDDER_BROWSER: {"name": "RudderLabs JavaScript SDK", "version": _PINNED["@rudderstack/analytics-js"]},
}

# What must have been recorded: the kinds of each client.
TABLE: dict[str, frozenset[str]] = {
    **{
        client.title: frozenset([*KINDS, BATCH, *(f"{BATCH}-{variant}" for variant in client.variants)])
        for client in CLIENTS
    },
    SEGMENT_BROWSER: frozenset(BROWSER_KINDS),
    RUDDER_BROWSER: frozenset([*BROWSER_KINDS, BEACON]),
}


@dataclass(frozen=True)
class Recording:
    """One request byte for byte, and the calls that the client was made to say in it."""

    client: str
    kind: str
    received_at: int  # microseconds, by the clock of the proxy that recorded it
    calls: list[Any]  # of a server-side client lines, of a browser's [method, arguments]
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def file(self) -> Path:
        return FOLDER / self.client / f"{self.kind}.json"

    @property
    def exchange(self) -> Exchange:
        return Exchange(self.method, self.path, self.headers, self.body)

    def write(self) -> None:
        """Write the file, readable but for its body."""
        told = asdict(self) | {"headers": dict(self.headers), "body": base64.b64encode(self.body).decode()}
        assert len(told["headers"]) == len(self.headers), f"a header came twice: {self.headers}"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def recorded(client: str, kind: str, exchange: Exchange, calls: Sequence[Any]) -> Recording:
    """Return what `exchange` was, as a recording."""
    return Recording(
        client, kind, exchange.received_at, list(calls), exchange.method, exchange.path, exchange.headers, exchange.body
    )


def read(file: Path) -> Recording:
    """Return the recording in `file`."""
    told = json.loads(file.read_text("utf-8"))
    return Recording(**told | {"headers": [*told["headers"].items()], "body": base64.b64decode(told["body"])})
