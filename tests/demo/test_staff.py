"""The counter: what staff write down reaches the server by the SDK."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from markupsafe import escape

from server_example.demo import words
from tests.demo.conftest import Running, Visitor

Visiting = Callable[[], Visitor]


def test_a_visitor_is_recorded_by_phone_with_name_interest_and_visit(visitor: Visiting, running: Running) -> None:
    desk = visitor()
    page = desk.post("/vi/staff", data={"name": "Đặng Thị Ngọc", "phone": "0905 222 333", "interest": "golf"})
    assert words.say("vi", "staff.done", name="Đặng Thị Ngọc") in page.text
    profile = running.profile("phone:+84905222333")
    assert profile is not None
    assert profile["identifiers"] == ["phone:+84905222333"]  # not the counter's own browser
    assert profile["shop"]["traits"]["interest"] == "golf"
    assert profile["shop"]["traits"]["name"] == "Đặng Thị Ngọc"
    assert profile["shop"]["visits"]["store"]["count"] == 1


@pytest.mark.parametrize(("language", "offer"), [("vi", "Giảm 10% đồ golf"), ("en", "10% off golf gear")])
def test_staff_hear_what_is_right_for_this_visitor(visitor: Visiting, language: str, offer: str) -> None:
    phone = f"0905 444 55{words.LANGUAGES.index(language)}"
    page = visitor().post(f"/{language}/staff", data={"name": "Quân", "phone": phone, "interest": "golf"})
    assert words.say(language, "staff.offer") in page.text
    assert offer in page.text


def test_a_name_is_text_wherever_it_stands(visitor: Visiting, running: Running) -> None:
    nasty = "<img src=x onerror=alert(1)> Lê"
    page = visitor().post("/vi/staff", data={"name": nasty, "phone": "0905 666 777", "interest": "yoga"})
    assert nasty not in page.text and str(escape(nasty)) in page.text
    profile = running.profile("phone:+84905666777")
    assert profile is not None and profile["shop"]["traits"]["name"] == nasty
    wrong = visitor().post("/vi/staff", data={"name": nasty, "phone": "1", "interest": "yoga"})
    assert nasty not in wrong.text and str(escape(nasty)) in wrong.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "staff.need_name"),
        ({"phone": "0905"}, "checkout.need_phone"),
        ({"interest": "sailing"}, "staff.need_interest"),
    ],
)
def test_what_is_missing_is_said_and_nothing_recorded(
    visitor: Visiting, running: Running, wrong: dict[str, str], said: str
) -> None:
    page = visitor().post("/en/staff", data={"name": "Nam", "phone": "0905 888 999", "interest": "golf", **wrong})
    assert page.status_code == 422
    assert str(escape(words.say("en", said))) in page.text
    assert running.profile("phone:+84905888999") is None
