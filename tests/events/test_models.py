"""The models that developers write events with: exact amounts, faults at once, plain JSON on the wire."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnisdk.events import (
    ConsentChanged,
    LeadCaptured,
    MembershipStarted,
    OrderCompleted,
    Product,
    ProductViewed,
    StoreVisited,
)
from omnisdk.events.catalogue import EVENTS, KINDS
from tests.events.reader import read, track


def test_an_order_is_written_as_in_the_guide() -> None:
    order = OrderCompleted(order_id="A1", total=120, products=[Product(product_id="P1", category="golf")])

    assert order.event_name == "Order Completed"
    assert order.to_properties() == {
        "order_id": "A1",
        "total": 120,
        "products": [{"product_id": "P1", "category": "golf"}],
    }


@pytest.mark.parametrize(
    ("given_as", "exact"),
    [
        (120, Decimal(120)),
        (19.99, Decimal("19.99")),
        ("19.990", Decimal("19.990")),
        (" 5 ", Decimal(5)),
        (Decimal("0.1"), Decimal("0.1")),
        (0.1, Decimal("0.1")),
        (1e20, Decimal("1e20")),
    ],
)
def test_an_amount_is_kept_exactly_as_it_was_given(given_as: Any, exact: Decimal) -> None:
    total = OrderCompleted(total=given_as).total

    assert isinstance(total, Decimal)
    assert total == exact


@pytest.mark.parametrize(
    "wrong", [True, "abc", "", "1,200", float("nan"), float("inf"), Decimal("NaN"), [], {}, b"5"], ids=range(10)
)
def test_what_is_no_number_is_an_error_at_once(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="is no number"):
        OrderCompleted(total=wrong)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_arrives_with_the_digits_it_was_given(amount: Decimal) -> None:
    wire = json.loads(json.dumps(OrderCompleted(total=amount).to_properties()))["total"]

    assert not isinstance(wire, str)
    assert Decimal(repr(wire)) == amount


def test_properties_have_no_nulls_and_keep_what_is_not_listed() -> None:
    class Colour(Enum):
        RED = "đỏ"

    product = ProductViewed(
        product_id=7,
        name=None,
        colour=Colour.RED,
        margin=Decimal("1.50"),
        seen=datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=7))),
        nested={"on": date(2026, 11, 22), "of": (1, Decimal(2)), "bad": float("nan")},
        nothing=None,
    )

    assert product.to_properties() == {
        "product_id": "7",
        "colour": "đỏ",
        "margin": 1.5,
        "seen": "2026-11-22T03:00:00.000Z",
        "nested": {"on": "2026-11-22", "of": [1, 2], "bad": None},
    }


def test_what_has_no_json_form_is_named() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        StoreVisited(store_id="D1", own=object()).to_properties()


@pytest.mark.parametrize(
    ("until", "wire"),
    [
        (date(2026, 12, 31), "2026-12-31"),
        ("2026-12-31", "2026-12-31"),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), "2026-12-31T12:00:00.000Z"),
    ],
)
def test_a_time_may_be_a_date_a_datetime_or_a_text(until: Any, wire: str) -> None:
    assert MembershipStarted(membership="gym", until=until).to_properties() == {"membership": "gym", "until": wire}


@pytest.mark.parametrize(
    "write",
    [
        lambda: MembershipStarted(),  # type: ignore[call-arg]
        lambda: MembershipStarted(membership=None),  # type: ignore[arg-type]
        lambda: MembershipStarted(membership="gym", until="next year"),
        lambda: ConsentChanged(purposes={"marketing": "perhaps"}),  # type: ignore[dict-item]
        lambda: LeadCaptured(consent="maybe"),  # type: ignore[arg-type]
        lambda: OrderCompleted(products=[{"price": "x"}]),  # type: ignore[list-item]
        lambda: ProductViewed(tags=[{}]),  # type: ignore[list-item]
    ],
)  # fmt: skip
def test_a_developers_wrong_property_is_an_error_at_once(write: Any) -> None:
    with pytest.raises(ValidationError):
        write()


@pytest.mark.filterwarnings("error")
def test_pydantics_own_dump_gives_the_same_without_warnings() -> None:
    order = OrderCompleted(order_id="A1", total="19.99", products=[Product(price=3, tags=["mới"])])

    dumped = order.model_dump(exclude_none=True)

    assert dumped == {"order_id": "A1", "total": Decimal("19.99"), "products": [{"price": 3, "tags": ["mới"]}]}
    assert json.loads(order.model_dump_json(exclude_none=True))["order_id"] == "A1"


EXAMPLES: dict[str, Any] = {
    "number": 3,
    "text": "ชุดกอล์ฟ",
    "true or false": True,
    "time": "2026-12-31T00:00:00Z",
    "list of texts": ["mới"],
    "list of objects": [{"type": "brand", "value": "Fairway"}],
    "purpose: true or false": {"marketing": True},
    "list of products": [{"product_id": "P1", "price": 3}],
}


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_written_sent_and_read_without_a_change(name: str) -> None:
    properties = {field: EXAMPLES[kind.name] for field, kind in KINDS[name].items()}

    written = EVENTS[name](**properties)
    batch = read({"batch": [track(name, properties=written.to_properties())]})

    assert written.to_properties() == properties
    assert batch.events[0][1].properties == properties
    assert batch.notes == {}
