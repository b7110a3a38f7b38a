"""Sân Sớm, the demo shop: golf gear and a gym, in Vietnamese and English, on the decision server's own address.

The shop is a customer like any other: its pages carry the snippet, its back end the SDK, and both reach the server
over HTTP. Names, prices and campaigns live in this folder only. A page may wait for an answer of this same server, so
it needs a WSGI server with several threads.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from omnisdk import Omni
from server_example import install, keys
from server_example.app import omni_blueprint
from server_example.config import ServerConfig
from server_example.demo import buying, door, members, pages, people, staff, why
from server_example.demo.asking import DecisionServer
from server_example.demo.frame import EXTENSION, Shop

RULES = Path(__file__).parent / "omni.yaml"


def prepare() -> ServerConfig:
    """Return the environment's settings, with the shop's own rules where OMNI_CONFIG names no file. Raises ConfigError."""
    return _with_rules(ServerConfig.from_environment())


def create_demo_app(config: ServerConfig, *, seed: bool = True) -> Flask:
    """Return the shop and the decision server in one app, to be served at the root of ``config.bind``.

    With `seed` the server is told of the three ready people as soon as it answers; doing so again changes nothing.
    Raises SnippetNotBuilt, ConfigError.
    """
    config = _with_rules(config)
    url = _own_address(config)
    stub = install.stub()
    # Staff wait for the answer with the customer before them, so a slow one is better than none.
    omni = Omni(url, config.secret_key, config.identity_key, timeout_seconds=2.0)

    app = Flask("sansom", static_folder=None, template_folder=str(Path(__file__).parent / "templates"))
    app.secret_key = keys.derived(config.signing_key, "demo session")
    # Lax also keeps other sites from sending the shop's forms, all of which are POST, in a visitor's name.
    app.config.update(SESSION_COOKIE_NAME="sansom", SESSION_COOKIE_SAMESITE="Lax", SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.register_blueprint(omni_blueprint(config))
    for part in (door, pages, buying, members, staff, why):
        app.register_blueprint(part.blueprint)
    app.extensions[EXTENSION] = Shop(
        omni=omni,
        server=DecisionServer(url, config.secret_key),
        stub=Markup(f"<script>{stub}</script>"),  # noqa: S704  # the built snippet's own text
        stub_hash=install.csp_hash(stub),
        write_key=config.write_key,
    )
    if seed:
        people.seed(omni)  # waits in the SDK's queue until the server answers
    return app


def worker_app() -> Flask:
    """Return the shop for a worker of `omnisdk demo`: settings from the environment."""
    return create_demo_app(prepare())


def _with_rules(config: ServerConfig) -> ServerConfig:
    return config if config.rules_file.is_file() else replace(config, rules_file=RULES)


def _own_address(config: ServerConfig) -> str:
    """Return the URL under which this process reaches itself: one bound to all addresses does so on its own machine."""
    host, port = config.address()
    try:
        if ipaddress.ip_address(host).is_unspecified:
            host = "127.0.0.1"
    except ValueError:
        pass  # a name
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
