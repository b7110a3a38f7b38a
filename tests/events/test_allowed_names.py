"""Which names a browser may send, and what a list of events is called in messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisdk.events import BadBody, read_call
from omnisdk.events.model import SNIPPET_EVENTS
from tests.events.reader import read, refuse, settings, take, track

SNIPPET = Path(__file__).parents[2] / "snippet" / "src"
ALLOW = frozenset({"Product Viewed", "Đặt lịch"})


def test_a_name_outside_the_list_is_refused_with_what_to_do() -> None:
    rejected = refuse(track("Order Completed"), allow=ALLOW)
    assert rejected.code == "EVENT_NOT_ALLOWED" and rejected.message_id == "m1"
    assert rejected.message.startswith('batch[0].event: "Order Completed" is not among the events that pages may send')
    assert "allow: in omni.yaml" in rejected.message and "secret key" in rejected.message


def test_only_that_event_is_refused() -> None:
    batch = read({"batch": [track("Lạ"), track("Đặt lịch"), track("Product Viewed ")]}, allow=ALLOW)
    assert [event.name for _, event in batch.events] == ["Đặt lịch", "Product Viewed"]
    assert [rejected.index for rejected in batch.rejected] == [0]


def test_a_name_is_compared_in_nfc() -> None:
    assert take(track("Đặt lịch"), allow=ALLOW).name == "Đặt lịch"


def test_the_shop_and_all_other_calls_have_no_list() -> None:
    assert take(track("Order Completed"), allow=ALLOW, role="shop").name == "Order Completed"
    for call in ("page", "screen", "identify"):
        assert take({**track(), "type": call, "name": "Order Completed"}, allow=frozenset()).type == call


def test_a_single_call_is_held_to_the_list_too() -> None:
    batch = read_call(track("Order Completed"), "track", **settings(allow=ALLOW))
    assert [rejected.message[:11] for rejected in batch.rejected] == ["event.event"]


def test_without_a_list_every_name_is_taken_and_an_empty_one_takes_none() -> None:
    assert take(track("Bất kỳ")).name == "Bất kỳ"
    assert refuse(track(), allow=frozenset()).code == "EVENT_NOT_ALLOWED"


def test_the_names_always_allowed_are_those_the_snippet_sends() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SNIPPET.rglob("*.ts"))
    sent = set(re.findall(r'(?:host\.track\(|event: )"([A-Z][^"]*[a-z])"', source))
    sent |= {f"Promotion {what}" for what in ("Viewed", "Clicked", "Dismissed") if f'"{what}"' in source}
    assert sent == SNIPPET_EVENTS


def test_messages_call_the_list_what_its_sender_calls_it() -> None:
    batch = read({"batch": [track(), {"type": "track"}]}, place="events")
    assert batch.rejected[0].message.startswith("events[1]")
    with pytest.raises(BadBody, match=r"^events: 2,501 events"):
        read({"batch": [{}] * 2501}, place="events")
