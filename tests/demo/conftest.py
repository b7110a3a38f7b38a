"""The demo shop on a real socket, on a database and keys of its own, and visitors who come to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from flask import Flask
from werkzeug.serving import make_server

from server_example.config import ServerConfig
from server_example.demo import create_demo_app
from server_example.demo.frame import EXTENSION, Shop
from server_example.views.context import EXTENSION as SERVER
from tests.support.server import IDENTITY_KEY, SECRET_KEY, SIGNING_KEY, WRITE_KEY, free_port


@dataclass
class Running:
    """The shop as it runs: its address, and what the decision server says of somebody."""

    app: Flask
    url: str

    @property
    def shop(self) -> Shop:
        found: Shop = self.app.extensions[EXTENSION]
        return found

    def profile(self, ref: str) -> dict[str, Any] | None:
        """Return the profile of `ref` as the shop may read it, None for nobody known."""
        answer = httpx.get(f"{self.url}/v1/profiles/{ref}", auth=(SECRET_KEY, ""), trust_env=False)
        return None if answer.status_code == 404 else dict(answer.raise_for_status().json())

    def decide(self, anonymous_id: str, placement: str, path: str) -> dict[str, Any]:
        """Return the decision that the page `path` in that browser gets."""
        body = {"anonymousId": anonymous_id, "placements": [placement], "context": {"page": {"path": path}}}
        answer = httpx.post(f"{self.url}/v1/decide", json=body, auth=(WRITE_KEY, ""), trust_env=False)
        return dict(answer.raise_for_status().json()["decisions"][0])


class Visitor(httpx.Client):
    """A browser without script: it has the snippet's cookie, and follows where it is sent."""

    def __init__(self, url: str) -> None:
        self.anonymous_id = str(uuid4())
        super().__init__(
            base_url=url, follow_redirects=True, trust_env=False, timeout=20, cookies={"omni_aid": self.anonymous_id}
        )

    def sign_in(self, person: str) -> httpx.Response:
        return self.post("/vi/sign-in", data={"person": person}).raise_for_status()

    def new_browser_id(self) -> None:
        """Do what `omni.reset()` does to the cookie."""
        self.anonymous_id = str(uuid4())
        self.cookies.set("omni_aid", self.anonymous_id)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # not a line for each request of a failed test
    port = free_port()
    config = ServerConfig(
        data_dir=tmp_path_factory.mktemp("shop"),
        write_key=WRITE_KEY,
        secret_key=SECRET_KEY,
        signing_key=SIGNING_KEY,
        identity_key=IDENTITY_KEY,
        rules_file=Path("there-is-no-such-file.yaml"),  # so the shop's own are taken
        bind=f"127.0.0.1:{port}",
    )
    app = create_demo_app(config)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = Running(app, f"http://127.0.0.1:{port}")
    assert found.shop.omni.flush(timeout_seconds=30), "the three ready people did not reach the server"
    yield found
    found.shop.close()
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions[SERVER].close()


@pytest.fixture
def visitor(running: Running) -> Iterator[Callable[[], Visitor]]:
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor(running.url))
        return made[-1]

    yield make
    for each in made:
        each.close()
