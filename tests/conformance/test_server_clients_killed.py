"""The server is killed with kill -9 while every client is sending, and started again: each event is stored, once."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from omnisdk.events.model import Event
from tests.conformance import calls
from tests.conformance.conftest import OpenShop, Shop
from tests.conformance.proxy import Answer, Exchange, Forward, NoAnswer, Proxy
from tests.conformance.running import CLIENTS, Client, Run, run

EVENTS = 1_000
LOST_ANSWER = 3  # of each client's requests, the one that is stored and not answered
MOST_SECONDS = 60.0
TITLES = [client.title for client in CLIENTS]


@dataclass
class Killing:
    """Kills the server once, at the moment when each client waits for the answer to a request that is stored."""

    shop: Shop
    together: threading.Barrier = field(init=False)
    killed: threading.Event = field(default_factory=threading.Event)
    restart: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.together = threading.Barrier(len(CLIENTS), action=self._kill, timeout=MOST_SECONDS)
        self.restart = threading.Thread(target=self.shop.server.start)

    def _kill(self) -> None:
        self.shop.server.kill()
        self.killed.set()


@dataclass
class Between:
    """What one client's proxy does."""

    killing: Killing
    arrived: int = 0
    lost: list[str] = field(default_factory=list)  # messageIds stored without an answer
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange, forward: Forward) -> Answer:
        with self.lock:
            self.arrived += 1
            mine = self.arrived
        if mine == LOST_ANSWER:
            stored = forward(exchange)
            assert stored.status == 200, stored
            self.lost += exchange.message_ids
            if self.killing.together.wait() == 0:  # one of them starts the server again
                self.killing.restart.start()
            raise NoAnswer
        if mine > LOST_ANSWER and not self.killing.killed.wait(MOST_SECONDS):
            raise NoAnswer
        return forward(exchange)


@dataclass
class Outcome:
    run: Run
    exchanges: list[Exchange]
    lost: list[str]
    stored: list[Event] = field(default_factory=list)


@pytest.fixture(scope="module")
def outcomes(shop_on: OpenShop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    shop = shop_on(tmp_path_factory.mktemp("killed"), "sqlite")
    killing = Killing(shop)

    def outcome(client: Client) -> Outcome:
        between = Between(killing)
        with Proxy(shop.server.port, between).serving() as proxy:
            ended = run(client, proxy.url, calls.calls(client.title, EVENTS), client.patient)
        return Outcome(ended, proxy.exchanges, between.lost)

    with ExitStack() as stack:
        stack.callback(shop.server.stop)
        shop.server.start()
        with ThreadPoolExecutor(len(CLIENTS)) as threads:
            ended = dict(zip(TITLES, threads.map(outcome, CLIENTS), strict=True))
        killing.restart.join()
        for title in TITLES:
            ended[title].stored = shop.events_of(title)
        return ended


@pytest.mark.chaos
@pytest.mark.xdist_group("conformance on sqlite")
@pytest.mark.parametrize("title", TITLES)
def test_a_killed_server_loses_nothing_and_stores_nothing_twice(outcomes: dict[str, Outcome], title: str) -> None:
    it = outcomes[title]
    assert (it.run.returncode, it.run.errors, it.run.raised) == (0, [], []), it.run.stderr
    stored = Counter(event.message_id for event in it.stored)
    assert len(stored) == stored.total() == EVENTS
    times_sent = Counter(message_id for exchange in it.exchanges for message_id in exchange.message_ids)
    assert stored.keys() == times_sent.keys()
    assert it.lost and all(times_sent[message_id] > 1 for message_id in it.lost)
