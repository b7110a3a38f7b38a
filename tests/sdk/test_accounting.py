"""The law of the counters: enqueued == delivered + lost + queued, after any sequence of anything."""

from __future__ import annotations

import json
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from werkzeug import Response

from omnisdk import Omni, safety
from omnisdk.client import shared
from omnisdk.client.faults import Faults
from omnisdk.client.intake import Intake
from omnisdk.delivery import lifecycle, retry
from omnisdk.delivery.line import Answer
from omnisdk.delivery.losses import Loss, Stats
from omnisdk.delivery.notices import Notices
from omnisdk.delivery.outbox import Outbox
from omnisdk.options import read_options
from tests.sdk.servers import Server, accepted


def balanced(stats: Stats) -> bool:
    return stats.enqueued == stats.delivered + sum(stats.lost.values()) + stats.queued


class ScriptedLine:
    """A line to a server that answers as told; it keeps what it acknowledged."""

    def __init__(self) -> None:
        self.answers: list[int | str] = []
        self.acknowledged: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.meanwhile: Callable[[], None] = lambda: None  # what other threads do while a request runs

    def dial(self) -> ScriptedLine:
        return self

    def post(self, path: str, content: bytes, *, headers: dict[str, str], **_: Any) -> Answer:
        self.meanwhile()
        batch = json.loads(content)["batch"]
        answer = self.answers.pop(0) if self.answers else 200
        if answer == "reject":
            verdicts = [{"index": index, "code": "FORGOTTEN"} for index in range(0, len(batch), 2)]
            return self._take(batch, verdicts, headers)
        if answer == "garbage":
            return Answer(200, b"<html>")
        if answer == "fault":
            raise ZeroDivisionError
        if answer == 413 and len(batch) == 1:
            return self._take(batch, [], headers)
        if answer != 200:
            assert isinstance(answer, int)
            return Answer(answer)
        return self._take(batch, [], headers)

    def _take(self, batch: list[dict[str, Any]], verdicts: list[dict[str, Any]], headers: dict[str, str]) -> Answer:
        rejected = {verdict["index"] for verdict in verdicts}
        self.acknowledged.update(event["messageId"] for i, event in enumerate(batch) if i not in rejected)
        for one in headers.get("X-Omni-Lost", "").split(", "):
            if one:
                reason, count = one.split("=")
                self.told[reason] += int(count)
        return Answer(200, json.dumps({"success": True, "rejected": verdicts}).encode())

    def cut(self) -> None:
        """Nothing runs when this is called: the machine has one thread."""

    def close(self) -> None:
        """There is nothing to close."""


ANSWERS = st.lists(st.sampled_from([200, 0, 429, 500, 401, 413, 400, "reject", "garbage", "fault"]), max_size=6)


