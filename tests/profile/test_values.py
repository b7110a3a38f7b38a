"""Reading what events say: exact amounts, names, moments, and nothing that could break the fold."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import profile
from omnisdk.clock import parse
from omnisdk.profile import values
from omnisdk.profile.describe import describe
from omnisdk.profile.facts import FactContext
from omnisdk.profile.traits import LARGEST_TRAIT
from tests.profile.lives import START, TRACKED, event, identify, read

_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(["gym", "1e9"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
_KNOWN = [
    "products", "order_id", "total", "currency", "quantity", "price", "product_id", "category", "tags", "membership",
    "since", "until", "balance", "purposes", "channel", "promotion_id", "decision_id", "creative", "position", "url",
    "referrer", "memberships", "points", "email",
]  # fmt: skip
_PROPERTIES = st.dictionaries(
    st.sampled_from(_KNOWN), st.one_of(_JSON, st.lists(st.dictionaries(st.sampled_from(_KNOWN), _JSON)))
)


@given(
    st.sampled_from(["page", "identify", *TRACKED]),
    st.booleans(),
    _PROPERTIES,
    st.dictionaries(st.sampled_from(["page", "campaign", "locale", "timezone"]), _JSON),
)
def test_no_property_of_any_shape_breaks_the_fold_or_the_facts(
    name: str, vouched: bool, said: dict[str, Any], context: dict[str, Any]
) -> None:
    kind: Any = name if name in ("page", "identify") else "track"
    each = event("" if kind == name else name, type=kind, vouched=vouched, traits=said, context=context, **said)
    document = profile.fold([each])
    assert orjson.loads(orjson.dumps(document)) == document
    told = describe(document, FactContext(START, currency="VND"))
    assert orjson.loads(orjson.dumps(told)) == told


@pytest.mark.parametrize(
    ("said", "exact"),
    [
        (120, "120"),
        (99.90, "99.9"),
        ("99.90", "99.9"),
        (" 1250000 ", "1250000"),
        (1e21, None),
        (10**18, None),
        (10**18 - 1, "999999999999999999"),
        (0.1, "0.1"),
        (-5, "-5"),
        (-0.0, "0"),
        ("1e5", "100000"),
        ("1e999999999", None),
        ("1e-999999999", None),
        (float("nan"), None),
        ("nan", None),
        (True, None),
        ("nhiều", None),
        (None, None),
        ([1], None),
    ],
)
def test_amounts_are_exact_or_none(said: object, exact: str | None) -> None:
    assert values.amount(said) == exact


@given(st.lists(st.decimals(-(10**6), 10**6, places=4), max_size=30))
def test_amounts_keep_every_digit(amounts: list[Decimal]) -> None:
    assert sum(Decimal(values.amount(str(each)) or "x") for each in amounts) == sum(amounts)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (" golf ", "golf"),
        ("Đo\u0302\u0300", "Đồ"),
        (7, "7"),
        (7.0, "7"),
        (7.5, None),
        (True, None),
        ("", None),
        (" ", None),
        (None, None),
        ("ก" * 300, "ก" * 200),
    ],
)
def test_names_are_tidy_text_or_none(said: object, name: str | None) -> None:
    assert values.name(said) == name


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-05-03T02:00:00Z", START),
        ("2026-05-03T09:00:00+07:00", START),
        ("2026-05-03", "2026-05-03"),
        ("2026-02-30", None),
        ("soon", None),
        (1_777_000_000, None),
        (None, None),
    ],
)
def test_moments_are_instants_or_days(said: object, moment: int | str | None) -> None:
    assert values.moment(said) == moment


def test_a_day_begins_and_ends_in_the_readers_time_zone() -> None:
    zone = values.zone("Asia/Ho_Chi_Minh")
    assert values.instant("2026-05-03", zone) == parse("2026-05-02T17:00:00Z")
    assert values.instant("2026-05-03", zone, at_end=True) == parse("2026-05-03T17:00:00Z")
    assert values.instant(START, zone, at_end=True) == START
    assert values.instant("9999-12-31", zone, at_end=True) is None
    assert values.zone("Mars/Olympus") is UTC
    assert values.is_zone("Asia/Bangkok") and not values.is_zone("../etc/passwd")


def test_a_trait_too_large_to_be_a_fact_reads_as_lacking() -> None:
    assert read([identify(note="x" * (LARGEST_TRAIT - 2))], "traits.note")
    assert repr(read([identify(note="x" * LARGEST_TRAIT)], "traits.note")) == "MISSING"
