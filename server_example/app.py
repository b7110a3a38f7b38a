"""The decision server as a Flask app, and as a blueprint inside another one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from time import perf_counter
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from flask.blueprints import BlueprintSetupState

from omnisdk import clock
from server_example.config import ServerConfig
from server_example.services.server import Server
from server_example.services.turns import InTurn, Turns
from server_example.views import errors
from server_example.views.context import EXTENSION
from server_example.views.cors import Cors
from server_example.views.routes import ROUTES

BLUEPRINT = "omnisdk"

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def create_app(
    config: ServerConfig | None = None, *, now: Callable[[], int] = clock.now, turns: Turns | None = None
) -> Flask:
    """Return the decision server as an app of its own; `config` defaults to the environment's (ConfigError).

    Nothing is opened and no thread started before the first request, so it may be made before a fork. `now` reads the
    clock, in microseconds. With `turns` only a request that has one runs (see `services.turns`).
    """
    app = Flask("server_example", static_folder=None)
    app.register_blueprint(_blueprint(config, now, turns, whole_app=True))
    if turns is not None:
        app.wsgi_app = InTurn(app.wsgi_app, turns)  # type: ignore[method-assign]  # as Flask documents it
    return app


def omni_blueprint(config: ServerConfig | None = None, *, now: Callable[[], int] = clock.now) -> Blueprint:
    """Return the decision server as a blueprint for another Flask app: ``app.register_blueprint(…, url_prefix="/omni")``.

    All errors below the prefix are answered in our shape; the host's own pages, handlers and settings are left alone.
    """
    return _blueprint(config, now, None, whole_app=False)


def _blueprint(
    config: ServerConfig | None, now: Callable[[], int], turns: Turns | None, *, whole_app: bool
) -> Blueprint:
    blueprint = Blueprint(BLUEPRINT, "server_example")
    http = Http(
        Server(config or ServerConfig.from_environment(), now=now, turns=turns), ours="/" if whole_app else "/v1/"
    )
    for route in ROUTES:
        blueprint.add_url_rule(route.rule, route.name, route.view, methods=[route.method])
    blueprint.record_once(http.attach)
    blueprint.before_request(http.begin)
    blueprint.after_request(http.finish)
    blueprint.register_error_handler(Exception, http.failed)
    blueprint.before_app_request(http.no_such_route)
    return blueprint


class Http:
    """What is the same for every request: its id, its clock, CORS, headers, and the shape of errors."""

    def __init__(self, server: Server, ours: str) -> None:
        self.server = server
        self.ours = ours  # the addresses below this are ours alone, so a wrong one among them is ours to answer
        self.cors = Cors()
        self.cross_origin = {f"{BLUEPRINT}.{route.name}" for route in ROUTES if route.cross_origin}

    def attach(self, state: BlueprintSetupState) -> None:
        """Make the server known to the app the blueprint was registered with."""
        state.app.extensions[EXTENSION] = self.server
        self.ours = (state.url_prefix or "").rstrip("/") + self.ours

    def begin(self) -> Response | None:
        """Give the request its id; answer a preflight."""
        g.omni_began = perf_counter()
        sent = request.headers.get("X-Request-Id", "")
        g.omni_request_id = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
        if request.method != "OPTIONS":
            return None
        response = Response(status=204)
        if request.endpoint in self.cross_origin:
            response.headers.extend(self.cors.headers(request, self.server, preflight=True))
        return response

    def finish(self, response: Response) -> Response:
        """Put on every answer what all have in common, and enter its time."""
        if "omni_began" not in g:
            return response  # the host's own hook answered before us
        more = [("X-Request-Id", g.omni_request_id), ("X-Content-Type-Options", "nosniff")]
        if "Cache-Control" not in response.headers:
            more.append(("Cache-Control", "no-store"))
        if request.method == "GET":  # what a browser can be made to open as a page
            more.append(("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"))
        if request.endpoint in self.cross_origin and request.method != "OPTIONS":
            more += self.cors.headers(request, self.server)
        response.headers.extend(more)
        route = request.url_rule.rule if request.url_rule is not None else "none"
        self.server.metrics.observe("omni_request_seconds", perf_counter() - g.omni_began, route=route)
        return response

    def failed(self, error: Exception) -> Response:
        """Answer `error` in the one shape."""
        told = errors.from_exception(error)
        self.server.metrics.count("omni_errors_total", code=told.code)
        if told.code == "STORAGE_UNAVAILABLE":
            self.server.metrics.count("omni_storage_failures_total")
        return errors.answer(told)

    def no_such_route(self) -> Any:
        """Answer an address or method that does not exist below ours: no blueprint handler is asked about those."""
        error = request.routing_exception
        if error is None or not request.path.startswith(self.ours) or getattr(error, "code", 0) not in (404, 405):
            return None
        self.begin()
        response = self.failed(error)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return self.finish(response)
