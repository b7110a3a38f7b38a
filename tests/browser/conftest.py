"""Chromium and a shop for each test. Every page fails its test for an uncaught error or a console error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from .shop import STUB, TAG, Shop, running

SCREENSHOTS = Path(__file__).parents[2] / "test-output" / "snippet"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and "test_build" not in item.path.name:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running(Shop()) as site:
        yield site


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a fresh visitor's browser. What goes wrong on its pages fails the test at the end."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def heard(said: ConsoleMessage) -> None:
        # What the network refused is the browser's own line, whoever asked.
        if said.type == "error" and "Failed to load resource" not in said.text:
            faults.append(said.text)

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "vi-VN", "viewport": {"width": 1280, "height": 800}, **options})
        context.on("weberror", lambda error: faults.append(f"uncaught: {error.error}"))
        context.on("console", heard)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def visit(shop: Shop, page: Page) -> Callable[..., Page]:
    """Serve `body` with the two tags at `path`, and go there."""

    def go(body: str = "", path: str = "/", tag: str = TAG, stub: str = STUB, on: Page | None = None) -> Page:
        shop.pages[path] = f"<title>Cửa hàng</title>{stub}{tag}<body>{body}"
        (on or page).goto(shop.url + path)
        return on or page

    return go
