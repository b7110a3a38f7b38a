from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from .shop import TAG, Shop, as_json, down

Visit = Callable[..., Page]
NO_PLACEMENT = TAG.replace("key=wk_test", "key=wk_test&placements=")


def settled(page: Page, shop: Shop) -> None:
    """The first page view has been confirmed: what comes now is the test's."""
    shop.wait_for_event("page")
    page.evaluate("omni.ready()")


def test_without_placements_events_go_as_a_batch(shop: Shop, visit: Visit) -> None:
    visit(tag=NO_PLACEMENT)
    shop.wait_for_event("page")
    [batch] = shop.calls("/omni/v1/batch")
    assert batch.headers["Content-Type"].startswith("text/plain")
    assert batch.body["writeKey"] == "wk_test"
    assert batch.body["sentAt"] >= batch.body["batch"][0]["timestamp"]
    assert shop.calls("/omni/v1/decide") == []


def test_one_request_carries_the_page_view_and_asks_for_every_placement(shop: Shop, visit: Visit) -> None:
    page = visit(
        "<div data-omni-placement=hero></div><p data-omni-placement=hero></p><div data-omni-placement=foot></div>"
    )
    settled(page, shop)
    page.wait_for_timeout(200)
    [decide] = shop.calls("/omni/v1/decide")
    assert decide.body["placements"] == ["hero", "foot", "popup"]
    assert [event["type"] for event in decide.body["events"]] == ["page"]
    assert shop.calls("/omni/v1/batch") == []


def test_fifty_events_in_the_tick_of_leaving_arrive(shop: Shop, visit: Visit) -> None:
    page = visit()
    settled(page, shop)
    page.evaluate("() => { for (let i = 0; i < 50; i++) omni.track('Late', {i}); location.href = '/plain' }")
    page.wait_for_url("**/plain")
    shop.wait_for(lambda: len(shop.named("Late")) == 50)


def test_fifty_events_in_the_tick_of_closing_the_tab_arrive(shop: Shop, visit: Visit) -> None:
    page = visit()
    settled(page, shop)
    page.evaluate("() => { for (let i = 0; i < 50; i++) omni.track('Late', {i}) }")
    page.close()
    shop.wait_for(lambda: len(shop.named("Late")) == 50)


def test_what_had_no_answer_is_sent_by_the_next_page(shop: Shop, visit: Visit) -> None:
    shop.answer = down
    page = visit()
    page.evaluate("() => { omni.track('During'); omni.track('Trong lúc sập') }")
    page.wait_for_timeout(300)
    page.goto(shop.url + "/plain")
    shop.answer = None
    shop.requests.clear()
    visit(path="/next", on=page)
    shop.wait_for_event("During")
    assert len(shop.named("page")) == 2
    shop.wait_for(lambda: page.evaluate("localStorage.length") == 0)


def test_it_is_sent_again_with_the_same_ids_when_the_server_is_back(shop: Shop, visit: Visit) -> None:
    shop.answer = lambda path, _: as_json({}, 500)
    page = visit(tag=NO_PLACEMENT)
    shop.wait_for(lambda: len(shop.calls("/omni/v1/batch")) == 1)
    page.evaluate("omni.track('Later')")
    shop.answer = None
    shop.wait_for(lambda: len(shop.calls("/omni/v1/batch")) == 2)
    first, second = (call.body["batch"] for call in shop.calls("/omni/v1/batch"))
    assert first[0]["messageId"] == second[0]["messageId"]
    assert [event.get("event") for event in second] == [None, "Later"]


def test_a_pause_that_the_server_asks_for_is_kept(shop: Shop, visit: Visit) -> None:
    shop.answer = lambda *_: as_json({"code": "BUSY"}, 429, Retry_After="2")
    page = visit(tag=NO_PLACEMENT)
    shop.wait_for(lambda: shop.calls("/omni/v1/batch"))
    asked_at = time.monotonic()
    assert page.evaluate("omni.decide(['x'])") == [{"placement": "x", "campaign": None, "reason": "SERVER_UNAVAILABLE"}]
    assert shop.calls("/omni/v1/decide") == []
    shop.answer = None
    shop.wait_for(lambda: len(shop.calls("/omni/v1/batch")) == 2)
    assert time.monotonic() - asked_at > 1.9


def test_a_portals_page_with_status_200_confirms_nothing(shop: Shop, visit: Visit) -> None:
    shop.answer = lambda *_: (200, {"Content-Type": "text/html"}, b"<html>Sign in to the wifi")
    page = visit(tag=NO_PLACEMENT)
    shop.wait_for(lambda: shop.calls("/omni/v1/batch"))
    shop.answer = None
    shop.wait_for(lambda: len(shop.calls("/omni/v1/batch")) == 2)
    shop.wait_for(lambda: page.evaluate("localStorage.length") == 0)


