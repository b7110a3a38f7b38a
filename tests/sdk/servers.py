"""Servers on real sockets that misbehave as told."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Answer = Response | Callable[[Request], Response]


class Server:
    """A decision server on a real socket. It takes everything, unless `script` holds other answers to give first."""

    def __init__(self, http: HTTPServer) -> None:
        self.url = http.url_for("/").rstrip("/")
        self.script: deque[Answer] = deque()  # for /v1/batch
        self.decide_script: deque[Answer] = deque()
        self.batches: list[list[dict[str, Any]]] = []  # every batch that arrived, whatever was answered
        self.taken: list[dict[str, Any]] = []  # the events of those acknowledged, repetitions included
        self.envelopes: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.questions: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        http.expect_request("/v1/batch", method="POST").respond_with_handler(self._batch)
        http.expect_request("/v1/decide", method="POST").respond_with_handler(self._decide)

    @property
    def taken_ids(self) -> set[str]:
        return {event["messageId"] for event in self.taken}

    def _batch(self, request: Request) -> Response:
        raw = request.get_data()
        if request.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        envelope = json.loads(raw)
        with self.lock:
            self.envelopes.append(envelope)
            self.batches.append(envelope["batch"])
            self.headers.append(dict(request.headers))
            answer = self.script.popleft() if self.script else None
        if answer is not None:
            return answer(request) if callable(answer) and not isinstance(answer, Response) else answer
        with self.lock:
            self.taken += envelope["batch"]
        return accepted(len(envelope["batch"]))

    def _decide(self, request: Request) -> Response:
        question = json.loads(request.get_data())
        with self.lock:
            self.questions.append(question)
            answer = self.decide_script.popleft() if self.decide_script else None
        if answer is not None:
            return answer(request) if callable(answer) and not isinstance(answer, Response) else answer
        return decided(*(won(name) for name in question["placements"]))


def accepted(count: int, rejected: list[dict[str, Any]] | None = None) -> Response:
    rejected = rejected or []
    body = {"success": True, "accepted": count - len(rejected), "duplicates": 0, "rejected": rejected}
    return Response(json.dumps(body), content_type="application/json")


def decided(*decisions: dict[str, Any]) -> Response:
    return Response(json.dumps({"decisions": list(decisions), "state": "1"}), content_type="application/json")


def won(placement: str) -> dict[str, Any]:
    return {
        "placement": placement,
        "id": "d-1",
        "campaign": "đồ-gốm",
        "variant": "a",
        "kind": "banner",
        "reason": "WON",
        "ends_at": "2026-11-30T17:00:00Z",
        "show_before": "2026-11-22T09:05:00Z",
        "coupon": "GOM10",
        "promotes": ["category:gốm"],
        "offer": {"text": "ลด 10%", "discount": {"percent": 10}},
        "size": [1200, 240],
        "content": {
            "title": "Gốm Bát Tràng giảm 10%",
            "image": {"url": "/img/gom.jpg", "alt": "Bình gốm", "width": 600, "height": 400},
            "cta": {"label": "ดูเพิ่มเติม", "url": "/gom"},
            "products": [{"product_id": "B1", "name": "Bình"}],
        },
        "token": "t",
    }


Serve = Callable[[socket.socket, threading.Event], None]


class RawServer:
    """A socket that does with each connection what `serve` does, in a thread."""

    def __init__(self, serve: Serve) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.ending = threading.Event()
        self.connections = 0
        self._open: list[socket.socket] = []
        self._serve = serve
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._handle, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _handle(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):  # the client has gone
            self._serve(connection, self.ending)

    def close(self) -> None:
        self.ending.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):  # it is closed already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)


def read_request(connection: socket.socket) -> bytes | None:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(
        next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    )
    while len(body) < length:
        body += connection.recv(65536)
    return body


def answer_with(connection: socket.socket, body: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


_others: set[threading.Thread] = set()


def set_others_apart() -> None:
    """Leave out of `our_threads` what other tests of this process (servers, shops) have left running until now."""
    _others.clear()
    _others.update(threading.enumerate())


def our_threads() -> list[str]:
    mine = set(threading.enumerate()) - _others
    return sorted(thread.name for thread in mine if thread.name.startswith("omnisdk"))


def wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.005)
