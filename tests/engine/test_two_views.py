"""Law 3: anyone may silence, only the shop may grant.

What is claimed exactly, and tested over random lives: whatever unvouched events are added to the vouched ones,

- what withholds a campaign because of vouched orders, memberships, refunds, points, store visits or consent withholds
  it still: OWNED, CONVERTED, EXCLUDED, NOT_IN_AUDIENCE and NO_CONSENT for such facts never become WON;
- what anybody once said to silence a campaign is not unsaid by more events: DISMISSED, CAPPED;
- a trait that the shop has set decides alone.

Not claimed: facts that read the same in both views (views of pages, carts, own traits) are the browser's to change, and
so is the guard that follows from the cart.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.clock import DAY, HOUR
from omnisdk.engine import compile_rules, decide
from omnisdk.engine.result import Person, Reason
from omnisdk.events.model import Event, Role
from omnisdk.profile import fold
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.profile.ownership import owned
from omnisdk.rules.model import All, Any_, Campaign, Cap, Compare, Conversion, Grant, InSegment, Not, Rule, Ruleset
from tests.engine.given import NOW, SITE, asked, campaign, happened, identified, reason, rules, somebody

GRANTS = {"GYM-1M": Grant("membership:gym", 30 * DAY), "P1": Grant("membership:câu-lạc-bộ")}

LINES = st.lists(
    st.fixed_dictionaries(
        {"product_id": st.sampled_from(("P1", "P2", "GYM-1M"))},
        optional={"quantity": st.integers(0, 2), "category": st.sampled_from(("golf", "โยคะ")), "price": st.just(10)},
    ),
    max_size=2,
)
ORDER_ID = st.sampled_from(("A", "B"))
SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Order Completed": st.fixed_dictionaries({"order_id": ORDER_ID, "total": st.integers(0, 90), "products": LINES}),
    "Order Updated": st.fixed_dictionaries({"order_id": ORDER_ID, "products": LINES}),
    "Order Refunded": st.fixed_dictionaries({"order_id": ORDER_ID}, optional={"products": LINES}),
    "Order Cancelled": st.fixed_dictionaries({"order_id": ORDER_ID}),
    "Membership Started": st.fixed_dictionaries(
        {"membership": st.sampled_from(("gym", "câu-lạc-bộ"))},
        optional={"since": st.just("2026-11-01"), "until": st.sampled_from(("2026-11-09", "2026-12-31"))},
    ),
    "Membership Ended": st.fixed_dictionaries({"membership": st.sampled_from(("gym", "câu-lạc-bộ"))}),
    "Points Changed": st.fixed_dictionaries({"balance": st.integers(0, 200)}),
    "Store Visited": st.fixed_dictionaries({"store_id": st.just("D1")}),
    "Consent Changed": st.fixed_dictionaries({"purposes": st.fixed_dictionaries({"marketing": st.booleans()})}),
    "Promotion Dismissed": st.fixed_dictionaries(
        {"promotion_id": st.sampled_from(("c", "d"))}, optional={"reason": st.sampled_from(("owned", "later"))}
    ),
    "Promotion Viewed": st.fixed_dictionaries(
        {"promotion_id": st.sampled_from(("c", "d")), "position": st.just("popup")},
        optional={"decision_id": st.sampled_from(("d1", "d2"))},
    ),
}


def moments(by: Role) -> st.SearchStrategy[Event]:
    """Events of anything that two views tell apart, within forty days, at few moments so that they meet."""
    at = st.sampled_from([NOW - days * DAY for days in (0, 1, 2, 5, 20, 40)])
    tracked = st.sampled_from(sorted(SAID)).flatmap(
        lambda name: st.builds(lambda when, said: happened(name, when, by=by, **said), at, SAID[name])
    )
    traits = st.fixed_dictionaries(
        {},
        optional={"memberships": st.sampled_from((["gym"], [])), "points": st.integers(0, 200), "staff": st.booleans()},
    )
    return st.one_of(tracked, tracked, st.builds(lambda when, said: identified(when, by=by, **said), at, traits))


VOUCHED = st.lists(moments("shop"), max_size=6)
CLAIMED = st.lists(moments("browser"), max_size=6)

MANY_ORDERS: Rule = Compare("orders.count", "at_least", 1)
HAS_POINTS: Rule = Compare("points.balance", "at_least", 100)
VISITED: Rule = Compare("visits.store.count", "at_least", 1)
IS_MEMBER: Rule = Compare("owns", "contains", "membership:gym")
SPENT: Rule = Compare("orders.total(10d)", "at_least", 50)
TWO_VIEW_RULES: list[Rule] = [
    MANY_ORDERS,
    HAS_POINTS,
    VISITED,
    IS_MEMBER,
    SPENT,
    Not(MANY_ORDERS),
    Not(IS_MEMBER),
    All((MANY_ORDERS, Not(HAS_POINTS))),
    Any_((VISITED, SPENT)),
    Compare("orders.last_at", "older_than", 3 * DAY),
    Compare("membership.gym.until", "within_next", 60 * DAY),
    Compare("interest.golf", "at_least", 4),
    Compare("segments", "contains", "buyers"),
    InSegment("buyers"),
]


def ask(ruleset: Ruleset, life: list[Event]) -> Reason:
    (decision,) = decide(asked("popup"), Person(fold(life), "user:u1", "d"), compile_rules(ruleset), NOW)
    return decision.reason


def only(each: Campaign, **keys: Any) -> Ruleset:
    return rules(each, grants=GRANTS, segments={"buyers": MANY_ORDERS}, **keys)


@given(VOUCHED, CLAIMED, st.sampled_from(("membership:gym", "membership:câu-lạc-bộ", "product:P1", "product:P2")))
def test_an_owner_the_shop_vouches_for_never_sees_the_offer(
    vouched: list[Event], claimed: list[Event], entitlement: str
) -> None:
    ruleset = only(campaign("c", promotes=(entitlement,), starts=NOW))
    grants = {name: (grant.gives, grant.for_) for name, grant in GRANTS.items()}
    context = FactContext(NOW, SITE.timezone, SITE.currency, grants)
    if owned(Reading(fold(vouched), "shop", context), entitlement):
        assert ask(ruleset, vouched) in (Reason.OWNED,)
        assert ask(ruleset, [*vouched, *claimed]) is Reason.OWNED
    if owned(Reading(fold([*vouched, *claimed]), "all", context), entitlement):
        assert ask(ruleset, [*vouched, *claimed]) is Reason.OWNED, "a claim to own is believed, as it only silences"


@given(VOUCHED, CLAIMED, st.sampled_from((None, 3 * DAY)))
def test_an_order_the_shop_vouches_for_keeps_converting(
    vouched: list[Event], claimed: list[Event], again_after: int | None
) -> None:
    for wanted in (None, Conversion("Order Completed", {"category": "golf"}), Conversion("Store Visited")):
        ruleset = only(campaign("c", promotes=("category:โยคะ",), converts_on=wanted, again_after=again_after))
        if ask(ruleset, vouched) is Reason.CONVERTED:
            assert ask(ruleset, [*vouched, *claimed]) is Reason.CONVERTED


@given(VOUCHED, CLAIMED, st.sampled_from(TWO_VIEW_RULES))
def test_claims_neither_enter_an_audience_nor_leave_an_exclude(
    vouched: list[Event], claimed: list[Event], rule: Rule
) -> None:
    audience, exclude = only(campaign("c", audience=rule)), only(campaign("c", exclude=rule))
    if ask(audience, vouched) is Reason.NOT_IN_AUDIENCE:
        assert ask(audience, [*vouched, *claimed]) is Reason.NOT_IN_AUDIENCE
    if ask(exclude, vouched) is Reason.EXCLUDED:
        assert ask(exclude, [*vouched, *claimed]) is Reason.EXCLUDED
    if not isinstance(rule, InSegment):
        general = rules(campaign("c"), grants=GRANTS, segments={"buyers": MANY_ORDERS, "g": rule}, exclude=("g",))
        if ask(general, vouched) is Reason.EXCLUDED:
            assert ask(general, [*vouched, *claimed]) is Reason.EXCLUDED


@given(VOUCHED, CLAIMED)
def test_a_no_that_the_shop_vouches_for_stands(vouched: list[Event], claimed: list[Event]) -> None:
    if ask(only(campaign("x")), vouched) is Reason.NO_CONSENT:
        assert ask(only(campaign("x")), [*vouched, *claimed]) is Reason.NO_CONSENT


@given(VOUCHED, CLAIMED, CLAIMED, st.sampled_from((Cap(1, 3 * DAY), Cap(2), Cap(1))))
def test_what_silences_is_never_unsaid(vouched: list[Event], claimed: list[Event], more: list[Event], cap: Cap) -> None:
    for ruleset in (only(campaign("c")), only(campaign("c", caps=(cap,))), only(campaign("c"), caps=(cap,))):
        before = ask(ruleset, [*vouched, *claimed])
        if before in (Reason.DISMISSED, Reason.CAPPED):
            assert ask(ruleset, [*vouched, *claimed, *more]) is not Reason.WON


@given(VOUCHED, CLAIMED)
def test_a_member_never_sees_the_trial(vouched: list[Event], claimed: list[Event]) -> None:
    """Whatever else the rules offer: if anybody says that this is a member now, the trial is not what wins."""
    ruleset = rules(
        campaign("trial", promotes=("membership:gym",), priority=90, again_after=DAY),
        campaign("c"),
        grants=GRANTS,
    )
    life = [*vouched, *claimed]
    context = FactContext(
        NOW, SITE.timezone, SITE.currency, {name: (each.gives, each.for_) for name, each in GRANTS.items()}
    )
    document = fold(life)
    (decision,) = decide(asked("popup"), Person(document, "user:u1", "d"), compile_rules(ruleset), NOW)
    if any(owned(Reading(document, view, context), "membership:gym") for view in ("all", "shop")):  # type: ignore[arg-type]
        assert decision.campaign != "trial"


# --- examples, so that the laws above cannot hold by never applying ---------------------------------------------------
MEMBER = happened("Membership Started", NOW - 2 * DAY, membership="gym")
BOUGHT = happened(
    "Order Completed", NOW - 2 * DAY, order_id="A", total=90, products=[{"product_id": "P1", "category": "golf"}]
)


@pytest.mark.parametrize(
    ("vouched", "claimed", "keys", "expected"),
    [
        (MEMBER, happened("Membership Ended", by="browser", membership="gym"), {"promotes": ("membership:gym",)}, Reason.OWNED),
        (BOUGHT, happened("Order Refunded", by="browser", order_id="A"), {"promotes": ("product:P1",)}, Reason.OWNED),
        (BOUGHT, happened("Order Cancelled", by="browser", order_id="A"), {"promotes": ("category:golf",)}, Reason.CONVERTED),
        (BOUGHT, happened("Order Refunded", by="browser", order_id="A"), {"exclude": MANY_ORDERS}, Reason.EXCLUDED),
        (BOUGHT, happened("Order Completed", by="browser", order_id="B"), {"audience": Compare("orders.count", "at_least", 2)}, Reason.NOT_IN_AUDIENCE),
        (identified(staff=True), identified(NOW, by="browser", staff=False), {"exclude": Compare("traits.staff", "is", True)}, Reason.EXCLUDED),
        (identified(city="Huế"), happened("Order Completed", NOW, by="browser", products=[{"category": "golf"}]), {"audience": Compare("interest.golf", "at_least", 4)}, Reason.NOT_IN_AUDIENCE),
        (identified(city="Huế"), happened("Order Completed", NOW, by="browser", products=[{"category": "golf"}]), {"audience": Compare("segments", "contains", "buyers")}, Reason.NOT_IN_AUDIENCE),
    ],
)  # fmt: skip
def test_a_browser_takes_no_reason_away(vouched: Event, claimed: Event, keys: dict[str, Any], expected: Reason) -> None:
    assert reason(only(campaign("c", **keys)), somebody(vouched)) is expected
    assert reason(only(campaign("c", **keys)), somebody(vouched, claimed)) is expected


@pytest.mark.parametrize(
    ("claimed", "keys", "expected"),
    [
        (happened("Membership Started", by="browser", membership="gym", method="claimed"), {"promotes": ("membership:gym",)}, Reason.OWNED),
        (happened("Order Completed", by="browser", products=[{"product_id": "P1"}]), {"promotes": ("product:P1",)}, Reason.OWNED),
        (happened("Order Completed", by="browser", products=[{"category": "golf"}]), {"promotes": ("category:golf",)}, Reason.CONVERTED),
        (happened("Order Completed", by="browser", total=1), {"exclude": MANY_ORDERS}, Reason.EXCLUDED),
        (happened("Order Completed", by="browser", total=1), {"audience": Not(MANY_ORDERS)}, Reason.NOT_IN_AUDIENCE),
        (happened("Consent Changed", by="browser", purposes={"marketing": False}), {}, Reason.NO_CONSENT),
    ],
)  # fmt: skip
def test_a_browser_may_add_each_reason(claimed: Event, keys: dict[str, Any], expected: Reason) -> None:
    assert reason(rules(campaign("c", **keys)), somebody()) is Reason.WON
    assert reason(rules(campaign("c", **keys)), somebody(claimed)) is expected


def test_a_trusted_event_of_a_browser_counts_as_the_shops() -> None:
    trusted = Event("track", "m", NOW - HOUR, NOW, "browser", "Order Completed", vouched=True, properties={"total": 5})
    assert reason(rules(campaign(audience=MANY_ORDERS)), somebody(trusted)) is Reason.WON
