"""Reads bodies as the server does, with a shop's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisdk import clock
from omnisdk.events import Batch, Event, Rejected, read_batch
from omnisdk.identity.identifiers import normaliser

NOW = clock.parse("2026-11-22T10:00:00Z")
NORMALISE = normaliser("VN")
TOKENS = {"token-u1": "u1", "token-u2": "u2", "token-junk": "undefined"}


class Ids:
    """Makes n1, n2, …"""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"n{self.count}"


def settings(**changed: Any) -> dict[str, Any]:
    return {
        "role": "browser",
        "received_at": NOW,
        "normalise": NORMALISE,
        "verify": lambda token: (TOKENS[token], 0) if token in TOKENS else None,
        "new_id": Ids(),
        **changed,
    }


def read(payload: object, **changed: Any) -> Batch:
    return read_batch(payload, **settings(**changed))


def track(event: str = "Product Viewed", /, **fields: Any) -> dict[str, Any]:
    """A good track call from a browser, with `fields` over it."""
    return {
        "type": "track",
        "event": event,
        "messageId": "m1",
        "anonymousId": "a1",
        "timestamp": "2026-11-22T09:59:00Z",
        **fields,
    }


def take(item: Mapping[str, Any], *, envelope: Mapping[str, Any] | None = None, **changed: Any) -> Event:
    """Return the event that `item` is read as; fails when it is refused."""
    batch = read({"batch": [item], **(envelope or {})}, **changed)
    assert not batch.rejected, batch.rejected
    [(index, event)] = batch.events
    assert index == 0
    return event


def refuse(item: object, **changed: Any) -> Rejected:
    """Return the refusal of `item`; fails when it is taken."""
    batch = read({"batch": [item]}, **changed)
    assert not batch.events, [event.message_id for _, event in batch.events]
    [rejected] = batch.rejected
    return rejected


def notes(item: object, **changed: Any) -> dict[str, int]:
    return read({"batch": [item]}, **changed).notes
