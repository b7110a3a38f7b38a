from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server_example import ServerConfig, create_app
from server_example.views.openapi.document import as_json
from tests.openapi.full import RULES
from tests.server import helpers


@pytest.fixture
def document() -> dict[str, Any]:
    """The document as it is served, a copy of the test's own."""
    found: dict[str, Any] = json.loads(as_json())
    return found


@pytest.fixture
def config(tmp_path: Path) -> ServerConfig:
    return ServerConfig(
        data_dir=tmp_path / "instance",
        write_key=helpers.WRITE_KEY,
        secret_key=helpers.SECRET_KEY,
        signing_key=helpers.SIGNING_KEY,
        identity_key=helpers.IDENTITY_KEY,
        rules_file=RULES,
    )


@pytest.fixture
def app(config: ServerConfig) -> Iterator[Flask]:
    """The decision server with the demo's rules."""
    app = create_app(config)
    yield app
    app.extensions["omnisdk"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
