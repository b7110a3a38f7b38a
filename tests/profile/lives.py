"""Lives of made-up people: single events with short hands, and hypothesis strategies for whole lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from hypothesis import strategies as st

from omnisdk import clock
from omnisdk.clock import DAY, HOUR, MINUTE
from omnisdk.events.model import Call, Event, Role
from omnisdk.profile import fold
from omnisdk.profile.catalogue import parse_fact
from omnisdk.profile.facts import FactContext, Reading, View, getter

START = clock.parse("2026-05-03T02:00:00Z")  # 9 o'clock in Hà Nội
GRANTS = {"GYM-12M": ("membership:gym", 365 * DAY), "วีไอพี": ("membership:vip", None)}

_numbers = count()


def event(
    name: str,
    at: int = START,
    /,
    *,
    type: Call = "track",  # the model's own word
    vouched: bool = False,
    role: Role | None = None,
    message_id: str | None = None,
    traits: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    refs: tuple[str, ...] = (),
    **properties: Any,
) -> Event:
    """Return one event of anonymous a1."""
    return Event(
        type=type,
        name=name,
        message_id=message_id or f"m{next(_numbers)}",
        timestamp=at,
        received_at=at,
        role=role or ("shop" if vouched else "browser"),
        anonymous_id="a1",
        vouched=vouched,
        traits=dict(traits or {}),
        context=dict(context or {}),
        refs=refs,
        properties=properties,
    )


def identify(at: int = START, *, vouched: bool = False, **traits: Any) -> Event:
    return event("", at, type="identify", vouched=vouched, traits=traits)


def page(at: int = START, url: str = "https://shop.vn/", **more: Any) -> Event:
    return event("", at, type="page", url=url, **more)


def order(order_id: str, at: int = START, *, vouched: bool = True, **properties: Any) -> Event:
    return event("Order Completed", at, vouched=vouched, order_id=order_id, **properties)


def read(events: list[Event], name: str, *, now: int = START + 30 * DAY, view: View = "all", **context: Any) -> Any:
    """Return the fact `name` of the person who lived `events`."""
    given = {"currency": "VND", "timezone": "Asia/Ho_Chi_Minh", "grants": GRANTS, **context}
    return getter(parse_fact(name))(Reading(fold(events), view, FactContext(now=now, **given)))


# --- strategies -------------------------------------------------------------------------------------------------------
# Few values of each, so that events meet: the same order twice, the same instant, the same campaign.
_TIMES = st.one_of(
    st.sampled_from([START, START + MINUTE, START + 29 * MINUTE, START + 30 * MINUTE, START + HOUR]),
    st.integers(0, 90).map(lambda days: START + days * DAY),
    st.integers(START - 500 * DAY, START + 90 * DAY),
)
LATEST = START + 90 * DAY

CATEGORIES = ["đồ golf", "phòng tập", "รองเท้า", "golf"]
PRODUCTS = ["P1", "P2", "GYM-12M", "วีไอพี"]
_AMOUNTS = st.sampled_from([0, 120, 99.9, "1250000", "12.50", -5, True, "free", None, 10**30])
_PIECES = st.sampled_from([1, 2, 3, 0, "2", 0.5, None])
_DAYS = st.sampled_from(["2026-05-03", "2026-06-01T00:00:00+07:00", "2026-08-31", "soon", None])


@st.composite
def products(draw: st.DrawFn) -> dict[str, Any]:
    full = {
        "product_id": draw(st.sampled_from([*PRODUCTS, 7, None])),
        "category": draw(st.sampled_from([*CATEGORIES, None])),
        "brand": draw(st.sampled_from(["Hãng A", None])),
        "coupon": draw(st.sampled_from(["GOLF20", None])),
        "name": draw(st.sampled_from(["Gậy golf", "ไม้กอล์ฟ", None])),
        "price": draw(_AMOUNTS),
        "quantity": draw(_PIECES),
        "tags": draw(st.sampled_from([None, ["new"], ["sale", "new"], "mới"])),
    }
    return {name: value for name, value in full.items() if value is not None}


_LISTS = st.lists(products(), max_size=3)


def _maybe(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), values.map(lambda value: {name: value}))


def _together(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda dicts: {name: value for each in dicts for name, value in each.items()})


_ORDER = _together(
    _maybe("order_id", st.sampled_from(["A1", "A2", 3])),
    _maybe("total", _AMOUNTS),
    _maybe("revenue", _AMOUNTS),
    _maybe("currency", st.sampled_from(["VND", "usd"])),
    _maybe("coupon", st.just("GOLF20")),
    _maybe("products", _LISTS),
)
_MEMBERSHIP = _together(
    _maybe("membership", st.sampled_from(["gym", "vip", "thành viên"])), _maybe("since", _DAYS), _maybe("until", _DAYS)
)
_PROMOTION = _together(
    _maybe("promotion_id", st.sampled_from(["golf-days", "tập-thử"])),
    _maybe("position", st.sampled_from(["popup", "home-hero"])),
    _maybe("decision_id", st.sampled_from(["d1", "d2", "d3"])),
    _maybe("creative", st.sampled_from(["a", "b"])),
    _maybe("reason", st.just("owned")),
)

TRACKED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Product Viewed": products(),
    "Product Added": products(),
    "Product Removed": products(),
    "Cart Viewed": _maybe("products", _LISTS),
    "Checkout Started": _maybe("products", _LISTS),
    "Payment Info Entered": st.just({}),
    "Order Completed": _ORDER,
    "Order Updated": _ORDER,
    "Order Refunded": _ORDER,
    "Order Cancelled": _maybe("order_id", st.sampled_from(["A1", "A2"])),
    "Membership Started": _MEMBERSHIP,
    "Membership Ended": _MEMBERSHIP,
    "Points Changed": _together(_maybe("balance", st.integers(0, 50)), _maybe("redeemed", st.integers(0, 9))),
    "Consent Changed": _maybe("purposes", st.dictionaries(st.sampled_from(["marketing", "đo lường"]), st.booleans())),
    "Push Subscribed": st.just({}),
    "Push Unsubscribed": st.just({}),
    "Channel Unsubscribed": _maybe("channel", st.sampled_from(["email", "sms", "push"])),
    "Store Visited": _maybe("store_id", st.just("D1")),
    "Code Scanned": st.just({}),
    "Promotion Viewed": _PROMOTION,
    "Promotion Clicked": _PROMOTION,
    "Promotion Dismissed": _PROMOTION,
    "Message Sent": _PROMOTION,
    "Lead Captured": _maybe("category", st.sampled_from(CATEGORIES)),
    "Xem lịch lớp": _maybe("products", _LISTS),
}

_TRAITS = st.dictionaries(
    st.sampled_from(["first_name", "city", "points", "memberships", "email", "timezone", "địa chỉ"]),
    st.one_of(
        st.none(),
        st.integers(0, 90),
        st.sampled_from(["Lan", " Hà Nội ", "Ha\u0300 No\u0323\u0302i", "กรุงเทพ", "Asia/Bangkok", float("nan")]),
        st.lists(st.sampled_from(["gym", "vip"]), max_size=2),
        st.just({"phố": {"số": 7}}),
    ),
    max_size=3,
)
_CONTEXTS = st.sampled_from(
    [
        {},
        {"locale": "vi-VN", "timezone": "Asia/Ho_Chi_Minh"},
        {"locale": "th"},
        {"campaign": {"source": "zalo", "name": "Tết"}},
        {"page": {"url": "https://shop.vn/?utm_source=fb&fbclid=x1", "referrer": "https://www.google.com/"}},
    ]
)


KINDS = ("identify", "page", "group", *TRACKED, *TRACKED)


@st.composite
def events(draw: st.DrawFn, kinds: Sequence[str] = KINDS) -> Event:
    """One event of one of `kinds`, by the shop or a browser. Its messageId stands for whatever `dedupe` leaves apart."""
    at, vouched = draw(_TIMES), draw(st.booleans())
    message = f"m{draw(st.integers(0, 40))}"
    what = draw(st.sampled_from(kinds))
    common: dict[str, Any] = {"vouched": vouched, "message_id": message, "context": draw(_CONTEXTS)}
    if draw(st.integers(0, 9)) == 0:
        common["refs"] = ("email:lan@shop.vn", "phone:+84901234567")
    if what in ("identify", "group"):
        return event("", at, type=what, traits=draw(_TRAITS), **common)
    if what == "page":
        url = draw(st.sampled_from(["https://shop.vn/", "https://shop.vn/golf?utm_source=fb&utm_campaign=hè"]))
        return event("", at, type="page", url=url, **common)
    return event(what, at, **common, **draw(TRACKED[what]))


def lives(most: int = 14, kinds: Sequence[str] = KINDS) -> st.SearchStrategy[list[Event]]:
    """Everything that reached one person, each event once: the same messageId may come with either key.

    `kinds`: names of track events, and identify, page, group; few of them make events meet.
    """
    return st.lists(events(kinds), max_size=most, unique_by=lambda each: (each.role, each.message_id))
