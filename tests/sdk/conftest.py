"""What the SDK's tests share: a decision server that misbehaves as told, clients that are closed, faults that are loud."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from omnisdk import Omni, safety
from omnisdk.delivery import retry
from tests.sdk import servers
from tests.sdk.servers import RawServer, Serve, Server

KEY = "sk_test"


@pytest.fixture(autouse=True)
def _only_its_own_threads() -> None:
    servers.set_others_apart()


@pytest.fixture(autouse=True)
def swallowed() -> Iterator[list[tuple[str, BaseException]]]:
    """Raise at the end whatever the SDK swallowed; a test that provokes a fault clears the list."""
    faults: list[tuple[str, BaseException]] = []

    def listen(place: str, fault: BaseException) -> None:
        faults.append((place, fault))

    safety.listeners.append(listen)
    safety.swallowed.clear()
    yield faults
    safety.listeners.remove(listen)
    if faults:
        place, fault = faults[0]
        raise AssertionError(f"the SDK swallowed a fault in {place}") from fault


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first retry come after at most 20 ms, so that a test needs no long wait."""
    monkeypatch.setattr(retry, "FIRST_DELAY_SECONDS", 0.02)
    monkeypatch.setattr(retry, "LONGEST_DELAY_SECONDS", 0.1)


@pytest.fixture(scope="session")
def http() -> Iterator[HTTPServer]:
    """One listening socket for all tests: starting and ending one takes half a second."""
    with HTTPServer(threaded=True) as http:
        yield http


@pytest.fixture
def server(http: HTTPServer) -> Iterator[Server]:
    http.clear()
    yield Server(http)
    http.check_assertions()
    http.check_handler_errors()


@pytest.fixture
def make_omni() -> Iterator[Callable[..., Omni]]:
    """Make clients that are closed at the end, without waiting for what a test left undelivered."""
    made: list[Omni] = []

    def make(url: str, **options: Any) -> Omni:
        omni = Omni(url, KEY, **{"send_interval_seconds": 0.02, "timeout_seconds": 2.0, **options})
        made.append(omni)
        return omni

    yield make
    for omni in made:
        omni.close(timeout_seconds=0.01)


@pytest.fixture
def omni(server: Server, make_omni: Callable[..., Omni]) -> Omni:
    return make_omni(server.url)


@pytest.fixture
def nobody() -> Iterator[str]:
    """The URL of a port at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and never listening: nobody else can take it meanwhile
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def raw_server() -> Iterator[Callable[[Serve], RawServer]]:
    servers: list[RawServer] = []

    def start(serve: Serve) -> RawServer:
        servers.append(RawServer(serve))
        return servers[-1]

    yield start
    for one in servers:
        one.close()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the SDK has logged so far."""
    return lambda: [record.getMessage() for record in caplog.records if record.name == "omnisdk"]
