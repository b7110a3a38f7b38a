"""The JSON Schema of the facts of a person, made from the catalogue of facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from omnisdk.profile.catalogue import Pattern

# By the name of the fact, ``*`` for its open parts. The tables of docs/reference/facts.md say the same; a test compares.
MEANINGS: Final[Mapping[str, str]] = {
    "traits.**": "what `identify` said last. `traits.a.b` walks into a nested trait. A trait set to `null` is lacking",
    "events.*.count": "how many events of that name there were",
    "events.*.first_at": "the first of them",
    "events.*.last_at": "the last of them",
    "orders.count": "orders",
    "orders.total": "their worth together",
    "orders.average": "their mean worth",
    "orders.first_at": "the first order",
    "orders.last_at": "the last order",
    "orders.interval_days": "the median time from one order to the next, in days; needs two orders",
    "orders.overdue": "the time since the last order, divided by that median: 2 is twice as long as usual",
    "orders.discounted_share": "the share, 0 to 1, of the orders with a discount or a coupon",
    "orders.category.*.count": "orders with a product of the category",
    "orders.category.*.last_at": "the last of them",
    "orders.tag.*.share": "the share, 0 to 1, of the orders with a product that carries the tag",
    "cart.value": "what is in the cart, price × quantity, in `site.currency`",
    "cart.items": "pieces in the cart",
    "cart.categories": "their categories",
    "cart.updated_at": "the last change of the cart since the last order",
    "cart.stage": "`empty`, `shopping` or `checkout`",
    "viewed.category.*.count": "products of the category looked at (`Product Viewed`)",
    "viewed.category.*.last_at": "the last of them",
    "viewed.products": "the ids of the last 50 products looked at, the latest first",
    "viewed.last_at": "the last product looked at",
    "owns": "what the person owns now: `membership:NAME`, `product:ID`",
    "membership.*.since": "the start of the membership; of renewals without a gap, of the first",
    "membership.*.until": "its end, if one is known",
    "points.balance": "the balance said last, by `Points Changed` or the trait `points`",
    "points.redeemed": "points spent: as stated, else the drops of the balance",
    "interest.*": "interest in a category: each look counts 1, each putting into the cart 3, each order 5, and half as much for every 14 days since",
    "scores.*": "a score of your own, by the points under `scores:`",
    "session.pages": "pages seen in the session that goes on",
    "session.seconds": "seconds since it began",
    "session.source": "the source of its last touch",
    "visits.web.count": "sessions with at least one page",
    "visits.store.count": "`Store Visited` and `Code Scanned`; two views",
    "visits.store.last_at": "the last of them; two views",
    "touch.first.source": "`utm_source`, else the advert platform of the click id, else the referring site",
    "touch.last.source": "`utm_source`, else the advert platform of the click id, else the referring site",
    "touch.first.medium": "`utm_medium`; `referral` when only the referring site is known",
    "touch.last.medium": "`utm_medium`; `referral` when only the referring site is known",
    "touch.first.campaign": "`utm_campaign`",
    "touch.last.campaign": "`utm_campaign`",
    "touch.first.term": "`utm_term`",
    "touch.last.term": "`utm_term`",
    "touch.first.content": "`utm_content`",
    "touch.last.content": "`utm_content`",
    "touch.first.click_id": "`gclid`, `fbclid`, `ttclid`, `zclid` …",
    "touch.last.click_id": "`gclid`, `fbclid`, `ttclid`, `zclid` …",
    "touch.first.referrer": "the address of the referring page",
    "touch.last.referrer": "the address of the referring page",
    "touch.first.at": "when it was",
    "touch.last.at": "when it was",
    "reach.push": "subscribed to push",
    "reach.email": "an e-mail address is known and not unsubscribed",
    "reach.sms": "a phone number is known and not unsubscribed",
    "consent.*": "what was said last of the purpose; lacking while nothing was. Two views",
    "campaigns.*.viewed.count": "`Promotion Viewed`, `Promotion Told`",
    "campaigns.*.viewed.last_at": "the last of them",
    "campaigns.*.clicked.count": "`Promotion Clicked`, `Message Clicked`",
    "campaigns.*.clicked.last_at": "the last of them",
    "campaigns.*.dismissed.count": "`Promotion Dismissed`",
    "campaigns.*.dismissed.last_at": "the last of them",
    "campaigns.*.converted.count": "what the campaign's `converts_on` counts",
    "campaigns.*.converted.last_at": "the last of them",
    "campaigns.*.variant": "the variant shown last",
    "segments": "the segments that the person is in",
}

_OPEN: Final = frozenset({"*", "**"})
_SHAPES: Final[dict[str, dict[str, Any]]] = {
    "number": {"type": "number"},
    "text": {"type": "string"},
    "bool": {"type": "boolean"},
    "instant": {"type": "string", "format": "date-time"},
    "list": {"type": "array", "items": {"type": "string"}},
    "any": {},
}


def schema_of_facts(patterns: Iterable[Pattern]) -> dict[str, Any]:
    """Return the schema of the facts in `patterns` nested by the parts of their names, without those of a request."""
    root: dict[str, Any] = {"type": "object", "description": "Facts of a person, nested by the parts of their names."}
    for pattern in patterns:
        if not pattern.of_request:
            _put(root, pattern)
    return root


def _put(place: dict[str, Any], pattern: Pattern) -> None:
    for at, part in enumerate(pattern.parts):
        last = at == len(pattern.parts) - 1
        named = ".".join(pattern.parts[: at + 1])
        shape = dict(_SHAPES[pattern.type]) if last else {"type": "object"}
        shape["description"] = MEANINGS[pattern.text] if last else f"The facts `{named}.…`."
        if part in _OPEN:
            place = place.setdefault("additionalProperties", shape)
        else:
            place = place.setdefault("properties", {}).setdefault(part, shape)
