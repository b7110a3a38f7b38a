"""Consent by purpose, and which channels reach the person.

consent  {"shop" | "other": {purpose: [key…, given]}}
reach    {"shop" | "other": {channel: [key…, subscribed]}}    `Push Subscribed`, `Push Unsubscribed`, `Channel Unsubscribed`
known    ["email", "phone"]               which identifiers to write to any event carried
"""

from __future__ import annotations

from typing import Any

from omnisdk.events.model import Event
from omnisdk.profile import traits, values
from omnisdk.profile.latest import Entry, Key, drop_oldest, keep_latest, key_of, put_latest

MOST_PURPOSES = {"shop": 500, "other": 50}
MOST_CHANNELS = 20  # per kind of sender
_ADDRESS = {"email": "email", "sms": "phone"}  # the trait and the kind of identifier that a channel writes to


def state(document: dict[str, Any], event: Event, key: Key) -> None:
    """Take in a `Consent Changed`."""
    purposes = event.properties.get("purposes")
    if isinstance(purposes, dict):
        sender = "shop" if event.vouched else "other"
        held = document.setdefault("consent", {}).setdefault(sender, {})
        for raw, given in purposes.items():
            purpose = values.name(raw)
            if purpose is not None and type(given) is bool:
                put_latest(held, purpose, key, [given])
        drop_oldest(held, MOST_PURPOSES[sender])


def given(document: dict[str, Any], view: str, purpose: str) -> bool | None:
    """Return what was said last of `purpose`, None when nothing was.

    View ``all``: the latest statement wins, a browser's too, but a browser's yes never undoes the shop's no. This is
    what decides whether a campaign may be shown. View ``shop``: only what the shop says.
    """
    held = document.get("consent", {})
    shop: Entry | None = held.get("shop", {}).get(purpose)
    other: Entry | None = held.get("other", {}).get(purpose)
    if other is None or view == "shop":
        return None if shop is None else shop[3]
    if shop is None:
        return bool(other[3])
    if key_of(other) > key_of(shop):
        return bool(shop[3] and other[3])
    return bool(shop[3])


def purposes(document: dict[str, Any], view: str) -> list[str]:
    """Return the purposes of which anything was said in `view`."""
    held = document.get("consent", {})
    return sorted({*held.get("shop", ()), *(held.get("other", ()) if view == "all" else ())})


def subscribe(document: dict[str, Any], event: Event, key: Key) -> None:
    """Take in a change of a channel's subscription."""
    channel = "push" if event.name.startswith("Push ") else values.name(event.properties.get("channel"))
    if channel is not None:
        subscribed = event.name == "Push Subscribed"
        held = document.setdefault("reach", {}).setdefault("shop" if event.vouched else "other", {})
        keep_latest(held, channel.lower(), key, [subscribed], MOST_CHANNELS)


def note_addresses(document: dict[str, Any], refs: tuple[str, ...]) -> None:
    """Remember which kinds of address an event's identifiers carried."""
    for ref in refs:
        kind = ref.partition(":")[0]
        if kind in ("email", "phone"):
            known = document.setdefault("known", [])
            if kind not in known:
                known.append(kind)
                known.sort()


def reached(document: dict[str, Any], channel: str) -> bool:
    """Return whether `channel` reaches the person: an address is known and not unsubscribed; push must be subscribed."""
    stated = [held[channel] for held in document.get("reach", {}).values() if channel in held]
    entry = max(stated, key=key_of) if stated else None
    address = _ADDRESS.get(channel)
    if address is None:
        return bool(entry and entry[3])
    if entry is not None and not entry[3]:
        return False
    return address in document.get("known", ()) or bool(traits.read(document, address))
