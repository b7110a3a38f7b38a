"""Why an item is not taken: the class of refusals, and the checks of what every item must have."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, get_args

from omnisdk.events.catalogue import KINDS
from omnisdk.events.cleaning import clean_text
from omnisdk.events.model import Call

LONGEST_NAME = 200  # characters; the name of an event is a key of the profile

CALLS: Final[Mapping[str, Call]] = {call: call for call in get_args(Call)}


class Refused(Exception):
    """This item is not taken. `path` is its faulty field, with the dot in front; "" is the item itself."""

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.message = message


def call_of(item: Mapping[str, Any]) -> Call:
    """Return which of the six calls `item` is. Raises Refused UNKNOWN_TYPE."""
    sent = item.get("type")
    call = CALLS.get(sent) if isinstance(sent, str) else None
    if call is not None:
        return call
    hint = f"one of {', '.join(CALLS)} is due"
    if isinstance(sent, str):
        near = get_close_matches(sent[:40].lower(), CALLS, n=1)
        if near:
            hint = f'did you mean "{near[0]}"?'
        elif sent in KINDS:
            hint = f'send "type": "track" with "event": {found(sent)}'
    raise Refused("UNKNOWN_TYPE", ".type", f"{found(sent)}; {hint}")


def name_of(item: Mapping[str, Any], call: Call) -> str:
    """Return the name of a track, page or screen call, in NFC; "" for the others. Raises Refused."""
    if call == "track":
        value = item.get("event")
        name = value.strip() if isinstance(value, str) else ""
        if not name:
            raise Refused("NO_EVENT_NAME", ".event", f'{found(value)}; a name is due, such as "Product Viewed"')
        if len(name) > LONGEST_NAME:
            raise Refused("EVENT_NAME_TOO_LONG", ".event", f"{len(name):,} characters; a name may have {LONGEST_NAME}")
    elif call == "page" or call == "screen":
        value = item.get("name")
        name = value.strip()[:LONGEST_NAME] if isinstance(value, str) else ""
    else:
        return ""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def not_allowed(name: str) -> Refused:
    """Return the refusal of a track call whose `name` pages may not send."""
    hint = "add it to allow: in omni.yaml, or send it with the secret key from a server"
    return Refused("EVENT_NOT_ALLOWED", ".event", f"{found(name)} is not among the events that pages may send; {hint}")


def without_id(raw: Mapping[str, Any], user_id: str | None) -> Refused:
    """Return the refusal of an item without an id that counts; `user_id` is its unproven one."""
    if user_id is not None:
        hint = "send anonymousId with it, or an identityToken for exactly this user, or use the secret key on a server"
        return Refused("UNPROVEN_USER", ".userId", f"{found(user_id)} from a browser without proof; {hint}")
    for name in ("userId", "anonymousId"):
        if raw.get(name) is not None:
            if isinstance(raw[name], float):
                hint = "too large to be exact as a number; send the id as text"
            else:
                hint = "a placeholder, not an id; send a real userId or anonymousId"
            return Refused("NO_ID", f".{name}", f"{found(raw[name])} is {hint}")
    for name, right in (("user_id", "userId"), ("anonymous_id", "anonymousId")):
        if name in raw:
            return Refused("NO_ID", "", f'no id; found "{name}", write it "{right}"')
    return Refused("NO_ID", "", "no id; send userId or anonymousId")


def found(value: object) -> str:
    """Return `value` as a message may show it: short, as JSON, on one line."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        text = clean_text(value[:61])
        quoted = json.dumps(text if len(value) <= 60 else text[:60] + "…", ensure_ascii=False)
        if quoted.isprintable():
            return quoted
        # A message may be printed on a terminal, which some characters command and others turn around.
        return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in quoted)
    if isinstance(value, int) and value.bit_length() > 200:
        return "a huge number"
    return json.dumps(value) if isinstance(value, bool | int | float) else type(value).__name__
