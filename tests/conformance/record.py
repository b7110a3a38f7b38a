"""Record the requests of the real clients anew: ``python -m tests.conformance.record [CLIENT-VERSION …]``.

Writes tests/conformance/recorded; what was there of the clients named (of all, if none is) is deleted before.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.conformance import calls
from tests.conformance.browser import pages
from tests.conformance.browser.shop import Shop, running
from tests.conformance.proxy import Exchange, Proxy
from tests.conformance.recordings import (
    BATCH,
    BEACON,
    FOLDER,
    RUDDER_BROWSER,
    SEGMENT_BROWSER,
    TABLE,
    Recording,
    recorded,
)
from tests.conformance.running import CLIENTS, DEFAULT, PACKAGES, Client, run
from tests.support.server import WRITE_KEY, ServerProcess

SAY = "calls => Promise.all(calls.map(([name, given]) => analytics[name](...given))).then(() => null)"
FEW = 5  # of pages.calls: one of each kind


def main() -> None:
    wanted = set(sys.argv[1:]) or set(TABLE)
    unknown = wanted - set(TABLE)
    if unknown:
        sys.exit(f"no such client: {', '.join(sorted(unknown))}; there are {', '.join(TABLE)}")
    for title in wanted:
        shutil.rmtree(FOLDER / title, ignore_errors=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "omni.yaml").write_text(
            "version: 1\nsite: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}\n"
        )
        server = ServerProcess(folder, None, folder / "omni.yaml")
        stack.callback(server.stop)
        server.start()
        for client in CLIENTS:
            if client.title in wanted:
                _keep(client.title, _server_side(server, client))
        if wanted & {SEGMENT_BROWSER, RUDDER_BROWSER}:
            browser = _chromium(stack)
            for title, record in ((SEGMENT_BROWSER, _segment_in_browser), (RUDDER_BROWSER, _rudder_in_browser)):
                if title in wanted:
                    _keep(title, record(server, browser))


def _keep(title: str, recordings: Iterator[Recording]) -> None:
    kinds = set()
    for recording in recordings:
        recording.write()
        kinds.add(recording.kind)
    assert kinds == TABLE[title], (title, kinds ^ TABLE[title])
    print(f"{title}: {len(kinds)} requests")


def _server_side(server: ServerProcess, client: Client) -> Iterator[Recording]:
    each = calls.one_of_each(client.title)
    lines = list(each.values())
    with Proxy(server.port).serving() as proxy:
        _run(client, proxy.url, lines, {client.batch_size: 1})
    for kind, line in each.items():
        [exchange] = [it for it in proxy.exchanges if it.events[0]["context"]["n"] == line["context"]["n"]]
        yield recorded(client.title, kind, exchange, [line])
    for variant in (DEFAULT, *client.variants):
        with Proxy(server.port).serving() as proxy:
            _run(client, proxy.url, lines, client.options(variant))
        fullest = _fullest(proxy.exchanges)  # RudderStack's for Node sends the first event alone
        said = {event["context"]["n"] for event in fullest.events}
        kind = BATCH if variant == DEFAULT else f"{BATCH}-{variant}"
        yield recorded(client.title, kind, fullest, [line for line in lines if line["context"]["n"] in said])


def _run(client: Client, url: str, lines: list[calls.Line], options: Any) -> None:
    done = run(client, url, lines, options)
    assert (done.returncode, done.errors, done.raised, done.version) == (0, [], [], client.version), done


def _segment_in_browser(server: ServerProcess, browser: Browser) -> Iterator[Recording]:
    def visit(options: str) -> list[Exchange]:
        return _visit(server, browser, lambda url: pages.segment_from_npm(url, WRITE_KEY, options))

    for exchange in visit("{}"):
        yield _of_browser(SEGMENT_BROWSER, exchange.events[0]["type"], exchange)
    yield _of_browser(SEGMENT_BROWSER, BATCH, _fullest(visit(pages.segment_batches(FEW, after_ms=2_000))))


def _rudder_in_browser(server: ServerProcess, browser: Browser) -> Iterator[Recording]:
    def visit(options: str, leaving: bool = False) -> list[Exchange]:
        return _visit(
            server, browser, lambda url: pages.rudder("modern/bundled", url, WRITE_KEY, options), leaving=leaving
        )

    for exchange in visit(""):
        yield _of_browser(RUDDER_BROWSER, exchange.events[0]["type"], exchange)
    yield _of_browser(RUDDER_BROWSER, BATCH, _fullest(visit(pages.RUDDER_BATCHES)))
    yield _of_browser(RUDDER_BROWSER, BEACON, _fullest(visit(pages.RUDDER_BEACONS, leaving=True)))


def _of_browser(title: str, kind: str, exchange: Exchange) -> Recording:
    types = [event["type"] for event in exchange.events]
    said = [list(call) for call in pages.calls(range(FEW)) if call[0] in types]
    return recorded(title, kind, exchange, said)


def _fullest(exchanges: list[Exchange]) -> Exchange:
    return max(exchanges, key=lambda it: len(it.events))


def _visit(
    server: ServerProcess, browser: Browser, page_for: Callable[[str], str], *, leaving: bool = False
) -> list[Exchange]:
    """Return the requests with events that a page makes of a few calls, all of them arrived."""
    with (
        Proxy(server.port).serving() as proxy,
        running(Shop(server.port, {"packages": PACKAGES / "browser" / "node_modules"})) as shop,
        browser.new_context(locale="vi-VN") as context,
    ):
        shop.pages |= {"/": page_for(proxy.url), "/left": ""}
        page = context.new_page()
        page.goto(shop.url)
        page.evaluate(SAY, pages.calls(range(FEW)))
        if leaving:  # beacons wait for it
            page.goto(f"{shop.url}/left")
        for _ in range(500):
            sent = [it for it in proxy.exchanges if it.method == "POST" and it.answer]
            if sum(len(it.events) for it in sent) == FEW:
                return sent
            page.wait_for_timeout(20)
    raise AssertionError(f"not all that was said has arrived: {[it.path for it in proxy.exchanges]}")


def _chromium(stack: ExitStack) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("OMNI_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert path, "no Chromium: `sh .ci/provide` installs one; or name yours in OMNI_CHROMIUM"
    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
    stack.callback(browser.close)
    return browser


if __name__ == "__main__":
    main()
