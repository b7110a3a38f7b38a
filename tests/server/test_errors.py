from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from omnisdk.events.model import Event
from server_example import create_app
from server_example.config import ServerConfig
from server_example.services import people, server
from server_example.services.faults import StorageUnavailable
from server_example.services.people import People
from tests.server.helpers import BROWSER, SHOP, assert_error

EVENT = {"event": "Product Viewed", "anonymousId": "a1", "messageId": "m1"}


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v2/batch", "/v1/batch/", "/v1/profiles/"])
def test_an_unknown_address_is_404_in_the_one_shape(client: FlaskClient, path: str) -> None:
    assert_error(client.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/v1/batch", "POST"), ("PUT", "/v1/decide", "POST"), ("POST", "/v1/profiles/user:u1", "DELETE")],
)
def test_a_wrong_method_is_405_and_says_which_would_do(
    client: FlaskClient, method: str, path: str, allowed: str
) -> None:
    response = client.open(path, method=method)
    assert_error(response, 405, "METHOD_NOT_ALLOWED")
    assert allowed in response.headers["Allow"]


def test_the_callers_request_id_comes_back_and_a_hostile_one_does_not(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-Id": "<b>" * 30}).headers["X-Request-Id"] != "<b>" * 30


def test_every_answer_has_the_headers_of_safety(client: FlaskClient) -> None:
    for response in (client.get("/healthz"), client.get("/nothing"), client.post("/v1/decide", json={})):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        is_page = response.request.method == "GET"
        assert ("default-src 'none'" in response.headers.get("Content-Security-Policy", "")) is is_page
        assert response.headers["Cache-Control"] == "no-store"


def test_a_database_that_cannot_commit_is_503_and_is_counted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/readyz")

    def unavailable(self: People, events: list[Event]) -> list[str]:
        raise StorageUnavailable("disk full")

    monkeypatch.setattr(people.People, "ingest", unavailable)
    body = assert_error(client.post("/v1/track", json=EVENT, headers=BROWSER), 503, "STORAGE_UNAVAILABLE")
    assert "disk full" not in str(body)
    assert "omni_storage_failures_total 1" in client.get("/metrics").text


def test_a_database_that_cannot_be_opened_is_503_until_it_can(
    config: ServerConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.data_dir.mkdir()
    in_the_way = config.data_dir / "omni.sqlite3"
    in_the_way.mkdir()
    app = create_app(config)
    client = app.test_client()
    assert_error(client.post("/v1/track", json=EVENT, headers=BROWSER), 503, "STORAGE_UNAVAILABLE")
    assert_error(client.get("/readyz"), 503, "STORAGE_UNAVAILABLE")
    assert client.get("/healthz").status_code == 200
    assert "omni_storage_failures_total 2" in client.get("/metrics").text
    in_the_way.rmdir()
    monkeypatch.setattr(server, "OPEN_AGAIN_SECONDS", 0.0)
    assert client.post("/v1/track", json=EVENT, headers=BROWSER).get_json()["accepted"] == 1
    app.extensions["omnisdk"].close()


def test_without_good_rules_nothing_is_taken_and_nothing_is_lost(config: ServerConfig) -> None:
    config.rules_file.write_text("version: 1\nplacements: {popup: {kind: popap}}\n")
    app = create_app(config)
    client = app.test_client()
    assert_error(client.post("/v1/track", json=EVENT, headers=BROWSER), 503, "NO_RULES")
    assert_error(client.post("/v1/decide", json={"placements": []}, headers=BROWSER), 503, "NO_RULES")
    assert_error(client.get("/readyz"), 503, "NO_RULES")
    assert "omni_rules_faults 1" in client.get("/metrics").text
    app.extensions["omnisdk"].close()


def test_what_nobody_foresaw_is_a_bare_500_and_stands_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/readyz")

    def broken(self: People, ref: str) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(people.People, "read", broken)
    with caplog.at_level(logging.ERROR):
        body = assert_error(client.get("/v1/profiles/user:u1", headers=SHOP), 500, "INTERNAL_ERROR")
    assert "secret of the inside" not in str(body)
    assert body["request_id"] in caplog.text and "ZeroDivisionError" in caplog.text


def test_no_log_line_holds_anything_of_a_person(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary.lan@shop.example"
    person = {"userId": "u1", "traits": {"email": canary, "name": canary}}
    with caplog.at_level(logging.DEBUG, logger="omnisdk"):
        client.post("/v1/identify", json=person, headers=SHOP)
        client.post("/v1/identify", json={**person, "timestamp": canary}, headers=BROWSER)
        client.post("/v1/decide", json={"placements": [canary], "person": f"email:{canary}"}, headers=SHOP)
        client.get(f"/v1/profiles/email:{canary}", headers=SHOP)
        client.get(f"/v1/profiles/{canary}", headers=SHOP)
        client.post("/v1/decide", json={"placements": canary}, headers=SHOP)
        monkeypatch.setattr(people.People, "ingest", lambda self, events: int(canary))
        assert client.post("/v1/identify", json=person, headers=SHOP).status_code == 500
        client.delete(f"/v1/profiles/email:{canary}", headers=SHOP)
    assert "failed: ValueError" in caplog.text  # the log was really read
    assert canary not in caplog.text
    assert canary not in client.get("/metrics").text
