from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from server_example.config import ServerConfig


def test_a_living_process_says_so_without_the_database(app: Flask, config: ServerConfig) -> None:
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}
    assert not Path(config.data_dir).exists()  # nothing was opened


def test_a_server_with_rules_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready", "rules": {"number": 1, "faults": 0}}


def test_metrics_tell_how_long_each_route_takes(client: FlaskClient) -> None:
    client.get("/readyz")
    response = client.get("/metrics")
    assert response.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert 'omni_request_seconds_count{route="/readyz"} 1' in response.text
    assert "omni_rules_number 1" in response.text
