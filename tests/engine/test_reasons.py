"""Each reason, and the edges at which it begins and ends."""

from __future__ import annotations

import pytest

from omnisdk.clock import DAY, HOUR, MINUTE, SECOND
from omnisdk.engine.result import Device, Reason
from omnisdk.rules.model import (
    All,
    Any_,
    Compare,
    Content,
    Conversion,
    Grant,
    InSegment,
    Journey,
    Not,
    Offer,
    Placement,
    Site,
)
from tests.engine.given import (
    NOBODY,
    NOW,
    asked,
    campaign,
    decided,
    happened,
    identified,
    reason,
    rules,
    somebody,
    why,
)

MEMBER = happened("Membership Started", membership="gym")


# --- the placement ----------------------------------------------------------------------------------------------------
def test_a_placement_the_rules_do_not_know_is_unknown() -> None:
    assert reason(rules(campaign()), NOBODY, asked("pop-up")) is Reason.UNKNOWN_PLACEMENT


@pytest.mark.parametrize("kind", ["push", "email", "sms", "webhook"])
def test_messages_are_unknown_to_a_browser(kind: str) -> None:
    given = rules(campaign(on=[kind]))
    assert reason(given, somebody(), asked(kind, role="browser")) is Reason.UNKNOWN_PLACEMENT
    assert reason(given, somebody(), asked(kind, role="shop")) is not Reason.UNKNOWN_PLACEMENT


def test_a_declared_crawler_gets_nothing() -> None:
    crawler = Device("other", "", "Googlebot", bot=True)
    assert reason(rules(campaign()), NOBODY, asked(device=crawler)) is Reason.BOT
    assert reason(rules(), NOBODY, asked(device=crawler)) is Reason.BOT
    assert reason(rules(campaign()), NOBODY, asked("nope", device=crawler)) is Reason.UNKNOWN_PLACEMENT
    assert reason(rules(campaign()), NOBODY, asked(device=Device("desktop", "Linux", "Chrome"))) is Reason.WON


def test_a_placement_without_campaigns_has_no_creative() -> None:
    assert reason(rules(), NOBODY) is Reason.NO_CREATIVE
    assert reason(rules(campaign(on=["banner"])), NOBODY) is Reason.NO_CREATIVE


def test_a_text_with_nothing_to_fill_in_has_no_creative() -> None:
    greeting = rules(campaign(content=Content(title={"vi": "Chào {{ traits.first_name }}"})))
    assert reason(greeting, somebody()) is Reason.NO_CREATIVE
    assert reason(greeting, somebody(identified(first_name="  "))) is Reason.NO_CREATIVE
    assert reason(greeting, somebody(identified(first_name="Lân"))) is Reason.WON


def test_a_default_stands_for_what_is_missing() -> None:
    greeting = rules(campaign(content=Content(title={"vi": "Chào {{ traits.first_name | default('bạn') }}"})))
    (decision,) = decided(greeting, somebody())
    assert decision.content == {"title": "Chào bạn"}


@pytest.mark.parametrize("text", ["Mã {{ coupon }}", "Còn {{ ends_in }}", "Đến {{ ends_on }}", "Mã {{ event.code }}"])
def test_terms_that_the_campaign_lacks_leave_the_creative_out(text: str) -> None:
    assert reason(rules(campaign(content=Content(title={"vi": text}))), somebody()) is Reason.NO_CREATIVE


