"""The busy routes without Flask in between.

Flask's own way to a view and back (contexts, adapters, signals, sessions, hooks) costs about as much as everything we
do for one event. Where the server is the whole app, the busy routes are answered before Flask sees them, by the same
views with the same errors and headers. Inside another Flask app they go Flask's way, with that app's own hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask
from werkzeug import Request

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Answer = Callable[[Request], WsgiApp]  # must not raise


class Success:
    """Status 200 with headers and body, as a WSGI app: werkzeug's Response costs ten times as much."""

    def __init__(self, headers: list[tuple[str, str]], body: bytes) -> None:
        self.headers = headers
        self.body = body

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", self.headers)
        return (self.body,)


class Lane:
    """A WSGI app that gives POSTs to the addresses of `answers` to these, and everything else to `app`.

    With TRUSTED_HOSTS in its config, all go to `app`, which refuses the wrong ones.
    """

    def __init__(self, app: Flask, answers: Mapping[str, Answer]) -> None:
        self._app: WsgiApp = app.wsgi_app
        self._config = app.config
        self._answers = answers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self._answers.get(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if answer is None or self._config["TRUSTED_HOSTS"] is not None:  # Flask checks the Host
            return self._app(environ, start_response)
        # Not kept in `environ`: request and environ would hold each other, and with them the body, until the collector
        # comes, which is once in many requests.
        return answer(Request(environ, populate_request=False))(environ, start_response)
