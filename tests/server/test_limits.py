"""The limits over HTTP: what stock clients may send passes whole, and one over costs what it should and no more."""

from __future__ import annotations

import gzip
import time
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from server_example.services import asking, devices
from server_example.services.asking import READ_CHARACTERS
from tests.server.helpers import BROWSER, SHOP, assert_error


def track(number: int, **fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Đã xem", "anonymousId": f"a{number % 7}", "messageId": f"m{number}", **fields}


def post(client: FlaskClient, body: bytes, path: str = "/v1/batch", **headers: str) -> Any:
    return client.post(path, data=body, headers={**SHOP, **headers})


def test_512_000_bytes_of_events_and_an_envelope_are_taken(client: FlaskClient) -> None:
    events = [track(number, properties={"p": "ạ" * 330}) for number in range(464)]
    events[0]["properties"]["p"] += "x" * (512_000 - len(orjson.dumps(events)))
    assert len(orjson.dumps(events)) == 512_000
    body = orjson.dumps(
        {"batch": events, "context": {"library": {"name": "x" * 5_000}}, "sentAt": "2026-09-21T14:13:20Z"}
    )

    assert post(client, body).get_json() == {"success": True, "accepted": 464, "duplicates": 0, "rejected": []}
    again = post(client, gzip.compress(body), **{"Content-Encoding": "gzip"}).get_json()
    assert again == {"success": True, "accepted": 0, "duplicates": 464, "rejected": []}


def test_2500_events_are_taken_and_2501_are_refused_at_once(client: FlaskClient) -> None:
    events = [orjson.dumps(track(number)) for number in range(2501)]
    for head in (b'{"batch":[', b'{"sentAt":NaN,"batch":['):  # the strict way and the lenient one
        assert_error(post(client, head + b",".join(events) + b"]}"), 413, "TOO_MANY_EVENTS")
    taken = post(client, b'{"sentAt":NaN,"batch":[' + b",".join(events[:2500]) + b"]}").get_json()
    assert (taken["accepted"], taken["rejected"]) == (2500, [])
    assert post(client, b'{"batch":[' + b",".join(events[:2500]) + b"]}").get_json()["duplicates"] == 2500


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/decide"])
def test_whatever_is_wrong_with_one_event_its_neighbours_are_stored_and_its_place_is_named(
    client: FlaskClient, path: str
) -> None:
    bad = {
        b"{'a': 1}": "INVALID_JSON",
        b"undefined": "INVALID_JSON",
        b'{"properties": ' + b"[" * 50_000 + b"]" * 50_000 + b"}": "TOO_DEEP",
        b'{"properties": "%s\xff"}' % (b"x" * 250_000): "TOO_LARGE",
        b'{"properties": "%s"}' % (b"x" * 33_000): "TOO_LARGE",
        b'["list"]': "NOT_AN_OBJECT",
        b'{"type": "track", "event": "x", "anonymousId": "\x00"}': "NO_ID",
    }
    items = [orjson.dumps(track(0)), *bad, orjson.dumps(track(1))]
    name = b"batch" if path == "/v1/batch" else b"events"
    answer = post(client, b'{"%s": [%s], "placements": []}' % (name, b",\n".join(items)), path).get_json()

    verdicts = answer if path == "/v1/batch" else answer["events"]
    assert verdicts["accepted"] == 2
    assert [(one["index"], one["code"]) for one in verdicts["rejected"]] == list(enumerate(bad.values(), start=1))
    for one in verdicts["rejected"]:
        assert one["message"].startswith(f"{name.decode()}[{one['index']}]")


def test_a_single_call_that_is_too_deep_is_refused_as_an_event_and_a_broken_one_as_a_body(client: FlaskClient) -> None:
    deep = b'{"event": "x", "anonymousId": "a", "properties": %s1%s}' % (b'{"a":' * 2_000, b"}" * 2_000)
    told = post(client, deep, "/v1/track").get_json()
    assert (told["accepted"], [one["code"] for one in told["rejected"]]) == (0, ["TOO_DEEP"])
    assert told["rejected"][0]["message"].startswith("event.properties.a")

    error = assert_error(post(client, b'{"event": "x" "anonymousId": "a"}', "/v1/track"), 400, "INVALID_JSON")
    assert "(line 1, column 15)" in error["message"]


def test_the_refusal_of_a_body_quotes_nothing_of_it(client: FlaskClient) -> None:
    body = b'{"batch": [{"userId": "lan@shop.example", "traits": {"name": "Lan"}}'
    error = assert_error(post(client, body), 400, "INVALID_JSON")
    assert "lan@" not in str(error) and "Lan" not in str(error)


@pytest.mark.parametrize("field", ["url", "path", "search"])
@pytest.mark.parametrize("unit", ["\u0315\u0300", "%CC%95%CC%80", "a=%CC%95&", "x"])
def test_no_text_of_a_page_costs_a_decision_more_than_its_length(client: FlaskClient, field: str, unit: str) -> None:
    asked = {"placements": ["popup"], "anonymousId": "a", "context": {"page": {field: "/" + unit * 100_000}}}
    client.post("/v1/decide", json={"placements": []}, headers=BROWSER)
    began = time.thread_time()
    assert client.post("/v1/decide", data=orjson.dumps(asked), headers=BROWSER).status_code == 200
    assert time.thread_time() - began < 1


def test_a_longer_text_of_a_page_is_read_as_far_as_texts_are() -> None:
    asked = asking.read({"placements": [], "context": {"page": {"url": "https://shop.example/a?b=" + "c" * 50_000}}})

    assert asked.path == "/a"
    assert asked.url is not None
    assert len(asked.url) == READ_CHARACTERS
    assert asked.query == {"b": "c" * (READ_CHARACTERS - 25)}


def test_no_agent_is_kept_longer_than_it_is_read() -> None:
    devices.is_declared_bot.cache_clear()
    known = devices.Devices()
    for number in range(50):
        known.of("A" * devices.READ_CHARACTERS + "x" * 100_000 + str(number), needed=True)

    assert devices.is_declared_bot.cache_info().currsize == 1
    assert all(len(agent) <= devices.READ_CHARACTERS for agent in known._known)
