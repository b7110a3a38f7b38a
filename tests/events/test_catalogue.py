"""The catalogue of events, its JSON Schema, and the page that documents it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import omnisdk.events
from omnisdk.events import commerce, json_schema, refusals, store
from omnisdk.events.base import kinds_of
from omnisdk.events.catalogue import EVENTS
from omnisdk.events.model import LIFE_CYCLE
from omnisdk.events.reference import with_tables
from tests.events.reader import read
from tests.events.test_models import EXAMPLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"

SEGMENT = """Products Searched · Product List Viewed · Product List Filtered · Promotion Viewed · Promotion Clicked ·
Product Clicked · Product Viewed · Product Added · Product Removed · Cart Viewed · Checkout Started ·
Checkout Step Viewed · Checkout Step Completed · Payment Info Entered · Order Completed · Order Updated ·
Order Refunded · Order Cancelled · Coupon Entered · Coupon Applied · Coupon Denied · Coupon Removed ·
Product Added to Wishlist · Product Removed from Wishlist · Wishlist Product Added to Cart · Product Shared ·
Cart Shared · Product Reviewed"""
OURS = """Promotion Dismissed · Membership Started · Membership Ended · Points Changed · Consent Changed ·
Push Subscribed · Push Unsubscribed · Channel Unsubscribed · Store Visited · Code Scanned · Lead Captured ·
Order Ready · Order Collected · Promotion Told · Consultation Held · Appointment Booked · Appointment Kept ·
Appointment Missed · Contact Started · Case Opened · Case Closed · Rating Given · Payment Failed · Voucher Issued ·
Voucher Redeemed · Message Sent · Message Opened · Message Clicked"""


def names(text: str) -> set[str]:
    return {name.strip() for name in text.replace("\n", " ").split("·")}


def test_every_event_of_the_spec_is_there_and_no_other() -> None:
    assert {model.event_name for model in commerce.EVENTS} == names(SEGMENT)
    assert {model.event_name for model in store.EVENTS} == names(OURS)
    assert set(EVENTS) == names(SEGMENT) | names(OURS)
    assert set(LIFE_CYCLE) - {"Membership Ended"} <= set(EVENTS)


def test_each_model_is_named_as_its_event() -> None:
    for name, model in EVENTS.items():
        assert model.__name__ == "".join(word[0].upper() + word[1:] for word in name.split())
        assert getattr(omnisdk.events, model.__name__) is model


def test_every_property_has_a_kind_and_a_meaning() -> None:
    for model in (*EVENTS.values(), commerce.Product):
        assert set(kinds_of(model)) == set(model.model_fields)
        assert all(info.description for info in model.model_fields.values())
        assert {kind.name for kind in kinds_of(model).values()} <= EXAMPLES.keys()


# --- JSON Schema ------------------------------------------------------------------------------------------------------
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def faults(body: Any) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(body)]


def test_the_schema_is_a_valid_schema_of_everything() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert {model.__name__ for model in EVENTS.values()} <= SCHEMA["$defs"].keys()
    assert {"IdentifyCall", "TrackCall", "PageCall", "ScreenCall", "GroupCall", "AliasCall"} <= SCHEMA["$defs"].keys()
    json.dumps(SCHEMA)


def test_the_schema_takes_what_is_right() -> None:
    body = {
        "batch": [
            {"type": "identify", "userId": 7, "anonymousId": None, "traits": {"phone": "0901234567"}},
            {"type": "page", "anonymousId": "a1", "name": "Trang chủ", "context": {"page": {"path": "/"}}},
            {"type": "screen", "anonymousId": "a1", "properties": None},
            {"type": "group", "userId": "u1", "groupId": "g1"},
            {"type": "alias", "userId": "u1", "previousId": "a1"},
            {"type": "track", "userId": "u1", "event": "Đã đọc bài", "properties": {"total": "free of choice"}},
            *(
                {"type": "track", "userId": "u1", "event": name, "properties": {p: EXAMPLES[k.name] for p, k in kinds_of(model).items()}}
                for name, model in EVENTS.items()
            ),
        ],
        "sentAt": "2026-11-22T10:00:00Z",
        "context": {"locale": "vi", "own": 1},
    }  # fmt: skip

    assert faults(body) == []
    assert read(body, role="shop").rejected == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"batch": {}},
        {"batch": [{"type": "purchase", "userId": "u1"}]},
        {"batch": [{"type": "track", "userId": "u1"}]},
        {"batch": [{"type": "track", "userId": ["u1"], "event": "X"}]},
        {"batch": [{"type": "track", "event": "Order Completed", "properties": {"total": "abc"}}]},
        {"batch": [{"type": "track", "event": "Order Completed", "properties": {"products": [{"price": True}]}}]},
        {"batch": [{"type": "track", "event": "Membership Started", "properties": {}}]},
        {"batch": [{"type": "track", "event": "Consent Changed", "properties": {"purposes": {"marketing": "perhaps"}}}]},
    ],
)  # fmt: skip
def test_the_schema_finds_what_is_wrong(body: Any) -> None:
    assert faults(body) != []


# --- the reference page -----------------------------------------------------------------------------------------------
def test_the_page_holds_the_tables_of_the_catalogue() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert with_tables(page) == page, "run: python -m omnisdk.events.reference docs/reference/events.md"
    for name in EVENTS:
        assert f"\n### {name}\n" in page


def test_the_page_names_every_code_of_refusal_and_every_note() -> None:
    page = PAGE.read_text(encoding="utf-8")
    package = Path(refusals.__file__).parent
    source = "".join((package / f"{name}.py").read_text() for name in ("refusals", "reading", "cleaning"))

    codes = set(re.findall(r'(?:Refused|BadBody|Unfit)\(\s*"([A-Z_]+)"', source))
    counted = set(re.findall(r'note\(f?"([a-z_]+)[":]', source))

    assert len(codes) >= 13
    assert {"junk_id", "wrong_timestamp", "wrong_property"} <= counted
    assert {code for code in codes if f"`{code}`" not in page} == set()
    assert {note for note in counted if f"`{note}" not in page} == set()


def test_the_body_shown_on_the_page_is_taken_whole() -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    body = json.loads(example)

    assert faults(body) == []
    batch = read(body, role="shop")
    assert (len(batch.events), batch.rejected, batch.notes) == (2, [], {})


# --- the package ------------------------------------------------------------------------------------------------------
def test_the_exports_are_sorted_and_all_there() -> None:
    assert list(omnisdk.events.__all__) == sorted(omnisdk.events.__all__)
    assert len(set(omnisdk.events.__all__)) == len(omnisdk.events.__all__)
    for name in omnisdk.events.__all__:
        assert getattr(omnisdk.events, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'OrderComplete'"):
        omnisdk.events.OrderComplete  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_loads_no_pydantic() -> None:
    code = "import sys, omnisdk.events; sys.exit(any(name.split('.')[0] == 'pydantic' for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
