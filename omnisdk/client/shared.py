"""Calls → messages, questions → requests, answers → decisions. Pure: no I/O, no clock, no randomness.

Written once; the synchronous client and, later, the asynchronous one are thin shells around it. Whatever the caller
got wrong is raised as a UsageError; the shell counts it or, when strict, lets it go.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any, NamedTuple

from omnisdk import clock
from omnisdk.client.decision import SERVER_UNAVAILABLE, Decision, read_decision
from omnisdk.client.who import Ids, Person, Who, read_id, read_ids, refs_in_traits
from omnisdk.delivery.encode import encode, rfc3339
from omnisdk.errors import MissingId, WrongArgument

Report = Callable[[str, dict[str, Any]], Any]

MOST_CARRIED_EVENTS = 100
MOST_CARRIED_BYTES = 200 * 1024


class Stamp(NamedTuple):
    """What a shell adds to a call: when it was made (microseconds) and a new message id."""

    instant: int
    message_id: str


class Message(NamedTuple):
    """One event, ready to be written as JSON. `name` is what a log line may call it."""

    body: dict[str, Any]
    refs: frozenset[str]
    name: str


# The six calls


def identify(stamp: Stamp, who: Who, user_id: object, traits: object) -> Message:
    """Return who somebody is and what is known of them."""
    known = _mapping("traits", traits)
    body, refs = _start("identify", stamp, who, user_id, known)
    if known:
        body["traits"] = known
    return Message(body, refs, "identify")


def track(stamp: Stamp, who: Who, user_id: object, event: object, properties: object) -> Message:
    """Return what somebody did: `event` is a name, or an event model that brings its properties along."""
    name = getattr(event, "event_name", None)
    if isinstance(name, str) and not isinstance(event, str | type):
        if properties is not None:
            raise WrongArgument(
                f"track got both {type(event).__name__}(…) and properties; put all of them in the event"
            )
        properties = event
    elif isinstance(event, str) and event and not event.isspace():
        name = event
        properties = _mapping("properties", properties)
    else:
        raise WrongArgument(
            f"event must be a name or an event such as OrderCompleted(…); found {_found(event)}; "
            'write track(user_id, "Store Visited", {…}), or track(event="Store Visited", phone=…) without a user id'
        )
    body, refs = _start("track", stamp, who, user_id)
    body["event"] = name
    if properties is not None:
        body["properties"] = properties
    return Message(body, refs, name)


def page(stamp: Stamp, who: Who, user_id: object, name: object, category: object, properties: object) -> Message:
    """Return which page of the web site somebody looked at."""
    return _look("page", stamp, who, user_id, name, category, properties)


def screen(stamp: Stamp, who: Who, user_id: object, name: object, category: object, properties: object) -> Message:
    """Return which screen of an app somebody looked at."""
    return _look("screen", stamp, who, user_id, name, category, properties)


def group(stamp: Stamp, who: Who, user_id: object, group_id: object, traits: object) -> Message:
    """Return which company or other group somebody belongs to, and what is known of it."""
    known = _mapping("traits", traits)
    body, refs = _start("group", stamp, who, user_id)
    body["groupId"] = _required("group_id", group_id)
    if known:
        body["traits"] = known
    return Message(body, refs, "group")


def alias(stamp: Stamp, who: Who, previous_id: object, user_id: object) -> Message:
    """Return that two ids are one person."""
    previous = _required("previous_id", previous_id)
    _required("user_id", user_id)
    body, refs = _start("alias", stamp, who, user_id)
    body["previousId"] = previous
    return Message(body, refs | {f"user:{previous}", f"anonymous:{previous}"}, "alias")


def _look(
    call: str, stamp: Stamp, who: Who, user_id: object, name: object, category: object, properties: object
) -> Message:
    known = _mapping("properties", properties)
    body, refs = _start(call, stamp, who, user_id)
    for argument, value in (("name", name), ("category", category)):
        if value is not None:
            if not isinstance(value, str):
                raise WrongArgument(f"{argument} of a {call} must be a text; found {_found(value)}")
            body[argument] = value
    if known:
        body["properties"] = known
    return Message(body, refs, call)


def _start(
    call: str, stamp: Stamp, who: Who, user_id: object, traits: Any = None
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the part of a message that all calls share, and the keys of its person."""
    unknown = who.keys() - _WHO
    if unknown:
        raise WrongArgument(f"{call} has no argument {min(unknown)!r}; it takes {', '.join(sorted(_WHO))}")
    ids = _ids(user_id, who)
    refs = ids.refs()
    if isinstance(traits, Mapping):
        refs = refs.union(refs_in_traits(traits))
    if not refs:
        raise MissingId(f"{call} names nobody; pass a user_id, anonymous_id, phone, email or card")
    message_id = who.get("message_id")
    if message_id is not None and not isinstance(message_id, str):
        raise WrongArgument(f"message_id must be a text; found {_found(message_id)}")
    timestamp = who.get("timestamp")
    body: dict[str, Any] = {
        "type": call,
        "messageId": message_id or stamp.message_id,
        "timestamp": clock.to_text(stamp.instant) if timestamp is None else _moment(timestamp),
        **ids.on_the_wire(),
    }
    context = _mapping("context", who.get("context"))
    if context:
        body["context"] = context
    return body, refs


