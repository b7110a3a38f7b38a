from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from server_example import ServerConfig, omni_blueprint
from tests.server.helpers import BROWSER, SHOP, assert_error


@pytest.fixture
def host(config: ServerConfig) -> Iterator[Flask]:
    """A shop's own app, with its own pages, errors, limits and hooks."""
    app = Flask("shop")
    app.config["MAX_CONTENT_LENGTH"] = 100  # the shop's own limit must not become ours
    app.register_blueprint(omni_blueprint(config), url_prefix="/omni")

    @app.get("/")
    def home() -> str:
        return "trang chủ"

    @app.errorhandler(404)
    def not_found(_error: Exception) -> tuple[str, int]:
        return "không thấy trang", 404

    @app.after_request
    def mark(response: Response) -> Response:
        response.headers["X-Shop"] = "1"
        return response

    yield app
    app.extensions["omnisdk"].close()


@pytest.fixture
def client(host: Flask) -> FlaskClient:
    return host.test_client()


def test_the_server_answers_below_the_prefix(client: FlaskClient) -> None:
    event = {"event": "Product Viewed", "anonymousId": "a1", "properties": {"name": "ก" * 200}}
    assert client.post("/omni/v1/track", json=event, headers=BROWSER).get_json()["accepted"] == 1
    answer = client.post("/omni/v1/decide", json={"placements": ["popup"], "anonymousId": "a1"}, headers=BROWSER)
    assert answer.get_json()["decisions"][0]["campaign"] == "gym-trial"
    assert client.get("/omni/v1/profiles/anonymous:a1", headers=SHOP).status_code == 200
    assert client.get("/omni/omni.js").status_code == 200
    assert client.get("/omni/readyz").status_code == 200


def test_the_hosts_own_pages_and_errors_stay_its_own(client: FlaskClient) -> None:
    home = client.get("/")
    assert home.text == "trang chủ"
    assert "X-Request-Id" not in home.headers and "Content-Security-Policy" not in home.headers
    for path in ("/nothing", "/v1/batch", "/omni/nothing"):
        assert (client.get(path).status_code, client.get(path).text) == (404, "không thấy trang")


def test_errors_below_the_prefix_have_our_shape(client: FlaskClient) -> None:
    assert_error(client.get("/omni/v1/nothing"), 404, "NOT_FOUND")
    assert_error(client.get("/omni/v1/batch"), 405, "METHOD_NOT_ALLOWED")
    assert_error(client.post("/omni/v1/batch", json={}), 401, "NO_KEY")


def test_a_hook_of_the_host_may_answer_first(host: Flask) -> None:
    host.before_request(lambda: ("đóng cửa", 403))
    response = host.test_client().post("/omni/v1/batch", json={}, headers=BROWSER)
    assert (response.status_code, response.text) == (403, "đóng cửa")


def test_a_page_of_the_host_needs_no_listing(client: FlaskClient) -> None:
    preflight = client.options("/omni/v1/batch", headers={"Origin": "https://shop.example"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_making_the_app_opens_nothing_and_starts_no_thread() -> None:
    script = (
        "import threading, os\n"
        "from pathlib import Path\n"
        "from server_example import ServerConfig, create_app\n"
        "config = ServerConfig(Path('nowhere'), write_key='w', secret_key='s', signing_key='g', identity_key='i')\n"
        "create_app(config)\n"
        "assert threading.active_count() == 1 and not os.path.exists('nowhere')"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_a_forked_child_opens_its_own_and_answers(config: ServerConfig) -> None:
    script = f"""
import os, sys
from pathlib import Path
from server_example import ServerConfig, create_app
config = ServerConfig(Path({str(config.data_dir)!r}), write_key="w", secret_key="s", signing_key="g", identity_key="i",
                      rules_file=Path({str(config.rules_file)!r}))
app = create_app(config)
def ask(message):
    body = {{"event": "Product Viewed", "anonymousId": "a1", "messageId": message, "writeKey": "w"}}
    return app.test_client().post("/v1/track", json=body).get_json()["accepted"]
assert ask("parent") == 1
child = os.fork()
if child == 0:
    os._exit(0 if ask("child") == 1 else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert ask("parent again") == 1
assert ask("child") == 0  # it is a duplicate here: both wrote one database
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