def test_an_address_that_could_run_code_leaves_the_creative_out() -> None:
    for url in ("javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "{{ traits.site }}"):
        given = rules(campaign(content=Content(cta={"label": {"vi": "Xem"}, "url": url})))
        assert reason(given, somebody(identified(site="javascript:alert(1)"))) is Reason.NO_CREATIVE, url


# --- the calendar -----------------------------------------------------------------------------------------------------
def test_a_campaign_or_a_site_that_is_off_is_disabled() -> None:
    assert reason(rules(campaign(enabled=False)), NOBODY) is Reason.DISABLED
    assert reason(rules(campaign(), site=Site(enabled=False)), NOBODY) is Reason.DISABLED


def test_a_campaign_is_live_from_its_start_up_to_its_end() -> None:
    given = rules(campaign(starts=NOW, ends=NOW + HOUR))
    assert reason(given, NOBODY, now=NOW - 1) is Reason.NOT_STARTED
    assert reason(given, NOBODY, now=NOW) is Reason.WON
    assert reason(given, NOBODY, now=NOW + HOUR - 1) is Reason.WON
    assert reason(given, NOBODY, now=NOW + HOUR) is Reason.ENDED


def test_a_campaign_that_a_journey_sends_waits_for_a_run() -> None:
    steps = ({"wait": DAY}, {"if": {}, "then": [{"send": "golf-days", "through": ["push"]}], "else": [{"stop": True}]})
    journeys = {"last-days": Journey("last-days", {"event": "Product Added"}, steps=steps)}
    assert reason(rules(campaign(), journeys=journeys), NOBODY) is Reason.NOT_IN_JOURNEY
    assert reason(rules(campaign(also_on_page=True), journeys=journeys), NOBODY) is Reason.WON
    assert reason(rules(campaign("other"), journeys=journeys), NOBODY) is Reason.WON


# --- the page ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/golf", Reason.WON),
        ("/GOLF/", Reason.WON),
        ("/golf/gậy?x=1", Reason.WON),
        ("/golf/g%E1%BA%ADy", Reason.WON),
        ("/yoga", Reason.WRONG_PAGE),
        ("/", Reason.WRONG_PAGE),
        (None, Reason.WON),
    ],
)
def test_pages_say_where_a_campaign_belongs(path: str | None, expected: Reason) -> None:
    assert reason(rules(campaign(pages=("/golf/*",))), NOBODY, asked(path=path)) is expected


def test_the_page_is_read_from_the_address_where_no_path_is_given() -> None:
    given = rules(campaign(pages=("/โยคะ",)))
    assert (
        reason(given, NOBODY, asked(url="https://shop.example/%E0%B9%82%E0%B8%A2%E0%B8%84%E0%B8%B0?a=1")) is Reason.WON
    )
    assert reason(given, NOBODY, asked(url="https://shop.example")) is Reason.WRONG_PAGE
    assert reason(given, NOBODY, asked(url="https://[broken")) is Reason.WON


def test_a_placement_is_never_used_on_its_never_pages() -> None:
    placements = {"popup": Placement("popup", "popup", never_on=("/help/*",))}
    given = rules(campaign(), placements=placements)
    assert reason(given, NOBODY, asked(path="/help")) is Reason.WRONG_PAGE
    assert reason(given, NOBODY, asked(path="/help/giao-hàng")) is Reason.WRONG_PAGE
    assert reason(given, NOBODY, asked(path="/helpful")) is Reason.WON


@pytest.mark.parametrize("path", ["/giỏ-quà", "/Giỏ-Quà/", "/gi%E1%BB%8F-qu%C3%A0?a=1", "/gio\u0309-qua\u0300#top"])
def test_a_rule_on_the_path_reads_it_as_patterns_do(path: str) -> None:
    given = rules(campaign(audience=Compare("page.path", "is", "/giỏ-quà")))
    assert reason(given, NOBODY, asked(path=path)) is Reason.WON
    assert reason(given, NOBODY, asked(url=f"https://shop.example{path}")) is Reason.WON
    other = why(given, NOBODY, asked(path="/Yoga/"))
    assert (other.reason, dict(other.facts)) == (Reason.NOT_IN_AUDIENCE, {"page.path": "/yoga"})


@pytest.mark.parametrize("kind", ["webhook", "data"])
def test_pages_concern_what_stands_on_pages_only(kind: str) -> None:
    assert reason(rules(campaign(on=[kind], pages=("/golf",))), somebody(), asked(kind, path="/yoga")) is Reason.WON


# --- the person -------------------------------------------------------------------------------------------------------
def test_an_audience_must_hold() -> None:
    golfers = {"golfers": Any_((Compare("interest.golf", "at_least", 5), Compare("traits.interest", "is", "golf")))}
    given = rules(campaign(audience=InSegment("golfers")), segments=golfers)
    assert reason(given, somebody()) is Reason.NOT_IN_AUDIENCE
    assert reason(given, NOBODY) is Reason.NOT_IN_AUDIENCE
    assert reason(given, somebody(identified(interest="golf"))) is Reason.WON
    assert reason(given, somebody(happened("Order Completed", NOW, products=[{"category": "golf"}]))) is Reason.WON


