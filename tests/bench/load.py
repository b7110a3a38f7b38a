"""A small HTTP load: raw sockets with ready-made bytes, so that most of the two cores is left to the server.

Run as a process of its own: ``python -m tests.bench.load HOST PORT CONNECTIONS SECONDS REQUESTS_FILE`` prints JSON.
The file holds ready requests, each behind its length in four bytes; they are sent in turn, over and over.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from pathlib import Path


def http_request(path: str, key: str, body: bytes) -> bytes:
    """Return the bytes of one POST on a kept connection."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def pack(requests: list[bytes]) -> bytes:
    return b"".join(struct.pack(">I", len(request)) + request for request in requests)


def unpack(packed: bytes) -> list[bytes]:
    requests, at = [], 0
    while at < len(packed):
        (length,) = struct.unpack_from(">I", packed, at)
        requests.append(packed[at + 4 : at + 4 + length])
        at += 4 + length
    return requests


def exchange(connection: socket.socket, request: bytes) -> int:
    """Send one request and read its whole answer; return the status."""
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _more(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return int(head[9:12])


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError("the server closed the connection")
    return piece


def main(host: str, port: int, connections: int, seconds: float, requests: list[bytes]) -> dict[str, object]:
    times: list[float] = []
    statuses: dict[int, int] = {}
    lock = threading.Lock()
    turn = iter(range(10**12))
    until = time.perf_counter() + seconds

    def client() -> None:
        mine: list[float] = []
        seen: dict[int, int] = {}
        with socket.create_connection((host, port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (started := time.perf_counter()) < until:
                status = exchange(connection, requests[next(turn) % len(requests)])
                mine.append(time.perf_counter() - started)
                seen[status] = seen.get(status, 0) + 1
        with lock:
            times.extend(mine)
            for status, number in seen.items():
                statuses[status] = statuses.get(status, 0) + number

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    times.sort()
    return {
        "per_second": len(times) / spent,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
        "statuses": statuses,
    }


if __name__ == "__main__":
    host, port, connections, seconds, file = sys.argv[1:]
    print(json.dumps(main(host, int(port), int(connections), float(seconds), unpack(Path(file).read_bytes()))))
