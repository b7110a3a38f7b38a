"""Keeping the latest of things so that the order in which events arrive cannot matter.

An *entry* is a list ``[timestamp, life-cycle rank, messageId, what it says…]``: the order key of the event it came from
(`omnisdk.events.model.Event.order_key`), then JSON values. Two events may share a whole key (the same messageId sent
with both keys); then the greater text of what they say wins, so that even that tie is no matter of arrival.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import Any, TypeAlias
from zlib import crc32

Key: TypeAlias = tuple[int, int, str]
Entry: TypeAlias = list[Any]


def is_later(key: Key, says: list[Any], entry: Entry) -> bool:
    """Return whether an event with `key` that `says` this replaces `entry`."""
    held: Key = (entry[0], entry[1], entry[2])
    return key > held if key != held else _text(says) > _text(entry[3:])


def keep_latest(held: dict[str, Entry], name: str, key: Key, says: list[Any], limit: int) -> None:
    """Put what was said of `name` into `held` if it is the latest, keeping the `limit` names spoken of last.

    Order-free: a name is dropped only for `limit` later ones, and those can only become later still.
    """
    if put_latest(held, name, key, says) and len(held) > limit:
        oldest = min(entry[0] for entry in held.values())
        among = [each for each, entry in held.items() if entry[0] == oldest]
        del held[among[0] if len(among) == 1 else min(among, key=lambda each: (key_of(held[each]), each))]


def put_latest(held: dict[str, Entry], name: str, key: Key, says: list[Any]) -> bool:
    """Put what was said of `name` into `held` if it is the latest, and return whether it was."""
    entry = held.get(name)
    if entry is not None and not is_later(key, says, entry):
        return False
    held[name] = [*key, *says]
    return True


def drop_oldest(held: dict[str, Entry], limit: int) -> None:
    """Keep the `limit` names spoken of last: once after many of `put_latest`, what `keep_latest` does each time."""
    if len(held) > limit:
        for name in sorted(held, key=lambda each: (key_of(held[each]), each))[:-limit]:
            del held[name]


def add_entry(entries: list[Entry], key: Key, says: list[Any], limit: int) -> None:
    """Insert an entry into the sorted `entries`, keeping the `limit` latest."""
    entry = [*key, *says]
    if not entries or _precedes(entries[-1], key):
        entries.append(entry)
    else:
        at = bisect_right(entries, key, key=key_of)
        text = ""
        while at and key_of(entries[at - 1]) == key:
            text = text or _text(says)
            if _text(entries[at - 1][3:]) <= text:
                break
            at -= 1
        entries.insert(at, entry)
    if len(entries) > limit:
        del entries[0]


def key_of(entry: Entry) -> Key:
    """Return the order key that `entry` begins with."""
    return entry[0], entry[1], entry[2]


def keep_smallest(held: dict[str, Any], limit: int, always: frozenset[str] = frozenset()) -> None:
    """Drop names from `held` until, besides those in `always`, at most `limit` are left: those with the smallest CRC.

    For what cannot be computed again once dropped, such as counts. Order-free: whether a name stays depends only on
    which names were ever seen, so a dropped one never comes back with half of its history.
    """
    if len(held) <= limit:
        return
    names = [name for name in held if name not in always]
    if len(names) == limit + 1:  # nearly always
        del held[max(names, key=_rank)]
    elif len(names) > limit:
        for name in sorted(names, key=_rank)[limit:]:
            del held[name]


def _rank(name: str) -> tuple[int, str]:
    return crc32(name.encode()), name


def _precedes(entry: Entry, key: Key) -> bool:
    if entry[0] != key[0]:
        return bool(entry[0] < key[0])
    return (entry[1], entry[2]) < (key[1], key[2])


def _text(says: list[Any]) -> str:
    return json.dumps(says, sort_keys=True, separators=(",", ":"))
