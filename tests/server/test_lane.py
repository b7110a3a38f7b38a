"""The busy routes answer alike whether Flask is passed by (the server as the whole app) or not (inside another app)."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server_example import ServerConfig, create_app, omni_blueprint
from server_example.services.turns import Turns
from server_example.views.in_turn import InTurn
from server_example.views.routes import ROUTES
from tests.server.conftest import Clock
from tests.server.helpers import BROWSER, RULES, SHOP
from tests.support.server import SECRET_KEY as SECRET
from tests.support.server import ServerProcess

BUSY = [route.rule for route in ROUTES if route.busy]
EVENT = {"type": "track", "event": "Product Viewed", "anonymousId": "a1", "userId": "u1", "previousId": "a0",
         "groupId": "g1", "messageId": "m1", "placements": ["popup"], "properties": {"name": "ชุดกอล์ฟ Đà Nẵng"}}  # fmt: skip
GOOD = json.dumps({**EVENT, "batch": [EVENT]}).encode()

REQUESTS: dict[str, dict[str, Any]] = {
    "good, of the shop": {"data": GOOD, "headers": SHOP},
    "good, of a listed page": {"data": GOOD, "headers": {**BROWSER, "Origin": "https://shop.example"}},
    "good, of a page that is not listed": {"data": GOOD, "headers": {**BROWSER, "Origin": "https://other.example"}},
    "packed, as a form": {"data": gzip.compress(GOOD), "content_type": "application/x-www-form-urlencoded",
                          "headers": {**SHOP, "Content-Encoding": "gzip"}},
    "key in the query": {"data": GOOD, "query_string": {"writeKey": "wk_test_0123456789abcdef"}},
    "the caller's own request id": {"data": GOOD, "headers": {**SHOP, "X-Request-Id": "r-1"}},
    "no key": {"data": GOOD},
    "unknown key": {"data": GOOD, "headers": {"Authorization": "Bearer no"}},
    "the secret key in a page": {"data": GOOD, "headers": {**SHOP, "Origin": "https://shop.example"}},
    "not JSON": {"data": b"{", "headers": SHOP},
    "empty": {"data": b"", "headers": SHOP},
    "a list": {"data": b"[1]", "headers": SHOP},
    "broken gzip": {"data": b"\x1f\x8b\x08", "headers": {**SHOP, "Content-Encoding": "gzip"}},
}  # fmt: skip


@pytest.fixture
def both(config: ServerConfig, clock: Clock) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """The server as the whole app and inside another one, each with a database of its own."""
    whole = create_app(config, now=clock)
    host = Flask("host")
    other = replace(config, data_dir=config.data_dir / "embedded", database_url="")
    host.register_blueprint(omni_blueprint(replace(other, database_url=f"sqlite:///{other.data_dir}/o.db"), now=clock))
    yield whole.test_client(), host.test_client()
    for app in (whole, host):
        app.extensions["omnisdk"].close()


@pytest.mark.parametrize("path", BUSY)
def test_a_busy_route_answers_alike_with_and_without_flask_in_between(
    both: tuple[FlaskClient, FlaskClient], path: str
) -> None:
    for name, given in REQUESTS.items():
        told = [_told(client.post(path, **given)) for client in both]
        assert told[0] == told[1], name


@pytest.mark.parametrize("path", [path for path in BUSY if path.startswith("/v1/")])  # others' errors are the host's
def test_preflights_and_wrong_methods_of_busy_routes_are_answered_alike(
    both: tuple[FlaskClient, FlaskClient], path: str
) -> None:
    for method in ("OPTIONS", "GET", "HEAD", "PUT", "DELETE"):
        told = [_told(client.open(path, method=method, headers={"Origin": "http://localhost:1"})) for client in both]
        assert told[0] == told[1], method


def test_what_fails_inside_a_view_is_a_500_in_our_shape_on_both_ways(
    both: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("lan@shop.example")

    monkeypatch.setattr("server_example.services.ingest.read", broken)
    for client in both:
        answer = client.post("/v1/track", data=GOOD, headers=SHOP)
        assert (answer.status_code, answer.get_json()["code"]) == (500, "INTERNAL_ERROR")
        assert "lan@shop.example" not in answer.text


def test_a_request_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1)

    def fails(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise ZeroDivisionError

    app = InTurn(fails, turns, readers=1)
    for _ in range(3):  # with the turn lost, the second would wait for ever
        with pytest.raises(ZeroDivisionError):
            app({"REQUEST_METHOD": "POST"}, print)


def test_a_turn_given_away_is_not_given_back_twice() -> None:
    turns = Turns(1)

    def waits(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        turns.give_back()  # as who waits for a commit does
        return []

    InTurn(waits, turns, readers=1)({"REQUEST_METHOD": "POST"}, print)
    assert turns.free == 1


def test_with_trusted_hosts_a_busy_route_refuses_another_host_too(config: ServerConfig) -> None:
    app = create_app(config)
    app.config["TRUSTED_HOSTS"] = ["shop.example"]
    told = [app.test_client().post("/v1/track", data=GOOD, headers={**SHOP, "Host": host}).status_code
            for host in ("evil.example", "shop.example")]  # fmt: skip
    app.extensions["omnisdk"].close()
    assert told == [400, 200]


def test_who_waits_for_a_commit_lets_another_request_run(config: ServerConfig) -> None:
    turns = Turns(1)
    app = create_app(config, turns=turns)
    app.wsgi_app = InTurn(app.wsgi_app, turns, readers=4)  # type: ignore[method-assign]  # as Flask documents it
    writer = app.extensions["omnisdk"].people.writer
    busy, go_on = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        busy.set()
        go_on.wait(10)

    holder = threading.Thread(target=writer.run, args=(hold,))
    holder.start()
    assert busy.wait(10)
    waiting = threading.Thread(target=lambda: app.test_client().post("/v1/track", data=GOOD, headers=SHOP))
    waiting.start()
    while not writer.waiting:
        assert waiting.is_alive()
    assert app.test_client().get("/healthz").status_code == 200, "it runs while the first one waits"
    assert waiting.is_alive()
    go_on.set()
    for thread in (holder, waiting):
        thread.join(10)
    assert turns.free == 1
    app.extensions["omnisdk"].close()


def test_slow_senders_stop_neither_pages_nor_each_other(tmp_path: Path) -> None:
    """Each sends the head of a request and the first bytes of its body, and then nothing more."""
    rules = tmp_path / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    server = ServerProcess(tmp_path, config=rules, command=("serve", "--workers", "1")).start()
    slow = []
    try:
        with httpx.Client(base_url=server.url, auth=(SECRET, ""), timeout=5) as client:
            for size in [1_000] * 20 + [100_000] * 20:
                slow.append(socket.create_connection(("127.0.0.1", server.port)))
                slow[-1].sendall(f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n{{".encode())
            assert client.get("/healthz").status_code == 200
            assert client.post("/v1/track", content=GOOD).status_code == 200, "there is room for more of them"
            for _ in range(20):
                slow.append(socket.create_connection(("127.0.0.1", server.port)))
                slow[-1].sendall(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            deadline = time.monotonic() + 10
            while (refused := client.post("/v1/track", content=GOOD)).status_code == 200:
                assert time.monotonic() < deadline
            assert (refused.status_code, refused.json()["code"]) == (503, "TOO_MANY_SENDING")
            assert int(refused.headers["Retry-After"]) > 0
            assert client.get("/healthz").status_code == 200
            for each in slow:
                each.close()
            while client.post("/v1/track", content=GOOD).status_code != 200:
                assert time.monotonic() < deadline
    finally:
        for each in slow:
            each.close()
        server.kill()


def _told(answer: Any) -> tuple[int, dict[str, str], Any]:
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    if answer.headers.get("X-Request-Id") == "r-1":
        headers["X-Request-Id"] = "r-1"
    body = answer.get_json(silent=True)
    if isinstance(body, dict):
        body.pop("request_id", None)
        body.pop("state", None)  # holds a random id
        headers.pop("Content-Length")
        for decision in body.get("decisions", ()):
            decision.pop("id", None)
            decision.pop("token", None)
    return answer.status_code, headers, body
