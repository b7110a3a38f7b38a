"""Reading facts: each name becomes a function of a `Reading`, made once when rules are compiled and called often.

A getter returns an int, float, text, bool, list of texts, or whatever JSON value a trait has; instants are microseconds
since the epoch. It returns MISSING where the person lacks the fact; counts and sums of a person without history are 0.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from omnisdk.clock import SECOND
from omnisdk.profile import activity, buying, campaigns, consents, counters, ownership, points, traits, viewed
from omnisdk.profile import cart as carts
from omnisdk.profile import sessions as visits
from omnisdk.profile.catalogue import Fact
from omnisdk.profile.orders import Order
from omnisdk.profile.reading import MISSING, DeviceFacts, FactContext, Reading, View

__all__ = ["MISSING", "DeviceFacts", "FactContext", "Getter", "Reading", "View", "getter"]

Getter: TypeAlias = Callable[[Reading], Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def getter(fact: Fact) -> Getter:
    """Return the function that reads `fact` (of `catalogue.parse_fact`). Call it as often as needed; it never raises."""
    return _MAKERS[fact.pattern](fact)


def _there(value: Any) -> Any:
    return MISSING if value is None else value


def _read(read: Callable[[Reading], Any]) -> Callable[[Fact], Getter]:
    """Make getters of a fact without open names or window, whose value is None where there is none."""
    return lambda fact: lambda reading: _there(read(reading))


# --- traits and events ------------------------------------------------------------------------------------------------
def _trait(fact: Fact) -> Getter:
    name, *inner = fact.args

    def get(reading: Reading) -> Any:
        value = traits.read(reading.document, name)
        for part in inner:
            value = value.get(part) if isinstance(value, dict) else None
        return _there(value)

    return get


def _event_count(fact: Fact) -> Getter:
    (name,) = fact.args
    return _counts(lambda reading: activity.of(reading.document, reading.view, name), fact.window)


def _event_time(fact: Fact) -> Getter:
    (name,) = fact.args
    pick, of = (min, counters.first) if fact.pattern.endswith("first_at") else (max, counters.last)

    def get(reading: Reading) -> Any:
        found = activity.of(reading.document, reading.view, name)
        return pick(map(of, found)) if found else MISSING

    return get


def _counts(find: Callable[[Reading], Sequence[counters.Counter]], window: int | None) -> Getter:
    if window is None:
        return lambda reading: sum(map(counters.count, find(reading)))

    def get(reading: Reading) -> int:
        now = reading.context.now
        return sum(counters.count_within(each, now - window, now) for each in find(reading))

    return get


# --- orders -----------------------------------------------------------------------------------------------------------
def _orders(read: Callable[[Sequence[Order], Reading, Fact], Any]) -> Callable[[Fact], Getter]:
    """Make getters of what the orders within the fact's window give."""

    def make(fact: Fact) -> Getter:
        window = fact.window

        def get(reading: Reading) -> Any:
            return _there(read(buying.within(reading.orders, window, reading.context.now), reading, fact))

        return get

    return make


def _last(orders: Sequence[Order]) -> int | None:
    return orders[-1].time if orders else None


# --- instants of any kind ---------------------------------------------------------------------------------------------
def _count_of(find: Callable[[Reading, Fact], Sequence[int]]) -> Callable[[Fact], Getter]:
    """Make getters of how many instants there are within the fact's window."""

    def make(fact: Fact) -> Getter:
        window = fact.window

        def get(reading: Reading) -> int:
            found, now = find(reading, fact), reading.context.now
            return len(found) if window is None else sum(now - window < each <= now for each in found)

        return get

    return make


def _last_of(find: Callable[[Reading, Fact], Sequence[int]]) -> Callable[[Fact], Getter]:
    """Make getters of the latest instant."""
    return lambda fact: lambda reading: max(find(reading, fact), default=MISSING)


def _of_campaign(act: campaigns.Act) -> Callable[[Reading, Fact], Sequence[int]]:
    return lambda reading, fact: campaigns.times(reading.document, act, fact.args[0])


