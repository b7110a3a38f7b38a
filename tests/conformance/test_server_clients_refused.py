"""What the real clients do when the server refuses: never a crash, no second try of what stays refused, one of what does not."""

from __future__ import annotations

import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest

from omnisdk import clock
from omnisdk.events.model import Event
from server_example.services import faults
from server_example.services.quotas import Refusal
from server_example.views import errors, gate
from server_example.views.body import MAX_BODY_BYTES
from tests.conformance import calls
from tests.conformance.conftest import OpenShop, Shop
from tests.conformance.proxy import Answer, Exchange, Forward, Proxy
from tests.conformance.running import CLIENTS, Client, Run, run

EVENTS = 40
WRONG_KEY = "sk_of_another_shop_0123456789abcdef"
AT_ONCE = 3  # client processes
TITLES = [client.title for client in CLIENTS]

pytestmark = pytest.mark.xdist_group("conformance on sqlite")


def with_origin(exchange: Exchange) -> Exchange:
    """The shop's key out of a page."""
    return replace(exchange, headers=[*exchange.headers, ("Origin", "https://shop.example")])


def cut_short(exchange: Exchange) -> Exchange:
    """A body that is no JSON, or no whole gzip stream."""
    return _with_body(exchange, exchange.body[:-20])


def too_large(exchange: Exchange) -> Exchange:
    """The same JSON with more white space after it than the server unpacks."""
    space = b" " * MAX_BODY_BYTES
    return _with_body(exchange, exchange.body + (gzip.compress(space) if exchange.is_gzip else space))


def _with_body(exchange: Exchange, body: bytes) -> Exchange:
    headers = [
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in exchange.headers
    ]
    return replace(exchange, headers=headers, body=body)


# What happens to a batch on its way, by the status that the server then answers.
FOR_GOOD: dict[int, Callable[[Exchange], Exchange]] = {403: with_origin, 400: cut_short, 413: too_large}


# What the server answers while it cannot take a batch, by status.
FOR_NOW: dict[int, Exception] = {
    503: faults.StorageUnavailable("the disk is full"),
    429: gate.quota_exceeded(Refusal("secret_key", clock.SECOND)),
}


def for_now(status: int) -> Answer:
    response = errors.answer(errors.from_exception(FOR_NOW[status]), "7f3a")
    assert int(response.headers["Retry-After"]) > 0
    return Answer(status, list(response.headers.items()), response.get_data())


@dataclass
class Refusing:
    """A proxy that has one whole batch after another refused, then lets everything pass."""

    left: list[int] = field(default_factory=lambda: [*FOR_GOOD, *FOR_NOW])
    refused: dict[int, list[str]] = field(default_factory=dict)  # status -> the messageIds it came to
    known: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange, forward: Forward) -> Answer:
        ids = exchange.message_ids
        with self.lock:
            status = self.left.pop(0) if self.left and self.known.isdisjoint(ids) else None
            self.known.update(ids)
            if status is not None:
                self.refused[status] = ids
        if status is None:
            return forward(exchange)
        return forward(FOR_GOOD[status](exchange)) if status in FOR_GOOD else for_now(status)


@dataclass
class Outcome:
    run: Run
    exchanges: list[Exchange]
    refused: dict[int, list[str]]
    stored: list[Event]

    @property
    def times_sent(self) -> Counter[str]:
        return Counter(message_id for exchange in self.exchanges for message_id in exchange.message_ids)


@pytest.fixture(scope="module")
def shop(shop_on: OpenShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = shop_on(tmp_path_factory.mktemp("refused"), "sqlite")
    with ExitStack() as stack:
        stack.callback(shop.server.stop)
        yield replace(shop, server=shop.server.start())


@pytest.fixture(scope="module")
def now_and_then(shop: Shop) -> dict[str, Outcome]:
    """Each client's batches, five of them refused each for its own reason."""

    def outcome(client: Client) -> Outcome:
        refusing = Refusing()
        with Proxy(shop.server.port, refusing).serving() as proxy:
            ended = run(client, proxy.url, calls.calls(client.title, EVENTS), {client.batch_size: 2})
        return Outcome(ended, proxy.exchanges, refusing.refused, shop.events_of(client.title))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(TITLES, threads.map(outcome, CLIENTS), strict=True))


@pytest.fixture(scope="module")
def wrong_key(shop: Shop) -> dict[str, Outcome]:
    """Each client with the key of another shop."""

    def outcome(client: Client) -> Outcome:
        with Proxy(shop.server.port).serving() as proxy:
            ended = run(client, proxy.url, calls.calls(f"wrong {client.title}", EVENTS), key=WRONG_KEY)
        return Outcome(ended, proxy.exchanges, {}, shop.events_of(f"wrong {client.title}"))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(TITLES, threads.map(outcome, CLIENTS), strict=True))


@pytest.mark.parametrize("title", TITLES)
def test_with_a_wrong_key_each_batch_is_sent_once_and_its_sender_told(
    wrong_key: dict[str, Outcome], title: str
) -> None:
    it = wrong_key[title]
    assert (it.run.returncode, it.run.raised) == (0, []), it.run.stderr
    assert it.stored == []
    assert {exchange.status for exchange in it.exchanges} == {401}
    assert len(it.times_sent) == it.times_sent.total() == EVENTS
    assert_told(it.run, it.exchanges)


@pytest.mark.parametrize("title", TITLES)
def test_a_batch_refused_for_good_is_not_sent_again_and_costs_no_other(
    now_and_then: dict[str, Outcome], title: str
) -> None:
    it = now_and_then[title]
    assert (it.run.returncode, it.run.raised) == (0, []), it.run.stderr
    assert it.refused.keys() == {*FOR_GOOD, *FOR_NOW}
    refused = [exchange for exchange in it.exchanges if exchange.status in FOR_GOOD]
    assert Counter(exchange.status for exchange in refused) == dict.fromkeys(FOR_GOOD, 1)
    gone = {message_id for status in FOR_GOOD for message_id in it.refused[status]}
    assert {it.times_sent[message_id] for message_id in gone} == {1}
    assert Counter(event.message_id for event in it.stored) == Counter(it.times_sent.keys() - gone)
    assert_told(it.run, refused)


@pytest.mark.parametrize("title", TITLES)
def test_a_batch_refused_for_now_is_sent_once_more_and_stored(now_and_then: dict[str, Outcome], title: str) -> None:
    it = now_and_then[title]
    late = {*it.refused[503], *it.refused[429]}
    assert late
    assert {it.times_sent[message_id] for message_id in late} == {2}
    assert it.times_sent.total() == EVENTS + len(late)
    assert late <= {event.message_id for event in it.stored}


def assert_told(ended: Run, refused: list[Exchange]) -> None:
    """Check that the client's error callback was told of each of the `refused` and of nothing else.

    The Python clients read `code` and `message` out of the body, and raise KeyError where they are missing; the Node
    clients tell the status, @segment/analytics-node for each event and not for each batch.
    """
    if ended.errors[0]["type"] == "delivery_failure":
        expected = Counter(f"[{it.status}]" for it in refused for _ in it.events)
        assert Counter(error["text"].split()[1] for error in ended.errors) == expected
        return
    assert Counter(error["status"] for error in ended.errors) == Counter(it.status for it in refused)
    for error in ended.errors:
        assert error["type"] in ("APIError", "ERR_BAD_REQUEST")
        if error["type"] == "APIError":
            bodies = [json.loads(it.answer.body) for it in refused if it.answer and it.status == error["status"]]
            assert (error["code"], error["message"]) in [(body["code"], body["message"]) for body in bodies]
