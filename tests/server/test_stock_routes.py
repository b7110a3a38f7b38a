from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server_example import ServerConfig, omni_blueprint
from server_example.views import stock
from tests.server.helpers import BROWSER, SECRET_KEY, SHOP, WRITE_KEY, assert_error, basic

SETTINGS = f"/v1/projects/{WRITE_KEY}/settings"
CONFIG = ["/sourceConfig", "/sourceConfig/"]
CORS_GET = [SETTINGS, f"/sourceConfig/?writeKey={WRITE_KEY}", f"/pixel/v1/page?writeKey={WRITE_KEY}&anonymousId=a1"]
CORS_POST = [f"/beacon/v1/batch?writeKey={WRITE_KEY}", "/v1/m", "/rsaMetrics"]
EVENT = {"type": "track", "event": "Product Viewed", "messageId": "m1", "anonymousId": "a1"}


def segment_io(client: FlaskClient, path: str = SETTINGS, **asked: Any) -> dict[str, Any]:
    response = client.get(path, **asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()["integrations"]["Segment.io"]
    return found


def events_of(client: FlaskClient, ref: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/v1/profiles/{ref}/export", headers=SHOP).get_json()["events"]
    return found


def counted(client: FlaskClient, line: str) -> bool:
    return f"\n{line}\n" in client.get("/metrics").text


# Segment's settings


def test_segments_client_is_sent_to_the_server_it_asked(client: FlaskClient) -> None:
    told = client.get(SETTINGS, headers={"Host": "events.example"}).get_json()
    assert told["integrations"] == {
        "Segment.io": {"apiKey": WRITE_KEY, "apiHost": "events.example/v1", "protocol": "http"}
    }
    # Another integration would make the client fetch that destination's code; a sample rate, report to Segment.
    assert list(told["integrations"]) == ["Segment.io"] and told["metrics"]["sampleRate"] == 0


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
@pytest.mark.parametrize("page", ["http://localhost:3000", "https://localhost:3000"])
def test_a_server_on_this_machine_is_reached_as_it_was(client: FlaskClient, host: str, page: str) -> None:
    headers = {"Host": host, "Origin": page, "Sec-Fetch-Site": "cross-site"}
    assert segment_io(client, headers=headers)["protocol"] == "http"
    assert segment_io(client, headers=headers)["apiHost"] == f"{host}/v1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},  # browsers send it by https only
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://shop.example"},
        {"Origin": "https://shop.example"},  # a page of https may call nothing else
        {"Referer": "https://shop.example/golf"},
    ],
)
def test_a_proxy_that_ends_tls_is_noticed_by_what_the_browser_says(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    found = segment_io(client, headers={"Host": "events.example", **headers})
    assert (found["protocol"], found["apiHost"]) == ("https", "events.example/v1")


def test_a_server_that_speaks_tls_itself_says_https(client: FlaskClient) -> None:
    assert segment_io(client, base_url="https://localhost:8443")["protocol"] == "https"


@pytest.mark.parametrize("page", ["https://shop.example/golf?x=1", "http://shop.example:8080/"])
def test_a_proxy_that_puts_its_own_name_into_host_misleads_no_page_of_the_same_origin(
    client: FlaskClient, page: str
) -> None:
    headers = {"Host": "127.0.0.1:8000", "Sec-Fetch-Site": "same-origin", "Referer": page}
    found = segment_io(client, headers=headers)
    scheme, _, host = page.partition("://")
    assert (found["protocol"], found["apiHost"]) == (scheme, host.split("/")[0] + "/v1")


def test_forwarded_headers_are_nobodys_word(client: FlaskClient) -> None:
    forged = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    plain = segment_io(client, headers={"Host": "events.example"})
    assert segment_io(client, headers={"Host": "events.example", **forged, "Forwarded": "host=evil.test"}) == plain


@pytest.mark.parametrize("origin", ["http://[", "null", "", "https://", "javascript:alert(1)"])
def test_an_origin_that_cannot_be_read_is_passed_over(client: FlaskClient, origin: str) -> None:
    headers = {"Host": "events.example", "Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert segment_io(client, headers=headers)["apiHost"] == "events.example/v1"


@pytest.mark.parametrize("path", [SETTINGS, f"/sourceConfig/?writeKey={WRITE_KEY}"])
def test_settings_are_kept_by_the_browser_alone(client: FlaskClient, path: str) -> None:
    kept = client.get(path).headers["Cache-Control"]
    assert "private" in kept and "max-age" in kept


# RudderStack's settings


@pytest.mark.parametrize("path", CONFIG)
@pytest.mark.parametrize("where", ["header", "query"])
def test_rudders_client_learns_that_its_source_is_enabled(client: FlaskClient, path: str, where: str) -> None:
    query = "?p=npm&v=3.34.1&build=modern&lockIntegrationsVersion=false"
    response = (
        client.get(path + query, headers=BROWSER)
        if where == "header"
        else client.get(f"{path}{query}&writeKey={WRITE_KEY}")
    )
    assert response.status_code == 200
    source = response.get_json()["source"]
    assert source["id"] and source["enabled"] is True and source["destinations"] == []
    assert source["config"]["statsCollection"]["errors"]["enabled"] is False


@pytest.mark.parametrize("path", CONFIG)
def test_rudders_question_for_ad_blockers_needs_no_key(client: FlaskClient, path: str) -> None:
    response = client.head(f"{path}?view=ad")
    assert (response.status_code, response.data) == (200, b"")


# Keys


@pytest.mark.parametrize("key", ["wk_wrong", "khoá", "a/b", f"{WRITE_KEY}x", "%00"])
def test_settings_for_an_unknown_key_are_an_error(client: FlaskClient, key: str) -> None:
    assert_error(client.get(f"/v1/projects/{key}/settings"), 401, "UNKNOWN_KEY")
    assert_error(client.get(f"/sourceConfig/?writeKey={key}"), 401, "UNKNOWN_KEY")
    assert_error(client.get("/sourceConfig/", headers=basic(key)), 401, "UNKNOWN_KEY")


def test_settings_without_a_key_are_an_error(client: FlaskClient) -> None:
    assert_error(client.get("/sourceConfig/"), 401, "NO_KEY")
    assert_error(client.get("/v1/projects//settings"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/projects/{SECRET_KEY}/settings",
        f"/sourceConfig/?writeKey={SECRET_KEY}",
        f"/pixel/v1/track?writeKey={SECRET_KEY}&event=Store+Visited&anonymousId=a1",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://shop.example"}])
def test_the_secret_key_where_only_pages_call_is_refused(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    body = assert_error(client.get(path, headers=headers), 403, "SECRET_KEY_IN_BROWSER")
    assert SECRET_KEY not in str(body)


# Beacon


def test_a_beacon_is_a_batch_with_its_key_in_the_query(client: FlaskClient) -> None:
    body = {"batch": [EVENT], "sentAt": "2026-09-21T14:13:20.000Z"}
    response = client.post(
        f"/beacon/v1/batch?writeKey={WRITE_KEY}", json=body, content_type="text/plain", headers={"Origin": "null"}
    )
    assert (response.status_code, response.get_json()["accepted"]) == (200, 1)
    assert client.post("/v1/batch", json=body, headers=BROWSER).get_json()["duplicates"] == 1
    assert_error(client.post("/beacon/v1/batch", json={"batch": []}), 401, "NO_KEY")


# Pixel


def test_a_pixel_is_an_event_and_answers_a_dot(client: FlaskClient) -> None:
    query = {
        "writeKey": WRITE_KEY,
        "anonymousId": '"a1"',
        "event": "Email Opened",
        "properties.campaign": "Tuần lễ golf ⛳",
        "properties.name": "ไม้กอล์ฟ",
        "context.page.path": "/golf",
        "channel": "email",
    }
    response = client.get("/pixel/v1/track", query_string=query)
    assert (response.status_code, response.content_type) == (200, "image/gif")
    assert response.data == stock.PIXEL and response.data.startswith(b"GIF89a")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    [event] = events_of(client, "anonymous:a1")
    assert (event["type"], event["event"], event["role"]) == ("track", "Email Opened", "browser")
    assert event["properties"] == {"campaign": "Tuần lễ golf ⛳", "name": "ไม้กอล์ฟ"}
    assert event["context"]["page"] == {"path": "/golf"}
    assert WRITE_KEY not in str(event)


def test_a_pixel_of_a_page_view_is_a_page_call(client: FlaskClient) -> None:
    path = f"/pixel/v1/page?writeKey={WRITE_KEY}&anonymousId=a1&name=Trang+chủ&type=track&event=Order+Completed"
    assert client.get(path).status_code == 200
    [event] = events_of(client, "anonymous:a1")
    assert (event["type"], event["name"]) == ("page", "Trang chủ")


def test_a_pixel_seen_twice_counts_twice_unless_it_has_a_message_id(client: FlaskClient) -> None:
    path = f"/pixel/v1/track?writeKey={WRITE_KEY}&anonymousId=a1&event=Email+Opened"
    for more in ("", "", "&messageId=m1", "&messageId=m1"):
        assert client.get(path + more).status_code == 200
    assert len(events_of(client, "anonymous:a1")) == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("anonymousId=a1", "NO_EVENT_NAME"),
        ("event=Email+Opened", "NO_ID"),
        ("event=Email+Opened&userId=u1", "UNPROVEN_USER"),
        ("event=Email+Opened&anonymousId=a1&" + "x." * 40 + "x=1", "TOO_DEEP"),
    ],
)
def test_a_pixel_that_is_no_event_is_an_error_with_its_reason(client: FlaskClient, query: str, code: str) -> None:
    body = assert_error(client.get(f"/pixel/v1/track?writeKey={WRITE_KEY}&{query}"), 400, code)
    assert body["docs"].endswith("#get-pixelv1track-and-get-pixelv1page")
    assert counted(client, f'omni_events_rejected_total{{code="{code}"}} 1')


def test_a_pixel_with_a_wrong_key_is_an_error(client: FlaskClient) -> None:
    assert_error(client.get("/pixel/v1/track?event=x&anonymousId=a1&writeKey=wk_wrong"), 401, "UNKNOWN_KEY")
    assert_error(client.get("/pixel/v1/page?anonymousId=a1"), 401, "NO_KEY")


def test_of_two_names_inside_one_another_the_first_counts() -> None:
    assert stock.event_of({"context": "x", "context.page.path": "/"}) == {"context": "x"}
    assert stock.event_of({"context.page.path": "/", "context.page": "x", "a..b": "", ".": "y"}) == {
        "context": {"page": {"path": "/"}},
        "a": {"": {"b": ""}},
        "": {"": "y"},
    }


@given(
    st.dictionaries(
        st.text(max_size=60) | st.from_regex(r"(?:[a-c]?\\.){0,50}[a-c]", fullmatch=True), st.text(max_size=9)
    )
)
def test_any_query_spells_out_an_event_of_bounded_depth(query: dict[str, str]) -> None:
    def depth(value: Any) -> int:
        return 1 + max(map(depth, value.values()), default=0) if isinstance(value, dict) else 0

    event = stock.event_of(query)
    assert depth(event) <= stock.DEEPEST_NAME + 1 and "writeKey" not in event


# Reports of the clients on themselves


@pytest.mark.parametrize(("path", "name"), [("/v1/m", "segment"), ("/rsaMetrics", "rudderstack")])
def test_a_clients_report_on_itself_is_counted_and_stored_nowhere(client: FlaskClient, path: str, name: str) -> None:
    report = {"series": [{"metric": "analytics_js.invoke.error", "tags": {"user": "lan@shop.example"}}], **EVENT}
    for body in (report, {"batch": [EVENT]}):
        response = client.post(path, json=body, headers=BROWSER)
        assert (response.status_code, response.get_json()) == (200, {"success": True})
    assert client.post(path, data=b"{no json", content_type="text/plain").status_code == 200
    assert counted(client, f'omni_client_reports_total{{client="{name}"}} 3')
    assert "lan@shop.example" not in client.get("/metrics").text
    assert_error(client.get("/v1/profiles/anonymous:a1", headers=SHOP), 404, "UNKNOWN_PERSON")


@pytest.mark.parametrize("path", ["/v1/m", "/rsaMetrics"])
def test_an_endless_report_is_refused(client: FlaskClient, path: str) -> None:
    assert_error(client.post(path, data=b"x" * (stock.MAX_REPORT_BYTES + 1)), 413, "BODY_TOO_LARGE")


# CORS, and addresses that old clients know


@pytest.mark.parametrize(("method", "path"), [*(("GET", p) for p in CORS_GET), *(("POST", p) for p in CORS_POST)])
def test_a_listed_page_may_call_all_of_them(client: FlaskClient, method: str, path: str) -> None:
    origin = "https://shop.example"
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = client.options(path, headers=asked)
    assert preflight.status_code == 204 and preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    response = client.open(
        path, method=method, json=None if method == "GET" else {"batch": []}, headers={"Origin": origin}
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == origin
    unlisted = client.open(
        path, method=method, json=None if method == "GET" else {"batch": []}, headers={"Origin": "https://evil.test"}
    )
    assert unlisted.status_code == 200 and "Access-Control-Allow-Origin" not in unlisted.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/v1/import", 404, "NOT_FOUND"),
        ("POST", "/v1/merge", 404, "NOT_FOUND"),
        ("POST", "/rsaRequest", 404, "NOT_FOUND"),
        ("GET", "/analytics.js/v1/wk_x/analytics.min.js", 404, "NOT_FOUND"),
        ("POST", "/sourceConfig/", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/beacon/v1/batch", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/pixel/v1/track", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/v1/m", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_what_is_not_served_is_refused_in_our_shape(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    assert_error(client.open(path, method=method), status, code)


# Inside another app


@pytest.fixture
def embedded(config: ServerConfig) -> Iterator[FlaskClient]:
    app = Flask("shop")
    app.register_blueprint(omni_blueprint(config), url_prefix="/omni")
    yield app.test_client()
    app.extensions["omnisdk"].close()


def test_below_a_prefix_segments_client_is_sent_below_it(embedded: FlaskClient) -> None:
    found = segment_io(embedded, f"/omni{SETTINGS}", headers={"Host": "shop.example"})
    assert found["apiHost"] == "shop.example/omni/v1"
    below = segment_io(embedded, f"/omni{SETTINGS}", base_url="http://shop.example/app")
    assert below["apiHost"] == "shop.example/app/omni/v1"
    assert embedded.get("/omni/sourceConfig/", headers=BROWSER).status_code == 200
    assert embedded.post(f"/omni/beacon/v1/batch?writeKey={WRITE_KEY}", json={"batch": [EVENT]}).status_code == 200
