"""What else is known of a person: traits, points, consent, reach, visits, touches, views and interest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.clock import DAY, MINUTE
from omnisdk.events.model import Event
from omnisdk.profile import consents, seen, sessions, viewed
from omnisdk.profile.sessions import GAP, Session
from tests.profile.lives import START, event, identify, order, page, read


def missing(found: Any) -> bool:
    return repr(found) == "MISSING"


# --- traits -----------------------------------------------------------------------------------------------------------
def test_the_latest_value_of_a_trait_counts_and_null_takes_it_away() -> None:
    events = [identify(START + DAY, city="Huế"), identify(START, city="Hà Nội", tên="Lan")]
    assert read(events, "traits.city") == "Huế"
    assert read(events, "traits.tên") == "Lan"
    assert missing(read([*events, identify(START + 2 * DAY, city=None)], "traits.city"))


def test_a_browser_never_overwrites_a_trait_that_the_shop_has_set() -> None:
    events = [identify(START, vouched=True, city="Huế", note=None), identify(START + DAY, city="Hà Nội", note="x")]
    for view in ("all", "shop"):
        assert read(events, "traits.city", view=view) == "Huế"
        assert missing(read(events, "traits.note", view=view))


def test_traits_of_a_browser_read_the_same_in_both_views() -> None:
    assert read([identify(interest="golf")], "traits.interest", view="shop") == "golf"


def test_a_nested_trait_is_walked_into() -> None:
    events = [identify(address={"phố": {"số": 7}, "a.b": "x"})]
    assert read(events, "traits.address.phố.số") == 7
    assert read(events, 'traits.address."a.b"') == "x"
    assert missing(read(events, "traits.address.phố.số.đâu"))


def test_texts_are_kept_trimmed_and_in_nfc() -> None:
    decomposed = "Đo\u0302\u0300 golf"
    assert read([identify(interest=f" {decomposed} ", tags=[decomposed])], "traits.interest") == "Đồ golf"
    assert read([event("Product Viewed", category=decomposed)], "viewed.category.Đồ golf.count") == 1


# --- points -----------------------------------------------------------------------------------------------------------
POINTS = [
    event("Points Changed", START, vouched=True, balance=100),
    identify(START + DAY, vouched=True, points=60),
    event("Points Changed", START + 2 * DAY, vouched=True, balance="90"),
    event("Points Changed", START + 3 * DAY, vouched=True, balance=85.5),
    event("Points Changed", START + 4 * DAY, balance=9_000),
]


def test_the_balance_said_last_counts_as_the_shop_vouches_for_it() -> None:
    assert read(POINTS, "points.balance", view="shop") == 85.5
    assert read(POINTS, "points.balance", view="all") == 9_000
    assert missing(read([], "points.balance"))


def test_points_redeemed_are_the_drops_of_the_balance() -> None:
    assert read(POINTS, "points.redeemed", view="shop") == 44.5
    assert read(POINTS, "points.redeemed(2d)", view="shop", now=START + 4 * DAY) == 4.5
    stated = [*POINTS[:1], event("Points Changed", START + DAY, vouched=True, balance=120, redeemed=30)]
    assert read(stated, "points.redeemed", view="shop") == 30
    assert read([], "points.redeemed") == 0


# --- consent and reach ------------------------------------------------------------------------------------------------
def consent(at: int, given: bool, *, vouched: bool) -> Event:
    return event("Consent Changed", at, vouched=vouched, purposes={"marketing": given})


@pytest.mark.parametrize(
    ("statements", "in_all", "in_shop"),
    [
        ([(True, True)], True, True),
        ([(False, True)], False, False),
        ([(True, False)], True, None),
        ([(True, True), (False, False)], False, True),  # a browser's no counts
        ([(False, True), (True, False)], False, False),  # its yes never undoes the shop's no
        ([(False, False), (True, False)], True, None),
        ([(False, False), (True, True)], True, True),
        ([(True, True), (False, False), (True, False)], True, True),
    ],
)
def test_the_latest_statement_on_a_purpose_wins(
    statements: list[tuple[bool, bool]], in_all: bool | None, in_shop: bool | None
) -> None:
    events = [consent(START + at, given, vouched=vouched) for at, (given, vouched) in enumerate(statements)]
    document = profile.fold(events)
    assert consents.given(document, "all", "marketing") is in_all
    assert consents.given(document, "shop", "marketing") is in_shop
    assert consents.given(document, "all", "analytics") is None


def test_email_and_sms_reach_whoever_has_an_address_and_did_not_unsubscribe() -> None:
    known = [event("", type="identify", refs=("email:lan@shop.vn", "phone:+84901234567"))]
    assert read(known, "reach.email") is True
    assert read(known, "reach.sms") is True
    assert read([identify(email="lan@shop.vn")], "reach.email") is True
    assert read([*known, event("Channel Unsubscribed", START + 1, channel="Email")], "reach.email") is False
    assert read([], "reach.email") is False


def test_push_reaches_whoever_subscribed_last() -> None:
    subscribed = event("Push Subscribed", START)
    assert read([subscribed], "reach.push") is True
    assert read([subscribed, event("Push Unsubscribed", START + 1)], "reach.push") is False
    assert read([subscribed, event("Channel Unsubscribed", START + 1, channel="push")], "reach.push") is False
    assert read([], "reach.push") is False


# --- visits -----------------------------------------------------------------------------------------------------------
@given(st.lists(st.tuples(st.integers(0, 12 * 60), st.booleans()), max_size=40))
def test_sessions_are_stretches_without_half_an_hours_gap(minutes: list[tuple[int, bool]]) -> None:
    expected: list[Session] = []
    for minute, is_page in sorted(minutes):
        at = START + minute * MINUTE
        if expected and at - expected[-1].last < GAP:
            expected[-1].last = at
            expected[-1].pages += is_page
        else:
            expected.append(Session(at, at, int(is_page)))
    events = [
        page(START + minute * MINUTE) if is_page else event("Cart Viewed", START + minute * MINUTE)
        for minute, is_page in minutes
    ]
    assert sessions.sessions(profile.fold(events)) == expected


def test_half_an_hour_to_the_microsecond_is_a_gap() -> None:
    assert len(sessions.sessions(profile.fold([page(START), page(START + GAP)]))) == 2
    assert len(sessions.sessions(profile.fold([page(START), page(START + GAP - 1)]))) == 1


def test_the_session_that_goes_on() -> None:
    events = [page(START - DAY), page(START, "https://shop.vn/?utm_source=zalo"), page(START + 10 * MINUTE)]
    now = START + 15 * MINUTE
    assert read(events, "session.pages", now=now) == 2
    assert read(events, "session.seconds", now=now) == 900
    assert read(events, "session.source", now=now) == "zalo"
    assert read(events, "visits.web.count", now=now) == 2
    assert read(events, "visits.web.count(1h)", now=now) == 1
    later = START + 10 * MINUTE + GAP
    assert read(events, "session.pages", now=later) == 0
    assert read(events, "session.seconds", now=later) == 0
    assert missing(read(events, "session.source", now=later))
    assert missing(read(events[:1], "session.source", now=START - DAY))


def test_visits_to_stores_are_those_the_shop_vouches_for() -> None:
    events = [event("Store Visited", vouched=True), event("Code Scanned", START + DAY)]
    assert read(events, "visits.store.count", view="all") == 2
    assert read(events, "visits.store.last_at", view="all") == START + DAY
    assert read(events, "visits.store.count", view="shop") == 1
    assert read(events, "visits.store.count(1h)", view="shop", now=START) == 1
    assert read(events, "visits.store.last_at", view="shop") == START
    assert missing(read([], "visits.store.last_at"))


# --- touches ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seen_page", "expected"),
    [
        (
            page(url="https://shop.vn/?utm_source=fb&utm_medium=cpc&utm_campaign=h%C3%A8&utm_term=a&utm_content=b"),
            {"source": "fb", "medium": "cpc", "campaign": "hè", "term": "a", "content": "b"},
        ),
        (page(url="https://shop.vn/?gclid=Cj0"), {"source": "google", "click_id": "Cj0"}),
        (page(url="https://shop.vn/?fbclid=x&utm_source=ig"), {"source": "ig", "click_id": "x"}),
        (page(url="https://shop.vn/?ttclid=t"), {"source": "tiktok", "click_id": "t"}),
        (page(url="https://shop.vn/?zclid=z"), {"source": "zalo", "click_id": "z"}),
        (page(context={"campaign": {"name": "Tết", "source": "zalo"}}), {"source": "zalo", "campaign": "Tết"}),
        (
            page(context={"page": {"url": "https://shop.vn/", "referrer": "https://www.google.com/search"}}),
            {"source": "google.com", "medium": "referral", "referrer": "https://www.google.com/search"},
        ),
        (page(url="https://shop.vn/a", referrer="https://www.shop.vn/"), {}),
        (page(url="https://shop.vn/?q=utm_source"), {}),
        (page(url="https://[bad", referrer="http://[worse"), {}),
    ],
)
def test_a_page_tells_where_its_visitor_came_from(seen_page: Event, expected: dict[str, str]) -> None:
    for field in ("source", "medium", "campaign", "term", "content", "click_id", "referrer"):
        found = read([seen_page], f"touch.first.{field}")
        assert (found == expected[field]) if field in expected else missing(found)
    assert missing(read([seen_page], "touch.first.at")) is not bool(expected)


def test_first_and_last_touch_pass_over_pages_that_are_none() -> None:
    events = [
        page(START + day * DAY, f"https://shop.vn/?utm_source={name}")
        for day, name in enumerate(("fb", "zalo", "tiktok"))
    ]
    events += [page(START - DAY), page(START + 9 * DAY)]
    assert read(events, "touch.first.source") == "fb"
    assert read(events, "touch.last.source") == "tiktok"
    assert read(events, "touch.last.at") == START + 2 * DAY


# --- views and interest -----------------------------------------------------------------------------------------------
def look(at: int, product_id: str, category: str = "laptop") -> Event:
    return event("Product Viewed", at, product_id=product_id, category=category, name=f"Máy {product_id}", price=99.5)


def test_products_looked_at_latest_first() -> None:
    events = [look(START + at, product) for at, product in enumerate(("P1", "P2", "P3", "P1"))]
    assert read(events, "viewed.products") == ["P1", "P3", "P2"]
    assert read(events, "viewed.last_at") == START + 3
    assert read(events, "viewed.category.laptop.count") == 4
    assert read(events, "viewed.category.laptop.last_at") == START + 3
    assert read(events, "viewed.category.laptop.count(1s)", now=START + 2) == 3
    assert viewed.latest_products(profile.fold(events))[0] == {
        "product_id": "P1", "category": "laptop", "name": "Máy P1", "price": "99.5",
    }  # fmt: skip


def test_without_views_there_are_none() -> None:
    assert read([], "viewed.products") == []
    assert missing(read([], "viewed.last_at"))
    assert read([], "viewed.category.laptop.count") == 0
    assert missing(read([], "viewed.category.laptop.last_at"))


def test_interest_counts_looks_carts_and_orders_and_halves_every_fortnight() -> None:
    events = [
        look(START, "P1", "đồ golf"),
        event("Product Added", START, product_id="P1", category="đồ golf"),
        order("A1", START, products=[{"product_id": "P1", "category": "đồ golf"}]),
    ]
    assert read(events, "interest.đồ golf", now=START) == 9
    assert read(events, "interest.đồ golf", now=START + 14 * DAY) == 4.5
    assert read(events, "interest.đồ golf", now=START + 28 * DAY) == 2.25
    assert read(events, "interest.khác") == 0


def test_interest_in_what_was_given_back_is_what_looking_at_it_showed() -> None:
    events = [
        look(START, "P1", "golf"),
        order("A1", products=[{"product_id": "P1", "category": "golf"}]),
        event("Order Cancelled", START + 1, vouched=True, order_id="A1"),
    ]
    assert read(events, "interest.golf", now=START) == 1


# --- where the person is ----------------------------------------------------------------------------------------------
def test_the_time_zone_is_the_traits_else_what_events_said_last() -> None:
    said = [
        page(START, context={"timezone": "Asia/Bangkok", "locale": "th"}),
        page(START + 1, context={"timezone": "Mars"}),
    ]
    assert seen.timezone(profile.fold(said[:1])) == "Asia/Bangkok"
    assert seen.timezone(profile.fold(said)) is None
    assert seen.timezone(profile.fold([*said, identify(timezone="Asia/Ho_Chi_Minh")])) == "Asia/Ho_Chi_Minh"
    assert seen.locale(profile.fold(said)) == "th"
    assert seen.locale(profile.fold([*said, identify(locale="vi")])) == "vi"
    assert seen.timezone(profile.empty()) is None


def test_events_are_counted_by_name_whoever_sent_them() -> None:
    events = [event("Xem lịch lớp"), event("Xem lịch lớp", START + DAY, vouched=True)]
    for view in ("all", "shop"):
        assert read(events, "events.Xem lịch lớp.count", view=view) == 2
        assert read(events, "events.Xem lịch lớp.first_at", view=view) == START
        assert read(events, "events.Xem lịch lớp.last_at", view=view) == START + DAY
    assert read([event("Order Completed")], "events.Order Completed.count", view="shop") == 0
    assert read([event("a.b(c)")], 'events."a.b(c)".count') == 1
    assert read([], "events.x.count") == 0
    assert missing(read([], "events.x.last_at"))
