"""The flat tables of an export: which columns events and profiles have, and of what kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from omnisdk import clock
from omnisdk.events.model import Event

# What a column holds: text, a whole number, a number, true or false, an instant (microseconds), texts, any JSON value.
Kind = Literal["text", "count", "number", "flag", "instant", "texts", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `value` takes it from a row; None where the row has none."""

    name: str
    kind: Kind
    value: Callable[[Any], Any]


def _property(*names: str) -> Callable[[Event], Any]:
    def value(event: Event) -> Any:
        return next((found for name in names if (found := event.properties.get(name)) is not None), None)

    return value


def _text_property(name: str) -> Callable[[Event], str | None]:
    def value(event: Event) -> str | None:
        found = event.properties.get(name)
        return found if isinstance(found, str) else None

    return value


def _total(event: Event) -> float | None:
    """Return what an order says it is worth, as the fold reads it: its total, else its revenue."""
    for name in ("total", "revenue"):
        found = event.properties.get(name)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return float(found)
    return None


EVENTS: Sequence[Column] = (
    Column("messageId", "text", lambda event: event.message_id),
    Column("type", "text", lambda event: event.type),
    Column("event", "text", lambda event: event.name if event.type == "track" else None),
    Column("name", "text", lambda event: event.name or None if event.type != "track" else None),
    Column("timestamp", "instant", lambda event: event.timestamp),
    Column("receivedAt", "instant", lambda event: event.received_at),
    Column("userId", "text", lambda event: event.user_id),
    Column("anonymousId", "text", lambda event: event.anonymous_id),
    Column("identifiers", "texts", lambda event: list(event.refs)),
    Column("previousId", "text", lambda event: event.previous_id),
    Column("groupId", "text", lambda event: event.group_id),
    Column("role", "text", lambda event: event.role),
    Column("proven", "flag", lambda event: event.proven),
    Column("vouched", "flag", lambda event: event.vouched),
    Column("order_id", "text", _text_property("order_id")),
    Column("total", "number", _total),
    Column("currency", "text", _text_property("currency")),
    Column("promotion_id", "text", _text_property("promotion_id")),
    Column("properties", "json", lambda event: event.properties),
    Column("traits", "json", lambda event: event.traits),
    Column("context", "json", lambda event: event.context),
)

Profile = Mapping[str, Any]  # as GET /v1/profiles answers it


def _of_kind(kind: str) -> Callable[[Profile], list[str]]:
    def value(profile: Profile) -> list[str]:
        return [ref.removeprefix(f"{kind}:") for ref in profile["identifiers"] if ref.startswith(f"{kind}:")]

    return value


def _fact(*path: str) -> Callable[[Profile], Any]:
    def value(profile: Profile) -> Any:
        found: Any = profile["facts"]
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    return value


def _instant_fact(*path: str) -> Callable[[Profile], int | None]:
    read = _fact(*path)

    def value(profile: Profile) -> int | None:
        text = read(profile)
        return clock.parse(text) if isinstance(text, str) else None

    return value


PROFILES: Sequence[Column] = (
    Column("id", "text", lambda profile: profile["id"]),
    *(Column(kind, "texts", _of_kind(kind)) for kind in ("user", "anonymous", "phone", "email", "card")),
    Column("orders.count", "count", _fact("orders", "count")),
    Column("orders.total", "number", _fact("orders", "total")),
    Column("orders.average", "number", _fact("orders", "average")),
    Column("orders.first_at", "instant", _instant_fact("orders", "first_at")),
    Column("orders.last_at", "instant", _instant_fact("orders", "last_at")),
    Column("owns", "texts", _fact("owns")),
    Column("points.balance", "number", _fact("points", "balance")),
    Column("visits.web.count", "count", _fact("visits", "web", "count")),
    Column("visits.store.count", "count", _fact("visits", "store", "count")),
    Column("segments", "texts", _fact("segments")),
    Column("traits", "json", _fact("traits")),
    Column("facts", "json", lambda profile: profile["facts"]),
    Column("shop", "json", lambda profile: profile["shop"]),
)
