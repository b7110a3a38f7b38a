"""What an agent says of the device: kind, system, browser, and whether it is a declared crawler or link preview.

The library that reads agents needs about 2.7 ms for one it has not seen. So it is imported on first use, asked only
where a rule names `device.*`, and its answers are kept. Crawlers are told by their own words alone: that is cheap
enough for every decision, and the answer cannot depend on which rules there are.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import Literal

from omnisdk.engine.result import Device

KEPT_AGENTS = 2_000
READ_CHARACTERS = 512  # an agent's meaning stands in front; a longer text is not worth more of a parser's time

# Who says "I am a program that reads pages": search engines, link previews, archives. Not headless browsers, not HTTP
# libraries: a shop's own tests and back ends use those. CUBOT is a maker of phones.
_CRAWLER = re.compile(
    r"(?<!\bcu)bot(?![a-z])|crawler|spider|slurp|archiver|mediapartners-google|feedfetcher|google-inspectiontool"
    r"|googleother|google-read-aloud|google-safety|bingpreview|facebookexternalhit|facebookcatalog|facebot"
    r"|meta-external|skypeuripreview|^whatsapp/|^viber/|line-poker|kakaotalk-scrap|slack-imgproxy|embedly|iframely"
    r"|vkshare|link ?preview|\(compatible;[^)]*\bzalo\b|\(compatible;[^)]*coccoc|mastodon/"
    r"|microsoftpreview|\byeti/|qwantify|\bdaum(?:oa)?/|snap url preview|pinterest/0",
    re.IGNORECASE,
)

# Browsers inside apps, which the library names after the engine they borrow: a mark of the agent, and our name.
_IN_APP = (
    (re.compile(r"\bzalo(?: android| ios|pc)?[/-]", re.IGNORECASE), "Zalo"),
    (re.compile(r"coc_coc_browser/", re.IGNORECASE), "Coc Coc"),
    (re.compile(r"bytedancewebview|musical_ly|tiktok", re.IGNORECASE), "TikTok"),
    (re.compile(r"\binstagram", re.IGNORECASE), "Instagram"),
    (re.compile(r"messenger(?:forios|lite)|orca-android|fban/messenger", re.IGNORECASE), "Messenger"),
    (re.compile(r"fban/|fbav/|fb_iab/", re.IGNORECASE), "Facebook"),
    (re.compile(r"\bline/", re.IGNORECASE), "LINE"),
    (re.compile(r"micromessenger/", re.IGNORECASE), "WeChat"),
)

_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS", "Ubuntu": "Linux", "Fedora": "Linux", "Debian": "Linux"}
_TRIMMINGS = re.compile(r"^(?:Headless|Mobile )|(?: Mobile| WebView| UI/WKWebView| iOS)+$")


@lru_cache(KEPT_AGENTS)  # the search takes some 20 µs, on every decision
def is_declared_bot(agent: str | None) -> bool:
    """Return whether `agent` names itself a crawler or a link preview."""
    return agent is not None and _CRAWLER.search(agent) is not None


class Devices:
    """Reads agents, keeping the latest `KEPT_AGENTS` answers. Safe for many threads."""

    def __init__(self, keep: int = KEPT_AGENTS) -> None:
        self._keep = keep
        self._known: OrderedDict[str, Device] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, agent: str | None, *, needed: bool) -> Device | None:
        """Return the device `agent` tells of; unless `needed`, only a crawler's is told and any other is None."""
        if not agent:
            return Device() if needed else None
        agent = agent[:READ_CHARACTERS]  # before anything is kept under it
        if is_declared_bot(agent):
            return Device(bot=True)
        return self._read(agent) if needed else None

    def _read(self, agent: str) -> Device:
        with self._lock:
            known = self._known.get(agent)
            if known is not None:
                self._known.move_to_end(agent)
                return known
        device = read(agent)  # outside the lock: two threads may read the same agent once
        with self._lock:
            self._known[agent] = device
            while len(self._known) > self._keep:
                self._known.popitem(last=False)
        return device


def read(agent: str) -> Device:
    """Return what `agent` tells, by the user-agents library and our names for browsers inside apps.

    An iPad that asks for desktop pages sends a Mac's agent to the letter, and is told as one.
    """
    from user_agents import parse  # see the module's text

    told = parse(agent)
    kind: Literal["phone", "tablet", "desktop", "other"] = (
        "tablet" if told.is_tablet else "phone" if told.is_mobile else "desktop" if told.is_pc else "other"
    )
    system = told.os.family or ""
    in_app = next((name for mark, name in _IN_APP if mark.search(agent)), None)
    return Device(
        kind=kind,
        os="" if system == "Other" else _SYSTEMS.get(system, system),
        browser=in_app or _plain_browser(told.browser.family or ""),
        bot=False,
    )


def _plain_browser(family: str) -> str:
    """Return a browser's name as people say it: "Chrome" for "Chrome Mobile WebView", "" for one not known."""
    return "" if family == "Other" else _TRIMMINGS.sub("", family)
