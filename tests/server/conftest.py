"""A decision server on a real SQLite file, asked through Flask's test client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server_example import ServerConfig, create_app
from tests.server import helpers


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = helpers.NOW

    def __call__(self) -> int:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> ServerConfig:
    rules = tmp_path / "omni.yaml"
    rules.write_text(helpers.RULES, encoding="utf-8")
    return ServerConfig(
        data_dir=tmp_path / "instance",
        write_key=helpers.WRITE_KEY,
        secret_key=helpers.SECRET_KEY,
        signing_key=helpers.SIGNING_KEY,
        identity_key=helpers.IDENTITY_KEY,
        rules_file=rules,
    )


@pytest.fixture
def app(config: ServerConfig, clock: Clock) -> Iterator[Flask]:
    app = create_app(config, now=clock)
    yield app
    app.extensions["omnisdk"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
