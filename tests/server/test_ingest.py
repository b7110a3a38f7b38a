from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from tests.server.helpers import BROWSER, SECRET_KEY, SHOP, WRITE_KEY, assert_error, basic


def viewed(message_id: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "messageId": message_id,
        "anonymousId": "khách-1",
        "properties": {"product_id": "P1", "name": "Gậy golf", "price": 1_200_000},
        **more,
    }


def count_of(client: FlaskClient, ref: str, event: str) -> int:
    answer = client.get(f"/v1/profiles/{ref}", headers=SHOP)
    assert answer.status_code == 200, answer.get_json()
    count: int = answer.get_json()["facts"]["events"].get(event, {"count": 0})["count"]
    return count


def test_a_batch_is_answered_200_with_a_verdict_for_each_event(client: FlaskClient) -> None:
    batch = [viewed("m1"), viewed("m1"), {"type": "track", "messageId": "m2", "anonymousId": "a1"}]
    response = client.post("/v1/batch", json={"batch": batch}, headers=BROWSER)
    assert response.status_code == 200
    answer = response.get_json()
    assert set(answer) == {"success", "accepted", "duplicates", "rejected"}
    assert (answer["success"], answer["accepted"], answer["duplicates"]) == (True, 1, 1)
    [refused] = answer["rejected"]
    assert set(refused) == {"index", "messageId", "code", "message"}
    assert (refused["index"], refused["messageId"], refused["code"]) == (2, "m2", "NO_EVENT_NAME")
    assert response.headers["Cache-Control"] == "no-store"
    assert count_of(client, "anonymous:khách-1", "Product Viewed") == 1


@pytest.mark.parametrize(
    ("paths", "body", "fact"),
    [
        (("track", "t"), {"event": "Product Viewed"}, "Product Viewed"),
        (("identify", "i"), {"traits": {"city": "Huế"}}, None),
        (("page", "p"), {"name": "ห้องเรียน"}, None),
        (("screen", "s"), {"name": "Trang chủ"}, None),
        (("group", "g"), {"groupId": "g1"}, None),
        (("alias", "a"), {"previousId": "cũ"}, None),
    ],
)
def test_each_call_has_its_own_address_and_a_letter(
    client: FlaskClient, paths: tuple[str, str], body: dict[str, Any], fact: str | None
) -> None:
    for path in paths:
        response = client.post(f"/v1/{path}", json={"userId": "u1", "messageId": path, **body}, headers=SHOP)
        assert (response.status_code, response.get_json()["accepted"]) == (200, 1), response.get_json()
    assert client.get("/v1/profiles/user:u1", headers=SHOP).status_code == 200
    if fact is not None:
        assert count_of(client, "user:u1", fact) == 2


def test_the_one_letter_batch_is_the_batch(client: FlaskClient) -> None:
    response = client.post("/v1/b", json={"batch": [viewed("m1")], "writeKey": WRITE_KEY})
    assert response.get_json()["accepted"] == 1


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize("packed", [False, True])
def test_the_content_type_is_ignored_and_the_encoding_is_not(
    client: FlaskClient, content_type: str, packed: bool
) -> None:
    data = orjson.dumps({"batch": [viewed("m1")]})
    headers = dict(BROWSER)
    if packed:
        data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
    response = client.post("/v1/batch", data=data, headers=headers, content_type=content_type)
    assert response.get_json()["accepted"] == 1


@pytest.mark.parametrize(
    "where",
    [
        {"headers": basic(WRITE_KEY)},
        {"headers": {"Authorization": f"Bearer {WRITE_KEY}"}},
        {"headers": {"Authorization": "basic " + basic(WRITE_KEY)["Authorization"][6:]}},
        {"body": {"writeKey": WRITE_KEY}},
        {"item": {"writeKey": WRITE_KEY}},
        {"query": f"?writeKey={WRITE_KEY}"},
        {"headers": basic("staging-password"), "body": {"writeKey": WRITE_KEY}},
    ],
)
def test_the_key_is_found_wherever_a_client_puts_it(client: FlaskClient, where: dict[str, Any]) -> None:
    body = {"batch": [viewed("m1", **where.get("item", {}))], **where.get("body", {})}
    response = client.post(f"/v1/batch{where.get('query', '')}", json=body, headers=where.get("headers"))
    assert (response.status_code, response.get_json()["accepted"]) == (200, 1)


def test_a_browsers_user_id_without_proof_is_refused_and_the_shops_is_taken(client: FlaskClient) -> None:
    claim = {"batch": [{"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": "m1"}]}
    [refused] = client.post("/v1/batch", json=claim, headers=BROWSER).get_json()["rejected"]
    assert refused["code"] == "UNPROVEN_USER"
    assert client.post("/v1/batch", json=claim, headers=SHOP).get_json()["accepted"] == 1


@pytest.mark.parametrize("place", ["body", "item"])
def test_the_secret_key_as_a_stock_clients_write_key_is_the_shops(client: FlaskClient, place: str) -> None:
    item: dict[str, Any] = {"type": "identify", "userId": "u1", "traits": {"email": " Lan@Shop.Example "}}
    body: dict[str, Any] = {"batch": [item]}
    (body if place == "body" else item)["writeKey"] = SECRET_KEY
    assert client.post("/v1/batch", json=body).get_json()["accepted"] == 1
    profile = client.get("/v1/profiles/email:lan@shop.example", headers=SHOP).get_json()
    assert "user:u1" in profile["identifiers"]


