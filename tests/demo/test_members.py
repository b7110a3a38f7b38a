"""The three ready people, and joining the gym: story 2 without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_example.demo import people, words
from tests.demo.conftest import Running, Visitor

Visiting = Callable[[], Visitor]


def popup(running: Running, someone: Visitor) -> str | None:
    campaign: str | None = running.decide(someone.anonymous_id, "schedule-popup", "/vi/classes")["campaign"]
    return campaign


def test_the_server_knows_the_ready_people_and_nothing_of_the_newcomer(running: Running) -> None:
    member, regular = running.profile("user:ha"), running.profile("user:bao")
    assert member is not None and member["shop"]["owns"] == ["membership:gym"]
    assert regular is not None and regular["shop"]["orders"]["count"] == 6
    assert "membership:gym" not in regular["shop"]["owns"]


def test_telling_of_them_again_changes_nothing(running: Running) -> None:
    def known() -> list[dict[str, Any]]:
        profiles = [running.profile(f"user:{user_id}") for user_id in ("ha", "bao")]
        for profile in profiles:
            profile["facts"].pop("session", None)  # another test's visit may be going on: its seconds are counted
        return profiles

    before = known()
    people.seed(running.shop.omni)
    assert running.shop.omni.flush(timeout_seconds=20)
    assert known() == before


def test_the_trial_shows_to_strangers_and_not_to_members(visitor: Visiting, running: Running) -> None:
    stranger, member = visitor(), visitor()
    member.sign_in("ha")
    assert popup(running, stranger) == "gym-trial"
    assert popup(running, member) is None


def test_joining_stops_the_trial_on_every_device_of_the_same_person(visitor: Visiting, running: Running) -> None:
    phone, laptop = visitor(), visitor()
    for device in (phone, laptop):
        device.sign_in("khoi")
        assert words.say("vi", "classes.join") in device.get("/vi/classes").text
        assert popup(running, device) == "gym-trial"
    page = phone.post("/vi/classes/join")
    assert page.url.path == "/vi/classes"
    assert words.say("vi", "classes.member") in page.text
    assert popup(running, phone) is None
    assert popup(running, laptop) is None
    assert words.say("vi", "classes.member") in laptop.get("/vi/classes").text


def test_buying_the_card_is_joining(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    someone.post("/vi/cart/add", data={"product_id": "GYM-12M"})
    done = someone.post("/vi/checkout", data={"name": "Mỹ", "phone": "0905 123 457", "delivery": "collect"})
    assert words.say("vi", "order.joined") in done.text
    assert popup(running, someone) is None


def test_nobody_joins_without_signing_in(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    assert someone.post("/vi/classes/join").url.path == "/vi/sign-in"
    assert running.profile(f"anonymous:{someone.anonymous_id}") is None


def test_two_people_at_one_browser_stay_two(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    someone.sign_in("ha")
    first_browser = someone.anonymous_id
    page = someone.sign_in("bao").text
    # The next page starts the browser anew, then says who is here now.
    assert page.index("omni.reset();") < page.index('omni.identify("bao"')
    assert "omni.reset();" not in someone.get("/vi/").text
    someone.new_browser_id()
    member, regular = running.profile("user:ha"), running.profile("user:bao")
    assert member is not None and f"anonymous:{first_browser}" in member["identifiers"]
    assert regular is not None and f"anonymous:{first_browser}" not in regular["identifiers"]


def test_signing_out_takes_the_cart_and_the_name_along(visitor: Visiting) -> None:
    someone = visitor()
    someone.sign_in("ha")
    someone.post("/vi/cart/add", data={"product_id": "Y-MAT"})
    page = someone.post("/vi/sign-in", data={}).text
    assert "omni.reset();" in page and "omni.identify(" not in page
    assert words.say("vi", "cart.empty") in someone.get("/vi/cart").text


def test_signing_in_keeps_the_cart_of_the_visit(visitor: Visiting) -> None:
    someone = visitor()
    someone.post("/vi/cart/add", data={"product_id": "Y-MAT"})
    someone.sign_in("bao")
    assert "Thảm yoga Sương" in someone.get("/vi/cart").text


def test_a_choice_that_belongs_to_nobody_is_not_said_to_be_kept(visitor: Visiting) -> None:
    someone = visitor()
    someone.cookies.delete("omni_aid")
    assert words.say("vi", "privacy.not_kept") in someone.post("/vi/privacy", data={"offers": "no"}).text


def test_who_wants_no_offers_gets_none(visitor: Visiting, running: Running) -> None:
    someone = visitor()
    assert popup(running, someone) == "gym-trial"
    someone.post("/vi/privacy", data={"offers": "no"})
    assert popup(running, someone) is None
    someone.post("/vi/privacy", data={"offers": "yes"})
    assert popup(running, someone) == "gym-trial"
