"""Whose event it is: claims and proof from a browser, further identifiers from the shop."""

from __future__ import annotations

from typing import Any

import pytest

from omnisdk.events import Batch, Event, read_call
from tests.events.reader import notes, read, refuse, settings, take, track


def identity(item: dict[str, Any], **changed: Any) -> tuple[str | None, bool]:
    event = take(item, **changed)
    return event.user_id, event.proven


def test_a_browsers_user_id_is_only_a_claim() -> None:
    assert identity(track(userId="u1")) == ("u1", False)


def test_a_token_for_exactly_that_user_proves_it() -> None:
    assert identity(track(userId="u1", identityToken="token-u1")) == ("u1", True)
    assert identity(track(userId="u1", context={"identityToken": "token-u1"})) == ("u1", True)
    assert identity(track(userId="u1"), envelope={"identityToken": "token-u1"}) == ("u1", True)
    assert identity(track(userId="u1"), envelope={"context": {"identityToken": "token-u1"}}) == ("u1", True)
    assert identity(track(userId=" u1 ", identityToken="token-u1")) == ("u1", True)


@pytest.mark.parametrize("token", ["token-u2", "forged", "", 7, None, ["token-u1"], "token-junk"])
def test_any_other_token_leaves_a_claim(token: object) -> None:
    assert identity(track(userId="u1", identityToken=token)) == ("u1", False)
    assert identity(track(userId="u1"), envelope={"identityToken": token}) == ("u1", False)


def test_a_token_alone_names_the_user() -> None:
    assert identity(track(identityToken="token-u1")) == ("u1", True)
    assert identity(track(anonymousId=None, identityToken="token-u1")) == ("u1", True)


def test_a_token_without_a_usable_user_names_nobody() -> None:
    assert identity(track(identityToken="token-junk")) == (None, False)


def test_the_envelopes_token_makes_no_anonymous_event_its_users() -> None:
    """Events from before the sign-in may travel in the same batch, by another user of the same browser."""
    assert identity(track(), envelope={"identityToken": "token-u2"}) == (None, False)


def test_the_events_own_token_goes_before_the_envelopes() -> None:
    assert identity(track(identityToken="token-u1"), envelope={"identityToken": "token-u2"}) == ("u1", True)


def test_in_a_single_call_the_token_at_the_top_is_the_events_own() -> None:
    batch = read_call(track(identityToken="token-u1"), "track", **settings())

    assert [(event.user_id, event.proven) for _, event in batch.events] == [("u1", True)]


def test_each_token_is_verified_once_in_a_request() -> None:
    verified: list[str] = []

    def verify(token: str) -> tuple[str, int]:
        verified.append(token)
        return "u1", 7

    batch = read({"batch": [track(userId="u1", identityToken="t")] * 50, "identityToken": "t"}, verify=verify)

    assert all(event.proven and event.proven_since == 7 for _, event in batch.events)
    assert verified == ["t"]


def test_a_claim_that_the_rules_accept_is_no_older_than_its_arrival_and_the_shops_word_as_old_as_it_says() -> None:
    [(_, claimed)] = read({"batch": [track(userId="u1")]}, require_token=False).events
    [(_, vouched)] = read({"batch": [track(userId="u1")]}, role="shop").events
    assert (claimed.proven, claimed.proven_since) == (True, claimed.received_at)
    assert (vouched.proven, vouched.proven_since) == (True, 0)


def test_an_unproven_user_alone_is_refused_and_with_an_anonymous_id_kept() -> None:
    assert refuse(track(anonymousId=None, userId="u1", identityToken="forged")).code == "UNPROVEN_USER"
    assert refuse(track(anonymousId="guest", userId="u1")).code == "UNPROVEN_USER"
    assert take(track(userId="u1")).anonymous_id == "a1"


def test_a_shop_that_needs_no_token_believes_the_browser() -> None:
    assert identity(track(userId="u1"), require_token=False) == ("u1", True)
    assert identity(track(userId="u1", anonymousId=None), require_token=False) == ("u1", True)
    assert identity(track(), require_token=False) == (None, False)


def test_the_secret_key_proves_what_it_sends() -> None:
    event = take(track(userId="u1", anonymousId=None), role="shop")

    assert (event.user_id, event.proven, event.vouched, event.role) == ("u1", True, True, "shop")


def test_only_the_shop_and_trusted_names_are_vouched() -> None:
    assert not take(track("Rating Given")).vouched
    assert take(track("Rating Given"), trust=frozenset({"Rating Given"})).vouched
    assert take(track("Rating Given"), role="shop").vouched


def test_a_page_named_as_a_trusted_event_is_not_vouched() -> None:
    page = {"type": "page", "name": "Rating Given", "anonymousId": "a1"}

    assert not take(page, trust=frozenset({"Rating Given"})).vouched


def everything(batch: Batch) -> str:
    return repr([event for _, event in batch.events])


