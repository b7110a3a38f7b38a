"""The queue's limits, flush and close, on a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import Request, Response

from omnisdk import Omni
from omnisdk.delivery import batching, retry
from tests.sdk.servers import RawServer, Serve, Server, accepted, our_threads, wait_for


def fill(omni: Omni, count: int, size: int = 0) -> None:
    for number in range(count):
        omni.track(f"khách-{number}", "Store Visited", {"note": "ก" * (size // 3)})


def balanced(omni: Omni) -> bool:
    stats = omni.stats()
    return stats.enqueued == stats.delivered + sum(stats.lost.values()) + stats.queued


def test_a_silent_server_does_not_hold_flush_or_close(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer], said: Callable[[], list[str]]
) -> None:
    def serve(connection: socket.socket, ending: threading.Event) -> None:
        ending.wait(30)

    omni = make_omni(raw_server(serve).url)
    fill(omni, 3)
    started = time.monotonic()
    assert not omni.flush(timeout_seconds=0.3)
    assert time.monotonic() - started < 1.5
    assert omni.stats().queued == 3
    assert not omni.close(timeout_seconds=0.3)
    assert time.monotonic() - started < 3
    assert omni.stats().lost == {"closed": 3}
    assert balanced(omni)
    assert not our_threads()
    assert "3 events not delivered" in said()[-1]


def test_a_call_costs_microseconds_while_the_server_is_silent(
    make_omni: Callable[..., Omni], raw_server: Callable[[Serve], RawServer]
) -> None:
    def serve(connection: socket.socket, ending: threading.Event) -> None:
        ending.wait(30)

    omni = make_omni(raw_server(serve).url)
    taken = []
    for number in range(2_000):
        started = time.perf_counter()
        omni.track("u1", "Product Viewed", {"product_id": "P1", "name": "Bình gốm", "price": 19.9, "position": number})
        taken.append(time.perf_counter() - started)
    # About 20 µs on a quiet machine (docs/performance.md); ten times that would mean that it waits for something.
    assert sorted(taken)[1_000] < 0.0002
    assert omni.stats().queued == 2_000


def test_flush_waits_for_what_is_in_flight(omni: Omni, server: Server) -> None:
    def slow(request: Request) -> Response:
        time.sleep(0.4)
        return accepted(1)

    server.script.append(slow)
    fill(omni, 1)
    wait_for(lambda: len(server.batches) == 1)
    assert omni.stats().queued == 1
    assert omni.flush()
    assert omni.stats().delivered == 1


def test_flush_sends_at_once_what_still_waits_for_company(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url, send_interval_seconds=30)
    fill(omni, 1)
    assert omni.flush(timeout_seconds=3)
    assert len(server.taken) == 1


def test_flush_does_not_wait_for_what_comes_after_it(omni: Omni, server: Server) -> None:
    ending = threading.Event()

    def keep_coming() -> None:
        while not ending.wait(0.001):
            omni.track("u1", "Store Visited")

    thread = threading.Thread(target=keep_coming)
    thread.start()
    try:
        assert omni.flush(timeout_seconds=3)
    finally:
        ending.set()
        thread.join()
    assert omni.flush()
    assert balanced(omni)


def test_a_full_queue_loses_the_newest_counts_them_and_reports_them_to_the_server(
    server: Server, make_omni: Callable[..., Omni], said: Callable[[], list[str]]
) -> None:
    omni = make_omni(server.url, queue_limit=10)
    server.script.append(Response("", 429, {"Retry-After": "1"}))
    fill(omni, 1)
    wait_for(lambda: len(server.batches) == 1)
    fill(omni, 30)
    stats = omni.stats()
    assert (stats.queued, stats.lost) == (10, {"queue_full": 21})
    assert omni.flush()
    fill(omni, 1)
    assert omni.flush()
    told = [headers.get("X-Omni-Lost") for headers in server.headers]
    assert told == [None, None, "queue_full=21", None] or told == [None, "queue_full=21", None, None]
    assert len([line for line in said() if "is lost" in line]) == 1
    assert balanced(omni)


def test_losses_are_reported_again_until_the_server_has_acknowledged_them(
    server: Server, make_omni: Callable[..., Omni], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_DELAY_SECONDS", 0.02)
    omni = make_omni(server.url)
    omni.track(None, "Store Visited")
    server.script.append(Response("", 500))
    fill(omni, 1)
    assert omni.flush()
    fill(omni, 1)
    assert omni.flush()
    assert [headers.get("X-Omni-Lost") for headers in server.headers] == ["invalid=1", "invalid=1", None]


def test_the_queue_is_bounded_in_bytes_too(nobody: str, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(nobody, queue_limit_bytes=100_000)
    fill(omni, 20, size=9_000)
    stats = omni.stats()
    assert stats.queued == 10
    assert stats.lost == {"queue_full": 10}
    fill(omni, 1)  # a small one still fits
    assert omni.stats().queued == 11


def test_what_is_in_flight_counts_towards_the_limits(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url, queue_limit_bytes=100_000)
    server.script.append(Response("", 429, {"Retry-After": "60"}))
    fill(omni, 6, size=9_000)
    wait_for(lambda: len(server.batches) == 1)
    fill(omni, 10, size=9_000)
    assert omni.stats().queued == 10


@pytest.mark.usefixtures("quick")
def test_events_older_than_a_day_are_given_up_and_counted(
    nobody: str, make_omni: Callable[..., Omni], monkeypatch: pytest.MonkeyPatch
) -> None:
    omni = make_omni(nobody)
    fill(omni, 3)
    assert not omni.flush(timeout_seconds=0.1)
    monkeypatch.setattr(retry, "GIVE_UP_SECONDS", 0.0)
    assert omni.flush()
    assert omni.stats().lost == {"expired": 3}


def test_a_fault_of_the_sdk_in_the_worker_costs_its_batch_and_not_the_thread(
    omni: Omni, server: Server, monkeypatch: pytest.MonkeyPatch, swallowed: list[Any]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(batching, "body", lambda *_: 1 / 0)
        fill(omni, 2)
        assert omni.flush()
    assert omni.stats().lost == {"internal": 2}
    fill(omni, 1)
    assert omni.flush()
    assert omni.stats().delivered == 1
    assert [(place, type(fault)) for place, fault in swallowed] == [("delivery", ZeroDivisionError)]
    swallowed.clear()


def test_close_delivers_what_waits_and_ends_every_thread(omni: Omni, server: Server) -> None:
    fill(omni, 300)
    omni.decide("u1", "hero")
    assert omni.close()
    assert omni.stats().delivered == 300
    assert not our_threads()
    assert omni.close()  # again does nothing


def test_a_with_block_closes(server: Server) -> None:
    with Omni(server.url, "sk_test") as omni:
        fill(omni, 3)
    assert len(server.taken) == 3
    assert not our_threads()
