"""Reading the body of a decide request: what is asked, for whom, and the events that come along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from omnisdk.events.cleaning import clean_text
from omnisdk.events.ids import LONGEST_ID, read_id
from server_example.services.faults import BadRequest

Role = Literal["shop", "browser"]

MOST_PLACEMENTS = 50
SHOWN_CHARACTERS = 80  # how much of a wrong value a message repeats
READ_CHARACTERS = 8_192  # of a text of the page; of its path a quarter. A server that takes a longer URL is rare


@dataclass(frozen=True, slots=True)
class Asked:
    """A decide request after reading; what is absent is None."""

    placements: tuple[str, ...]
    user_id: str | None = None
    anonymous_id: str | None = None
    person: str | None = None  # a reference, from the shop only
    identity_token: str | None = None
    path: str | None = None
    url: str | None = None
    query: dict[str, str] = field(default_factory=dict)
    locale: str | None = None
    timezone: str | None = None
    user_agent: str | None = None
    events: list[Any] | None = None
    sent_at: Any = None


def read(body: object) -> Asked:
    """Return what `body`, a decoded JSON value, asks. Raises BadRequest naming the place and the value."""
    if not isinstance(body, dict):
        raise _wrong("the body", "a JSON object", body)
    context = _object(body, "context", "context")
    page = _object(context, "page", "context.page")
    url = _text(page, "url", "context.page.url")
    search = _text(page, "search", "context.page.search")
    tokens = [token for token in (body.get("identityToken"), context.get("identityToken")) if isinstance(token, str)]
    events = body.get("events")
    if events is not None and not isinstance(events, list):
        raise _wrong("events", "a list of events", events)
    return Asked(
        placements=_placements(body.get("placements")),
        user_id=_id(body, "userId"),
        anonymous_id=_id(body, "anonymousId"),
        person=_text(body, "person", "person"),
        identity_token=next(filter(None, tokens), None),  # what is no token proves nothing, and is no error
        path=_path(_text(page, "path", "context.page.path") or path_of(url)),
        url=url,
        query=query_of(search if search is not None else _query_text(url)),
        locale=_text(context, "locale", "context.locale"),
        timezone=_timezone(context),
        user_agent=_text(context, "userAgent", "context.userAgent"),
        events=events,
        sent_at=body.get("sentAt"),
    )


def path_of(url: str | None) -> str | None:
    """Return the path of `url`, "/" where it has none; None for no URL or one that cannot be read."""
    if not url:
        return None
    try:
        return urlsplit(url).path or "/"
    except ValueError:  # such as an unclosed [ of an IPv6 host
        return None


def query_of(text: str) -> dict[str, str]:
    """Return the parameters of a query text, the first of each name."""
    try:
        pairs = parse_qsl(text.removeprefix("?"), keep_blank_values=True, max_num_fields=200)
    except ValueError:  # more fields than anybody means
        return {}
    return dict(reversed(pairs))


def _query_text(url: str | None) -> str:
    try:
        return urlsplit(url).query if url else ""
    except ValueError:
        return ""


def _path(path: str | None) -> str | None:
    return path and path[: READ_CHARACTERS // 4]


def _placements(value: object) -> tuple[str, ...]:
    due = f"a list of at most {MOST_PLACEMENTS} placement names"
    if not isinstance(value, list) or len(value) > MOST_PLACEMENTS:
        raise _wrong("placements", due, value)
    for index, name in enumerate(value):
        if not isinstance(name, str):
            raise _wrong(f"placements[{index}]", "a placement's name", name)
    return tuple(value)


def _object(holder: dict[str, Any], key: str, place: str) -> dict[str, Any]:
    value = holder.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(place, "an object", value)
    return value


def _text(holder: dict[str, Any], key: str, place: str) -> str | None:
    """Return the text under `key`, as much of it as is read, and harmless as those of events are."""
    value = holder.get(key)
    if value is not None and not isinstance(value, str):
        raise _wrong(place, "a text", value)
    return clean_text(value[:READ_CHARACTERS]) or None if value else None


def _id(body: dict[str, Any], key: str) -> str | None:
    """Return the id under `key`; junk, of whatever type, is absent as in events."""
    known = read_id(body.get(key))
    if known is not None and len(known) > LONGEST_ID:
        raise _wrong(key, f"an id of at most {LONGEST_ID} characters", known)
    return known


def _timezone(context: dict[str, Any]) -> str | None:
    """Return the IANA name sent, else the one of fixed offset for a whole-hour `utcOffset` (minutes east of UTC).

    A snippet sends the offset: asking a slow phone for its timezone's name takes 300 ms.
    """
    named = _text(context, "timezone", "context.timezone")
    offset = context.get("utcOffset")
    if named or isinstance(offset, bool) or not isinstance(offset, int) or offset % 60 or abs(offset) > 14 * 60:
        return named
    hours = offset // 60
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"  # their sign is turned round: Etc/GMT-7 is seven hours east


def _wrong(place: str, due: str, found: object) -> BadRequest:
    if found is None:
        shown = "nothing"
    elif isinstance(found, list) and found:
        shown = f"a list of {len(found)}"
    else:
        shown = repr(found)[:SHOWN_CHARACTERS]
    return BadRequest("INVALID_REQUEST", f"{place}: {due} is due; found {shown}")
