"""The stock server-side clients by version, and how each is run in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance.calls import Line
from tests.support.server import SECRET_KEY

KIT = Path(__file__).parent
PACKAGES = Path(sys.prefix) / "clients"  # where .ci/clients puts them
MOST_SECONDS = 120.0


@dataclass(frozen=True)
class Client:
    """A client at one version; `variants` are the options that change what it sends."""

    name: str
    version: str
    library: str  # how it names itself in context.library
    script: str
    module: str = ""  # of a Python client
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    batch_size: str = ""  # its option for the number of events in a batch
    patient: Mapping[str, Any] = field(default_factory=dict)  # its option for outliving a restart, where it needs one

    @property
    def title(self) -> str:
        return f"{self.name}-{self.version}"

    def options(self, variant: str) -> Mapping[str, Any]:
        return {} if variant == DEFAULT else self.variants[variant]


DEFAULT = "default"
_PYTHON: dict[str, Any] = {"script": "python_client.py", "batch_size": "upload_size"}

CLIENTS = (
    *(
        Client(
            "segment-analytics-python",
            version,
            "analytics-python",
            module="segment.analytics",
            variants={"gzip": {"gzip": True}},
            **_PYTHON,
        )
        for version in ("2.3.4", "2.4.0")
    ),
    Client(
        "rudder-sdk-python",
        "2.1.9",
        "analytics-python",  # RudderStack's SDKs name themselves as Segment's, of which they are forks
        module="rudderstack.analytics",
        variants={"plain": {"gzip": False}},
        **_PYTHON,
    ),
    Client(
        "segment-analytics-node",
        "3.1.0",
        "@segment/analytics-node",
        script="segment_node.mjs",
        variants={"path": {"path": "/v1/b"}},
        batch_size="flushAt",
    ),
    Client(
        "rudder-sdk-node",
        "3.0.13",
        "analytics-node",
        script="rudder_node.mjs",
        variants={"path": {"path": "/v1/b"}, "plain": {"gzip": False}},
        batch_size="flushAt",
        patient={"retryCount": 10},  # its three tries are over in 1.5 s
    ),
)
VARIANTS = tuple((client, variant) for client in CLIENTS for variant in (DEFAULT, *client.variants))


def variant_title(client: Client, variant: str) -> str:
    return f"{client.title}-{variant}"


@dataclass
class Run:
    """How a client's process ended: what its calls raised, what its error callback was told."""

    returncode: int
    stderr: str
    version: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


def run(
    client: Client, url: str, lines: Iterable[Line], options: Mapping[str, Any] | None = None, key: str = SECRET_KEY
) -> Run:
    """Let the real `client` say `lines` to `url`, flush and end. Raises subprocess.TimeoutExpired."""
    given = {"module": client.module, "key": key, "url": url, "options": dict(options or {})}
    done = subprocess.run(
        [*_interpreter(client), str(KIT / "clients" / client.script), json.dumps(given)],
        input="".join(json.dumps(line) + "\n" for line in lines),
        env=_environment(client),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=MOST_SECONDS,
    )
    told = json.loads(done.stdout) if done.stdout else {}
    return Run(done.returncode, done.stderr, **told)


def _packages(client: Client) -> Path:
    folder = PACKAGES / (client.title if client.module else "node")
    assert folder.is_dir(), f"{client.title} is not installed: run `sh .ci/clients {Path(sys.executable).parent}`"
    return folder


def _interpreter(client: Client) -> list[str]:
    if client.module:
        return [sys.executable]
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    assert node, "no Node: `sh .ci/provide` brings one"
    return [node]


def _environment(client: Client) -> dict[str, str]:
    """No proxy or setting of this machine's: 127.0.0.1 is meant, and nothing but the client's own defaults."""
    mine = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
    folder = str(_packages(client))
    return mine | {"PYTHONUTF8": "1", "PYTHONPATH": folder} if client.module else mine | {"CLIENTS": folder}