class Delivery(RuleBasedStateMachine):
    """Calls, losses, attempts and ends in any order, on one thread: the thread itself is tested beside this."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(lifecycle, "start_daemon", lambda work, name: None)  # send on the calling thread
        self.patch.setattr(retry, "FIRST_DELAY_SECONDS", 0.0)
        self.patch.setattr(retry, "REFUSED_KEY_PAUSE_SECONDS", 0.0)
        self.line = ScriptedLine()
        options = read_options("http://127.0.0.1:1", "sk_x", queue_limit=12, queue_limit_bytes=3_000, environment={})
        self.outbox = Outbox(self.line, options, "0", Notices())  # type: ignore[arg-type] # scripted
        self.faults = Faults(strict=False)
        self.intake = Intake(self.outbox, self.faults)
        self.calls = 0
        self.closed = False
        self.swallowed: list[Any] = []
        self.outer = list(safety.listeners)
        safety.listeners[:] = [lambda place, fault: self.swallowed.append(fault)]

    def teardown(self) -> None:
        safety.listeners[:] = self.outer
        self.patch.undo()
        assert all(type(fault) is ZeroDivisionError for fault in self.swallowed)

    def track(self, user: str, size: int = 0) -> None:
        self.calls += 1
        self.intake.take(shared.track, {}, user, "Store Visited", {"note": "ก" * size})

    @rule(user=st.sampled_from(["u1", "u2"]), size=st.integers(0, 400), count=st.integers(1, 4))
    def track_some(self, user: str, size: int, count: int) -> None:
        for _ in range(count):
            self.track(user, size)

    @rule(what=st.sampled_from(["nobody", "large", "circle"]))
    def track_what_cannot_be_sent(self, what: str) -> None:
        circle: list[Any] = []
        circle.append(circle)
        properties = {"nobody": {}, "large": {"v": "ก" * 20_000}, "circle": {"v": circle}}[what]
        self.calls += 1
        self.intake.take(shared.track, {}, None if what == "nobody" else "u1", "X", properties)

    @rule(answers=ANSWERS)
    def flush(self, answers: list[int | str]) -> None:
        self.line.answers = list(answers)
        before = time.monotonic()
        done = self.outbox.flush(before + 5)
        assert done == (len(self.outbox.queue) == 0)
        assert time.monotonic() - before < 5

    @rule(answers=ANSWERS)
    def flush_while_others_call(self, answers: list[int | str]) -> None:
        self.line.answers = list(answers)
        left = [3]

        def meanwhile() -> None:
            if left[0]:
                left[0] -= 1
                self.track("u2")
                self.outbox.queue.unsent_of({"user:u2"}, 100, 10_000)
                assert balanced(self.stats())

        self.line.meanwhile = meanwhile
        self.outbox.flush(time.monotonic() + 5)
        self.line.meanwhile = lambda: None

    @rule()
    def flush_without_time(self) -> None:
        self.outbox.flush(time.monotonic() - 1)

    @rule()
    def everything_gets_old(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(retry, "GIVE_UP_SECONDS", -1.0)
            self.outbox.flush(time.monotonic() + 5)

    @rule(answers=ANSWERS)
    @precondition(lambda self: self.calls > 20)
    def close(self, answers: list[int | str]) -> None:
        self.line.answers = list(answers)
        self.outbox.close(time.monotonic() + 5)
        self.closed = True
        assert len(self.outbox.queue) == 0

    @rule()
    def close_in_the_middle_of_a_request(self) -> None:
        def give_up() -> None:
            self.outbox.queue.stop()
            self.outbox.queue.abandon(Loss.CLOSED)

        self.line.meanwhile = give_up
        self.outbox.flush(time.monotonic() + 5)
        self.line.meanwhile = lambda: None
        self.outbox.queue.stopping = False  # the next steps go on with the same outbox

    def stats(self) -> Stats:
        enqueued, delivered, queued, lost, rejected = self.outbox.queue.read()
        return Stats(enqueued, delivered, queued, lost, rejected, {})

    @invariant()
    def every_call_is_counted_once(self) -> None:
        stats = self.stats()
        assert stats.enqueued == self.calls
        assert balanced(stats)
        assert min(stats.delivered, stats.queued, *stats.lost.values(), 0) == 0

    @invariant()
    def the_queue_knows_its_size(self) -> None:
        queue = self.outbox.queue
        assert queue._waiting_bytes == sum(len(item.body) for item in queue._waiting)
        assert queue._flight_bytes == sum(len(item.body) for item in queue._flight.values()) == 0
        assert len(queue) <= 12
        assert queue._waiting_bytes <= 3_000

    @invariant()
    def what_is_delivered_was_acknowledged_and_what_is_told_was_lost(self) -> None:
        stats = self.stats()
        assert stats.delivered <= len(self.line.acknowledged)
        assert stats.lost.get("rejected", 0) == sum(stats.rejected.values())
        for reason, count in self.line.told.items():
            assert count <= stats.lost[reason]


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_many_threads_and_a_bad_server_lose_nothing_uncounted(
    server: Server, make_omni: Callable[..., Omni], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_DELAY_SECONDS", 0.01)
    rejecting = accepted(100, [{"index": 0, "code": "FORGOTTEN"}])
    server.script += [Response("", 500), rejecting, Response("", 400), Response("<html>"), Response("", 429)] * 3
    omni = make_omni(server.url, queue_limit=1_000)
    seen: list[bool] = []

    def work(name: str) -> None:
        for number in range(400):
            omni.track(f"{name}-{number}" if number % 50 else None, "Store Visited", {"n": number})
            if number % 100 == 0:
                seen.append(balanced(omni.stats()))
                omni.flush(timeout_seconds=0.05)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert omni.flush(timeout_seconds=10)
    stats = omni.stats()
    assert all(seen)
    assert stats.enqueued == 1_600
    assert stats.queued == 0
    assert balanced(stats)
    assert stats.lost["invalid"] == 32
    assert stats.delivered >= len(server.taken_ids)


def test_memory_stays_bounded_while_the_server_is_down(nobody: str, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(nobody)
    omni.track("u1", "Store Visited")
    tracemalloc.start()
    try:
        for number in range(30_000):
            omni.track("u1", "Store Visited", {"number": number, "note": "ghi chú"})
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    stats = omni.stats()
    assert stats.queued == 10_000
    assert stats.lost == {"queue_full": 20_001}
    assert grown < 32 * 1024 * 1024
