from __future__ import annotations

import ast
import base64
import logging
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server_example.views import auth
from tests.server.helpers import BROWSER, SECRET_KEY, SHOP, WRITE_KEY, assert_error, basic

ROOT = Path(__file__).parents[2]
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


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": {"Authorization": f"Digest username={SECRET_KEY}, realm=x"}},
        {"headers": {"Authorization": SECRET_KEY}},
        {"headers": {"Authorization": f"Token token={SECRET_KEY}"}},
        {"headers": {"Authorization": "Basic " + base64.b64encode(f"khách:{SECRET_KEY}".encode()).decode()}},
        {"query_string": {"writeKey": SECRET_KEY}},
        {"query_string": f"writeKey={WRITE_KEY}&writeKey={SECRET_KEY}"},
        {"query_string": {"key": SECRET_KEY}},
        {"json": {"batch": [{"writeKey": WRITE_KEY}, {"writeKey": SECRET_KEY}], "writeKey": WRITE_KEY}},
        {"json": {"batch": [], "writeKey": SECRET_KEY}, "headers": BROWSER},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/decide", "/v1/explain"])
def test_the_secret_key_is_refused_from_a_page_wherever_it_stands(
    client: FlaskClient, path: str, sent: dict[str, Any]
) -> None:
    sent = {"json": {}, **sent}
    sent["headers"] = {**sent.get("headers", {}), "Origin": "https://shop.example"}
    assert_error(client.post(path, **sent), 403, "SECRET_KEY_IN_BROWSER")


def test_a_second_key_in_the_query_is_looked_at_too(client: FlaskClient) -> None:
    answer = client.post(f"/v1/batch?writeKey=wk_old&writeKey={WRITE_KEY}", json={"batch": []})
    assert answer.status_code == 200


def test_the_secret_key_in_an_address_is_taken_and_warned_of_once(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    auth._warn_of_url.cache_clear()
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert client.post(f"/v1/batch?writeKey={SECRET_KEY}", json={"batch": []}).status_code == 200
        assert client.post(f"/v1/batch?writeKey={WRITE_KEY}", json={"batch": []}).status_code == 200
    assert caplog.text.count("the SECRET key came in a URL") == 1
    assert SECRET_KEY not in caplog.text


def _names(node: ast.expr) -> set[str]:
    return {part.attr if isinstance(part, ast.Attribute) else part.id for part in ast.walk(node)
            if isinstance(part, ast.Attribute | ast.Name)}  # fmt: skip


def test_no_key_is_compared_but_in_constant_time() -> None:
    """``==``, ``!=`` and ``in`` end at the first byte that differs, and so tell how much of a guess was right."""
    keys = {"write_key", "secret_key", "signing_key", "identity_key", "signature", "expected_signature"}
    compared: list[str] = []
    for path in [*(ROOT / "server_example").rglob("*.py"), *(ROOT / "omnisdk").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare):
                operators = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
                sides = [node.left, *node.comparators]
                plain = any(isinstance(operator, operators) for operator in node.ops)
                if plain and any(_names(side) & keys for side in sides):
                    compared.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert compared == []
    assert "hmac.compare_digest" in (ROOT / "server_example/views/auth.py").read_text("utf-8")


def test_addresses_of_operations_need_no_key(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/omni.js"):
        assert client.get(path).status_code == 200, path
