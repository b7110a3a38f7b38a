"""A proxy between a client and the server that keeps every request as it came, and can come between the two."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from omnisdk import clock


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class NoAnswer(Exception):
    """The connection is closed without an answer, as when the server dies."""


@dataclass
class Exchange:
    """One request, and what its sender was answered: None when nothing was."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    answer: Answer | None = None
    received_at: int = field(default_factory=clock.now)

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    @property
    def status(self) -> int | None:
        return self.answer.status if self.answer else None

    @property
    def is_gzip(self) -> bool:
        return self.header("Content-Encoding") == "gzip"

    @property
    def payload(self) -> Any:
        """The decoded body. Stock clients send NaN, so this is Python's JSON."""
        return json.loads(gzip.decompress(self.body) if self.is_gzip else self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        payload = self.payload
        events: list[dict[str, Any]] = payload.get("batch", [payload])
        return events

    @property
    def message_ids(self) -> list[str]:
        return [event["messageId"] for event in self.events]


Forward = Callable[[Exchange], Answer]
Between = Callable[[Exchange, Forward], Answer]


@dataclass
class Proxy:
    """Listens on `url` and sends on to `server_port`; `exchanges` holds all requests in order of arrival."""

    server_port: int
    between: Between | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    url: str = ""

    def forward(self, exchange: Exchange) -> Answer:
        """Send the request on as it came, on a connection of its own: a kept one could be closed under it.

        Raises OSError or HTTPException when the server does not answer.
        """
        upstream = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=30)
        try:
            upstream.putrequest(exchange.method, exchange.path, skip_host=True, skip_accept_encoding=True)
            for name, value in exchange.headers:
                upstream.putheader(name, value)
            upstream.endheaders(exchange.body)
            response = upstream.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            upstream.close()

    def answer(self, exchange: Exchange) -> Answer | None:
        """Return what to answer, None for nothing."""
        self.exchanges.append(exchange)
        try:
            exchange.answer = self.between(exchange, self.forward) if self.between else self.forward(exchange)
        except (OSError, http.client.HTTPException, NoAnswer):
            return None
        return exchange.answer

    @contextmanager
    def serving(self) -> Iterator[Proxy]:
        listener = _Listener(("127.0.0.1", 0), _Handler)
        listener.proxy = self
        self.url = f"http://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            listener.shutdown()
            thread.join()
            listener.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # Node opens a connection for every batch at once
    proxy: Proxy


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _pass_on(self) -> None:
        assert "Transfer-Encoding" not in self.headers, "no stock client has sent chunks so far"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.proxy.answer(Exchange(self.command, self.path, self.headers.items(), body))
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_OPTIONS = _pass_on

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what came is in `exchanges`."""
