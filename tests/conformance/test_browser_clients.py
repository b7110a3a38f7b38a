"""The published browser bundles of Segment and RudderStack, unmodified, in a real Chromium against a real server."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from sqlalchemy import select

from omnisdk import clock
from omnisdk.events.model import Event
from omnisdk.identity import tokens
from server_example.storage import events as event_table
from server_example.storage import schema
from server_example.storage.database import Database
from tests.conformance.browser import pages
from tests.conformance.browser.shop import Shop, running
from tests.support.server import IDENTITY_KEY, WRITE_KEY, ServerProcess

PACKAGES = Path(sys.prefix) / "clients" / "browser" / "node_modules"  # where .ci/clients puts them
RULES = "version: 1\nsite: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}\n"
SECONDS = 30.0  # for one page's events to arrive, on a busy machine
SAY = "calls => Promise.all(calls.map(([name, given]) => analytics[name](...given))).then(() => null)"

pytestmark = pytest.mark.browser


@dataclass
class Visit:
    """Visitors of a shop whose pages have a stock client, and what went over the network."""

    shop: Shop
    server: ServerProcess
    database_url: str
    browser: Browser
    faults: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)  # of the server, as the browser called them
    said: set[int] = field(default_factory=set)
    answered: set[Request] = field(default_factory=set)
    leaving: bool = False
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, html: str) -> Page:
        """Open a page with `html` as a new visitor."""
        path = f"/{len(self.contexts)}"
        self.shop.pages[path] = html
        context = self.browser.new_context(locale="vi-VN")
        self.contexts.append(context)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("console", self._heard)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        context.on("request", self._asked)
        page = context.new_page()
        page.goto(self.shop.url + path)
        return page

    def say(self, page: Page, numbers: range, at_once: int) -> None:
        """Make the calls on `page`, and wait now and then: RudderStack's client forgets what is over 100 at a time."""
        for start in range(numbers.start, numbers.stop, at_once):
            some = range(start, min(start + at_once, numbers.stop))
            page.evaluate(SAY, pages.calls(some))
            self.said |= set(some)
            self.wait(page)

    def leave(self, page: Page, numbers: range) -> None:
        """Make the calls on `page` and go to another one, which has no client."""
        page.evaluate(SAY, pages.calls(numbers))
        self.said |= set(numbers)
        self.shop.pages["/left"] = "đã đi"
        self.leaving = True
        page.goto(f"{self.shop.url}/left")
        self.wait(page)

    def wait(self, page: Page) -> None:
        """Wait until the server has accepted all that was said."""
        wanted = len(self.said)
        end = time.monotonic() + SECONDS
        while self.counted("accepted") < wanted:
            assert time.monotonic() < end, f"{self.counted('accepted')} of {wanted} arrived; {self.faults}"
            page.wait_for_timeout(20)

    def counted(self, what: str) -> int:
        text = httpx.get(f"{self.server.url}/metrics").text
        return sum(map(int, re.findall(rf"^omni_events_{what}_total(?:{{.*}})? (\d+)$", text, re.M)))

    def stored(self) -> list[Event]:
        database = Database(self.database_url)
        try:
            bodies = database.read(lambda connection: connection.execute(select(schema.events.c.body)).scalars().all())
            return [event_table.decode(body) for body in bodies]
        finally:
            database.close()

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(f"console: {said.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.shop.url, self.server.url, "data:")):
            self.faults.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # Neither an answer whose body no script has read when its page goes, nor what outlives its page, has failed.
        if request not in self.answered and not self.leaving:
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        self.answered.add(response.request)
        if not 200 <= response.status < 300:
            self.faults.append(f"{response.status}: {response.url}")
        if response.url.startswith((self.server.url, f"{self.shop.url}/omni/")):
            self.paths.add(urlsplit(response.url).path)


@pytest.fixture
def visit(browser: Browser, tmp_path: Path, database_url: str) -> Iterator[Visit]:
    assert PACKAGES.is_dir(), (
        f"the browser clients are not installed: run `sh .ci/clients {Path(sys.executable).parent}`"
    )
    rules = tmp_path / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    server = ServerProcess(tmp_path, database_url, rules)
    server.start()
    try:
        with running(Shop(server.port, {"packages": PACKAGES})) as shop:
            found = Visit(shop, server, database_url, browser)
            yield found
            for context in found.contexts:
                context.close()
    finally:
        server.stop()


def told(event: Event) -> dict[str, Any]:
    return event.traits if event.type in ("identify", "group") else event.properties


def number_of(event: Event) -> int:
    """Return the `n` of the call that this is the event of."""
    n = (event.previous_id or "").rpartition("-")[2] if event.type == "alias" else told(event)["n"]
    return int(n)


def assert_stored_once(visit: Visit) -> None:
    events = visit.stored()
    assert visit.faults == []
    assert sorted(number_of(event) for event in events) == sorted(visit.said)
    assert len({event.message_id for event in events}) == len(events)
    assert visit.counted("duplicates") == 0  # nothing came twice
    assert visit.counted("rejected") == 0
    for event in events:
        n = number_of(event)
        assert event.type == pages.call(n)[0]
        if event.type != "alias":
            assert told(event)["text"] == pages.text(n)
        if event.type == "track":
            assert event.properties["product_id"] == f"P{n}"
        assert event.anonymous_id and event.role == "browser"


def test_segments_client_delivers_each_of_1000_events_once(visit: Visit) -> None:
    key, url = WRITE_KEY, visit.server.url

    # From the snippet: calls before the script is there, then single events.
    visit.said |= set(range(50))
    page = visit.open(pages.segment_from_snippet(url, key, pages.calls(range(50))))
    visit.wait(page)
    visit.say(page, range(50, 400), 50)

    # From npm with cdnURL: batches.
    page = visit.open(pages.segment_from_npm(url, key, pages.segment_batches(25, after_ms=200)))
    visit.say(page, range(400, 700), 100)

    # Behind the shop's own host with cdnSettings: batches, and what is left over when the page is left.
    page = visit.open(pages.segment_behind_proxy(visit.shop.url, key, pages.segment_batches(40, after_ms=600_000)))
    visit.say(page, range(700, 980), 40)
    visit.leave(page, range(980, 1_000))

    assert_stored_once(visit)
    settings = f"/v1/projects/{key}/settings"
    assert visit.paths == {settings, "/v1/i", "/v1/p", "/v1/g", "/v1/a", "/v1/t", "/v1/b", "/omni/v1/b"}


def test_rudderstacks_client_delivers_each_of_1000_events_once(visit: Visit) -> None:
    key, url = WRITE_KEY, visit.server.url

    # The build for old browsers: single events.
    page = visit.open(pages.rudder("legacy", url, key))
    visit.say(page, range(400), 80)

    # The bundled build: batches.
    page = visit.open(pages.rudder("modern/bundled", url, key, pages.RUDDER_BATCHES))
    visit.say(page, range(400, 700), 75)

    # Beacons, behind the shop's own host; and what is left over when the page is left.
    page = visit.open(pages.rudder("modern/bundled", f"{visit.shop.url}/omni", key, pages.RUDDER_BEACONS))
    visit.say(page, range(700, 980), 30)  # at most 64 KB of beacons are on their way at a time
    visit.leave(page, range(980, 1_000))

    assert_stored_once(visit)
    single = {f"/v1/{call}" for call in ("identify", "page", "group", "alias", "track")}
    assert visit.paths >= {"/sourceConfig/", "/omni/sourceConfig/", "/v1/batch", *single}
    assert visit.paths <= {"/sourceConfig/", "/omni/sourceConfig/", "/v1/batch", *single, "/omni/beacon/v1/batch"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_with_an_unknown_key_the_console_says_so_and_nothing_is_sent(visit: Visit) -> None:
    for html in (
        pages.segment_from_npm(visit.server.url, "wk_wrong", pages.segment_batches(1, after_ms=10)),
        pages.rudder("modern/bundled", visit.server.url, "wk_wrong"),
    ):
        visit.faults.clear()
        page = visit.open(html)
        page.evaluate("([name, given]) => { analytics[name](...given) }", pages.call(4))
        page.wait_for_timeout(500)
        console = [fault for fault in visit.faults if fault.startswith("console: ")]
        assert any("UNKNOWN_KEY" in line and "this key is not known here" in line for line in console), console
    assert visit.paths == {"/v1/projects/wk_wrong/settings", "/sourceConfig/"}
    assert visit.stored() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_token_in_the_context_of_a_call_proves_who_the_user_is(visit: Visit) -> None:
    token = tokens.mint("khách-lan", IDENTITY_KEY, now=clock.now())
    for n, html in enumerate(
        (
            pages.segment_from_npm(visit.server.url, WRITE_KEY, pages.segment_batches(1, after_ms=10)),
            pages.rudder("modern/bundled", visit.server.url, WRITE_KEY),
        )
    ):
        page = visit.open(html)
        page.evaluate(SAY, [("identify", ["khách-lan", {"n": n}, {"context": {"identityToken": token}}])])
        visit.said.add(n)
        visit.wait(page)
    events = visit.stored()
    assert [(event.user_id, event.proven, event.context.get("identityToken")) for event in events] == [
        ("khách-lan", True, None)
    ] * 2
