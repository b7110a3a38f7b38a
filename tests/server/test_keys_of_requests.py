from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from tests.server.helpers import BROWSER, SECRET_KEY, SHOP, WRITE_KEY, assert_error, basic

EVENTS = ["/v1/batch", "/v1/b", "/v1/track", "/v1/i"]
SECRET_ROUTES = [
    ("POST", "/v1/explain"),
    ("GET", "/v1/profiles/user:u1"),
    ("GET", "/v1/profiles/user:u1/export"),
    ("DELETE", "/v1/profiles/user:u1"),
]
ALL = [*(("POST", path) for path in [*EVENTS, "/v1/decide"]), *SECRET_ROUTES]


@pytest.mark.parametrize(("method", "path"), ALL)
def test_without_a_key_every_route_is_401(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, json={})
    assert_error(response, 401, "NO_KEY")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), ALL)
@pytest.mark.parametrize("key", ["wk_wrong", "", SECRET_KEY[:-1], WRITE_KEY + "x", "khoá", "\u0000"])
def test_an_unknown_key_is_401(client: FlaskClient, method: str, path: str, key: str) -> None:
    assert_error(client.open(path, method=method, json={}, headers=basic(key)), 401, "UNKNOWN_KEY")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic /w==", "Bearer", "Digest x", "Basic " + "A" * 5_000])
def test_a_garbled_authorization_is_no_key(client: FlaskClient, header: str) -> None:
    response = client.post("/v1/batch", json={"batch": []}, headers={"Authorization": header})
    assert response.status_code == 401


@pytest.mark.parametrize(("method", "path"), SECRET_ROUTES)
def test_the_write_key_on_a_route_of_the_shop_is_403(client: FlaskClient, method: str, path: str) -> None:
    assert_error(client.open(path, method=method, json={}, headers=BROWSER), 403, "SECRET_KEY_NEEDED")


@pytest.mark.parametrize(("method", "path"), ALL)
@pytest.mark.parametrize("origin", ["https://shop.example", "http://localhost:3000", "null"])
def test_the_secret_key_from_a_page_is_refused_everywhere(
    client: FlaskClient, method: str, path: str, origin: str
) -> None:
    response = client.open(path, method=method, json={}, headers={**SHOP, "Origin": origin})
    assert_error(response, 403, "SECRET_KEY_IN_BROWSER")


@pytest.mark.parametrize("body", [{"writeKey": SECRET_KEY}, {"batch": [{"writeKey": SECRET_KEY}]}])
def test_the_secret_key_in_a_body_from_a_page_is_refused_loudly(
    client: FlaskClient, body: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post("/v1/batch", json=body, headers={"Origin": "https://shop.example"})
    assert_error(response, 403, "SECRET_KEY_IN_BROWSER")
    assert "the SECRET key came from a browser at 'https://shop.example'" in caplog.text
    assert SECRET_KEY not in caplog.text


def test_the_secret_key_behind_a_write_key_from_a_page_is_still_refused(client: FlaskClient) -> None:
    headers = {**BROWSER, "Origin": "https://shop.example"}
    response = client.post("/v1/batch", json={"batch": [], "writeKey": SECRET_KEY}, headers=headers)
    assert_error(response, 403, "SECRET_KEY_IN_BROWSER")


def test_addresses_of_operations_need_no_key(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/omni.js"):
        assert client.get(path).status_code == 200, path
