"""The locale and the time zone that a person's events carried last.

seen  {"locale" | "timezone": [key…, text]}
"""

from __future__ import annotations

from typing import Any

from omnisdk.events.model import Event
from omnisdk.profile import traits, values
from omnisdk.profile.latest import Key, keep_latest

_LONGEST = 64  # characters of a locale or zone


def note(document: dict[str, Any], event: Event, key: Key) -> None:
    """Take in the context of any event."""
    for name in ("locale", "timezone"):
        said = event.context.get(name)
        if type(said) is str and said and len(said) <= _LONGEST:
            keep_latest(document.setdefault("seen", {}), name, key, [said], 2)


def timezone(document: dict[str, Any]) -> str | None:
    """Return the IANA name of the person's time zone: the trait `timezone`, else what an event said last; None while
    neither is known or names a zone there is."""
    for said in (traits.read(document, "timezone"), _last(document, "timezone")):
        if isinstance(said, str) and values.is_zone(said):
            return said
    return None


def locale(document: dict[str, Any]) -> str | None:
    """Return the locale in which the person is written to: the trait `locale`, else what an event said last."""
    said = traits.read(document, "locale")
    return said if isinstance(said, str) and said else _last(document, "locale")


def _last(document: dict[str, Any], name: str) -> str | None:
    entry = document.get("seen", {}).get(name)
    return entry[3] if entry else None
