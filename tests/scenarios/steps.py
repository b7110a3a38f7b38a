"""What people do in the stories."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page, Response

from tests.scenarios.site import Site
from tests.support.server import SECRET_KEY

DRAWN_MS = 4_000  # a popup that is coming is there by then, also on a busy machine
NOTHING_MS = 600  # after the answer, a popup that is not coming has had its time


def visit(
    site: Site, who: BrowserContext, path: str, user: str | None = None
) -> tuple[Page, dict[str, dict[str, Any]]]:
    """Open a page and return it with what was decided for it, by placement."""
    page = who.pages[0] if who.pages else who.new_page()
    with page.expect_response(lambda response: response.url.endswith("/v1/decide") and response.ok) as answer:
        page.goto(site.address(path, user))
    return page, decisions(answer.value)


def decisions(answer: Response) -> dict[str, dict[str, Any]]:
    return {decision["placement"]: decision for decision in answer.json()["decisions"]}


def sees_popup(page: Page) -> bool:
    """Return whether a popup is there, after the time it needs."""
    try:
        page.locator("dialog[open]").wait_for(state="visible", timeout=DRAWN_MS)
    except Exception as error:
        if "Timeout" not in type(error).__name__:
            raise
        return False
    return True


def sees_nothing(page: Page) -> bool:
    """Return whether no popup came."""
    page.wait_for_timeout(NOTHING_MS)
    return page.locator("dialog[open]").count() == 0


def anonymous_id(who: BrowserContext) -> str:
    return next(cookie["value"] for cookie in who.cookies() if cookie["name"] == "omni_aid")


def ask(site: Site, method: str, path: str, body: object = None) -> httpx.Response:
    """Ask the decision server as the shop's back end."""
    return httpx.request(method, f"{site.server.url}{path}", json=body, auth=(SECRET_KEY, ""), timeout=10)
