"""The WSGI app of a worker: a request runs while its thread has a turn, and has none while its body is on the way.

Two slow senders would otherwise stop a whole worker. Nothing ends a body that never comes to its end but who sends it,
so no more than three quarters of the threads wait for one: the others answer what has no body, and say 503.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any

from server_example.services.turns import Turns
from server_example.views.errors import ApiError

READ_BEFORE_BYTES = (
    64 * 1024
)  # a body up to this is read before the turn is taken, which saves waiting for a second one
_HINT = "let the proxy before this server buffer the bodies of requests"


class InTurn:
    """A WSGI app that runs `app` in turn; at most `readers` requests wait for their bodies. Answers must not stream."""

    def __init__(self, app: Callable[..., Iterable[bytes]], turns: Turns, readers: int) -> None:
        self._app = app
        self._turns = turns
        self._readers: SimpleQueue[None] = SimpleQueue()
        for _ in range(readers):
            self._readers.put(None)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        body = environ.get("wsgi.input")
        if body is not None and length != "0":
            body = _Body(body, self._turns, self._readers)
            small = length.isdecimal() and len(length) <= 9 and int(length) <= READ_BEFORE_BYTES
            environ["wsgi.input"] = body.ahead(int(length)) if small else body
        if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):  # short, or rare; and /healthz must never wait
            return self._app(environ, start_response)
        self._turns.take()
        try:
            return self._app(environ, start_response)
        finally:
            self._turns.give_back()


class _Body:
    """The body of a request, whose reader lets others run while it waits for more of it."""

    def __init__(self, body: Any, turns: Turns, readers: SimpleQueue[None]) -> None:
        self._body = body
        self._turns = turns
        self._readers = readers

    def ahead(self, length: int) -> Any:
        """Return the body read so far as it comes, or itself where too many wait already: then reading says so."""
        try:
            self._readers.get_nowait()
        except Empty:
            return self
        whole = b""
        try:
            while len(whole) < length and (more := self._body.read(length - len(whole))):
                whole += more
        finally:
            self._readers.put(None)
        return BytesIO(whole)

    def read(self, size: int = -1) -> bytes:
        return self._waited(lambda: self._body.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._waited(lambda: self._body.readline(size))

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _waited(self, read: Callable[[], bytes]) -> bytes:
        try:
            self._readers.get_nowait()
        except Empty:
            message = "too many requests are sending their bodies slowly; nothing was read"
            raise ApiError(503, "TOO_MANY_SENDING", message, hint=_HINT) from None
        self._turns.give_back()
        try:
            return read()
        finally:
            self._readers.put(None)
            self._turns.take()
