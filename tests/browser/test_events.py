from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import BrowserContext, Page

from .shop import STUB, TAG, Shop, as_json

Visit = Callable[..., Page]


def test_the_first_page_view_is_sent_by_itself_with_what_the_page_is(shop: Shop, visit: Visit) -> None:
    page = visit(path="/giày", tag=TAG)
    page.goto(shop.url + "/gi%C3%A0y?utm_source=zalo&utm_campaign=tet#top")
    shop.wait_for(lambda: len(shop.named("page")) == 2)
    view = shop.named("page")[-1]
    assert view["context"]["page"] == {
        "url": shop.url + "/gi%C3%A0y?utm_source=zalo&utm_campaign=tet",
        "path": "/gi%C3%A0y",
        "search": "?utm_source=zalo&utm_campaign=tet",
        "title": "Cửa hàng",
        "referrer": "",
    }
    assert view["context"]["campaign"] == {"source": "zalo", "name": "tet"}
    assert view["context"]["locale"] == "vi"
    assert view["context"]["library"]["name"] == "omni.js"
    assert view["context"]["utcOffset"] == page.evaluate("-new Date().getTimezoneOffset()")
    assert datetime.fromisoformat(view["timestamp"]).tzinfo


def test_calls_before_the_script_keep_their_order_time_address_and_title(shop: Shop, page: Page) -> None:
    shop.pages["/"] = f"""<title>Trước</title>{STUB}<script>
      omni.track('First', {{n: 1}}); omni.track('Second');
      history.replaceState(0, '', '/after'); document.title = 'Sau'; omni.track('Third');
      setTimeout(() => {{ const s = document.createElement('script'); s.src = '/omni/omni.js?key=wk_test'; document.head.append(s) }}, 600);
    </script>"""
    page.goto(shop.url)
    shop.wait_for_event("Third")
    tracked = [event for event in shop.events if event["type"] == "track"]
    assert [(event["event"], event["context"]["page"]["path"]) for event in tracked] == [
        ("First", "/"),
        ("Second", "/"),
        ("Third", "/after"),
    ]
    assert [event["context"]["page"]["title"] for event in tracked] == ["Trước", "Trước", "Sau"]
    sent_at = datetime.fromisoformat(shop.calls("/omni/v1/decide")[0].body["sentAt"])
    assert (sent_at - datetime.fromisoformat(tracked[0]["timestamp"])).total_seconds() > 0.5


def test_a_page_call_before_the_script_stands_for_the_automatic_view(shop: Shop, visit: Visit) -> None:
    visit("<script>omni.page('Trang chủ', {a: 1})</script>")
    shop.wait_for_event("page")
    assert [(event["name"], event["properties"]) for event in shop.named("page")] == [("Trang chủ", {"a": 1})]


def test_identify_group_and_consent_become_messages(shop: Shop, visit: Visit) -> None:
    page = visit()
    page.evaluate("""() => { omni.identify('u1', {city: 'Huế'}, {token: 't.o.k'}); omni.group('g1', {plan: 'x'});
                     omni.consent({marketing: true, analytics: false}) }""")
    shop.wait_for_event("Consent Changed")
    assert shop.named("identify")[0]["traits"] == {"city": "Huế"}
    assert shop.named("identify")[0]["userId"] == "u1"
    assert shop.named("identify")[0]["identityToken"] == "t.o.k"
    assert shop.named("group")[0]["groupId"] == "g1"
    assert shop.named("Consent Changed")[0]["properties"] == {"purposes": {"marketing": True, "analytics": False}}


def test_the_user_stays_over_pages_and_tabs_and_the_proof_only_in_its_tab(shop: Shop, visit: Visit) -> None:
    page = visit()
    page.evaluate("omni.identify('u1', {}, {token: 't.o.k'})")
    shop.wait_for_event("identify")
    page.goto(shop.url + "/?again")
    shop.wait_for(lambda: len(shop.calls("/omni/v1/decide")) == 2)
    assert shop.calls("/omni/v1/decide")[-1].body["identityToken"] == "t.o.k"
    tab = page.context.new_page()
    tab.goto(shop.url + "/?tab")
    shop.wait_for(lambda: len(shop.calls("/omni/v1/decide")) == 3)
    body = shop.calls("/omni/v1/decide")[-1].body
    assert body["userId"] == "u1"
    assert "identityToken" not in body


