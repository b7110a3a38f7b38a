"""One kept connection to the server, on which one request runs at a time."""

from __future__ import annotations

import contextlib
import platform
import socket
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from omnisdk.delivery.retry import NO_ANSWER
from omnisdk.errors import ConfigurationError
from omnisdk.options import Options

if TYPE_CHECKING:
    import httpx


class Answer(NamedTuple):
    """What came back. `status` is 0 when nothing did; `error` then names the kind of failure."""

    status: int
    content: bytes = b""
    retry_after: str | None = None
    error: str = ""


class Dialler:
    """Makes lines. Made where the client is made, in the program's start-up.

    There httpx is imported and the certificates are read (some 150 ms), for two reasons: the first decide has no time
    for it, and a process forked while another thread is inside an import would wait for that thread for ever.
    """

    def __init__(self, options: Options, version: str) -> None:
        import httpx

        self._httpx = httpx
        self._options = options
        # A plain http:// URL is never encrypted, so it needs no certificates; this context would trust none.
        secure = options.url.startswith("https:")
        self._tls = ssl.create_default_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._headers = {
            "Authorization": f"Bearer {options.secret_key}",
            "Content-Type": "application/json",
            "User-Agent": f"omnisdk/{version} python/{platform.python_version()}",
        }
        try:
            httpx.URL(options.url)
        except httpx.InvalidURL as fault:
            raise ConfigurationError(f"url cannot be read; found {options.url!r}; {fault}") from None

    def dial(self) -> Line:
        """Return a new line; it connects with its first request."""
        client = self._httpx.Client(
            base_url=self._options.url,
            headers=self._headers,
            verify=self._tls,
            trust_env=not self._options.is_loopback,
            limits=self._httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=55),
        )
        return Line(client, self._httpx)


class Line:
    """Used by one thread; only `cut` may be called from another. After a cut it is of no more use."""

    def __init__(self, client: httpx.Client, httpx_module: Any) -> None:
        self._client = client
        self._httpx = httpx_module
        self._socket: socket.socket | None = None
        self.is_cut = False

    def post(
        self,
        path: str,
        content: bytes,
        *,
        timeout_seconds: float,
        connect_seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send `content` and return the answer, or an `Answer` without a status. Raises nothing.

        The timeouts are for each phase (connecting, each read), not for the whole: see `cut`.
        """
        timeout = self._httpx.Timeout(timeout_seconds, connect=connect_seconds or timeout_seconds)
        kept = self._socket is not None
        answer = self._attempt(path, content, headers, timeout)
        if kept and not self.is_cut and answer.error in _ENDED:
            # The server closed the kept connection while it was idle, which shows only now. What may have arrived
            # twice is harmless: every message has its id.
            answer = self._attempt(path, content, headers, timeout)
        return answer

    def cut(self) -> None:
        """End the request that runs now, from another thread: its `post` then returns without a status."""
        self.is_cut = True
        connection = self._socket
        if connection is not None:
            with contextlib.suppress(OSError):  # it is closed already
                # Not SSLSocket.shutdown, which would first take the encryption away under the reader.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _attempt(self, path: str, content: bytes, headers: Mapping[str, str] | None, timeout: Any) -> Answer:
        if self.is_cut:
            return Answer(NO_ANSWER, error="Cut")
        try:
            response = self._client.post(
                path, content=content, headers=headers, timeout=timeout, extensions={"trace": self._remember_socket}
            )
        except (self._httpx.HTTPError, OSError) as fault:
            return Answer(NO_ANSWER, error=type(fault).__name__)
        return Answer(response.status_code, response.content, response.headers.get("Retry-After"))

    def _remember_socket(self, event: str, info: Mapping[str, Any]) -> None:
        # Source: https://www.encode.io/httpcore/extensions/#trace
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:
                self.cut()


_ENDED = frozenset({"RemoteProtocolError", "ReadError", "WriteError"})
