"""The shop's own web server: plain pages with our two tags, and one identify line where somebody is signed in."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

from omnisdk import Omni
from tests.scenarios.trades import Trade
from tests.support.server import IDENTITY_KEY, SECRET_KEY, WRITE_KEY, ServerProcess

STUB = (Path(__file__).parents[2] / "snippet" / "dist" / "stub.html").read_text()


@dataclass
class Site:
    """A shop: its pages, its back end's SDK, and the decision server it asks."""

    trade: Trade
    server: ServerProcess
    omni: Omni = field(init=False)
    pages: ThreadingHTTPServer = field(init=False)
    signed_in: str | None = None  # who the next page is served to

    def __post_init__(self) -> None:
        self.omni = Omni(url=self.server.url, secret_key=SECRET_KEY, identity_key=IDENTITY_KEY, strict=True)
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.page(self.path).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.pages = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.pages.serve_forever, daemon=True).start()

    def address(self, path: str, user: str | None = None) -> str:
        """Return the address of a page, as signed-in `user` sees it."""
        query = f"?user={quote(user)}" if user else ""
        return f"http://127.0.0.1:{self.pages.server_address[1]}{quote(path)}{query}"

    def page(self, target: str) -> str:
        query = urlsplit(target).query
        user = query.removeprefix("user=") if query.startswith("user=") else None
        identify = ""
        if user:
            token = self.omni.identity_token(user)
            identify = f"<script>omni.identify({json.dumps(user)}, {{}}, {{token: {json.dumps(token)}}})</script>"
        return f"""<!doctype html><html lang="{self.trade.language}"><head><meta charset="utf-8"><title>{self.trade.title}</title>
{STUB}<script async src="{self.server.url}/omni.js?key={WRITE_KEY}"></script>{identify}</head>
<body><h1>{self.trade.language}</h1><div data-omni-placement="{self.trade.banner}">…</div></body></html>"""

    def close(self) -> None:
        self.pages.shutdown()
        self.pages.server_close()
        self.omni.close()
