from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from tests.server.helpers import BROWSER, WRITE_KEY

LISTED = [
    "https://shop.example",
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:8443",
    "http://127.0.0.1:5173",
    "http://[::1]:8080",
]
UNLISTED = [
    "http://shop.example",
    "https://shop.example:8443",
    "https://sub.shop.example",
    "https://shop.example.evil.test",
    "https://evil.test",
    "https://localhost.evil.test",
    "http://127.0.0.1.evil.test",
    "http://127.0.0.2",
    "null",
    "",
    "*",
]
SENT_BY_STOCK_CLIENTS = [
    "authorization",
    "content-type",
    "x-retry-count",
    "anonymousid",
    "sentat",
    "rsa-recovered",
    "rsa-retry-attempt",
    "rsa-since-last-attempt",
    "rsa-since-first-attempt",
    "rsa-retry-reason",
]


@pytest.mark.parametrize("origin", LISTED)
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/t", "/v1/decide"])
def test_a_listed_page_may_read_the_answer(client: FlaskClient, origin: str, path: str) -> None:
    response = client.post(path, json={"writeKey": WRITE_KEY, "batch": []}, headers={"Origin": origin})
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize("origin", LISTED)
def test_a_preflight_allows_what_stock_browser_clients_send(client: FlaskClient, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = client.options("/v1/t", headers=headers)
    assert response.status_code == 204 and response.data == b""
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert set(SENT_BY_STOCK_CLIENTS) <= set(allowed)
    assert int(response.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("origin", UNLISTED)
def test_an_unlisted_page_is_processed_but_may_not_read(client: FlaskClient, origin: str) -> None:
    event = {"event": "Product Viewed", "anonymousId": "a1", "writeKey": WRITE_KEY}
    response = client.post("/v1/t", json=event, headers={"Origin": origin})
    assert response.get_json()["accepted"] == 1
    preflight = client.options("/v1/t", headers={"Origin": origin})
    assert preflight.status_code == 204
    for answer in (response, preflight):
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118
        assert "Origin" in answer.headers["Vary"]


def test_an_unlisted_page_is_named_once_with_the_line_to_add(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            client.post("/v1/b", json={"batch": []}, headers={**BROWSER, "Origin": "https://new.example"})
        client.post("/v1/b", json={"batch": []}, headers={**BROWSER, "Origin": "https://evil forged line"})
    lines = [record.message for record in caplog.records]
    assert len(lines) == 1 and lines[0].endswith('in omni.yaml: site: {origins: ["https://new.example"]}')


def test_a_preflight_says_no_type_of_a_body_it_does_not_have(client: FlaskClient) -> None:
    for origin in ("https://shop.example", "https://unlisted.example"):
        preflight = client.options("/v1/t", headers={"Origin": origin})
        assert (preflight.status_code, preflight.data) == (204, b"")
        assert "Content-Type" not in preflight.headers and "Content-Length" not in preflight.headers


def test_no_more_than_a_hundred_origins_are_named(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for number in range(120):
            client.options("/v1/b", headers={"Origin": f"https://{number}.example"})
    assert len(caplog.records) == 100


def test_the_pages_own_host_is_not_named(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        headers = {**BROWSER, "Origin": "https://other.example", "Host": "other.example"}
        client.post("/v1/b", json={"batch": []}, headers=headers)
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/v1/explain", "/v1/profiles/user:u1", "/metrics"])
def test_no_page_may_read_what_is_the_shops(client: FlaskClient, path: str) -> None:
    for response in (
        client.options(path, headers={"Origin": "https://shop.example"}),
        client.get(path, headers={"Origin": "https://shop.example"}),
    ):
        assert "Access-Control-Allow-Origin" not in response.headers


def test_an_error_may_be_read_by_a_listed_page_too(client: FlaskClient) -> None:
    response = client.post("/v1/decide", data=b"{", headers={**BROWSER, "Origin": "https://shop.example"})
    assert response.status_code == 400
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"


@pytest.mark.parametrize("origin", ["http://[", "http://a]b", "http://[:::", "null", "http://"])
def test_an_origin_that_cannot_be_read_is_unlisted_and_no_failure(client: FlaskClient, origin: str) -> None:
    event = {"type": "track", "event": "Store Visited", "anonymousId": "a1"}
    answer = client.post("/v1/batch", json={"batch": [event]}, headers={**BROWSER, "Origin": origin})
    assert answer.status_code == 200 and "Access-Control-Allow-Origin" not in answer.headers
    assert client.options("/v1/batch", headers={"Origin": origin}).status_code == 204