def test_an_exclude_must_not_hold() -> None:
    given = rules(campaign(exclude=Compare("traits.staff", "is", True)))
    assert reason(given, somebody(identified(staff=True))) is Reason.EXCLUDED
    assert reason(given, somebody(identified(staff=1))) is Reason.WON


def test_the_general_exclude_holds_back_marketing_only() -> None:
    keys = {"segments": {"complaining": Compare("traits.open_complaint", "is", True)}, "exclude": ("complaining",)}
    person = somebody(identified(open_complaint=True))
    assert reason(rules(campaign(), **keys), person) is Reason.EXCLUDED
    assert reason(rules(campaign(purpose="service"), **keys), person) is Reason.WON


def test_a_member_never_sees_what_a_member_has() -> None:
    given = rules(campaign(promotes=("membership:gym",)))
    assert reason(given, somebody(MEMBER)) is Reason.OWNED
    assert reason(given, somebody(happened("Membership Started", membership="pool"))) is Reason.WON
    assert reason(given, somebody(MEMBER, happened("Membership Ended", NOW - HOUR, membership="gym"))) is Reason.WON


def test_a_membership_ends_with_its_until() -> None:
    person = somebody(happened("Membership Started", membership="gym", until="2026-11-09"))
    given = rules(campaign(promotes=("membership:gym",)))
    midnight = NOW - 12 * HOUR  # 10 November in Việt Nam
    assert reason(given, person, now=midnight - 1) is Reason.OWNED
    assert reason(given, person, now=midnight) is Reason.WON


def test_an_order_grants_a_membership_and_a_refund_takes_it_back() -> None:
    grants = {"GYM-12M": Grant("membership:gym", 365 * DAY)}
    given = rules(campaign(promotes=("membership:gym",), starts=NOW), grants=grants)
    order = happened("Order Completed", order_id="A", products=[{"product_id": "GYM-12M"}])
    assert reason(given, somebody(order)) is Reason.OWNED
    assert reason(given, somebody(order), now=order.timestamp + 365 * DAY) is Reason.WON
    assert reason(given, somebody(order, happened("Order Refunded", NOW - HOUR, order_id="A"))) is Reason.WON


def test_a_product_is_owned_while_an_order_holds_it() -> None:
    given = rules(campaign(promotes=("product:P1",), starts=NOW))
    order = happened("Order Completed", order_id="A", products=[{"product_id": "P1", "quantity": 2}])
    part = happened("Order Refunded", NOW - HOUR, order_id="A", products=[{"product_id": "P1", "quantity": 1}])
    assert reason(given, somebody(order)) is Reason.OWNED
    assert reason(given, somebody(order, part)) is Reason.OWNED
    assert reason(given, somebody(order, happened("Order Refunded", NOW - HOUR, order_id="A"))) is Reason.WON


def test_a_product_may_be_offered_again_after_a_time() -> None:
    given = rules(campaign(promotes=("product:P1",), again_after=60 * DAY))
    order = happened("Order Completed", order_id="A", products=[{"product_id": "P1"}])
    assert reason(given, somebody(order), now=order.timestamp + 60 * DAY - 1) is Reason.OWNED
    assert reason(given, somebody(order), now=order.timestamp + 60 * DAY) is Reason.WON


def test_again_after_never_shows_a_running_membership_to_its_owner() -> None:
    given = rules(campaign(promotes=("membership:gym",), again_after=DAY))
    assert reason(given, somebody(happened("Membership Started", NOW - 90 * DAY, membership="gym"))) is Reason.OWNED


def test_a_category_forbids_nothing_by_itself() -> None:
    given = rules(campaign(promotes=("category:đồ golf",), starts=NOW))
    person = somebody(happened("Order Completed", products=[{"product_id": "P1", "category": "đồ golf"}]))
    assert reason(given, person) is Reason.WON


def test_an_order_of_what_is_promoted_converts() -> None:
    given = rules(campaign(promotes=("category:đồ golf",), starts=NOW - DAY))
    bought = {"order_id": "A", "products": [{"product_id": "P1", "category": "đồ golf"}]}
    assert reason(given, somebody(happened("Order Completed", NOW - DAY, **bought))) is Reason.CONVERTED
    assert reason(given, somebody(happened("Order Completed", NOW - DAY - 1, **bought))) is Reason.WON
    undone = happened("Order Cancelled", NOW - HOUR, order_id="A")
    assert reason(given, somebody(happened("Order Completed", NOW - DAY, **bought), undone)) is Reason.WON


