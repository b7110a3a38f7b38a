"""Every code that an answer may carry, once: its status, its meaning, and which routes can say it.

The OpenAPI document and the tables of docs/reference are made from here; a test compares it with the sources.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# What a route does, as far as errors go: an operation has the codes of its own traits and those of "every".
Trait = Literal[
    "every",
    "keyed",
    "secret",
    "body",
    "batch",
    "call",
    "question",
    "person",
    "rules",
    "snippet",
    "pixel",
    "report",
    "none",
]


class Code(NamedTuple):
    status: int
    code: str
    meaning: str
    on: tuple[Trait, ...]


CODES: tuple[Code, ...] = (
    Code(400, "INVALID_JSON", "the body is empty or no JSON; the message says at which byte", ("body",)),
    Code(400, "UNREADABLE_BODY", "the body is not what `Content-Encoding` says, or that is not read here", ("body",)),
    Code(400, "NOT_AN_OBJECT", "the body of events is no JSON object", ("batch", "call")),
    Code(400, "NO_BATCH", "the body of events has no list `batch`", ("batch",)),
    Code(400, "TOO_DEEP", "the `context` that the events share has more than 16 levels", ("batch",)),
    Code(
        400,
        "TOO_WIDE",
        "the body, or the `context` that the events share, has an object with more than 500 keys",
        ("body",),
    ),
    Code(
        400, "INVALID_REQUEST", "a decide or explain request; the message names the place and the value", ("question",)
    ),
    Code(400, "BAD_REFERENCE", "the reference names no kind of person", ("person", "question")),
    Code(400, "BAD_REQUEST", "the request ended before its body did", ("body", "report")),
    Code(401, "NO_KEY", "no key came with the request", ("keyed", "secret")),
    Code(401, "UNKNOWN_KEY", "none of the keys that came is known here", ("keyed", "secret")),
    Code(
        403, "SECRET_KEY_NEEDED", "the write key on a route, or with a field, of the secret key", ("secret", "question")
    ),
    Code(
        403,
        "SECRET_KEY_IN_BROWSER",
        "the secret key with an `Origin` header, or where only pages call",
        ("keyed", "secret"),
    ),
    Code(404, "NOT_FOUND", "no such address", ("snippet", "person")),
    Code(404, "UNKNOWN_PERSON", "nobody is known by this reference", ("person",)),
    Code(405, "METHOD_NOT_ALLOWED", "`Allow` says which methods the address takes", ("none",)),
    Code(413, "BODY_TOO_LARGE", "the body is over a limit: as sent, as unpacked, or in its values", ("body", "report")),
    Code(413, "TOO_MANY_EVENTS", "more events than a body may have", ("body",)),
    Code(413, "TOO_LARGE", "what stands beside the events is too large, such as the `context` they share", ("body",)),
    Code(
        429,
        "QUOTA_EXCEEDED",
        "too many events or requests; the same passes after `Retry-After` seconds",
        ("keyed", "report"),
    ),
    Code(500, "INTERNAL_ERROR", "the server failed; its log has the cause under the request id", ("every",)),
    Code(
        503,
        "STORAGE_UNAVAILABLE",
        "the database could not be read, or could not commit; nothing was stored. Send the same again after `Retry-After` seconds",
        ("rules",),
    ),
    Code(503, "NO_RULES", "there have never been good rules to decide by. `Retry-After`", ("rules",)),
    Code(
        503,
        "TOO_MANY_SENDING",
        "so many requests are sending their bodies slowly that no more are read; see what a proxy is for. `Retry-After`",
        ("body", "report"),
    ),
    Code(503, "SNIPPET_NOT_BUILT", "this installation has no built snippet", ("snippet",)),
)


class Refusal(NamedTuple):
    code: str
    meaning: str


# Of one event inside a 200: it is not stored, its neighbours are.
REFUSALS: tuple[Refusal, ...] = (
    Refusal("NOT_AN_OBJECT", "the item is not a JSON object"),
    Refusal("INVALID_JSON", "the item is broken JSON, but where it ends can be told"),
    Refusal("UNKNOWN_TYPE", "`type` is none of the six calls"),
    Refusal("NO_EVENT_NAME", "a track call without a name"),
    Refusal("EVENT_NAME_TOO_LONG", "its name has more than 200 characters"),
    Refusal("EVENT_NOT_ALLOWED", "a browser sends a name that `allow:` in `omni.yaml` does not list"),
    Refusal("NO_ID", "nobody is named, or only by a placeholder"),
    Refusal("UNPROVEN_USER", "a browser names only a user that it does not prove"),
    Refusal("ID_TOO_LONG", "an id has more than 256 characters"),
    Refusal("MESSAGE_ID_TOO_LONG", "`messageId` has more than 100 characters"),
    Refusal("NO_PREVIOUS_ID", "an alias without the id so far"),
    Refusal("NO_GROUP_ID", "a group call without the group"),
    Refusal("TOO_LARGE", "more than 32 KB"),
    Refusal("TOO_DEEP", "more than 16 levels of objects and lists"),
    Refusal("TOO_WIDE", "more than 500 keys in one object"),
    Refusal("FORGOTTEN", "it happened before its person was forgotten"),
)


# An image can carry no verdict, so there a refusal is an error.
OF_PIXEL = tuple(Code(400, refusal.code, refusal.meaning, ("pixel",)) for refusal in REFUSALS)


def of_traits(traits: frozenset[Trait]) -> dict[int, list[Code]]:
    """Return the codes that an operation with `traits` can answer, by status."""
    found: dict[int, list[Code]] = {}
    for code in (*CODES, *OF_PIXEL):
        if "every" in code.on or not traits.isdisjoint(code.on):
            found.setdefault(code.status, []).append(code)
    return found


def table_of_codes() -> str:
    """Return every code of an error with its status and meaning as a Markdown table."""
    rows = [f"| {code.status} | `{code.code}` | {code.meaning} |" for code in CODES]
    return "\n".join(["| status | code | what |", "| --- | --- | --- |", *rows])
