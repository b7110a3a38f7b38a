"""The shape and the headers of every answer, whatever was asked and however."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server_example.views.routes import ROUTES, Route
from tests.server.helpers import BROWSER, RULES, SHOP, WRITE_KEY, assert_error
from tests.support.server import ServerProcess

ADDRESSES = {"omni-<path:name>": "omni-none.js", "<path:key>": WRITE_KEY, "<path:ref>": "user:u1"}
FILES = {"snippet", "snippet_part"}
SETTINGS = {"segment_settings", "rudder_settings", "rudder_settings_bare"}  # a browser may keep these for itself
PUBLIC = {*FILES, *SETTINGS, "openapi"}


def address(route: Route) -> str:
    path = route.rule
    for place, value in ADDRESSES.items():
        path = path.replace(place, value)
    assert "<" not in path, f"a new kind of address: {route.rule}"
    return path


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.rule}")
@pytest.mark.parametrize("headers", [BROWSER, SHOP, {}], ids=["write key", "secret key", "no key"])
def test_every_answer_of_every_route_has_the_headers_of_safety(
    client: FlaskClient, route: Route, headers: dict[str, str]
) -> None:
    for method in (route.method, "PUT", "OPTIONS", *(["HEAD"] if route.method == "GET" else [])):
        answer = client.open(address(route), method=method, headers=headers, json={} if method == "POST" else None)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert re.fullmatch(r"[A-Za-z0-9._:-]+", answer.headers["X-Request-Id"])
        assert len(answer.headers.getlist("Cross-Origin-Resource-Policy")) == 1
        if method in ("GET", "HEAD"):
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        kept = answer.headers["Cache-Control"]
        if route.name not in PUBLIC or answer.status_code >= 400:
            assert kept == "no-store"
        elif route.name in SETTINGS:
            assert kept == "no-store" or "private" in kept
        assert answer.headers.get("Access-Control-Allow-Credentials") is None
        if answer.status_code >= 400 and method != "HEAD":
            assert_error(answer, answer.status_code, answer.get_json()["code"])


def test_pages_of_other_hosts_may_load_what_is_theirs_to_call_and_nothing_else(client: FlaskClient) -> None:
    for route in ROUTES:
        answer = client.open(address(route), method=route.method, headers=SHOP, json={})
        if answer.status_code == 404:
            continue
        expected = "cross-origin" if route.cross_origin or route.name in {*FILES, "openapi"} else "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == expected, route.rule


@pytest.mark.parametrize("path", ["/v1//batch", "//v1/batch", "/v1/batch/", "/v1/%2e%2e/batch", "/v1/batch%00", "/%ff"])
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "PURGE"])
def test_an_address_a_little_wrong_is_refused_and_never_redirected(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method, headers=SHOP)
    if answer.status_code == 405:  # the address but for a slash, and a method that it would not take either
        assert_error(answer, 405, "METHOD_NOT_ALLOWED")
    else:
        assert_error(answer, 404, "NOT_FOUND")


def test_a_host_that_is_not_taken_is_400_in_the_one_shape(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["shop.example"]
    client = app.test_client()
    for path in ("/healthz", "/v1/profiles/user:u1", "/nothing"):
        assert_error(client.get(path, headers=SHOP), 400, "BAD_REQUEST")
    assert client.get("/healthz", base_url="https://shop.example").status_code == 200


def test_an_encoded_slash_before_export_belongs_to_the_id(client: FlaskClient) -> None:
    for user in ("u1", "u1/export"):
        client.post("/v1/identify", json={"userId": user, "traits": {"city": user}}, headers=SHOP)
    assert (
        client.get("/v1/profiles/user:u1%2Fexport", headers=SHOP).get_json()["facts"]["traits"]["city"] == "u1/export"
    )
    assert client.get("/v1/profiles/user:u1%2fexport?x=1", headers=SHOP).get_json()["identifiers"] == ["user:u1/export"]
    assert len(client.get("/v1/profiles/user:u1/export", headers=SHOP).get_json()["events"]) == 1
    assert len(client.get("/v1/profiles/user:u1%2Fexport/export", headers=SHOP).get_json()["events"]) == 1
    client.delete("/v1/profiles/user:u1%2Fexport", headers=SHOP)
    assert client.get("/v1/profiles/user:u1", headers=SHOP).status_code == 200
    assert_error(client.get("/v1/profiles/user:u1%2Fexport", headers=BROWSER), 403, "SECRET_KEY_NEEDED")


def test_a_refusal_inside_a_decide_names_the_list_its_sender_wrote(client: FlaskClient) -> None:
    body = {"placements": [], "anonymousId": "a1", "events": [{"type": "page", "anonymousId": "a1"}, {"type": "trak"}]}
    answer = client.post("/v1/decide", json=body, headers=BROWSER).get_json()
    assert [refused["message"][:9] for refused in answer["events"]["rejected"]] == ["events[1]"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("shape")
    rules: Path = folder / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    process = ServerProcess(folder, config=rules).start()
    yield process
    process.stop()


def raw(server: ServerProcess, sent: bytes) -> tuple[int, bytes]:
    """Send bytes as they are, which no client library would; return status and body of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            headers = dict(line.rstrip().lower().split(b": ", 1) for line in iter(answer.readline, b"\r\n"))
            return status, answer.read(int(headers[b"content-length"]))


