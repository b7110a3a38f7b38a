"""Laws 2 and 3: the order of arrival never matters, and what only browsers say never changes what the shop vouches for."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.clock import DAY
from omnisdk.events.model import Event
from omnisdk.profile.describe import describe
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.profile.ownership import owned, owns
from tests.profile.lives import GRANTS, LATEST, START, event, lives, order

CONTEXT = FactContext(LATEST + DAY, timezone="Asia/Ho_Chi_Minh", currency="VND", grants=GRANTS)


def applied(events: list[Event]) -> dict[str, Any]:
    document = profile.empty()
    for each in events:
        document = profile.apply(document, each)
    return document


@given(lives(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_document_of_the_sorted_fold(life: list[Event], chance: random.Random) -> None:
    sorted_fold = profile.fold(life)
    chance.shuffle(life)
    arrived = applied(life)
    assert arrived == sorted_fold
    assert describe(arrived, CONTEXT) == describe(sorted_fold, CONTEXT)


@given(lives(), st.integers(0, 14), st.randoms(use_true_random=False))
def test_a_document_that_was_stored_half_way_goes_on_as_if_it_never_was(
    life: list[Event], half: int, chance: random.Random
) -> None:
    chance.shuffle(life)
    document = orjson.loads(orjson.dumps(applied(life[:half])))
    for each in life[half:]:
        document = profile.apply(document, each)
    assert document == profile.fold(life)


@given(lives())
def test_a_document_survives_json_unchanged(life: list[Event]) -> None:
    document = profile.fold(life)
    assert orjson.loads(orjson.dumps(document)) == document


@given(lives())
def test_facts_are_json_and_read_the_same_twice(life: list[Event]) -> None:
    document = profile.fold(life)
    before = orjson.dumps(document)
    told = describe(document, CONTEXT)
    assert orjson.loads(orjson.dumps(told)) == told
    assert describe(document, CONTEXT) == told
    assert orjson.dumps(document) == before, "reading changed the document"


@given(lives())
def test_what_browsers_say_never_changes_the_two_view_families_as_the_shop_vouches_for_them(life: list[Event]) -> None:
    vouched = [each for each in life if each.vouched]
    assert describe(profile.fold(life), CONTEXT)["shop"] == describe(profile.fold(vouched), CONTEXT)["shop"]


@given(lives())
def test_what_browsers_say_never_takes_a_trait_or_an_ownership_that_the_shop_gave(life: list[Event]) -> None:
    vouched = profile.fold([each for each in life if each.vouched])
    everything = profile.fold(life)
    for entitlement in owns(Reading(vouched, "shop", CONTEXT)):
        assert owned(Reading(everything, "shop", CONTEXT), entitlement)
    traits = describe(everything, CONTEXT)["facts"]["traits"]
    for name, entry in vouched.get("traits", {}).get("shop", {}).items():
        assert traits.get(name) == entry[3]


@pytest.mark.parametrize("vouched", [True, False])
def test_two_events_with_one_messageid_and_time_are_told_apart_by_what_they_say(vouched: bool) -> None:
    first = event("", type="identify", message_id="m", traits={"city": "Huế"}, vouched=vouched)
    second = event("", type="identify", message_id="m", traits={"city": "Đà Lạt"}, vouched=vouched)
    assert applied([first, second]) == applied([second, first])


def test_a_browser_cannot_replace_the_shops_order() -> None:
    real = order("A1", products=[{"product_id": "P1", "price": 100, "quantity": 2}])
    forged = order("A1", START + DAY, vouched=False, products=[], total=0)
    for view in ("all", "shop"):
        reading = Reading(profile.fold([real, forged]), view, CONTEXT)
        assert [each.worth for each in reading.orders] == [200]


def test_a_document_says_which_fold_made_it() -> None:
    assert profile.empty() == {"v": profile.FOLD_VERSION}
    assert profile.fold([]) == profile.empty()
