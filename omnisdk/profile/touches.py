"""Touches: how the person came to the web site, from the campaign parameters, click ids and referrers of pages.

touches  {"first": entry, "last": entry}   entry: [key…, {source, medium, campaign, term, content, click_id, referrer}]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from omnisdk.events.model import Event
from omnisdk.profile import values
from omnisdk.profile.latest import Entry, Key, is_later

FIELDS = ("source", "medium", "campaign", "term", "content", "click_id", "referrer")

# Click ids of the advertising platforms and the source that each stands for when no utm_source says it.
CLICK_IDS = {
    "gclid": "google",
    "gbraid": "google",
    "wbraid": "google",
    "dclid": "google",
    "fbclid": "facebook",
    "ttclid": "tiktok",
    "zclid": "zalo",
    "msclkid": "bing",
    "twclid": "twitter",
    "li_fat_id": "linkedin",
    "sclid": "snapchat",
    "ScCid": "snapchat",
    "epik": "pinterest",
}
_LONGEST_URL = 4000


def note(document: dict[str, Any], event: Event, key: Key) -> None:
    """Take in a page or screen call, if it is a touch."""
    touch = read(event)
    if not touch:
        return
    held = document.setdefault("touches", {})
    entry: Entry = [*key, touch]
    if "first" not in held or is_later(
        (held["first"][0], held["first"][1], held["first"][2]), held["first"][3:], entry
    ):
        held["first"] = entry
    if "last" not in held or is_later(key, [touch], held["last"]):
        held["last"] = entry


def read(event: Event) -> dict[str, str]:
    """Return what the page says of where its visitor came from; empty when it is no touch.

    `context.campaign` stands before the query of the page's address; a referrer counts from another host only.
    """
    page = event.context.get("page")
    page = page if isinstance(page, Mapping) else {}
    url = _text(event.properties.get("url")) or _text(page.get("url"))
    touch = _from_url(url) if "?" in url else {}
    campaign = event.context.get("campaign")
    if isinstance(campaign, Mapping):
        for field in ("source", "medium", "campaign", "term", "content"):
            said = values.name(campaign.get("name" if field == "campaign" else field))
            if said:
                touch[field] = said
    referrer = _text(event.properties.get("referrer")) or _text(page.get("referrer"))
    if referrer:
        host = _host(referrer)
        if host and host != _host(url):
            touch["referrer"] = referrer[: values.LONGEST_TEXT]
            if "source" not in touch:
                touch["source"] = host
                touch.setdefault("medium", "referral")
    return touch


def _from_url(url: str) -> dict[str, str]:
    touch: dict[str, str] = {}
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return touch
    platform = ""
    for parameter, raw in pairs:
        said = values.name(raw)
        if not said:
            continue
        if parameter.startswith("utm_") and parameter[4:] in FIELDS[:5]:
            touch.setdefault(parameter[4:], said)
        elif parameter in CLICK_IDS and "click_id" not in touch:
            touch["click_id"] = said
            platform = CLICK_IDS[parameter]
    if platform:
        touch.setdefault("source", platform)
    return touch


def _text(value: object) -> str:
    return value if type(value) is str and len(value) <= _LONGEST_URL else ""


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
