"""What the worker does when the server misbehaves, on a real socket."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import Request, Response

from omnisdk import Omni
from omnisdk.delivery import batching, retry
from tests.sdk.servers import RawServer, Serve, Server, accepted, answer_with, read_request, wait_for


def fill(omni: Omni, count: int, size: int = 0) -> None:
    for number in range(count):
        omni.track(f"khách-{number}", "Store Visited", {"note": "ก" * (size // 3)})


def balanced(omni: Omni) -> bool:
    stats = omni.stats()
    return stats.enqueued == stats.delivered + sum(stats.lost.values()) + stats.queued


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
@pytest.mark.usefixtures("quick")
def test_what_may_pass_is_tried_again_and_arrives(status: int, omni: Omni, server: Server) -> None:
    server.script += [Response("", status), Response("", status)]
    fill(omni, 3)
    assert omni.flush()
    assert omni.stats().delivered == 3
    assert len(server.batches) == 3
    assert len(server.taken_ids) == 3


@pytest.mark.usefixtures("quick")
def test_a_retry_sends_the_same_messages_with_the_time_of_sending_anew(omni: Omni, server: Server) -> None:
    server.script += [Response("", 500)]
    fill(omni, 3)
    assert omni.flush()
    assert server.batches[0] == server.batches[1]
    assert server.envelopes[0]["sentAt"] < server.envelopes[1]["sentAt"]


@pytest.mark.parametrize("status", [400, 404, 422, 501, 505])
def test_what_no_retry_mends_is_dropped_counted_and_said_once(
    status: int, omni: Omni, server: Server, said: Callable[[], list[str]]
) -> None:
    server.script += [Response("", status), Response("", status)]
    for _ in range(2):
        fill(omni, 2)
        assert omni.flush()
    fill(omni, 1)
    assert omni.flush()
    stats = omni.stats()
    assert (stats.delivered, stats.lost) == (1, {"refused": 4})
    (line,) = said()
    assert f"status {status}" in line


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>Đăng nhập Wi-Fi</html>", 200),
        Response("[]", 200),
        Response("", 200),
        Response("{" * 10, 200),
        Response("", 204),
        Response("", 302, {"Location": "/elsewhere"}),
    ],
    ids=["html", "array", "empty", "broken", "204", "redirect"],
)
@pytest.mark.usefixtures("quick")
def test_an_answer_that_is_no_acknowledgement_loses_nothing(answer: Response, omni: Omni, server: Server) -> None:
    server.script.append(answer)
    fill(omni, 2)
    assert omni.flush()
    assert omni.stats().delivered == 2
    assert len(server.taken) == 2


def test_retry_after_is_obeyed_even_by_flush(omni: Omni, server: Server) -> None:
    server.script += [Response("", 429, {"Retry-After": "1"})]
    fill(omni, 1)
    started = time.monotonic()
    assert not omni.flush(timeout_seconds=0.3)
    assert omni.flush(timeout_seconds=5)
    assert time.monotonic() - started >= 1


def test_a_flush_does_not_wait_for_a_backoff_to_end(
    omni: Omni, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "delay_seconds", lambda attempt, asked, random: 30.0)
    server.script += [Response("", 500)]
    fill(omni, 1)
    wait_for(lambda: len(server.batches) == 1)
    assert omni.flush(timeout_seconds=2)
    assert omni.stats().delivered == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_pauses_keeps_every_event_and_says_so_once_a_minute(
    status: int, omni: Omni, server: Server, said: Callable[[], list[str]]
) -> None:
    server.script += [Response("", status)] * 3
    fill(omni, 5)
    wait_for(lambda: len(server.batches) == 1)
    time.sleep(0.2)
    assert len(server.batches) == 1  # it does not knock again by itself
    assert omni.stats().queued == 5
    for _ in range(2):
        assert not omni.flush(timeout_seconds=0.2)
    assert omni.flush()
    assert omni.stats().delivered == 5
    assert [line for line in said() if "OMNI_SECRET_KEY" in line] == said()[:1]


def test_a_batch_too_large_for_the_server_is_halved_until_it_fits(omni: Omni, server: Server) -> None:
    def at_most_three(request: Request) -> Response:
        batch = json.loads(request.get_data())["batch"]
        if len(batch) > 3:
            return Response("", 413)
        server.taken.extend(batch)
        return accepted(len(batch))

    server.script += [at_most_three] * 50
    fill(omni, 20)
    assert omni.flush()
    assert omni.stats().delivered == 20
    assert [event["userId"] for event in server.taken] == [f"khách-{n}" for n in range(20)]


def test_an_event_that_is_too_large_even_alone_is_lost_without_its_neighbours(omni: Omni, server: Server) -> None:
    def none_about_three(request: Request) -> Response:
        batch = json.loads(request.get_data())["batch"]
        return Response("", 413) if any(e["userId"] == "khách-3" for e in batch) else accepted(len(batch))

    server.script += [none_about_three] * 50
    fill(omni, 8)
    assert omni.flush()
    assert omni.stats().delivered == 7
    assert omni.stats().lost == {"too_large": 1}


def test_rejected_events_are_counted_by_code_and_said_once_without_their_content(
    omni: Omni, server: Server, said: Callable[[], list[str]]
) -> None:
    rejected = [
        {"index": 0, "messageId": "x", "code": "FORGOTTEN", "message": "khách-0 bị quên"},
        {"index": 2, "messageId": "y", "code": "FORGOTTEN", "message": "…"},
        {"index": 3, "messageId": "z", "code": "TOO_DEEP", "message": "…"},
    ]
    server.script.append(accepted(5, rejected))
    fill(omni, 5)
    assert omni.flush()
    stats = omni.stats()
    assert (stats.delivered, stats.lost) == (2, {"rejected": 3})
    assert stats.rejected == {"FORGOTTEN": 2, "TOO_DEEP": 1}
    assert len(said()) == 2
    assert not any("khách" in line for line in said())


@pytest.mark.parametrize(
    "rejected",
    ["no list", [7], [{"index": "0"}], [{"index": 99, "code": "X"}], [{"index": -1, "code": "X"}], [{"index": True}]],
    ids=repr,
)
def test_a_verdict_about_no_event_of_ours_is_ignored(rejected: Any, omni: Omni, server: Server) -> None:
    server.script.append(Response(json.dumps({"success": True, "rejected": rejected})))
    fill(omni, 2)
    assert omni.flush()
    assert (omni.stats().delivered, omni.stats().lost) == (2, {})


def test_the_same_event_rejected_twice_in_one_answer_is_lost_once(omni: Omni, server: Server) -> None:
    server.script.append(accepted(2, [{"index": 0, "code": "A"}, {"index": 0, "code": "B"}]))
    fill(omni, 2)
    assert omni.flush()
    assert omni.stats().lost == {"rejected": 1}
    assert balanced(omni)


def test_batches_keep_the_order_and_the_limits(omni: Omni, server: Server) -> None:
    fill(omni, 250, size=9_000)
    assert omni.flush()
    assert [event["userId"] for event in server.taken] == [f"khách-{n}" for n in range(250)]
    for batch in server.batches:
        assert len(batch) <= batching.MOST_EVENTS
        assert len(json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode()) <= batching.MOST_BYTES


@pytest.mark.usefixtures("quick")
def test_an_outage_loses_nothing(nobody: str, make_omni: Callable[..., Omni], said: Callable[[], list[str]]) -> None:
    omni = make_omni(nobody)
    fill(omni, 10)
    assert not omni.flush(timeout_seconds=0.3)
    assert omni.stats().queued == 10
    assert len([line for line in said() if "does not take events" in line]) == 1
    assert not any("khách" in line for line in said())


@pytest.mark.usefixtures("quick")
def test_a_server_that_comes_back_gets_everything_in_order(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer]
) -> None:
    refuse = threading.Event()
    refuse.set()
    arrived: list[str] = []

    def serve(connection: socket.socket, ending: threading.Event) -> None:
        if refuse.is_set():
            return  # closes without a word
        while (body := read_request(connection)) is not None:
            arrived.extend(event["userId"] for event in json.loads(body)["batch"])
            answer_with(connection, b'{"success": true}')

    omni = make_omni(raw_server(serve).url)
    fill(omni, 150)
    assert not omni.flush(timeout_seconds=0.2)
    refuse.clear()
    assert omni.flush()
    assert arrived == [f"khách-{n}" for n in range(150)]


def test_a_kept_connection_that_the_server_has_closed_costs_no_retry(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer], said: Callable[[], list[str]]
) -> None:
    """The server answers once per connection and then closes it without having said so."""

    def serve(connection: socket.socket, ending: threading.Event) -> None:
        if read_request(connection) is not None:
            answer_with(connection, b'{"success": true}')
            connection.recv(1)  # the next request has begun to arrive: now close

    raw = raw_server(serve)
    omni = make_omni(raw.url)
    for _ in range(4):
        fill(omni, 1)
        assert omni.flush()
    assert omni.stats().delivered == 4
    assert said() == []
    assert raw.connections == 4


def test_large_batches_are_compressed_for_another_machine_and_not_for_this_one(
    server: Server, make_omni: Callable[..., Omni], monkeypatch: pytest.MonkeyPatch
) -> None:
    omni = make_omni(server.url)
    fill(omni, 20)
    assert omni.flush()
    monkeypatch.setattr("omnisdk.options.Options.is_loopback", property(lambda options: False))
    monkeypatch.setenv("NO_PROXY", "*")
    other = make_omni(server.url)
    fill(other, 20)
    assert other.flush()
    fill(other, 1)
    assert other.flush()
    assert [headers.get("Content-Encoding") for headers in server.headers] == [None, "gzip", None]
    assert len(server.batches[1]) == 20


def test_compression_is_lossless() -> None:
    assert gzip.decompress(batching.compressed("Gậy gôn".encode() * 500)) == "Gậy gôn".encode() * 500