def _converted(reading: Reading, fact: Fact) -> Sequence[int]:
    return reading.context.converted(reading, fact.args[0]) if reading.context.converted else ()


def _web_visits(reading: Reading, fact: Fact) -> Sequence[int]:
    return [session.first for session in visits.sessions(reading.document) if session.pages]


_STORE_VISITS = ("Store Visited", "Code Scanned")


def _store_visits(reading: Reading) -> list[counters.Counter]:
    return [found for name in _STORE_VISITS for found in activity.of(reading.document, reading.view, name)]


# --- cart, viewed, interest -------------------------------------------------------------------------------------------
def _viewed_category(fact: Fact) -> Getter:
    (name,) = fact.args

    def find(reading: Reading) -> list[counters.Counter]:
        counter = viewed.category(reading.document, name)
        return [] if counter is None else [counter]

    if fact.pattern.endswith("count"):
        return _counts(find, fact.window)
    return lambda reading: max(map(counters.last, find(reading)), default=MISSING)


def _interest(fact: Fact) -> Getter:
    (name,) = fact.args
    return lambda reading: viewed.interest(reading.document, reading.orders, name, reading.now)


def _viewed_at(reading: Reading) -> Any:
    return max(map(counters.last, activity.of(reading.document, "all", "Product Viewed")), default=None)


# --- what is owned, allowed, reached ----------------------------------------------------------------------------------
def _membership(fact: Fact) -> Getter:
    (name,) = fact.args
    end = fact.pattern.endswith("until")

    def get(reading: Reading) -> Any:
        run = ownership.membership(reading, name)
        return MISSING if run is None else _there(run.until if end else run.since)

    return get


def _consent(fact: Fact) -> Getter:
    (purpose,) = fact.args
    return lambda reading: _there(consents.given(reading.document, reading.view, purpose))


def _reach(channel: str) -> Callable[[Fact], Getter]:
    return _read(lambda reading: consents.reached(reading.document, channel))


def _redeemed(fact: Fact) -> Getter:
    window = fact.window

    def get(reading: Reading) -> Any:
        now = reading.context.now
        if window is None:
            return points.redeemed(reading.document, reading.view, None, reading.now)
        return points.redeemed(reading.document, reading.view, now - window, now)

    return get


# --- where the person comes from --------------------------------------------------------------------------------------
def _touch(fact: Fact) -> Getter:
    _, which, field = fact.pattern.split(".")

    def get(reading: Reading) -> Any:
        entry = reading.document.get("touches", {}).get(which)
        if entry is None:
            return MISSING
        return entry[0] if field == "at" else entry[3].get(field, MISSING)

    return get


def _session_source(reading: Reading) -> Any:
    entry = reading.document.get("touches", {}).get("last")
    session = reading.session
    return entry[3].get("source") if entry and session and entry[0] >= session.first else None


def _session_seconds(reading: Reading) -> int:
    return (reading.now - reading.session.first) // SECOND if reading.session else 0


# --- the request and the moment ---------------------------------------------------------------------------------------
def _said(value: str | None) -> Any:
    """Return a text of the request as texts are compared; an empty one says nothing."""
    return (unicodedata.normalize("NFC", value).strip() or None) if value is not None else None


def _query(fact: Fact) -> Getter:
    (name,) = fact.args
    return lambda reading: _there(_said(reading.context.query.get(name)))


def _device(field: str) -> Callable[[Fact], Getter]:
    return _read(lambda reading: _said(getattr(reading.context.device, field, None)))


