"""Fork, exit and the other ends of a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

from omnisdk import Omni
from omnisdk.delivery import lifecycle, outbox
from tests.sdk.servers import Server, accepted, our_threads, wait_for


def in_child(work: Callable[[], None], seconds: float = 20) -> int:
    """Run `work` in a forked child and return its exit code: 0 when it went through, 1 when it failed."""
    with warnings.catch_warnings():
        # From Python 3.12 on, a fork beside threads warns; that it goes well here is what these tests are about.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("the child hangs")


def test_a_forked_child_delivers_its_own_events_and_the_parent_its_own(
    server: Server, make_omni: Callable[..., Omni]
) -> None:
    omni = make_omni(server.url, send_interval_seconds=0.3)
    omni.track("parent", "Before")
    assert omni.decide("parent", "hero")

    def work() -> None:
        assert omni.stats().enqueued == 0  # the parent's events stay the parent's
        omni.track("child", "After")
        assert omni.decide("child", "hero")
        assert omni.flush(timeout_seconds=5)
        assert omni.stats().delivered == 1
        assert omni.close(timeout_seconds=5)

    assert in_child(work) == 0
    omni.track("parent", "After")
    assert omni.flush()
    assert omni.decide("parent", "hero")
    assert sorted((e["userId"], e["event"]) for e in server.taken) == [
        ("child", "After"),
        ("parent", "After"),
        ("parent", "Before"),
    ]
    assert len(server.taken_ids) == 3


def test_a_fork_while_other_threads_hold_every_lock_does_not_hang_the_child(
    server: Server, make_omni: Callable[..., Omni]
) -> None:
    omni = make_omni(server.url)
    omni.track("parent", "Before")
    omni.decide("parent", "hero")
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        outbox, asker = omni._outbox, omni._asker
        with outbox.queue._lock, outbox._starting, outbox._sending_here, asker._lock:
            held.set()
            release.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()

    def work() -> None:
        started = time.monotonic()
        omni.track("child", "After")
        omni.stats()
        assert omni.decide("child", "hero")
        assert omni.flush(timeout_seconds=5)
        assert time.monotonic() - started < 5

    try:
        assert in_child(work) == 0
    finally:
        release.set()
        thread.join()
    assert "child" in {event["userId"] for event in server.taken}


def test_a_fork_in_the_middle_of_a_request_leaves_it_to_the_parent(
    server: Server, make_omni: Callable[..., Omni]
) -> None:
    release = threading.Event()

    def hold(request: Request) -> Response:
        release.wait(10)
        return accepted(1)

    server.script.append(hold)
    omni = make_omni(server.url)
    omni.track("parent", "Before")
    wait_for(lambda: len(server.batches) == 1)

    def work() -> None:
        omni.track("child", "After")
        assert omni.flush(timeout_seconds=5)

    assert in_child(work) == 0
    release.set()
    assert omni.flush()
    assert omni.stats().delivered == 1
    assert [[e["userId"] for e in batch] for batch in server.batches] == [["parent"], ["child"]]


def test_a_fork_that_runs_no_hook_is_noticed_by_the_next_call(
    server: Server, make_omni: Callable[..., Omni], monkeypatch: pytest.MonkeyPatch
) -> None:
    omni = make_omni(server.url)
    omni.track("parent", "Before")
    assert omni.flush()
    old = omni._outbox.queue
    monkeypatch.setattr(lifecycle, "_pid", -1)  # as if this were another process than the one before
    omni.track("child", "After")
    assert omni._outbox.queue is not old
    assert omni.flush()
    assert omni.stats().delivered == 1
    old.stop()  # the thread of before lives on only in this test


# Exit

SCRIPT_HEAD = """
import atexit, os, signal, sys, threading, time
from omnisdk import Omni
omni = Omni(sys.argv[1], "sk_test")
"""


def run(
    script: str, url: str, tmp_path: Path, seconds: float = 30, check: bool = True
) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT_HEAD + textwrap.dedent(script))
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path), url], capture_output=True, text=True, timeout=seconds, check=False
    )
    if check:
        assert (done.returncode, done.stderr) == (0, "")
    return done


@pytest.mark.parametrize("end", ["", "sys.exit(0)"], ids=["return", "sys.exit"])
def test_a_program_that_ends_right_after_3000_events_delivers_them_all(
    end: str, server: Server, tmp_path: Path
) -> None:
    run(
        f"""
        for number in range(3000):
            omni.track("u1", "Store Visited", {{"n": number}})
        {end}
        """,
        server.url,
        tmp_path,
    )
    assert sorted(event["properties"]["n"] for event in server.taken) == list(range(3000))


def test_a_single_event_at_the_very_end_is_delivered(server: Server, tmp_path: Path) -> None:
    run("omni.track('u1', 'Store Visited')", server.url, tmp_path)
    assert len(server.taken) == 1


def test_an_event_in_an_exit_handler_is_delivered_whichever_handler_runs_first(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(
        textwrap.dedent(
            """
            import atexit, sys
            atexit.register(lambda: omni.track("u1", "After ours"))  # registered before ours, so run after it
            from omnisdk import Omni
            omni = Omni(sys.argv[1], "sk_test")
            atexit.register(lambda: omni.track("u1", "Before ours"))
            """
        )
    )
    subprocess.run([sys.executable, "-W", "error", str(path), server.url], check=True, timeout=30)
    assert [event["event"] for event in server.taken] == ["Before ours", "After ours"]


def test_where_no_thread_can_be_started_the_exit_sends_by_itself(server: Server, tmp_path: Path) -> None:
    """As Python 3.12 does from the moment at which the interpreter shuts down."""
    done = run(
        """
        def refuse(self):
            raise RuntimeError("can't start new thread at interpreter shutdown")
        def late():
            threading.Thread.start = refuse
            omni.track("u1", "Late")
            assert omni.decide("u1", "hero", timeout_seconds=5), "decide asks on this thread"
        atexit.register(late)
        """,
        server.url,
        tmp_path,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr.splitlines() == [outbox._NO_THREAD]
    assert [event["event"] for event in server.taken] == ["Late"]
    assert len(server.questions) == 1


def test_the_exit_waits_no_longer_than_two_seconds_for_a_dead_server_and_says_what_was_left(
    nobody: str, tmp_path: Path
) -> None:
    started = time.monotonic()
    done = run(
        """
        atexit.register(lambda: omni.track("u1", "Store Visited"))
        for number in range(50):
            omni.track("u1", "Store Visited")
        """,
        nobody,
        tmp_path,
        check=False,
    )
    assert done.returncode == 0
    assert 1.5 < time.monotonic() - started < 6
    assert "the program ended with 51 events not delivered" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_exit_is_bounded_by_a_silent_server_too(server: Server, tmp_path: Path) -> None:
    release = threading.Event()

    def hold(request: Request) -> Response:
        release.wait(20)
        return accepted(1)

    server.script.append(hold)
    started = time.monotonic()
    done = run("omni.track('u1', 'Store Visited')", server.url, tmp_path, check=False)
    took = time.monotonic() - started
    release.set()
    assert done.returncode == 0
    assert took < 6
    assert "1 events not delivered" in done.stderr


def test_an_exit_without_any_event_costs_nothing(nobody: str, tmp_path: Path) -> None:
    run("started = time.monotonic()\natexit.register(lambda: None)", nobody, tmp_path)


def test_a_handler_of_sigterm_that_exits_delivers(server: Server, tmp_path: Path) -> None:
    """As gunicorn does; without a handler SIGTERM ends Python at once, which the documents say."""
    run(
        """
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        omni.track("u1", "Store Visited")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        """,
        server.url,
        tmp_path,
    )
    assert len(server.taken) == 1


# Threads


def test_no_thread_starts_before_there_is_work(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url)
    assert our_threads() == []
    omni.track("u1", "Store Visited")
    assert our_threads() == ["omnisdk-delivery"]


def test_clients_leave_no_thread_behind(server: Server) -> None:
    for _ in range(5):
        with Omni(server.url, "sk_test") as omni:
            omni.track("u1", "Store Visited")
            omni.decide("u1", "hero")
    assert our_threads() == []
    assert len(server.taken) == 5


def test_uwsgi_without_threads_is_named_and_flush_sends(
    server: Server,
    make_omni: Callable[..., Omni],
    monkeypatch: pytest.MonkeyPatch,
    said: Callable[[], list[str]],
) -> None:
    uwsgi: Any = types.ModuleType("uwsgi")
    uwsgi.opt = {"http": b":80"}
    monkeypatch.setitem(sys.modules, "uwsgi", uwsgi)
    omni = make_omni(server.url, timeout_seconds=5)
    omni.track("u1", "Store Visited")
    omni.track("u1", "Store Visited")
    assert our_threads() == []
    (line,) = said()
    assert "enable-threads" in line
    assert omni.decide("u1", "hero")
    assert omni.flush()
    assert len(server.taken) == 2
    uwsgi.opt["enable-threads"] = b"true"
    omni.track("u1", "Store Visited")
    assert our_threads() == ["omnisdk-delivery"]


def test_a_signal_handler_may_track_while_its_thread_is_inside_the_queue(omni: Omni, server: Server) -> None:
    with omni._outbox.queue._lock:
        omni.track("u1", "In the handler")
        assert omni.stats().queued == 1
    assert omni.flush()
    assert len(server.taken) == 1
