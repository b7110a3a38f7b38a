"""A known event with a wrong property is kept: numeric text is read, anything else counts as absent, and is counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.events.reader import read, take, track


def properties(event: str, sent: dict[str, Any]) -> dict[str, Any]:
    return take(track(event, properties=sent)).properties


def test_good_properties_are_kept_as_they_are() -> None:
    sent = {
        "order_id": "A1", "total": 99.5, "currency": "VND", "coupon": "GOLF20", "note": {"a": [1]},
        "products": [{"product_id": "P1", "price": 3, "quantity": 2, "tags": ["new"], "colour": "đỏ"}],
    }  # fmt: skip

    assert properties("Order Completed", sent) == sent


@pytest.mark.parametrize(
    ("text", "number"),
    [("120", 120), (" 19.99 ", 19.99), ("-5", -5), ("+7", 7), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("0", 0)],
)
def test_a_numeric_text_is_read_where_a_number_is_due(text: str, number: float) -> None:
    read_as = properties("Order Completed", {"total": text})["total"]

    assert read_as == number
    assert type(read_as) is type(number)


@pytest.mark.parametrize(
    "wrong", ["", "abc", "1,200", "1_200", "๑๒๐", "１２０", "nan", "inf", "1e999", "9" * 50, True, False, [], {}, [5]],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_number_counts_as_absent_and_is_counted(wrong: object) -> None:
    batch = read({"batch": [track("Order Completed", properties={"total": wrong, "order_id": "A1"})]})

    assert batch.events[0][1].properties == {"order_id": "A1"}
    assert batch.notes == {"wrong_property:Order Completed.total": 1}


def test_null_counts_as_absent_and_is_no_fault() -> None:
    batch = read({"batch": [track("Order Completed", properties={"total": None, "order_id": "A1", "own": None})]})

    assert batch.events[0][1].properties == {"order_id": "A1", "own": None}
    assert batch.notes == {}


@pytest.mark.parametrize(("sent", "text"), [(7, "7"), (7.0, "7"), (7.25, "7.25"), ("đồ golf", "đồ golf")])
def test_a_number_is_read_where_a_text_is_due(sent: object, text: str) -> None:
    assert properties("Product Viewed", {"category": sent}) == {"category": text}


@pytest.mark.parametrize(
    ("event", "name", "wrong"),
    [
        ("Product Viewed", "category", True),
        ("Product Viewed", "product_id", {"id": 1}),
        ("Product Viewed", "tags", 5),
        ("Order Completed", "products", "P1"),
        ("Order Completed", "products", {"product_id": "P1"}),
        ("Product List Filtered", "filters", "golf"),
        ("Lead Captured", "consent", "maybe"),
        ("Membership Started", "until", "next year"),
        ("Membership Started", "since", True),
        ("Consent Changed", "purposes", ["marketing"]),
    ],
)
def test_a_property_of_the_wrong_kind_counts_as_absent(event: str, name: str, wrong: object) -> None:
    batch = read({"batch": [track(event, properties={name: wrong, "own": wrong})]})

    assert batch.events[0][1].properties == {"own": wrong}
    assert batch.notes == {f"wrong_property:{event}.{name}": 1}


@pytest.mark.parametrize(
    ("event", "sent", "read_as"),
    [
        ("Product Viewed", {"tags": "new"}, {"tags": ["new"]}),
        ("Lead Captured", {"consent": "TRUE"}, {"consent": True}),
        ("Consent Changed", {"purposes": {"marketing": "false", "a": True}}, {"purposes": {"marketing": False, "a": True}}),
        ("Membership Started", {"until": "2026-12-31"}, {"until": "2026-12-31"}),
        ("Membership Started", {"until": "2026-12-31T00:00:00+07:00"}, {"until": "2026-12-31T00:00:00+07:00"}),
        ("Membership Started", {"until": 1795339800}, {"until": "2026-11-22T09:30:00.000Z"}),
        ("Membership Started", {"until": "1795339800000"}, {"until": "2026-11-22T09:30:00.000Z"}),
    ],
)  # fmt: skip
def test_what_can_only_mean_one_thing_is_read_so(event: str, sent: dict[str, Any], read_as: dict[str, Any]) -> None:
    batch = read({"batch": [track(event, properties=sent)]})

    assert batch.events[0][1].properties == read_as
    assert batch.notes == {}


def test_a_wrong_part_of_a_list_costs_only_itself() -> None:
    sent = {"products": [{"product_id": "P1", "price": "x", "quantity": "2"}, "P2", None, {"product_id": 3}]}

    batch = read({"batch": [track("Order Completed", properties=sent)]})

    assert batch.events[0][1].properties == {"products": [{"product_id": "P1", "quantity": 2}, {"product_id": "3"}]}
    assert batch.notes == {
        "wrong_property:Order Completed.products": 2,
        "wrong_property:Order Completed.products.price": 1,
    }


def test_a_wrong_purpose_costs_only_itself() -> None:
    sent = {"purposes": {"marketing": True, "analytics": "perhaps", "ads": 1}}

    batch = read({"batch": [track("Consent Changed", properties=sent)]})

    assert batch.events[0][1].properties == {"purposes": {"marketing": True}}
    assert batch.notes == {"wrong_property:Consent Changed.purposes": 1}


def test_of_an_unknown_event_nothing_is_judged() -> None:
    sent = {"total": "abc", "products": 7, "purposes": None}

    batch = read({"batch": [track("Đã đọc bài", properties=sent)]})

    assert batch.events[0][1].properties == sent
    assert batch.notes == {}
