"""How the document is served, and that keys and roles are as it says."""

from __future__ import annotations

import gzip
from importlib.metadata import version
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server_example import ServerConfig, omni_blueprint
from tests.openapi.reading import Told, operations
from tests.server.helpers import BROWSER, SECRET_KEY, SHOP, WRITE_KEY


def test_anybody_may_read_it_and_any_cache_keep_it(client: FlaskClient, document: dict[str, Any]) -> None:
    response = client.get("/openapi.json", headers={"Origin": "https://anywhere.example"})
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.get_json() == document
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/openapi.json", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/openapi.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_it_is_packed_for_whoever_takes_that(client: FlaskClient) -> None:
    plain, packed = (
        client.get("/openapi.json", headers={"Accept-Encoding": each}) for each in ("identity", "gzip, br")
    )
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data and len(packed.data) * 5 < len(plain.data)
    assert plain.headers["ETag"] != packed.headers["ETag"] and plain.headers["Vary"] == "Accept-Encoding"


def test_it_names_the_version_and_tells_no_key(client: FlaskClient, document: dict[str, Any]) -> None:
    assert document["info"]["version"] == version("omnisdk")
    told = client.get("/openapi.json").text
    assert WRITE_KEY not in told and SECRET_KEY not in told


@pytest.mark.parametrize(("prefix", "script", "server"), [
    ("", "", "/"), ("/omni", "", "/omni"), ("/omni", "/cửa-hàng", "/c%E1%BB%ADa-h%C3%A0ng/omni"),
])  # fmt: skip
def test_its_server_is_where_it_came_from(config: ServerConfig, prefix: str, script: str, server: str) -> None:
    shop = Flask("shop")
    shop.register_blueprint(omni_blueprint(config), url_prefix=prefix)
    told = shop.test_client().get(
        f"{prefix}/openapi.json", environ_overrides={"SCRIPT_NAME": script.encode().decode("latin-1")}
    )
    assert [each["url"] for each in told.get_json()["servers"]] == [server]


def asked(client: FlaskClient, each: Told, headers: dict[str, str]) -> Any:
    path = each.path.replace("{ref}", "user:nobody").replace("{key}", "no-key").replace("{name}", "ui.js")
    response = client.open(path, method=each.method, headers=headers, json={} if each.method == "POST" else None)
    code = None if response.status_code == 200 or not response.is_json else response.get_json()["code"]
    return response.status_code, code


def test_each_route_takes_the_keys_that_it_says(client: FlaskClient, document: dict[str, Any]) -> None:
    refused = {"NO_KEY", "UNKNOWN_KEY", "SECRET_KEY_NEEDED", "SECRET_KEY_IN_BROWSER"}
    for each in operations(document):
        takes = {
            name: asked(client, each, headers)[1] not in refused
            for name, headers in {"none": {}, "write": BROWSER, "secret": SHOP}.items()
        }
        expected = {
            "none": {"none": True, "write": True, "secret": True},
            "any": {"none": False, "write": True, "secret": True},
            "write": {"none": False, "write": True, "secret": False},
            "secret": {"none": False, "write": False, "secret": True},
        }
        assert takes == expected[each.keys], each.label


def test_each_place_of_a_key_that_it_names_is_one(client: FlaskClient, document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert {(each["type"], each.get("scheme", each.get("in"))) for each in schemes.values()} == {
        ("http", "basic"), ("http", "bearer"), ("apiKey", "query")
    }  # fmt: skip
    body = {"placements": []}
    places = [
        client.post("/v1/decide", json=body, headers=BROWSER),
        client.post("/v1/decide", json=body, headers={"Authorization": f"Bearer {WRITE_KEY}"}),
        client.post(f"/v1/decide?{schemes['query']['name']}={WRITE_KEY}", json=body),
    ]
    assert [response.status_code for response in places] == [200, 200, 200]