def test_converts_on_names_the_event_and_the_product() -> None:
    wanted = Conversion("Lead Captured", {"category": "คลินิก"})
    given = rules(campaign(converts_on=wanted, promotes=("category:golf",)))
    assert reason(given, somebody(happened("Lead Captured", category="คลินิก"))) is Reason.CONVERTED
    assert reason(given, somebody(happened("Lead Captured", category="โรงเรียน"))) is Reason.WON
    assert reason(given, somebody(happened("Lead Captured"))) is Reason.WON
    assert reason(given, somebody(happened("Order Completed", products=[{"category": "golf"}]))) is Reason.WON


def test_where_must_hold_for_one_product_as_a_whole() -> None:
    given = rules(campaign(converts_on=Conversion("Order Completed", {"category": "golf", "brand": "Sơn"})))
    apart = [{"product_id": "1", "category": "golf"}, {"product_id": "2", "brand": "Sơn"}]
    together = [{"product_id": "1", "category": "golf", "brand": "Sơn"}]
    assert reason(given, somebody(happened("Order Completed", products=apart))) is Reason.WON
    assert reason(given, somebody(happened("Order Completed", products=together))) is Reason.CONVERTED


def test_a_conversion_without_where_is_any_event_of_that_name() -> None:
    given = rules(campaign(converts_on=Conversion("Store Visited"), again_after=30 * DAY))
    visit = happened("Store Visited", store_id="D1")
    assert reason(given, somebody(visit)) is Reason.CONVERTED
    assert reason(given, somebody(visit), now=visit.timestamp + 30 * DAY - 1) is Reason.CONVERTED
    assert reason(given, somebody(visit), now=visit.timestamp + 30 * DAY) is Reason.WON


def test_a_campaign_without_promise_or_goal_never_converts() -> None:
    assert reason(rules(campaign()), somebody(happened("Order Completed", total=5))) is Reason.WON


def test_a_dismissal_rests_the_campaign() -> None:
    closed = happened("Promotion Dismissed", NOW - 7 * DAY, promotion_id="golf-days")
    assert reason(rules(campaign()), somebody(closed), now=NOW - 1) is Reason.DISMISSED
    assert reason(rules(campaign()), somebody(closed), now=NOW) is Reason.WON
    assert reason(rules(campaign(dismiss_for=8 * DAY)), somebody(closed)) is Reason.DISMISSED
    assert reason(rules(campaign("other")), somebody(closed), now=NOW - 1) is Reason.WON


def test_i_already_have_this_rests_it_for_good() -> None:
    said = happened("Promotion Dismissed", NOW - 900 * DAY, by="browser", promotion_id="golf-days", reason="owned")
    assert reason(rules(campaign()), somebody(said)) is Reason.DISMISSED


# --- the channel ------------------------------------------------------------------------------------------------------
def test_a_message_needs_an_address() -> None:
    for kind in ("push", "email", "sms"):
        assert reason(rules(campaign(on=[kind])), somebody(), asked(kind)) is Reason.UNREACHABLE
        assert reason(rules(campaign(on=[kind])), NOBODY, asked(kind)) is Reason.UNREACHABLE
    subscribed = somebody(happened("Push Subscribed"), identified(email="lan@example.vn", phone="+84901234567"))
    for kind in ("push", "email", "sms"):
        assert reason(rules(campaign(on=[kind])), subscribed, asked(kind)) is Reason.WON


@pytest.mark.parametrize("kind", ["webhook", "banner", "popup", "data"])
def test_other_kinds_are_always_reachable(kind: str) -> None:
    assert reason(rules(campaign(on=[kind])), NOBODY, asked(kind)) is Reason.WON


def test_quiet_hours_pass_midnight() -> None:
    placements = {"zalo": Placement("zalo", "webhook", quiet_hours=(21 * 60, 8 * 60))}
    given = rules(campaign(on=["zalo"]), placements=placements)
    noon = NOW  # 12:00 in Việt Nam
    for minutes, expected in [
        (9 * 60 - 1, Reason.WON),  # 20:59
        (9 * 60, Reason.QUIET_HOURS),  # 21:00
        (12 * 60, Reason.QUIET_HOURS),  # 00:00
        (20 * 60 - 1, Reason.QUIET_HOURS),  # 07:59
        (20 * 60, Reason.WON),  # 08:00
    ]:
        assert reason(given, somebody(), asked("zalo"), now=noon + minutes * MINUTE) is expected, minutes


