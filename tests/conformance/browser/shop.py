"""A shop's web site on a socket of its own: its pages, the published bundles, and /omni/* passed on to the server."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "/omni"
TYPES = {".js": "text/javascript", ".map": "application/json"}
_OF_ONE_HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass
class Shop:
    """`pages` maps a path to HTML; `folders` maps the first part of a path to a folder of files."""

    server_port: int  # of the decision server
    folders: dict[str, Path]
    pages: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path in self.pages:
            html = f"<!doctype html><html lang=vi><meta charset=utf-8><link rel=icon href='data:,'>{self.pages[path]}"
            return 200, "text/html; charset=utf-8", html.encode()
        first, _, rest = path.lstrip("/").partition("/")
        file = self.folders[first] / rest if first in self.folders else None
        if file is None or not file.is_file():
            return 404, "text/plain", b"no such page"
        return 200, TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()

    def passed_on(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the decision server as a proxy does that takes the prefix away and puts its own name into Host."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=10)
        try:
            mine = {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_HOP}
            connection.request(method, target.removeprefix(PREFIX), body or None, mine)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


@contextmanager
def running(shop: Shop) -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            if path.startswith(f"{PREFIX}/"):
                status, headers, told = shop.passed_on(self.command, self.path, dict(self.headers), body)
            else:
                status, kind, told = shop.answer(path)
                headers = [("Content-Type", kind)]
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in _OF_ONE_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_OPTIONS = answer

        def log_message(self, *_: object) -> None:
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
