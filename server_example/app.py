"""The decision server as a Flask app, and as a blueprint inside another one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from flask import Blueprint, Flask, Response, g, request
from flask.blueprints import BlueprintSetupState
from werkzeug import Request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from omnisdk import clock
from server_example.config import ServerConfig
from server_example.lane import Answer, Lane, Success, WsgiApp
from server_example.services.server import Server
from server_example.services.turns import Turns
from server_example.views import errors, gate
from server_example.views.context import EXTENSION, JSON_HEADERS, json_response
from server_example.views.cors import Cors
from server_example.views.routes import ROUTES, Route

BLUEPRINT = "omnisdk"

# Files that browsers keep, and what the operator's own programs ask: no quota counts these.
UNLIMITED = frozenset({"snippet", "snippet_part", "healthz", "readyz", "metrics", "openapi"})

_ALWAYS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))

_OTHERS_MAY_READ = ("Cross-Origin-Resource-Policy", "cross-origin")
_OWN_PAGES_MAY_READ = ("Cross-Origin-Resource-Policy", "same-origin")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def create_app(
    config: ServerConfig | None = None, *, now: Callable[[], int] = clock.now, turns: Turns | None = None
) -> Flask:
    """Return the decision server as an app of its own; `config` defaults to the environment's (ConfigError).

    Nothing is opened and no thread started before the first request, so it may be made before a fork. `now` reads the
    clock, in microseconds. A request that waits for a commit gives its turn of `turns` away.
    """
    app = Flask("server_example", static_folder=None)
    http = Http(Server(config or ServerConfig.from_environment(), now=now, turns=turns), ours="/")
    app.register_blueprint(_blueprint(http))
    app.wsgi_app = Lane(app, http.answers())  # type: ignore[method-assign]  # as Flask documents it
    return app


def omni_blueprint(config: ServerConfig | None = None, *, now: Callable[[], int] = clock.now) -> Blueprint:
    """Return the decision server as a blueprint for another Flask app: ``app.register_blueprint(…, url_prefix="/omni")``.

    All errors below the prefix are answered in our shape; the host's own pages, handlers and settings are left alone.
    """
    return _blueprint(Http(Server(config or ServerConfig.from_environment(), now=now), ours="/v1/"))


def _blueprint(http: Http) -> Blueprint:
    blueprint = Blueprint(BLUEPRINT, "server_example")
    for route in ROUTES:
        blueprint.add_url_rule(route.rule, route.name, http.view(route), methods=[route.method])
    blueprint.record_once(http.attach)
    blueprint.before_request(http.begin)
    blueprint.after_request(http.finish)
    blueprint.register_error_handler(Exception, http.failed)
    blueprint.before_app_request(http.no_such_route)
    return blueprint


class Passage(NamedTuple):
    """One request on its way through."""

    began: float  # by perf_counter
    id: str


class Http:
    """What is the same for every request: its id, its clock, CORS, headers, and the shape of errors.

    Most requests pass by Flask's hooks; the busy ones of a whole app pass by `answers`, without Flask (see `lane`).
    """

    def __init__(self, server: Server, ours: str) -> None:
        self.server = server
        self.ours = ours  # the addresses below this are ours alone, so a wrong one among them is ours to answer
        self.cors = Cors()
        self.cross_origin = {f"{BLUEPRINT}.{route.name}" for route in ROUTES if route.cross_origin}
        self.unlimited = {f"{BLUEPRINT}.{name}" for name in UNLIMITED}

    def attach(self, state: BlueprintSetupState) -> None:
        """Make the server known to the app the blueprint was registered with."""
        state.app.extensions[EXTENSION] = self.server
        self.ours = (state.url_prefix or "").rstrip("/") + self.ours

    def view(self, route: Route) -> Callable[..., Response]:
        """Return the view of `route` as Flask calls it."""
        if not route.busy:
            return route.view
        return lambda: json_response(route.view(server=self.server, request=request))

    def answers(self) -> dict[str, Answer]:
        """Return what answers the busy routes without Flask, by address."""
        return {route.rule: partial(self._answered, route) for route in ROUTES if route.busy}

    def _answered(self, route: Route, request: Request) -> WsgiApp:
        passage = _passage(request)
        try:
            gate.arrived(self.server, request)
            body = route.view(server=self.server, request=request)
        except Exception as error:
            response = self._told(error, request, passage)
            return self._finished(request, response, passage, route.rule, route.cross_origin)
        headers = [
            *JSON_HEADERS,
            ("Content-Length", str(len(body))),
            ("X-Request-Id", passage.id),
            *_ALWAYS,
            _OTHERS_MAY_READ if route.cross_origin else _OWN_PAGES_MAY_READ,
        ]
        if route.cross_origin:
            headers += self.cors.headers(request, self.server)
        self._observe(passage, route.rule)
        return Success(headers, body)

    def begin(self) -> Response | None:
        """Give the request its id; let it in; answer a preflight. Raises ApiError 429."""
        g.omni_passage = _passage(request)
        if request.method != "OPTIONS":
            if request.endpoint not in self.unlimited:
                gate.arrived(self.server, request)
            return None
        response = Response(status=204)
        del response.headers["Content-Type"]  # nothing follows that could have one
        if request.endpoint in self.cross_origin:
            response.headers.extend(self.cors.headers(request, self.server, preflight=True))
        return response

    def finish(self, response: Response) -> Response:
        """Put on every answer what all have in common, and enter its time."""
        if "omni_passage" not in g:
            return response  # the host's own hook answered before us
        rule = request.url_rule.rule if request.url_rule is not None else "none"
        readable = request.endpoint in self.cross_origin and request.method != "OPTIONS"
        return self._finished(request, response, g.omni_passage, rule, readable)

    def failed(self, error: Exception) -> Response:
        """Answer `error` in the one shape."""
        return self._told(error, request, g.omni_passage)

    def no_such_route(self) -> Any:
        """Answer what fits no route of ours: an address, a method, a Host. No blueprint handler is asked about those.

        An address with a slash too many, which the router would redirect, is wrong too: clients do not follow a POST.
        """
        error = request.routing_exception
        if error is None or not request.path.startswith(self.ours):
            return None
        g.omni_passage = _passage(request)
        wrong: Exception = NotFound() if isinstance(error, RequestRedirect) else error
        try:
            gate.arrived(self.server, request)
        except Exception as refused:
            wrong = refused
        response = self.failed(wrong)
        if isinstance(wrong, MethodNotAllowed) and response.status_code == wrong.code:
            response.headers.extend(("Allow", value) for name, value in wrong.get_headers() if name == "Allow")
        return self.finish(response)

    def _told(self, error: Exception, request: Request, passage: Passage) -> Response:
        told = gate.after_failure(self.server, request, errors.from_exception(error, passage.id))
        self.server.metrics.count("omni_errors_total", code=told.code)
        if told.code == "STORAGE_UNAVAILABLE":
            self.server.metrics.count("omni_storage_failures_total")
        return errors.answer(told, passage.id)

    def _finished(self, request: Request, response: Response, passage: Passage, rule: str, readable: bool) -> Response:
        """Put on what every answer has, and what lets pages of other hosts read it if it is `readable` to them."""
        more = [("X-Request-Id", passage.id), *_ALWAYS]
        if "Cache-Control" not in response.headers:
            more.append(("Cache-Control", "no-store"))
        if "Cross-Origin-Resource-Policy" not in response.headers:
            more.append(_OTHERS_MAY_READ if readable else _OWN_PAGES_MAY_READ)
        if request.method in ("GET", "HEAD"):  # what a browser can be made to open as a page
            more.append(("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"))
        if readable:
            more += self.cors.headers(request, self.server)
        response.headers.extend(more)
        self._observe(passage, rule)
        return response

    def _observe(self, passage: Passage, rule: str) -> None:
        self.server.metrics.observe("omni_request_seconds", perf_counter() - passage.began, route=rule)


def _passage(request: Request) -> Passage:
    sent = request.headers.get("X-Request-Id", "")
    return Passage(perf_counter(), sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8))
