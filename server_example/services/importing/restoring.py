"""A line of `omnisdk export events` as the event that it was: role, proof and times kept, for restoring a backup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnisdk import clock
from omnisdk.events.claims import REF_KINDS
from omnisdk.events.cleaning import Unfit, harmless_copy
from omnisdk.events.ids import LONGEST_ID, LONGEST_MESSAGE_ID
from omnisdk.events.model import Event
from omnisdk.events.refusals import CALLS, LONGEST_NAME, found
from omnisdk.identity import ownership
from server_example.services.importing.faults import RowRefused

_NEVER_STORED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ROLES = {"shop": "shop", "browser": "browser"}


def restored(line: Mapping[str, Any]) -> Event:
    """Return the event of an exported line. Raises RowRefused for what no export has written."""
    call = CALLS.get(_text(line, "type"))
    role = _ROLES.get(_text(line, "role"))
    if call is None or role is None:
        hint = "lines of `omnisdk export events` have them; without --as-exported other messages are taken"
        raise RowRefused("NOT_EXPORTED", f"type {found(line.get('type'))}, role {found(line.get('role'))}: {hint}")
    name = _text(line, "event" if call == "track" else "name", "")
    if len(name) > LONGEST_NAME or (call == "track" and not name):
        raise RowRefused("NO_EVENT_NAME", f".event: {found(name)}; a name of up to {LONGEST_NAME} characters is due")
    received_at = _instant(line, "receivedAt")
    timestamp = _instant(line, "timestamp")
    if not 0 < timestamp <= received_at:
        raise RowRefused("BAD_TIME", ".timestamp: it lies after .receivedAt, or before 1970")
    try:
        event = Event(
            type=call,
            message_id=_id(line, "messageId", LONGEST_MESSAGE_ID) or _missing("messageId"),
            timestamp=timestamp,
            received_at=received_at,
            role="shop" if role == "shop" else "browser",
            name=name,
            user_id=_id(line, "userId"),
            anonymous_id=_id(line, "anonymousId"),
            previous_id=_id(line, "previousId"),
            group_id=_id(line, "groupId"),
            refs=_refs(line) if role == "shop" else (),
            proven=line.get("proven") is True,
            proven_since=_instant(line, "provenSince") if "provenSince" in line else 0,
            vouched=line.get("vouched") is True,
            properties=_mapping(line, "properties"),
            traits=_mapping(line, "traits"),
            context=_mapping(line, "context"),
            sent={name: str(text) for name, text in _mapping(line, "sent").items()},
        )
        ownership.owner(event)
    except Unfit as unfit:
        raise RowRefused(unfit.code, unfit.what) from None
    except ValueError:
        raise RowRefused("NO_ID", "no id; an exported event has userId, anonymousId or identifiers") from None
    return event


def _missing(name: str) -> str:
    raise RowRefused("NOT_EXPORTED", f".{name}: found nothing; every exported event has one")


def _text(line: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = line.get(name, default)
    if not isinstance(value, str):
        raise RowRefused(
            "NOT_EXPORTED", f".{name}: {found(value)}; a text is due, as `omnisdk export events` writes it"
        )
    return value


def _instant(line: Mapping[str, Any], name: str) -> int:
    text = _text(line, name)
    try:
        return clock.parse(text)
    except (ValueError, OverflowError):
        raise RowRefused("BAD_TIME", f".{name}: {found(text)}; a time such as 2026-11-22T08:00:00Z is due") from None


def _id(line: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str | None:
    value = line.get(name)
    if value is None:
        return None
    # Not `read_id`: what counts as a placeholder may have been an id when the event came.
    if not isinstance(value, str) or not value.strip() or _NEVER_STORED.search(value) or len(value) > longest:
        raise RowRefused("NOT_EXPORTED", f".{name}: {found(value)} is no id that was ever stored")
    return value


def _refs(line: Mapping[str, Any]) -> tuple[str, ...]:
    given = line.get("identifiers", [])
    fit = isinstance(given, list) and all(
        isinstance(ref, str)
        and ref.partition(":")[0] in REF_KINDS
        and 0 < len(ref) <= LONGEST_ID
        and not _NEVER_STORED.search(ref)
        for ref in given
    )
    if not fit:
        raise RowRefused("NOT_EXPORTED", f".identifiers: {found(given)}; texts such as phone:+84901234567 are due")
    return tuple(sorted(set(given)))


def _mapping(line: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = line.get(name, {})
    if not isinstance(value, dict):
        raise RowRefused("NOT_EXPORTED", f".{name}: {found(value)}; an object is due")
    clean: dict[str, Any] = harmless_copy(value)
    return clean