HEAD = f"Host: a\r\nAuthorization: Bearer {WRITE_KEY}\r\nConnection: close\r\n".encode()


def test_a_body_in_chunks_over_the_limit_is_413(server: ServerProcess) -> None:
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    start = b"POST /v1/batch HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    status, body = raw(server, start + chunk * 65 + b"0\r\n\r\n")
    assert (status, json.loads(body)["code"]) == (413, "BODY_TOO_LARGE")
    exactly = b'{"batch": []}' + b" " * (65_536 - 13)
    fits = start + b"10000\r\n" + exactly + b"\r\n" + chunk * 63 + b"0\r\n\r\n"
    assert raw(server, fits)[0] == 200


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        (b"POST /v1//batch", 404, "NOT_FOUND"),
        (b"OPTIONS *", 404, "NOT_FOUND"),
        (b"GET http://elsewhere.example/v1/nothing", 404, "NOT_FOUND"),
        (b"FOO /v1/batch", 405, "METHOD_NOT_ALLOWED"),
        (b"GET /v1/profiles/%FF%00", 403, "SECRET_KEY_NEEDED"),
        (b"GET /" + b"a" * 60_000, 404, "NOT_FOUND"),
    ],
)
def test_what_the_app_sees_it_answers_in_the_one_shape(
    server: ServerProcess, line: bytes, status: int, code: str
) -> None:
    found, body = raw(server, line + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
    assert (found, json.loads(body)["code"]) == (status, code)


def test_what_is_no_request_the_wsgi_server_answers_without_a_body(server: ServerProcess) -> None:
    assert raw(server, b"GARBAGE\r\n\r\n") == (400, b"")
    assert raw(server, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n") == (414, b"")
    many = b"".join(b"X-%d: a\r\n" % number for number in range(300))
    assert raw(server, b"GET / HTTP/1.1\r\n" + many + b"\r\n") == (431, b"")


def test_an_odd_host_header_breaks_nothing(server: ServerProcess) -> None:
    for host in (b"a b<>", b"", b"[::1", b"a:99999999", "thư.vn".encode()):
        head = b"Host: " + host + b"\r\nOrigin: https://evil.test\r\nConnection: close\r\n\r\n"
        status, body = raw(server, b"GET /sourceConfig/?writeKey=" + WRITE_KEY.encode() + b" HTTP/1.1\r\n" + head)
        assert status in (200, 400) and json.loads(body)
