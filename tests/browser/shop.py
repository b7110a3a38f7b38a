"""A shop's web site and a decision server with recorded answers, both on one real socket.

The pages and the answers are the test's; what the snippet sends is kept in `requests` and `events`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

DIST = Path(__file__).parents[2] / "snippet" / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text())
STUB = (DIST / "stub.html").read_text().strip()
TAG = '<script async src="/omni/omni.js?key=wk_test"></script>'
TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8", ".json": "application/json"}
PIXELS = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="450"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">'
    '<stop stop-color="#0e7a4b"/><stop offset="1" stop-color="#9fd356"/></linearGradient></defs>'
    '<rect width="800" height="450" fill="url(#g)"/><circle cx="600" cy="150" r="60" fill="#fff"/>'
    '<path d="M0 380 Q 300 250 800 360 V450 H0Z" fill="#0b5d3a"/></svg>'
)


def winner(placement: str, kind: str = "banner", **more: Any) -> dict[str, Any]:
    """A decision as the server answers it."""
    content = {"title": "Đồ golf giảm 20%", "cta": {"label": "Mua ngay", "url": "/golf"}} | more.pop("content", {})
    decision = {
        "placement": placement,
        "id": "d1",
        "campaign": "golf-days",
        "variant": "a",
        "kind": kind,
        "reason": "WON",
    }
    return decision | {"content": content} | more


def nothing(placement: str, reason: str = "NONE") -> dict[str, Any]:
    return {"placement": placement, "campaign": None, "reason": reason}


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Shop:
    """`pages` maps a path to HTML; `winners` maps a placement to its decision; `answer`, when set, answers every API call."""

    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    winners: dict[str, dict[str, Any]] = field(default_factory=dict)
    answer: Callable[[str, Any], tuple[int, dict[str, str], bytes] | None] | None = None
    requests: list[Received] = field(default_factory=list)
    url: str = ""
    language: str = "vi"  # of its pages
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    # What was received

    def calls(self, path: str) -> list[Received]:
        return [request for request in list(self.requests) if request.path == path]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event in the order of arrival; one that arrived twice stands twice, as the snippet may resend."""
        found = []
        for request in list(self.requests):
            if isinstance(request.body, dict):
                found += request.body.get("batch", []) + request.body.get("events", [])
        return found

    def named(self, name: str) -> list[dict[str, Any]]:
        """The events of this name (a page view is "page"), each messageId once."""
        by_id = {
            event.get("messageId"): event for event in self.events if event.get("event", event.get("type")) == name
        }
        return list(by_id.values())

    def wait_for(self, found: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Return what `found` finds as soon as it finds something; fail after `seconds`."""
        end = time.monotonic() + seconds
        with self._arrived:
            while not (value := found()):
                left = end - time.monotonic()
                assert left > 0, f"not received: {[(r.path, r.body) for r in self.requests]}"
                self._arrived.wait(left)
        return value

    def wait_for_event(self, name: str, seconds: float = 5.0) -> dict[str, Any]:
        found: dict[str, Any] = self.wait_for(lambda: self.named(name), seconds)[0]
        return found

    # What is answered

    def handle(
        self, method: str, target: str, headers: dict[str, str], raw: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        path = urlsplit(target).path
        body = json.loads(raw) if raw else None
        with self._arrived:
            self.requests.append(Received(method, path, headers, body))
            self._arrived.notify_all()
        if path.startswith("/omni/v1/"):
            return self.api(path, body)
        if path.startswith("/omni/") and (file := DIST / path[6:]).is_file():
            return 200, {"Content-Type": TYPES[file.suffix]}, file.read_bytes()
        if path.endswith(".svg"):
            return 200, {"Content-Type": "image/svg+xml"}, PIXELS.encode()
        html = self.pages.get(unquote(path), "<title>shop</title><h1>Another page</h1>" + self.pages.get("*", ""))
        head = "<meta charset=utf-8><meta name=viewport content='width=device-width'>"
        page = f"<!doctype html><html lang='{self.language}'>{head}{html}"
        return 200, {"Content-Type": "text/html; charset=utf-8", **self.headers}, page.encode()

    def api(self, path: str, body: Any) -> tuple[int, dict[str, str], bytes]:
        if self.answer and (answer := self.answer(path, body)):
            return answer
        if path.endswith("/decide"):
            return as_json({"decisions": [self.winners.get(name) or nothing(name) for name in body["placements"]]})
        return as_json({"success": True, "accepted": len(body["batch"]), "duplicates": 0, "rejected": []})


def as_json(body: Any, status: int = 200, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "application/json", **named}, json.dumps(body).encode()


def down(_path: str, _body: Any) -> tuple[int, dict[str, str], bytes]:
    """The connection breaks off without an answer."""
    raise ConnectionResetError


@contextmanager
def running(shop: Shop) -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, headers, body = shop.handle(self.command, self.path, dict(self.headers), raw)
            except ConnectionResetError:
                self.close_connection = True
                return
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                if self.headers.get("Origin"):
                    self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the page has left meanwhile
                self.close_connection = True

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
