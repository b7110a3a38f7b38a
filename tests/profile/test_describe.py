"""The answer of ``GET /v1/profiles``: every fact, nested by its name."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from omnisdk import profile
from omnisdk.clock import DAY
from omnisdk.events.model import Event
from omnisdk.profile.catalogue import PATTERNS, parse_fact, write
from omnisdk.profile.describe import describe
from omnisdk.profile.facts import MISSING, FactContext, Reading, getter
from tests.profile.lives import GRANTS, LATEST, START, event, identify, lives, order

CONTEXT = FactContext(START + DAY, timezone="Asia/Ho_Chi_Minh", currency="VND", grants=GRANTS)


def test_a_stranger_has_the_fixed_counts_and_sums_at_0() -> None:
    told = describe(profile.empty(), CONTEXT)
    facts = told["facts"]
    assert facts["orders"] == {"count": 0, "total": 0}
    assert facts["cart"] == {"value": 0, "items": 0, "categories": [], "stage": "empty"}
    assert facts["visits"] == {"web": {"count": 0}, "store": {"count": 0}}
    assert facts["points"] == {"redeemed": 0}
    assert facts["session"] == {"pages": 0, "seconds": 0}
    assert facts["owns"] == [] and facts["traits"] == {} and facts["events"] == {}
    assert told["shop"]["orders"] == {"count": 0, "total": 0}
    assert told["shop"].keys() == {"traits", "events", "orders", "owns", "membership", "points", "visits", "consent"}


def test_each_part_of_a_name_is_one_key_and_times_and_amounts_are_json() -> None:
    events = [
        identify(first_name="Lan", **{"a.b": {"c": 1}}),
        event("Product Viewed", category="đồ golf", product_id="P1"),
        order("A1", total=99.9, products=[{"product_id": "GYM-12M", "category": "phòng tập"}]),
        event("Promotion Viewed", promotion_id="golf-days", creative="a"),
        event("Consent Changed", purposes={"marketing": True}),
    ]
    facts = describe(profile.fold(events), CONTEXT)["facts"]
    assert facts["traits"] == {"first_name": "Lan", "a.b": {"c": 1}}
    assert facts["events"]["Product Viewed"] == {
        "count": 1, "first_at": "2026-05-03T02:00:00.000Z", "last_at": "2026-05-03T02:00:00.000Z",
    }  # fmt: skip
    assert facts["orders"]["total"] == 99.9
    assert facts["orders"]["category"]["phòng tập"]["count"] == 1
    assert facts["interest"] == {"phòng tập": 4.758476, "đồ golf": 0.951695}  # a day ago
    assert facts["membership"]["gym"]["until"] == "2027-05-03T02:00:00.000Z"
    assert facts["campaigns"]["golf-days"]["viewed"]["count"] == 1
    assert facts["campaigns"]["golf-days"]["variant"] == "a"
    assert facts["consent"] == {"marketing": True}
    assert "page" not in facts and "now" not in facts


def test_shop_holds_what_the_shop_vouches_for() -> None:
    events = [identify(city="Huế"), identify(vouched=True, tier="vàng"), order("A1", vouched=False, total=5)]
    told = describe(profile.fold(events), CONTEXT)
    assert told["facts"]["orders"]["count"] == 1
    assert told["shop"]["orders"]["count"] == 0
    assert told["shop"]["events"] == {}
    assert told["shop"]["traits"] == {"tier": "vàng"}


def flat(told: dict[str, Any], depth: int) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name, value in told.items():
        if isinstance(value, dict) and depth > 1:
            found |= {(name, *rest) for rest in flat(value, depth - 1)}
        else:
            found.add((name,))
    return found


@given(lives())
def test_what_is_told_is_what_rules_read(life: list[Event]) -> None:
    document = profile.fold(life)
    context = FactContext(LATEST, currency="VND", grants=GRANTS)
    facts = describe(document, context)["facts"]
    reading = Reading(document, "all", context)
    names = flat({name: told for name, told in facts.items() if name != "traits"}, 5)
    assert any(pattern.parts in names for pattern in PATTERNS)
    for parts in names:
        value: Any = facts
        for part in parts:
            value = value[part]
        if value == {}:  # a family with open names, of which none is known
            continue
        fact = parse_fact(write(parts))
        found = getter(fact)(reading)
        assert found is not MISSING
        assert fact.type == "instant" or found == value
