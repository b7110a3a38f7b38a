"""How events become a profile: the only way in which a document changes.

The fold knows no rules: neither currency nor time zone, grants nor campaigns. Every section of the document is
order-free, so that a person's events may be applied in any order and give the document of the sorted fold; what a
bounded section gives up it can never need again. Each module that folds a section begins with how it is laid out.

Beside the sections: ``v`` the fold version, ``first`` and ``last`` the time of the earliest and the latest event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from omnisdk.events.model import Event
from omnisdk.profile import (
    activity,
    campaigns,
    cart,
    consents,
    conversions,
    memberships,
    orders,
    points,
    seen,
    sessions,
    touches,
    traits,
    viewed,
)
from omnisdk.profile.latest import Key

# Raised with every change of what `apply` makes of an event; documents of another version are folded again.
FOLD_VERSION = 1

Document: TypeAlias = dict[str, Any]


def empty() -> Document:
    """Return the document of a person without events. Sections appear when something is in them."""
    return {"v": FOLD_VERSION}


def fold(events: Iterable[Event]) -> Document:
    """Return the document of `events`, each of which must be there once, in any order."""
    document = empty()
    for event in sorted(events, key=lambda each: each.order_key):
        document = apply(document, event)
    return document


def apply(document: Document, event: Event) -> Document:
    """Return `document` with one more event in it, which it must not hold yet. Changes and returns the same dict.

    The document is JSON (text keys, lists, no NaN) and equal, as ``==`` compares, to that of every other order in
    which the same events could be applied. Raises nothing for any event that `omnisdk.events` lets through.
    """
    timestamp = event.timestamp
    if "last" not in document:
        document["first"] = document["last"] = timestamp
    elif timestamp > document["last"]:
        document["last"] = timestamp
    elif timestamp < document["first"]:
        document["first"] = timestamp
    key = event.order_key
    if event.context:
        seen.note(document, event, key)
    if event.refs:
        consents.note_addresses(document, event.refs)
    if event.traits and event.type != "group":  # a group's traits are the group's
        _traits(document, event, key)
    if (take := _CALLS.get(event.type)) is not None:
        take(document, event, key)
    return document


def _traits(document: Document, event: Event, key: Key) -> None:
    """Take in what the event says of the person: `traits` of an identify, `context.traits` of any other call."""
    traits.take(document, event.traits, event.vouched, key)
    if "points" in event.traits:
        points.change(document, event.vouched, key, balance=event.traits["points"])
    if event.vouched and "memberships" in event.traits:
        memberships.listed(document, event.traits["memberships"], key)


def _page(document: Document, event: Event, key: Key) -> None:
    sessions.note(document, event.timestamp, True)
    touches.note(document, event, key)


def _track(document: Document, event: Event, key: Key) -> None:
    name = event.name
    activity.note(document, name, event.vouched, event.timestamp)
    if name != "Order Completed":
        conversions.note(document, event)
    for take in _TAKES.get(name, ()):
        take(document, event, key)


def _clear_cart(document: Document, event: Event, key: Key) -> None:
    cart.clear(document, key)


def _note_activity(document: Document, event: Event, key: Key) -> None:
    sessions.note(document, event.timestamp, False)


def _points_changed(document: Document, event: Event, key: Key) -> None:
    said = event.properties
    points.change(document, event.vouched, key, balance=said.get("balance"), redeemed=said.get("redeemed"))


_Take: TypeAlias = Callable[[Document, Event, Key], None]

# An identify says no more than its traits; group and alias nothing: whose events they link is `omnisdk.identity`'s.
_CALLS: dict[str, _Take] = {"track": _track, "page": _page, "screen": _page}

_TAKES: dict[str, tuple[_Take, ...]] = {
    **dict.fromkeys(sessions.CART_EVENTS, (_note_activity, cart.change)),
    **dict.fromkeys(campaigns.EVENTS, (campaigns.take,)),
    "Product Viewed": (viewed.view,),
    "Product Added": (_note_activity, cart.change, viewed.add),
    "Order Completed": (orders.complete, _clear_cart),
    "Order Updated": (orders.update,),
    "Order Refunded": (orders.undo,),
    "Order Cancelled": (orders.undo,),
    "Membership Started": (memberships.change,),
    "Membership Ended": (memberships.change,),
    "Points Changed": (_points_changed,),
    "Consent Changed": (consents.state,),
    "Push Subscribed": (consents.subscribe,),
    "Push Unsubscribed": (consents.subscribe,),
    "Channel Unsubscribed": (consents.subscribe,),
}