def test_no_token_stays_in_an_event() -> None:
    item = track(
        userId="u1",
        identityToken="token-u1",
        context={"identityToken": "token-u1", "locale": "vi"},
        messageId=None,
    )
    envelope = {"identityToken": "token-u2", "context": {"identityToken": "token-u1", "timezone": "Asia/Ho_Chi_Minh"}}

    batch = read({"batch": [item], **envelope})

    assert "token-u" not in everything(batch)
    assert batch.events[0][1].context == {"locale": "vi", "timezone": "Asia/Ho_Chi_Minh"}


# --- further identifiers ----------------------------------------------------------------------------------------------
def refs(item: dict[str, Any], role: str = "shop") -> tuple[str, ...]:
    return take(item, role=role).refs


@pytest.mark.parametrize(
    "where",
    [
        {"phone": "0901234567"},
        {"traits": {"phone": "0901234567"}},
        {"context": {"traits": {"phone": "+84 901 234 567"}}},
        {"context": {"externalIds": [{"type": "phone", "id": 901234567}]}},
        {"context": {"externalId": [{"type": "phone", "id": "0901234567"}]}},
        {"phone": "0901234567", "traits": {"phone": "+84901234567"}},
    ],
)
def test_the_shops_phone_is_an_identifier_wherever_it_stands(where: dict[str, Any]) -> None:
    assert refs({"type": "identify", **where}) == ("phone:+84901234567",)


@pytest.mark.parametrize(
    "where",
    [
        {"phone": "0901234567", "email": "an@shop.vn", "card": "77"},
        {"traits": {"phone": "0901234567", "email": "an@shop.vn"}},
        {"context": {"externalIds": [{"type": "phone", "id": "0901234567"}]}},
    ],
)
def test_from_a_browser_they_are_only_traits(where: dict[str, Any]) -> None:
    assert refs({"type": "identify", "anonymousId": "a1", **where}, role="browser") == ()
    assert refuse({"type": "identify", **where}).code == "NO_ID"


def test_identifiers_are_sorted_and_traits_keep_them_as_sent() -> None:
    event = take(
        {
            "type": "identify",
            "phone": "0901234567",
            "card": 77,
            "traits": {"email": " An@Shop.VN ", "phone": "0912345678"},
        },
        role="shop",
    )

    assert event.refs == ("card:77", "email:an@shop.vn", "phone:+84901234567", "phone:+84912345678")
    assert event.traits == {"email": " An@Shop.VN ", "phone": "0912345678", "card": 77}


def test_an_identifier_given_as_an_argument_is_a_trait_too() -> None:
    item = {"type": "identify", "anonymousId": "a1", "phone": "0901234567"}

    assert take(item).traits == take(item, role="shop").traits == {"phone": "0901234567"}


@pytest.mark.parametrize(
    "junk",
    [
        {"phone": "0000000000"},
        {"email": "none"},
        {"card": "null"},
        {"traits": {"phone": []}},
        {"context": {"externalIds": [{"type": "email", "id": True}]}},
    ],
)
def test_an_unusable_identifier_is_absent_and_counted(junk: dict[str, Any]) -> None:
    item = {"type": "identify", "userId": "u1", **junk}

    assert refs(item) == ()
    assert notes(item, role="shop") == {"junk_id": 1}


@pytest.mark.parametrize("external", [None, "x", {}, [None], ["phone"], [{"type": ["phone"], "id": 1}], [{"id": 1}]])
def test_external_ids_of_another_shape_are_passed_over(external: object) -> None:
    assert refs({"type": "identify", "userId": "u1", "context": {"externalIds": external}}) == ()


def test_a_groups_phone_is_nobodys() -> None:
    group = {"type": "group", "userId": "u1", "groupId": "g1", "traits": {"phone": "0901234567", "name": "Công ty An"}}

    event = take({**group, "context": {"traits": {"email": "an@shop.vn"}}}, role="shop")

    assert event.refs == ("email:an@shop.vn",)
    assert event.traits == {"phone": "0901234567", "name": "Công ty An"}
    assert event.context == {"traits": {"email": "an@shop.vn"}}


# --- traits and context -----------------------------------------------------------------------------------------------
def test_traits_come_from_the_event_over_its_context_over_the_envelopes() -> None:
    item = {
        "type": "identify",
        "anonymousId": "a1",
        "traits": {"a": "event"},
        "context": {"traits": {"a": "context", "b": "context"}},
    }

    event = take(item, envelope={"context": {"traits": {"b": "envelope", "c": "envelope"}}})

    assert event.traits == {"a": "event", "b": "context", "c": "envelope"}
    assert "traits" not in event.context


def test_the_envelopes_context_stands_under_the_items_own_key_by_key() -> None:
    event = take(
        track(context={"page": {"path": "/golf"}}),
        envelope={"context": {"page": {"path": "/", "title": "Trang chủ"}, "locale": "vi"}},
    )

    assert event.context == {"page": {"path": "/golf"}, "locale": "vi"}


def test_neighbours_do_not_share_a_changed_context() -> None:
    batch = read({"batch": [track(), track(context={"locale": "en"})], "context": {"locale": "th"}})

    contexts: list[Event] = [event for _, event in batch.events]
    assert [event.context for event in contexts] == [{"locale": "th"}, {"locale": "en"}]