_WHO = Who.__annotations__.keys()
_PERSON = Person.__annotations__.keys()


def _ids(user_id: object, who: Mapping[str, Any]) -> Ids:
    return read_ids(user_id, who.get("anonymous_id"), who.get("phone"), who.get("email"), who.get("card"))


def _required(argument: str, value: object) -> str:
    text = read_id(argument, value)
    if text is None:
        raise MissingId(f"{argument} is missing; found {_found(value)}")
    return text


def _mapping(argument: str, value: object) -> Any:
    """Return `value` if JSON writes it as an object, None for None."""
    if value is None or isinstance(value, Mapping) or hasattr(value, "model_dump"):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return value
    raise WrongArgument(f"{argument} must be a dict or a model; found {_found(value)}")


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, str):
        try:
            return clock.to_text(clock.parse(value))
        except (ValueError, OverflowError):
            pass
    raise WrongArgument(
        f"timestamp must be a datetime or an RFC 3339 text; found {_found(value)}; write datetime.now(UTC), say"
    )


def _found(value: object) -> str:
    """Return what may be said of a wrong value in a log: its type, as the value may be a person's."""
    if value is None:
        return "nothing"
    return "an unreadable text" if isinstance(value, str) else type(value).__name__


# Decisions


class Question(NamedTuple):
    """One decide request, but for the events it carries."""

    placements: tuple[str, ...]
    refs: frozenset[str]
    head: bytes  # the request as a JSON object

    def body(self, events: Sequence[bytes]) -> bytes:
        """Return the request with `events`, each already JSON."""
        if not events:
            return self.head
        return b"".join((self.head[:-1], b',"events":[', b",".join(events), b"]}"))


def question(placements: Sequence[str], user_id: object, who: Person, context: object) -> Question:
    """Return the request for `placements`. Raises WrongArgument; without any id it asks for anybody's answer."""
    unknown = who.keys() - _PERSON
    if unknown:
        raise WrongArgument(f"decide has no argument {min(unknown)!r}; it takes {', '.join(sorted(_PERSON))}")
    for name in placements:
        if not isinstance(name, str) or not name:
            raise WrongArgument(f"a placement must be its name in omni.yaml; found {_found(name)}")
    ids = _ids(user_id, who)
    head: dict[str, Any] = {"placements": list(placements)}
    if ids.user_id is not None:
        head["userId"] = ids.user_id
    if ids.anonymous_id is not None:
        head["anonymousId"] = ids.anonymous_id
    if len(head) == 1:
        for kind, value in (("phone", ids.phone), ("email", ids.email), ("card", ids.card)):
            if value is not None:
                head["person"] = f"{kind}:{value}"
                break
    known = _mapping("context", context)
    if known:
        head["context"] = known
    return Question(tuple(placements), ids.refs(), encode(head))


def read_answer(content: bytes, placements: Sequence[str], report: Report) -> dict[str, Decision] | None:
    """Return the decision for each of `placements`, or None when `content` is no answer of a decision server."""
    try:
        answer = json.loads(content)
        listed = answer["decisions"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(listed, list):
        return None
    found = {raw.get("placement"): raw for raw in reversed(listed) if isinstance(raw, Mapping) and _named(raw)}
    missing = {"reason": SERVER_UNAVAILABLE}
    return {name: read_decision(found.get(name, {"placement": name, **missing}), report) for name in placements}


def _named(raw: Mapping[str, Any]) -> bool:
    return isinstance(raw.get("placement"), str)


def unanswered(placements: Iterable[object], reason: str) -> dict[str, Decision]:
    """Return an empty decision for each of `placements`; what is no name goes by its type."""
    names = [name if isinstance(name, str) else type(name).__name__ for name in placements]
    return {name: Decision(placement=name, reason=reason) for name in names}