def test_quiet_hours_are_the_persons_where_their_time_zone_is_known() -> None:
    placements = {"zalo": Placement("zalo", "webhook", quiet_hours=(11 * 60, 13 * 60))}
    given = rules(campaign(on=["zalo"]), placements=placements)
    assert reason(given, somebody(), asked("zalo")) is Reason.QUIET_HOURS
    assert reason(given, somebody(identified(timezone="Europe/Berlin")), asked("zalo")) is Reason.WON
    assert reason(given, somebody(), asked("zalo", timezone="Europe/Berlin")) is Reason.WON
    assert reason(given, somebody(), asked("zalo", timezone="../etc/passwd")) is Reason.QUIET_HOURS


def test_quiet_hours_concern_messages_only() -> None:
    placements = {"popup": Placement("popup", "popup", quiet_hours=(0, 24 * 60 - 1))}
    assert reason(rules(campaign(), placements=placements), somebody()) is Reason.WON


# --- what wins --------------------------------------------------------------------------------------------------------
def test_a_winner_carries_all_that_is_told_of_it() -> None:
    given = rules(
        campaign(
            ends=NOW + 2 * DAY,
            promotes=("category:golf",),
            offer=Offer("GOLF20", {"percent": 20}, {"vi": "Giảm {{ coupon }}", "en": "Off"}),
            content=Content(title={"vi": "Còn {{ ends_in }}", "th": "เหลือ {{ ends_in }}"}, countdown=True),
            creatives={"hero": Content(trigger={"scroll": 0.6})},
        ),
        placements={"hero": Placement("hero", "banner", size=(1200, 240))},
    )
    (decision,) = decided(given, somebody(), asked("hero", locale="th-TH"))
    assert decision.reason is Reason.WON and decision.campaign == "golf-days" and decision.kind == "banner"
    assert decision.id == "decision-1" and decision.variant is None
    assert decision.ends_at == NOW + 2 * DAY and decision.coupon == "GOLF20"
    assert decision.content == {"title": "เหลือ 2 วัน", "countdown": True}
    assert decision.trigger == {"scroll": 0.6} and decision.size == (1200, 240)
    assert decision.promotes == ("category:golf",)
    assert decision.offer == {"text": "Giảm GOLF20", "discount": {"percent": 20}}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"after": 8 * SECOND}, {"after": 8}),
        ({"after": 0}, {"after": 0}),
        ({"idle": 1_500_000}, {"idle": 1.5}),
        ({"scroll": 0.6}, {"scroll": 0.6}),
        ({"exit": True}, {"exit": True}),
        ({"event": "Xem giá"}, {"event": "Xem giá"}),
    ],
)
def test_a_trigger_is_told_in_seconds(written: dict[str, object], told: dict[str, object]) -> None:
    (decision,) = decided(rules(campaign(creatives={"popup": Content(trigger=written)})), somebody())
    assert decision.trigger == told


def test_a_loser_carries_its_reason_alone() -> None:
    (decision,) = decided(rules(campaign(enabled=False)), somebody())
    assert (decision.campaign, decision.id, decision.content, decision.kind) == (None, None, None, None)


def test_each_decision_of_one_answer_has_an_id_of_its_own() -> None:
    both = decided(rules(campaign(on=["banner", "bar"])), somebody(), asked("banner", "bar"))
    assert [each.reason for each in both] == [Reason.WON, Reason.WON]
    assert both[0].id != both[1].id


def test_answers_come_in_the_order_asked() -> None:
    answers = decided(rules(campaign()), NOBODY, asked("email", "nope", "popup", "banner"))
    assert [each.placement for each in answers] == ["email", "nope", "popup", "banner"]


def test_a_segment_of_segments_counts_as_its_rules() -> None:
    segments = {"vip": All((InSegment("loyal"), Not(InSegment("staff")))), "loyal": Compare("orders.count", "at_least", 1),
                "staff": Compare("traits.staff", "is", True)}  # fmt: skip
    given = rules(campaign(audience=InSegment("vip")), segments=segments)
    assert reason(given, somebody(happened("Order Completed", total=1))) is Reason.WON
    assert (
        reason(given, somebody(happened("Order Completed", total=1), identified(staff=True))) is Reason.NOT_IN_AUDIENCE
    )
