"""Events, each already JSON, joined to the body of one request. Pure."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass

from omnisdk.delivery.encode import encode

MOST_EVENTS = 100
MOST_BYTES = 400 * 1024  # under the 512,000 bytes that every server of this protocol accepts
LARGEST_EVENT_BYTES = 32 * 1024
COMPRESS_FROM_BYTES = 2048  # below, the CPU costs more than the bytes


@dataclass(slots=True)
class Item:
    """One event on its way. `refs` name its person, `at` is when it was queued (monotonic seconds)."""

    body: bytes
    refs: frozenset[str]
    name: str  # of the event or call: what a log line may say of it
    at: float
    number: int = 0  # given by the queue: 1, 2, 3 …


@dataclass(frozen=True, slots=True)
class Rejection:
    """The server's verdict on one event that it did not take. `index` counts within the batch."""

    index: int
    code: str


def body(items: Sequence[Item], sent_at: str, library: bytes) -> bytes:
    """Return the envelope ``{"batch": […], "sentAt": …, "context": {"library": …}}``; no event is written again."""
    events = b",".join([item.body for item in items])
    return b"".join(
        (b'{"batch":[', events, b'],"sentAt":"', sent_at.encode(), b'","context":{"library":', library, b"}}")
    )


def library(version: str) -> bytes:
    """Return ``context.library``, by which the server tells its clients apart."""
    return encode({"name": "omnisdk", "version": version})


def compressed(content: bytes) -> bytes:
    """Return `content` as gzip, level 1: four times as fast as level 6 for nearly the same size."""
    return gzip.compress(content, compresslevel=1, mtime=0)


def read_verdicts(content: bytes, sent: int) -> list[Rejection] | None:
    """Return the rejected events of a batch of `sent`, or None when `content` is not a JSON object."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    rejected: dict[int, Rejection] = {}
    listed = answer.get("rejected")
    for verdict in listed if isinstance(listed, list) else ():
        if isinstance(verdict, dict):
            index = verdict.get("index")
            if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < sent:
                rejected[index] = Rejection(index, str(verdict.get("code") or "UNNAMED"))
    return list(rejected.values())