def test_the_cookie_is_the_documented_contract(shop: Shop, visit: Visit) -> None:
    page = visit()
    anonymous_id = page.evaluate("omni.anonymousId()")
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["value"], cookie["path"], cookie["sameSite"]) == (
        "omni_aid",
        anonymous_id,
        "/",
        "Lax",
    )
    assert 395 * 86400 < cookie["expires"] - page.evaluate("Date.now() / 1000") < 397 * 86400
    assert shop.wait_for_event("page")["anonymousId"] == anonymous_id
    page.goto(shop.url + "/?again")
    assert page.evaluate("omni.anonymousId()") == anonymous_id


def test_an_id_set_by_the_shops_server_is_taken_over(shop: Shop, page: Page, visit: Visit) -> None:
    page.context.add_cookies([{"name": "omni_aid", "value": "from-server-1", "url": shop.url}])
    visit()
    assert shop.wait_for_event("page")["anonymousId"] == "from-server-1"


def test_reset_makes_a_new_person(shop: Shop, visit: Visit) -> None:
    page = visit()
    before = page.evaluate("omni.anonymousId()")
    page.evaluate(
        "() => { omni.identify('u1', {}, {token: 't.o.k'}); omni.track('Old'); omni.reset(); omni.track('New') }"
    )
    shop.wait_for_event("New")
    assert shop.named("Old")[0]["anonymousId"] == before
    [new] = shop.named("New")
    assert new["anonymousId"] != before
    assert "userId" not in new
    assert page.context.cookies()[0]["value"] == new["anonymousId"]
    assert page.evaluate("Object.keys({...localStorage, ...sessionStorage}).join()") == ""


def test_what_the_page_does_to_its_object_later_is_not_sent(shop: Shop, visit: Visit) -> None:
    page = visit()
    page.evaluate("omni.ready()")
    page.evaluate("() => { const cart = {items: [1]}; omni.track('Cart Viewed', cart); cart.items.push(2) }")
    assert shop.wait_for_event("Cart Viewed")["properties"] == {"items": [1]}


def test_two_tags_are_one(shop: Shop, visit: Visit) -> None:
    page = visit(f"<script>window.before = omni.track</script>{STUB}{TAG}")
    shop.wait_for(lambda: len(shop.calls("/omni/omni.js")) >= 1)
    page.wait_for_load_state("load")
    page.evaluate("() => { omni.track('Once'); before('Saved') }")
    shop.wait_for_event("Once")
    shop.wait_for_event("Saved")
    page.wait_for_timeout(300)
    assert len(shop.named("page")) == len(shop.named("Once")) == len(shop.named("Saved")) == 1


def test_an_element_called_omni_does_not_hide_us(shop: Shop, page: Page) -> None:
    shop.pages["/"] = f"<body><div id=omni></div>{STUB}<script>omni.track('Early')</script>{TAG}"
    page.goto(shop.url)
    shop.wait_for_event("Early")
    shop.wait_for_event("page")


def test_options_stand_in_the_query_or_in_attributes(shop: Shop, visit: Visit) -> None:
    visit(tag='<script async src="/omni/omni.js?locale=th" data-key="wk_other" data-auto-page="false" data-name="shop" '
              'data-placements="slide, popup"></script>', stub="")  # fmt: skip
    asked = shop.wait_for(lambda: shop.calls("/omni/v1/decide"))[0].body
    assert asked["writeKey"] == "wk_other"
    assert asked["placements"] == ["slide", "popup"]
    assert asked["context"]["locale"] == "th"
    assert asked["events"] == []


def test_the_api_may_stand_on_another_host(shop: Shop, page: Page) -> None:
    other = shop.url.replace("127.0.0.1", "localhost")
    shop.pages["/"] = f'{STUB}<script async src="{other}/omni/omni.js?key=k"></script>'
    page.goto(shop.url)
    shop.wait_for_event("page")
    assert {call.method for call in shop.requests} <= {"GET", "POST"}, "no preflight"
    assert shop.calls("/omni/v1/decide")[0].headers["Host"] == other.removeprefix("http://")


def test_nothing_global_but_omni(shop: Shop, page: Page) -> None:
    page.goto(shop.url + "/plain")
    before = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    shop.pages["/"] = STUB + TAG
    page.goto(shop.url)
    shop.wait_for_event("page")
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) - before == {"omni"}