def test_one_write_key_among_the_items_makes_the_batch_a_browsers(client: FlaskClient) -> None:
    items = [viewed("m1", userId="u1", writeKey=SECRET_KEY), viewed("m2", writeKey=WRITE_KEY)]
    assert client.post("/v1/batch", json={"batch": items}).status_code == 200
    assert_error(client.get("/v1/profiles/user:u1", headers=SHOP), 404, "UNKNOWN_PERSON")


def test_an_event_of_somebody_forgotten_is_refused_as_such(client: FlaskClient) -> None:
    old = viewed("m1", timestamp="2026-09-01T08:00:00Z")
    client.post("/v1/batch", json={"batch": [old]}, headers=SHOP)
    assert client.delete("/v1/profiles/anonymous:khách-1", headers=SHOP).get_json() == {"forgotten": True}
    again = [viewed("m9", timestamp="2026-09-02T08:00:00Z"), {**viewed("m10"), "anonymousId": "khác"}]
    answer = client.post("/v1/batch", json={"batch": again}, headers=SHOP).get_json()
    assert answer["accepted"] == 1
    assert [(one["index"], one["code"]) for one in answer["rejected"]] == [(0, "FORGOTTEN")]


def test_a_body_over_the_limit_is_413_packed_or_not(client: FlaskClient) -> None:
    large = b'{"batch": []}' + b" " * 4_300_000
    assert_error(client.post("/v1/batch", data=large, headers=BROWSER), 413, "BODY_TOO_LARGE")
    headers = {**BROWSER, "Content-Encoding": "gzip"}
    assert_error(client.post("/v1/batch", data=gzip.compress(large), headers=headers), 413, "BODY_TOO_LARGE")


def test_half_a_megabyte_and_an_envelope_are_read(client: FlaskClient) -> None:
    batch = [viewed(f"m{n}", properties={"name": "ก" * 9_000}) for n in range(19)]
    body = orjson.dumps({"batch": batch})
    assert len(body) > 512_000
    assert client.post("/v1/batch", data=body, headers=BROWSER).get_json()["accepted"] == 19


def test_too_many_events_are_413(client: FlaskClient) -> None:
    batch = [viewed(f"m{n}") for n in range(2_501)]
    assert_error(client.post("/v1/batch", json={"batch": batch}, headers=BROWSER), 413, "TOO_MANY_EVENTS")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "INVALID_JSON"),
        (b"{", "INVALID_JSON"),
        (b"[]", "NOT_AN_OBJECT"),
        (b'"text"', "NOT_AN_OBJECT"),
        (b"{}", "NO_BATCH"),
        (b'{"batch": {}}', "NO_BATCH"),
        (b"\xff\xfe", "INVALID_JSON"),
    ],
)
def test_an_unreadable_body_is_400(client: FlaskClient, data: bytes, code: str) -> None:
    assert_error(client.post("/v1/batch", data=data, headers=BROWSER), 400, code)


def test_odd_text_in_one_event_costs_no_neighbour(client: FlaskClient) -> None:
    good = orjson.dumps(viewed("m1")).decode()
    odd = '{"type":"track","event":"Đánh giá","messageId":"m2","anonymousId":"a2","properties":{"sao":NaN,"lời":"\\ud800"}}'
    response = client.post("/v1/batch", data=f'{{"batch": [{good}, {odd}]}}'.encode(), headers=BROWSER)
    assert response.get_json()["accepted"] == 2
    exported = client.get("/v1/profiles/anonymous:a2/export", headers=SHOP).get_json()
    assert exported["events"][0]["properties"] == {"sao": None, "lời": "�"}


def test_counters_tell_what_was_accepted_refused_and_read_differently(client: FlaskClient) -> None:
    wrong = viewed("m3", properties={"price": "đắt"})
    client.post("/v1/batch", json={"batch": [viewed("m1"), viewed("m1"), wrong, {"type": "?"}]}, headers=BROWSER)
    text = client.get("/metrics").text
    assert "omni_events_accepted_total 2" in text
    assert "omni_events_duplicates_total 1" in text
    assert 'omni_events_rejected_total{code="UNKNOWN_TYPE"} 1' in text
    assert 'omni_event_notes_total{note="wrong_property:Product Viewed.price"} 1' in text


def test_what_an_sdk_had_to_drop_is_counted_once_it_told(client: FlaskClient) -> None:
    event = {"type": "track", "event": "Store Visited", "userId": "u1"}
    told = "queue_full=12, expired=1, <script>=7, queue_full=-3, closed=x"
    assert client.post("/v1/batch", json={"batch": [event]}, headers={**SHOP, "X-Omni-Lost": told}).status_code == 200
    client.post(
        "/v1/batch", json={"batch": [{**event, "anonymousId": "a1"}]}, headers={**BROWSER, "X-Omni-Lost": "expired=9"}
    )
    text = client.get("/metrics").get_data(as_text=True)
    lines = [line for line in text.splitlines() if line.startswith("omni_sdk_lost_total")]
    assert sorted(lines) == ['omni_sdk_lost_total{reason="expired"} 1', 'omni_sdk_lost_total{reason="queue_full"} 12']
