"""A real server process of a test's own: started, asked, killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SECRET_KEY = "sk_test_0123456789abcdef0123456789abcdef"
WRITE_KEY = "wk_test_0123456789abcdef"
IDENTITY_KEY = "ik_test_0123456789abcdef0123456789abcdef"
SIGNING_KEY = "gk_test_0123456789abcdef0123456789abcdef"

START_SECONDS = 60.0  # a cold start on a busy machine; a start that fails is noticed at once


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class ServerProcess:
    """`omnisdk serve` (or another command) with its own folder, keys and port."""

    folder: Path
    database_url: str | None = None  # None: SQLite in the folder
    config: Path | None = None
    program: tuple[str, ...] = ("-m", "server_example")  # what Python runs
    command: tuple[str, ...] = ("serve",)
    extra: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        path = self.folder / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def environment(self) -> dict[str, str]:
        mine = {key: value for key, value in os.environ.items() if not key.startswith("OMNI_")}
        mine |= {
            "OMNI_BIND": f"127.0.0.1:{self.port}",
            "OMNI_DATA_DIR": str(self.folder / "instance"),
            "OMNI_SECRET_KEY": SECRET_KEY,
            "OMNI_WRITE_KEY": WRITE_KEY,
            "OMNI_IDENTITY_KEY": IDENTITY_KEY,
            "OMNI_SIGNING_KEY": SIGNING_KEY,
        }
        if self.config is not None:
            mine["OMNI_CONFIG"] = str(self.config)
        if self.database_url is not None:
            mine["OMNI_DATABASE_URL"] = self.database_url
        return mine | dict(self.extra)

    def start(self) -> ServerProcess:
        """Start and wait until it is ready. Raises RuntimeError with the log when it does not get there."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program, *self.command],
                cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return self
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server was not ready within {START_SECONDS:.0f} seconds:\n{self.log}")

    def kill(self) -> None:
        """kill -9 of the server and all of its workers."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, as a service manager does; kill it when it does not."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(10)
        self.process = None
