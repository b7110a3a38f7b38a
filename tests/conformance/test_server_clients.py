"""The real packages, each in a process of its own, send 1,000 events through a counting proxy to a real server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from omnisdk.events.model import Event
from tests.conformance import calls
from tests.conformance.conftest import ENGINES, OpenShop, Shop
from tests.conformance.proxy import Exchange, Proxy
from tests.conformance.running import VARIANTS, Client, Run, run, variant_title

EVENTS = 1_000
AT_ONCE = 3  # client processes: with more on two processors, a client's own ten seconds could run out

each_variant = pytest.mark.parametrize(
    ("client", "variant"), [pytest.param(*one, id=variant_title(*one)) for one in VARIANTS]
)


@dataclass
class Sent:
    run: Run
    exchanges: list[Exchange]
    stored: list[Event]

    @property
    def message_ids(self) -> list[str]:
        return [message_id for exchange in self.exchanges for message_id in exchange.message_ids]


@dataclass
class Sending:
    """All variants on their way to one shop."""

    shop: Shop
    runs: dict[str, Future[tuple[Run, list[Exchange]]]]
    known: dict[str, Sent] = field(default_factory=dict)

    def of(self, title: str) -> Sent:
        if title not in self.known:
            self.known[title] = Sent(*self.runs[title].result(), self.shop.events_of(title))
        return self.known[title]


@pytest.fixture(scope="module", params=ENGINES)
def sending(
    request: pytest.FixtureRequest, shop_on: OpenShop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sending]:
    shop = shop_on(tmp_path_factory.mktemp("clients"), request.param)

    def send(client: Client, variant: str) -> tuple[Run, list[Exchange]]:
        with Proxy(shop.server.port).serving() as proxy:
            lines = calls.calls(variant_title(client, variant), EVENTS)
            return run(client, proxy.url, lines, client.options(variant)), proxy.exchanges

    with ExitStack() as stack:
        stack.callback(shop.server.stop)
        shop.server.start()
        threads = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        yield Sending(shop, {variant_title(*one): threads.submit(send, *one) for one in VARIANTS})


@each_variant
def test_every_event_is_stored_once_and_none_is_sent_again(sending: Sending, client: Client, variant: str) -> None:
    sent = sending.of(variant_title(client, variant))
    assert (sent.run.returncode, sent.run.errors, sent.run.raised) == (0, [], []), sent.run.stderr
    assert sent.run.version == client.version
    assert len(sent.message_ids) == len(set(sent.message_ids)) == EVENTS
    assert Counter(event.message_id for event in sent.stored) == Counter(sent.message_ids)
    assert {exchange.status for exchange in sent.exchanges} == {200}
    assert {exchange.path for exchange in sent.exchanges} == {client.options(variant).get("path", "/v1/batch")}


@each_variant
def test_every_event_is_stored_as_it_was_said(sending: Sending, client: Client, variant: str) -> None:
    title = variant_title(client, variant)
    stored = {event.context["n"]: event for event in sending.of(title).stored}
    lines = {line["context"]["n"]: line for line in calls.calls(title, EVENTS)}
    assert stored.keys() == lines.keys()
    for number, line in lines.items():
        event = stored[number]
        assert calls.told(event, line) == calls.expected(line)
        assert event.context["library"] == {"name": client.library, "version": client.version}


@each_variant
def test_what_json_cannot_hold_costs_only_itself(sending: Sending, client: Client, variant: str) -> None:
    title = variant_title(client, variant)
    odd = {line["context"]["n"] for line in calls.calls(title, EVENTS) if line.get("odd")}
    stored = [event.properties for event in sending.of(title).stored if event.context["n"] in odd]
    assert len(stored) == len(odd) == EVENTS // 8
    for properties in stored:
        properties = dict(properties)
        assert properties.pop("naive") in calls.NAIVE_STORED
        del properties["product_id"]
        assert {name: properties[name] for name in ("nan", "infinite", "surrogate", "nul")} == {
            name: calls.ODD_STORED[name] for name in ("nan", "infinite", "surrogate", "nul")
        }
        assert properties.items() <= calls.ODD_STORED.items()


def test_the_server_counted_no_event_twice(sending: Sending) -> None:
    for future in sending.runs.values():
        future.result()
    text = httpx.get(f"{sending.shop.server.url}/metrics").text
    counted = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert counted["omni_events_accepted_total"] == str(EVENTS * len(VARIANTS))
    assert "omni_events_duplicates_total" not in counted
    assert not any(name.startswith(("omni_events_rejected_total", "omni_errors_total")) for name in counted)