_MAKERS: dict[str, Callable[[Fact], Getter]] = {
    "traits.**": _trait,
    "events.*.count": _event_count,
    "events.*.first_at": _event_time,
    "events.*.last_at": _event_time,
    "orders.count": _orders(lambda orders, reading, fact: len(orders)),
    "orders.total": _orders(lambda orders, reading, fact: buying.total(orders, reading.context.currency)),
    "orders.average": _orders(lambda orders, reading, fact: buying.average(orders, reading.context.currency)),
    "orders.first_at": _orders(lambda orders, reading, fact: orders[0].time if orders else None),
    "orders.last_at": _orders(lambda orders, reading, fact: _last(orders)),
    "orders.interval_days": _orders(lambda orders, reading, fact: buying.interval_days(orders)),
    "orders.overdue": _orders(lambda orders, reading, fact: buying.overdue(orders, reading.now)),
    "orders.discounted_share": _orders(lambda orders, reading, fact: buying.discounted_share(orders)),
    "orders.category.*.count": _orders(lambda orders, reading, fact: len(buying.of_category(orders, fact.args[0]))),
    "orders.category.*.last_at": _orders(lambda orders, reading, fact: _last(buying.of_category(orders, fact.args[0]))),
    "orders.tag.*.share": _orders(lambda orders, reading, fact: buying.tag_share(orders, fact.args[0])),
    "cart.value": _read(lambda reading: carts.value(reading.cart, reading.context.currency)),
    "cart.items": _read(lambda reading: carts.pieces(reading.cart)),
    "cart.categories": _read(lambda reading: carts.categories(reading.cart)),
    "cart.updated_at": _read(lambda reading: reading.cart.updated_at),
    "cart.stage": _read(lambda reading: carts.stage(reading.document, reading.cart, reading.now)),
    "viewed.category.*.count": _viewed_category,
    "viewed.category.*.last_at": _viewed_category,
    "viewed.products": _read(lambda reading: [each["product_id"] for each in viewed.latest_products(reading.document)]),
    "viewed.last_at": _read(_viewed_at),
    "owns": _read(ownership.owns),
    "membership.*.since": _membership,
    "membership.*.until": _membership,
    "points.balance": _read(lambda reading: points.balance(reading.document, reading.view)),
    "points.redeemed": _redeemed,
    "interest.*": _interest,
    "scores.*": lambda fact: lambda reading: MISSING,  # their points stand in the rules; no document holds them
    "session.pages": _read(lambda reading: reading.session.pages if reading.session else 0),
    "session.seconds": _read(_session_seconds),
    "session.source": _read(_session_source),
    "visits.web.count": _count_of(_web_visits),
    "visits.store.count": lambda fact: _counts(_store_visits, fact.window),
    "visits.store.last_at": _read(lambda reading: max(map(counters.last, _store_visits(reading)), default=None)),
    **{
        f"touch.{which}.{field}": _touch
        for which in ("first", "last")
        for field in ("source", "medium", "campaign", "term", "content", "click_id", "referrer", "at")
    },
    "reach.push": _reach("push"),
    "reach.email": _reach("email"),
    "reach.sms": _reach("sms"),
    "consent.*": _consent,
    "campaigns.*.viewed.count": _count_of(_of_campaign("viewed")),
    "campaigns.*.viewed.last_at": _last_of(_of_campaign("viewed")),
    "campaigns.*.clicked.count": _count_of(_of_campaign("clicked")),
    "campaigns.*.clicked.last_at": _last_of(_of_campaign("clicked")),
    "campaigns.*.dismissed.count": _count_of(_of_campaign("dismissed")),
    "campaigns.*.dismissed.last_at": _last_of(_of_campaign("dismissed")),
    "campaigns.*.converted.count": _count_of(_converted),
    "campaigns.*.converted.last_at": _last_of(_converted),
    "campaigns.*.variant": lambda fact: lambda reading: _there(campaigns.variant(reading.document, fact.args[0])),
    "segments": _read(lambda reading: sorted(reading.context.segments(reading)) if reading.context.segments else []),
    "page.path": _read(lambda reading: _said(reading.context.path)),
    "page.url": _read(lambda reading: _said(reading.context.url)),
    "page.query.*": _query,
    "device.kind": _device("kind"),
    "device.os": _device("os"),
    "device.browser": _device("browser"),
    "locale": _read(lambda reading: _said(reading.context.locale)),
    "now.hour": _read(lambda reading: reading.local.hour),
    "now.weekday": _read(lambda reading: WEEKDAYS[reading.local.weekday()]),
    "now.date": _read(lambda reading: reading.local.date().isoformat()),
    "now.open": _read(lambda reading: reading.context.open_now),
}
