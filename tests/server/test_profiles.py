from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.server.helpers import SHOP, assert_error


@pytest.fixture
def lan(client: FlaskClient) -> dict[str, Any]:
    """Tell the shop's server of one customer, and return what it then says of her."""
    batch = [
        {"type": "identify", "messageId": "m1", "userId": "lan", "timestamp": "2026-09-01T02:00:00Z",
         "traits": {"first_name": "Lan", "phone": "0901 234 567", "email": "Lan@Shop.Example"}},
        {"type": "track", "event": "Order Completed", "messageId": "m2", "userId": "lan",
         "timestamp": "2026-09-02T02:00:00Z",
         "properties": {"order_id": "A1", "total": 120000, "currency": "VND",
                        "products": [{"product_id": "P1", "category": "đồ golf", "quantity": 1, "price": 120000}]}},
        {"type": "track", "event": "Ghé.quầy", "messageId": "m3", "userId": "lan"},
    ]  # fmt: skip
    assert client.post("/v1/batch", json={"batch": batch}, headers=SHOP).get_json()["accepted"] == 3
    profile: dict[str, Any] = client.get("/v1/profiles/user:lan", headers=SHOP).get_json()
    return profile


def test_a_profile_tells_who_the_person_is_and_what_is_known(lan: dict[str, Any]) -> None:
    assert set(lan) == {"id", "identifiers", "state", "facts", "shop"}
    assert set(lan["identifiers"]) == {"user:lan", "phone:+84901234567", "email:lan@shop.example"}
    assert lan["state"] != "0"
    assert (lan["facts"]["orders"]["count"], lan["facts"]["orders"]["total"]) == (1, 120000)
    assert lan["facts"]["events"]["Ghé.quầy"]["count"] == 1
    assert lan["facts"]["traits"]["first_name"] == "Lan"
    assert lan["shop"]["orders"]["count"] == 1


@pytest.mark.parametrize("ref", ["user:lan", "phone:+84901234567", "phone:0901234567", "email:LAN@shop.example"])
def test_every_reference_of_a_person_reads_the_same_profile(client: FlaskClient, lan: dict[str, Any], ref: str) -> None:
    assert client.get(f"/v1/profiles/{quote(ref, safe='')}", headers=SHOP).get_json() == lan


def test_a_reference_may_hold_any_character(client: FlaskClient) -> None:
    strange = "ngõ 3/5 Đê La Thành?#&%"
    event = {"event": "Product Viewed", "userId": strange}
    client.post("/v1/track", json=event, headers=SHOP)
    path = f"/v1/profiles/{quote(f'user:{strange}', safe='')}"
    for address in (path, f"{path}/export"):
        assert client.get(address, headers=SHOP).get_json()["identifiers"] == [f"user:{strange}"]


def test_the_export_adds_every_event_as_received(client: FlaskClient, lan: dict[str, Any]) -> None:
    exported = client.get("/v1/profiles/user:lan/export", headers=SHOP).get_json()
    events = exported.pop("events")
    assert exported == lan
    assert [event["messageId"] for event in events] == ["m1", "m2", "m3"]
    assert events[1]["event"] == "Order Completed" and events[1]["properties"]["products"][0]["category"] == "đồ golf"
    assert events[0]["traits"]["phone"] == "0901 234 567"
    assert {event["role"] for event in events} == {"shop"}
    assert all(event["receivedAt"].endswith("Z") for event in events)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_somebody_unknown_is_404(client: FlaskClient, method: str) -> None:
    assert_error(client.open("/v1/profiles/user:ai", method=method, headers=SHOP), 404, "UNKNOWN_PERSON")


@pytest.mark.parametrize("ref", ["lan", "users:lan", "phone:abc", "email:x", "user:undefined"])
@pytest.mark.parametrize("end", ["", "/export"])
def test_a_reference_that_cannot_be_read_is_400(client: FlaskClient, ref: str, end: str) -> None:
    assert_error(client.get(f"/v1/profiles/{ref}{end}", headers=SHOP), 400, "BAD_REFERENCE")


def test_who_is_forgotten_is_gone_under_every_name_and_stays_so(client: FlaskClient, lan: dict[str, Any]) -> None:
    assert client.delete("/v1/profiles/phone:0901234567", headers=SHOP).get_json() == {"forgotten": True}
    for ref in lan["identifiers"]:
        assert_error(client.get(f"/v1/profiles/{quote(ref, safe='')}", headers=SHOP), 404, "UNKNOWN_PERSON")
    old = {"event": "Product Viewed", "userId": "lan", "timestamp": "2026-09-02T02:00:00Z", "messageId": "m2"}
    answer = client.post("/v1/track", json=old, headers=SHOP).get_json()
    assert [one["code"] for one in answer["rejected"]] == ["FORGOTTEN"]


def test_what_is_about_a_person_is_kept_by_no_cache(client: FlaskClient, lan: dict[str, Any]) -> None:
    assert client.get("/v1/profiles/user:lan", headers=SHOP).headers["Cache-Control"] == "no-store"
