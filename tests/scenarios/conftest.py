"""A browser, a decision server of its own database, and the shop's pages, for each trade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.scenarios.site import Site
from tests.scenarios.trades import TRADES
from tests.support.server import ServerProcess


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make the browser of somebody new. An uncaught error on one of its pages fails the test."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(params=sorted(TRADES))
def site(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Site]:
    trade = TRADES[request.param]
    rules = tmp_path / "omni.yaml"
    rules.write_text(trade.rules, encoding="utf-8")
    server = ServerProcess(tmp_path, None if database_url.startswith("sqlite") else database_url, rules).start()
    shop = Site(trade, server)
    yield shop
    shop.close()
    server.kill()
