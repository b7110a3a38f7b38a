"""Quotas over HTTP: who is answered 429, whose quota it is, and what stands in the answer."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from omnisdk.clock import MINUTE, SECOND
from server_example import ServerConfig, create_app
from server_example.views import gate
from tests.server.conftest import Clock
from tests.server.helpers import BROWSER, RULES, SECRET_KEY, SHOP, WRITE_KEY, assert_error, basic
from tests.support.server import ServerProcess

CALLER, NEIGHBOUR, PROXY = "203.0.113.9", "203.0.113.10", "10.0.0.2"
EMPTY = {"batch": []}

Make = Callable[..., FlaskClient]


@pytest.fixture
def make(config: ServerConfig, clock: Clock) -> Iterator[Make]:
    """Make an app with other settings than the defaults, on the same directory."""
    made: list[Flask] = []

    def app_with(**settings: int) -> FlaskClient:
        made.append(create_app(replace(config, **settings), now=clock))  # type: ignore[arg-type]  # some fields are texts
        return made[-1].test_client()

    yield app_with
    for app in made:
        app.extensions["omnisdk"].close()


@pytest.fixture(autouse=True)
def told_anew() -> None:
    gate._tell_of_a_proxy.cache_clear()


def post(client: FlaskClient, path: str = "/v1/batch", body: Any = EMPTY, address: str = CALLER, **headers: str) -> Any:
    sent = {**BROWSER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.post(path, json=body, headers=sent, environ_base={"REMOTE_ADDR": address})


def passed(client: FlaskClient, times: int, **more: Any) -> int:
    return sum(post(client, **more).status_code == 200 for _ in range(times))


def events(number: int) -> dict[str, Any]:
    return {"batch": [{"type": "track", "event": "Product Viewed", "anonymousId": "khách-7"}] * number}


def test_ten_thousand_posts_a_minute_from_one_address_are_refused_and_honest_ones_beside_them_pass(
    make: Make, clock: Clock
) -> None:
    client = make()  # the settings as they are shipped
    answers = []
    for number in range(10_000):
        clock.time += MINUTE // 10_000
        answers.append(post(client).status_code)
        if number % 250 == 0:
            assert post(client, address=NEIGHBOUR).status_code == 200
    assert set(answers) == {200, 429}
    assert answers.count(200) <= 3_000 + 6_000
    assert answers[:3_000] == [200] * 3_000  # no honest burst meets it
    assert_error(post(client), 429, "QUOTA_EXCEEDED")
    clock.time += 30 * SECOND
    assert passed(client, 100) == 100


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/track", {"event": "Product Viewed", "anonymousId": "a"}),
        ("/v1/t", {"event": "Product Viewed", "anonymousId": "a"}),
        ("/v1/decide", {"placements": []}),
        ("/beacon/v1/batch", EMPTY),
        ("/v1/m", {}),
        ("/rsaMetrics", {}),
    ],
)
def test_every_address_that_pages_call_costs_one(make: Make, path: str, body: Any) -> None:
    client = make(quota_address=20)
    assert passed(client, 15, path=path, body=body) == 10


def test_a_pixel_costs_one(make: Make) -> None:
    client = make(quota_address=20)
    pixel = f"/pixel/v1/track?writeKey={WRITE_KEY}&event=Product+Viewed&anonymousId=a"
    answers = [client.get(pixel, environ_base={"REMOTE_ADDR": CALLER}).status_code for _ in range(15)]
    assert answers == [200] * 10 + [429] * 5


def test_a_batch_costs_its_events_and_so_do_the_events_of_a_decide(make: Make) -> None:
    client = make(quota_address=20)
    assert post(client, body=events(6)).status_code == 200
    assert post(client, path="/v1/decide", body={"placements": [], "events": events(4)["batch"]}).status_code == 200
    assert post(client).status_code == 429


def test_a_batch_larger_than_the_quota_holds_passes_when_it_is_told_to(make: Make, clock: Clock) -> None:
    client = make(quota_address=20)
    assert post(client).status_code == 200
    refused = post(client, body=events(50))
    clock.time += int(refused.headers["Retry-After"]) * SECOND
    assert post(client, body=events(50)).get_json()["accepted"] == 50


def test_retry_after_is_whole_seconds_after_which_the_same_passes(make: Make, clock: Clock) -> None:
    client = make(quota_address=40)
    assert passed(client, 20) == 20
    refused = post(client, body=events(4))
    body = assert_error(refused, 429, "QUOTA_EXCEEDED")
    assert refused.headers["Retry-After"] == refused.headers["X-RateLimit-Reset"] == "6"
    assert "the same passes in 6 s" in body["message"] and body["docs"].endswith("#quotas")
    clock.time += 4 * SECOND
    assert post(client, body=events(4)).status_code == 429
    clock.time += 2 * SECOND + 2 * SECOND  # the try too soon cost one more
    assert post(client, body=events(4)).status_code == 200


def test_a_page_may_read_when_to_come_again(make: Make) -> None:
    client = make(quota_address=2)
    for path, body in (("/v1/batch", EMPTY), ("/v1/decide", {"placements": []})):
        passed(client, 2)
        refused = post(client, path=path, body=body, Origin="https://shop.example")
        assert refused.status_code == 429
        assert refused.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        exposed = refused.headers["Access-Control-Expose-Headers"]
        assert "Retry-After" in exposed and "X-RateLimit-Reset" in exposed


def test_the_secret_key_has_no_quota_of_address_and_none_at_all_unless_given(make: Make) -> None:
    client = make(quota_address=2)
    passed(client, 5)
    for _ in range(20):
        assert (
            client.post("/v1/batch", json=EMPTY, headers=SHOP, environ_base={"REMOTE_ADDR": CALLER}).status_code == 200
        )
    limited = make(quota_secret_key=10, quota_address=0)
    answers = [limited.post("/v1/batch", json=EMPTY, headers=SHOP).status_code for _ in range(8)]
    assert answers == [200] * 5 + [429] * 3


def test_the_write_key_has_a_quota_over_all_addresses(make: Make) -> None:
    client = make(quota_write_key=20)
    assert sum(post(client, address=f"203.0.113.{number}").status_code == 200 for number in range(30)) == 10
    assert client.post("/v1/batch", json=EMPTY, headers=SHOP).status_code == 200


def test_each_quota_is_switched_off_by_zero(make: Make) -> None:
    client = make(quota_address=0, quota_write_key=0, quota_unknown_keys=0)
    assert passed(client, 300) == 300
    for _ in range(50):
        assert_error(client.post("/v1/batch", json=EMPTY, headers=basic("wk_lạ")), 401, "UNKNOWN_KEY")


def test_guessing_keys_is_refused_and_locks_out_nobody_who_has_one(make: Make, clock: Clock) -> None:
    """Thousands of phones share the address of their carrier: one of them guessing must not cost the others anything."""
    client = make(quota_unknown_keys=20)

    def guess(key: str, size: int = 0) -> int:
        body = json.dumps({**EMPTY, "pad": "x" * size})
        answer = client.post("/v1/batch", data=body, headers=basic(key), environ_base={"REMOTE_ADDR": CALLER})
        return answer.status_code

    assert [guess(f"sk_{number}") for number in range(12)] == [401] * 10 + [429] * 2
    assert guess("sk_13", 100_000) == 429, "and a large body is not even read"
    assert guess(SECRET_KEY) == guess(WRITE_KEY) == guess(SECRET_KEY, 100_000) == 200
    keyed = client.post("/v1/batch", json={**EMPTY, "writeKey": WRITE_KEY}, environ_base={"REMOTE_ADDR": CALLER})
    assert keyed.status_code == 200
    assert client.get("/v1/profiles/user:u1", headers=SHOP, environ_base={"REMOTE_ADDR": CALLER}).status_code == 404
    clock.time += 3 * SECOND
    assert guess("sk_14") == 401


def test_who_is_over_the_quota_is_refused_before_the_body_is_read(make: Make) -> None:
    client = make(quota_address=2)
    passed(client, 1)
    for body, packed in ((b"no json" * 10_000, {}), (b"no gzip", {"Content-Encoding": "gzip"})):
        answer = client.post(
            "/v1/batch", data=body, headers={**BROWSER, **packed}, environ_base={"REMOTE_ADDR": CALLER}
        )
        assert_error(answer, 429, "QUOTA_EXCEEDED")
        answer = client.post("/v1/batch", data=body, headers={**SHOP, **packed}, environ_base={"REMOTE_ADDR": CALLER})
        assert answer.status_code == 400  # in the header the secret key is seen without the body


def test_of_a_body_not_read_retry_after_is_for_as_many_events_as_are_likely_in_it(make: Make) -> None:
    client = make(quota_address=600)
    passed(client, 300)
    refused = post(client, body={"batch": [], "context": {"text": "x" * 100 * 1024}})
    assert int(refused.headers["Retry-After"]) == 11  # 101 events at ten a second


def test_requests_that_are_refused_for_their_own_fault_cost_one_too(make: Make) -> None:
    client = make(quota_address=20)
    answers = [
        client.post("/v1/batch", data=b"{", headers=BROWSER, environ_base={"REMOTE_ADDR": CALLER}).status_code
        for _ in range(12)
    ]
    assert answers == [400] * 10 + [429] * 2


def test_reading_a_batch_in_vain_again_and_again_is_not_free(make: Make) -> None:
    client = make(quota_address=20)
    passed(client, 5)
    assert [post(client, body=events(9)).status_code for _ in range(6)] == [429] * 6
    assert post(client).status_code == 429


def test_files_and_the_operators_addresses_have_no_quota(make: Make) -> None:
    client = make(quota_address=2)
    passed(client, 5)
    for path in ("/omni.js", "/healthz", "/readyz", "/metrics"):
        assert client.get(path, environ_base={"REMOTE_ADDR": CALLER}).status_code == 200
    preflight = client.options(
        "/v1/batch", headers={"Origin": "https://shop.example"}, environ_base={"REMOTE_ADDR": CALLER}
    )
    assert preflight.status_code == 204


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.7", "172.20.0.1", "100.64.0.9", ""])
def test_this_machine_and_private_networks_have_no_quota_of_address(make: Make, address: str) -> None:
    assert passed(make(quota_address=2), 20, address=address) == 20


def test_an_ipv6_address_counts_by_its_network(make: Make) -> None:
    client = make(quota_address=20)
    answers = [post(client, address=f"2001:db8:1:2::{number:x}").status_code for number in range(15)]
    assert answers == [200] * 10 + [429] * 5
    assert post(client, address="2001:db8:1:3::1").status_code == 200
    assert passed(client, 15, address="::ffff:203.0.113.77") == 10
    assert post(client, address="203.0.113.77").status_code == 429


def test_a_forged_header_resets_nothing_without_proxies(make: Make) -> None:
    client = make(quota_address=20)
    answers = [post(client, X_Forwarded_For=f"198.51.100.{number}").status_code for number in range(15)]
    assert answers == [200] * 10 + [429] * 5


@pytest.mark.parametrize("forged", ["198.51.100.{}, ", "junk{}, , ", "{}.0.0.1,127.0.0.1, "])
def test_a_forged_header_resets_nothing_behind_proxies(make: Make, forged: str) -> None:
    client = make(quota_address=20, trusted_proxies=1)
    seen = [f"{forged.format(number)}{CALLER}" for number in range(15)]
    answers = [post(client, address=PROXY, X_Forwarded_For=header).status_code for header in seen]
    assert answers == [200] * 10 + [429] * 5
    assert post(client, address=PROXY, X_Forwarded_For=f"{CALLER}, {NEIGHBOUR}").status_code == 200


def test_behind_two_proxies_the_outer_ones_word_counts(make: Make) -> None:
    client = make(quota_address=20, trusted_proxies=2)
    headers = [f"198.51.100.{number}, {CALLER}:4711, 10.0.0.{number}" for number in range(15)]
    answers = [post(client, address=PROXY, X_Forwarded_For=header).status_code for header in headers]
    assert answers == [200] * 10 + [429] * 5
    assert post(client, address=PROXY, X_Forwarded_For=f"[2001:db8::9]:443, {PROXY}").status_code == 200
    # Fewer hops than there are proxies: it came past one of them, so only who connected is believed.
    assert passed(client, 15, address="198.51.100.200", X_Forwarded_For=NEIGHBOUR) == 10


def test_a_proxy_that_nobody_told_us_of_is_told_once_in_the_log(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    client = make(quota_address=2)
    with caplog.at_level(logging.WARNING):
        assert passed(client, 10, address=PROXY, X_Forwarded_For=CALLER) == 10
    assert [record.message for record in caplog.records if "OMNI_TRUSTED_PROXIES=1" in record.message] != []
    assert caplog.text.count("OMNI_TRUSTED_PROXIES") == 1 and CALLER not in caplog.text
    caplog.clear()
    told = make(quota_address=2, trusted_proxies=1)
    with caplog.at_level(logging.WARNING):
        assert passed(told, 10, address=PROXY, X_Forwarded_For=CALLER) == 1
    assert "OMNI_TRUSTED_PROXIES" not in caplog.text


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/v1/nothing", 404), ("GET", "/v1/batch", 405), ("GET", "/v1/batch/", 404), ("PUT", "/omni.js", 405),
])  # fmt: skip
def test_an_address_or_a_method_that_is_none_costs_one_too(make: Make, method: str, path: str, status: int) -> None:
    client = make(quota_address=20)
    asked = [client.open(path, method=method, environ_base={"REMOTE_ADDR": CALLER}) for _ in range(12)]
    assert [answer.status_code for answer in asked] == [status] * 10 + [429] * 2
    assert "Allow" not in asked[-1].headers and asked[-1].get_json()["code"] == "QUOTA_EXCEEDED"
    assert post(client).status_code == 429 and post(client, address=NEIGHBOUR).status_code == 200


@pytest.mark.parametrize("ending", ["", "/export"])
def test_what_is_asked_of_people_counts_with_the_secret_key_and_for_nobodys_address(make: Make, ending: str) -> None:
    client = make(quota_address=2, quota_secret_key=20)
    asked = [
        client.get(f"/v1/profiles/user:u1{ending}", headers=SHOP, environ_base={"REMOTE_ADDR": CALLER})
        for _ in range(12)
    ]
    assert [answer.status_code for answer in asked] == [404] * 10 + [429] * 2
    assert passed(client, 1) == 1


def test_refusals_are_counted_by_the_quota_that_was_spent(make: Make) -> None:
    client = make(quota_address=20, quota_unknown_keys=2)
    passed(client, 14)
    for _ in range(3):
        client.post("/v1/batch", json=EMPTY, headers=basic("?"), environ_base={"REMOTE_ADDR": NEIGHBOUR})
    text = client.get("/metrics").text
    assert 'omni_quota_refusals_total{quota="address"} 4\n' in text
    assert 'omni_quota_refusals_total{quota="unknown_keys"} 2\n' in text


def test_a_directory_that_cannot_be_written_refuses_nobody(
    config: ServerConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    database = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    app = create_app(replace(config, data_dir=blocked / "in it", database_url=database))
    with caplog.at_level(logging.WARNING):
        assert passed(app.test_client(), 20) == 20
    assert caplog.text.count("quotas are counted by each process alone") == 1
    app.extensions["omnisdk"].close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    rules = tmp_path / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    started: list[ServerProcess] = []

    def start(*options: str, **settings: str) -> ServerProcess:
        started.append(ServerProcess(tmp_path, config=rules, command=("serve", *options), extra=settings))
        return started[-1].start()

    yield start
    for process in started:
        process.stop()


def test_two_workers_share_one_quota_a_restart_keeps_it_and_a_real_client_waits_it_out(
    start: Callable[..., ServerProcess],
) -> None:
    server = start("--workers", "2", OMNI_QUOTA_ADDRESS="120", OMNI_TRUSTED_PROXIES="1")

    def answer(address: str, body: Any = EMPTY) -> tuple[int, int]:
        """Return status and Retry-After; on a new connection each time, so that both workers come to answer."""
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("POST", "/v1/batch", json.dumps(body), {**BROWSER, "X-Forwarded-For": f"1.1.1.1, {address}"})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status, int(response.headers.get("Retry-After", 0))

    began = time.monotonic()
    found = [answer(CALLER)[0] for _ in range(100)]
    most = 60 + 2 * (time.monotonic() - began) + 1
    assert 60 <= found.count(200) <= most  # the more, the more workers there are, were each to count by itself
    assert answer(NEIGHBOUR)[0] == 200
    while answer(CALLER)[0] == 200:
        pass
    status, seconds = answer(CALLER, events(2))
    assert status == 429 and seconds in (1, 2)
    time.sleep(seconds)
    assert answer(CALLER, events(2))[0] == 200
    server.kill()
    server.start()
    assert [answer(NEIGHBOUR)[0], answer("203.0.113.50")[0]] == [200, 200]
    assert [answer(CALLER)[0] for _ in range(60)].count(200) < 40