def test_a_refused_batch_is_not_sent_for_ever(shop: Shop, visit: Visit) -> None:
    shop.answer = lambda *_: as_json({"code": "UNKNOWN_KEY", "message": "no"}, 401)
    page = visit("<script>omni.on('error', e => (window.told = e))</script>", tag=NO_PLACEMENT)
    page.wait_for_function("window.told == 401")
    page.wait_for_timeout(1500)
    assert len(shop.calls("/omni/v1/batch")) == 1


def test_storage_holds_at_most_fifty_events_and_a_hundred_thousand_bytes(shop: Shop, visit: Visit) -> None:
    shop.answer = down
    page = visit(tag=NO_PLACEMENT)
    page.evaluate("() => { for (let i = 0; i < 80; i++) omni.track('Many', {i}) }")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    kept = json.loads(page.evaluate("Object.values(localStorage)[0]"))
    assert [event["properties"]["i"] for event in kept] == list(range(30, 80)), "the newest are kept"
    page.evaluate("() => { for (let i = 0; i < 40; i++) omni.track('Big', {i, text: 'ộ'.repeat(5000)}) }")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    sizes = page.evaluate("Object.entries(localStorage).map(([key, value]) => 2 * value.length)")
    assert len(sizes) == 1
    assert 50_000 < sizes[0] <= 100_000


def test_batches_fit_what_a_closing_page_may_send(shop: Shop, visit: Visit) -> None:
    page = visit(tag=NO_PLACEMENT)
    settled(page, shop)
    page.evaluate("() => { for (let i = 0; i < 30; i++) omni.track('Big', {i, text: 'ộ'.repeat(3000)}) }")
    shop.wait_for(lambda: len(shop.named("Big")) == 30)
    lengths = [int(call.headers["Content-Length"]) for call in shop.calls("/omni/v1/batch")]
    assert max(lengths) <= 60_000
    assert max(lengths) > 40_000, "and are not needlessly many"


def test_two_tabs_keep_their_events_apart_and_lose_none(shop: Shop, visit: Visit) -> None:
    shop.answer = down
    one = visit(tag=NO_PLACEMENT)
    two = visit(path="/two", tag=NO_PLACEMENT, on=one.context.new_page())
    one.evaluate("omni.track('One')")
    two.evaluate("omni.track('Two')")
    one.wait_for_timeout(200)
    one.close()
    two.close()
    shop.requests.clear()
    shop.answer = None
    three = visit(path="/three", on=new_tab(one))
    shop.wait_for(lambda: shop.named("One") and shop.named("Two"))
    assert len({event["messageId"] for event in shop.events}) == 5
    shop.wait_for(lambda: three.evaluate("localStorage.length") == 0)


def new_tab(page: Page) -> Page:
    return page.context.new_page()


def test_spoiled_storage_is_survived(shop: Shop, visit: Visit, page: Page) -> None:
    page.goto(shop.url + "/plain")
    page.evaluate("""() => { localStorage['omni.q.x'] = '{'; localStorage['omni.q.y'] = '{"a":1}'; localStorage['omni.q.z'] = '7';
                     localStorage['omni.user'] = '{'; localStorage['omni.checkout'] = '"x"' }""")
    visit()
    settled(page, shop)


def test_a_full_storage_is_survived(shop: Shop, visit: Visit, page: Page) -> None:
    page.goto(shop.url + "/plain")
    page.evaluate(
        "() => { let s = 'x'.repeat(1024 * 1024); for (let i = 0; ; i++) { try { localStorage['f' + i] = s } catch { if (s.length < 2) break; s = s.slice(s.length / 2) } } }"
    )
    shop.answer = down
    visit(tag=NO_PLACEMENT)
    page.wait_for_timeout(200)
    page.evaluate("() => { omni.identify('u1'); omni.track('Kept') }")
    shop.answer = None
    assert shop.wait_for_event("Kept")["userId"] == "u1"


def test_the_page_stays_fit_for_the_way_back(shop: Shop, visit: Visit) -> None:
    page = visit()
    settled(page, shop)
    client = page.context.new_cdp_session(page)
    listeners: list[dict[str, Any]] = client.send(
        "DOMDebugger.getEventListeners",
        {"objectId": client.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]},
    )["listeners"]
    assert {"pagehide", "visibilitychange"} <= {listener["type"] for listener in listeners}
    assert not {"unload", "beforeunload"} & {listener["type"] for listener in listeners}
