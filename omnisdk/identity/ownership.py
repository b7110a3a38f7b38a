"""Whose event is it, and which identifiers does it prove to be one person (DESIGN law 1).

An identifier is a text with its kind in front: ``user:u1``, ``anonymous:a1``, ``phone:+84…``, ``email:…``, ``card:…``.
Everything here is read off one event alone, so it never changes once the event is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from omnisdk.events.model import Event

_SEPARATOR = "\x1f"  # cannot stand in an id: control characters are no part of one


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """Two identifiers that one event proves to be the same person. Ordered by when that became true."""

    at: int  # microseconds: the event's timestamp, but no earlier than the proof itself
    # 0 where that is the event's own time; else the earlier one that its browser told. Of two proofs of one moment the
    # one that was not moved comes first, and of those that were, the one that was told to be earlier.
    told_at: int
    message_id: str
    low: str  # low < high, as texts
    high: str


def owner(event: Event) -> str:
    """Return the identifier that `event` belongs to.

    The user, where the shop says so or a token proved it; else the strongest identifier the shop gave (phone, e-mail,
    card); else the browser's anonymous id. A browser's unproven user id is only a claim and owns nothing.
    Raises ValueError for an event without any identifier that counts (reading refuses those before).
    """
    if event.user_id is not None and (event.proven or event.role == "shop"):
        return f"user:{event.user_id}"
    if event.refs:
        return min(event.refs, key=_strength)
    if event.anonymous_id is not None:
        return f"anonymous:{event.anonymous_id}"
    raise ValueError(f"event {event.message_id!r} names no identifier that counts")


def proofs(event: Event) -> list[Proof]:
    """Return the pairs that `event` proves: its owner with each other identifier that counts.

    The shop proves all it sends together; a browser proves its anonymous id with the user of its valid token, and
    nothing else, so two known customers are never joined by a browser.
    """
    mine = owner(event)
    others: set[str] = set(event.refs)
    if event.anonymous_id is not None and (event.role == "shop" or mine.startswith("user:")):
        others.add(f"anonymous:{event.anonymous_id}")
    if event.type == "alias" and event.previous_id is not None and mine.startswith("user:"):
        others.add(f"anonymous:{event.previous_id}")
        if event.role == "shop":
            others.add(f"user:{event.previous_id}")
    others.discard(mine)
    at = max(event.timestamp, event.proven_since)
    told_at = event.timestamp if event.timestamp < at else 0
    return [
        Proof(at, told_at, event.message_id, *((mine, other) if mine < other else (other, mine)))
        for other in sorted(others)
    ]


def identifiers(whose: str, proven: Sequence[Proof]) -> list[str]:
    """Return every identifier that an event of owner `whose` belongs to or proves, sorted: what it may change."""
    return sorted({whose, *(ref for proof in proven for ref in (proof.low, proof.high))})


def dedupe_key(event: Event) -> bytes:
    """Return the 16 bytes by which a second arrival of `event` is known: key role, ids as sent, messageId.

    The ids are those sent, not the person they belong to, so a retry after a join is still a duplicate. When the
    messageId is a UUIDv7 its 48 bits of time come first: keys then grow with time and index inserts stay local.
    """
    parts = (event.role, event.user_id or "", event.anonymous_id or "", *event.refs, event.message_id)
    text = _SEPARATOR.join(parts).encode("utf-8", "replace")
    message_id = event.message_id
    if len(message_id) == 36 and message_id[14] == "7" and message_id[8] == message_id[13] == "-":
        try:
            return bytes.fromhex(message_id[:8] + message_id[9:13]) + blake2b(text, digest_size=10).digest()
        except ValueError:
            pass  # 36 characters that only look like a UUID
    return blake2b(text, digest_size=16).digest()


_STRENGTH = {"user": 0, "phone": 1, "email": 2, "card": 3, "anonymous": 4}


def _strength(identifier: str) -> tuple[int, str]:
    return (_STRENGTH[identifier.partition(":")[0]], identifier)