def test_blocked_storage_and_cookies_are_survived_in_memory(shop: Shop, page: Page, visit: Visit) -> None:
    page.add_init_script("""
      for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }});
      Object.defineProperty(document, 'cookie', {get: () => '', set() {}});""")
    visit()
    page.evaluate("() => { omni.identify('u1'); omni.track('Kept') }")
    event = shop.wait_for_event("Kept")
    assert (event["userId"], event["anonymousId"]) == ("u1", shop.named("page")[0]["anonymousId"])


def test_before_consent_nothing_is_stored_or_told_and_afterwards_all_is(shop: Shop, visit: Visit) -> None:
    page = visit(tag=TAG.replace("key=wk_test", "key=wk_test&consent=pending"))
    asked = shop.wait_for(lambda: shop.calls("/omni/v1/decide"))[0].body
    page.evaluate("omni.track('Waiting')")
    page.wait_for_timeout(200)
    assert not {"anonymousId", "userId", "identityToken"} & asked.keys()
    assert shop.events == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.evaluate("omni.consent({marketing: true})")
    shop.wait_for_event("Consent Changed")
    assert [event.get("event", event["type"]) for event in shop.events] == ["page", "Waiting", "Consent Changed"]
    page.reload()
    assert shop.wait_for(lambda: len(shop.calls("/omni/v1/decide")) == 2)
    assert shop.calls("/omni/v1/decide")[1].body["anonymousId"] == page.context.cookies()[0]["value"]


def test_refused_consent_discards_what_waited(shop: Shop, visit: Visit) -> None:
    page = visit(tag=TAG.replace("key=wk_test", "key=wk_test&consent=pending"))
    shop.wait_for(lambda: shop.calls("/omni/v1/decide"))
    page.evaluate("() => { omni.track('Waiting'); omni.consent({marketing: false}) }")
    page.goto(shop.url + "/plain")
    page.wait_for_timeout(200)
    assert shop.events == []
    assert page.context.cookies() == []


def test_promises_settle_although_the_script_never_comes(shop: Shop, visit: Visit) -> None:
    page = visit(tag="")
    assert page.evaluate("Promise.all([omni.ready(), omni.decide(['x']), omni.track('y')])") == [False, [], False]


def test_ready_listeners_and_decisions_for_code(
    shop: Shop, new_context: Callable[..., BrowserContext], visit: Visit
) -> None:
    shop.winners["till"] = {
        "placement": "till",
        "campaign": "c",
        "reason": "WON",
        "kind": "data",
        "content": {"data": {"a": 1}},
    }
    page = visit(
        "<script>omni.on('decided', d => (window.seen = d)); omni.decide(['till', 'other']).then(d => (window.got = d))</script>"
    )
    assert page.evaluate("omni.ready()") is True
    page.wait_for_function("window.got")
    assert [(d["placement"], d["reason"]) for d in page.evaluate("got")] == [("till", "WON"), ("other", "NONE")]
    page.evaluate(
        "() => { window.n = 0; const f = () => n++; omni.on('decided', f); omni.off('decided', f); return omni.decide(['till']) }"
    )
    assert page.evaluate("n") == 0


def test_a_listener_that_throws_and_data_that_cannot_be_sent_reach_only_the_error_event(
    shop: Shop, visit: Visit
) -> None:
    page = visit("<script>window.errors = []; omni.on('error', e => { errors.push(String(e)); throw e });"
                 "omni.on('decided', () => { throw new Error('mine') })</script>")  # fmt: skip
    page.wait_for_function("errors.length")
    page.evaluate("() => { const round = {}; round.round = round; omni.track('Round', round); omni.track('After') }")
    shop.wait_for_event("After")
    assert "mine" in page.evaluate("errors[0]")
    assert re.search("circular", page.evaluate("errors[1]"))


def test_a_refused_event_is_told_to_the_page(shop: Shop, visit: Visit) -> None:
    refused = [{"index": 0, "messageId": "m", "code": "NO_EVENT_NAME", "message": "…"}]
    shop.answer = lambda path, _: as_json({"success": True, "rejected": refused}) if path.endswith("batch") else None
    page = visit("<script>omni.on('error', e => (window.told = e))</script>")
    page.evaluate("omni.track()")
    page.wait_for_function("window.told")
    assert page.evaluate("told.rejected") == refused
