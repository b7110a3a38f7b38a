"""The caller's mistakes: counted and logged once by kind, raised when strict, never in the way of the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from omnisdk import (
    AfterClose,
    MissingId,
    Omni,
    OrderCompleted,
    TooLarge,
    Unserialisable,
    UsageError,
    WrongArgument,
    errors,
    safety,
)
from tests.sdk.servers import Server


class Broken:
    def __str__(self) -> str:
        raise RuntimeError("bí mật")


class User:
    """As an ORM's row: not an id."""


FAULTY: dict[str, tuple[Callable[[Any], None], type[UsageError], str]] = {
    "nobody": (lambda o: o.track(None, "X"), MissingId, "invalid"),
    "blank id": (lambda o: o.identify(" ", {"city": "Huế"}), MissingId, "invalid"),
    "a row as id": (lambda o: o.track(User(), "X"), WrongArgument, "invalid"),
    "a truth value as id": (lambda o: o.track(True, "X"), WrongArgument, "invalid"),
    "no event": (lambda o: o.track("u1"), WrongArgument, "invalid"),
    "the event where the id belongs": (lambda o: o.track("Store Visited", {"store_id": 1}), WrongArgument, "invalid"),
    "an event class": (lambda o: o.track("u1", OrderCompleted), WrongArgument, "invalid"),
    "a model and properties": (
        lambda o: o.track("u1", OrderCompleted(order_id="1"), {"a": 1}),
        WrongArgument,
        "invalid",
    ),
    "properties as a list": (lambda o: o.track("u1", "X", [1]), WrongArgument, "invalid"),
    "traits as text": (lambda o: o.identify("u1", "VIP"), WrongArgument, "invalid"),
    "context as text": (lambda o: o.track("u1", "X", context="/golf"), WrongArgument, "invalid"),
    "an unknown argument": (lambda o: o.track("u1", "X", userid="u1"), WrongArgument, "invalid"),
    "a number as time": (lambda o: o.track("u1", "X", timestamp=1_790_000_000), WrongArgument, "invalid"),
    "a day as time": (lambda o: o.track("u1", "X", timestamp=date(2026, 11, 1)), WrongArgument, "invalid"),
    "a text that is no time": (lambda o: o.track("u1", "X", timestamp="hôm qua"), WrongArgument, "invalid"),
    "a number as message id": (lambda o: o.track("u1", "X", message_id=7), WrongArgument, "invalid"),
    "a number as page name": (lambda o: o.page("u1", 7), WrongArgument, "invalid"),
    "a group without id": (lambda o: o.group("u1"), MissingId, "invalid"),
    "an alias of nobody": (lambda o: o.alias(None, "u1"), MissingId, "invalid"),
    "an alias to nobody": (lambda o: o.alias("old"), MissingId, "invalid"),
    "a failing object": (lambda o: o.track("u1", "X", {"v": Broken()}), Unserialisable, "unserialisable"),
    "a large event": (lambda o: o.track("u1", "X", {"v": "ớ" * 20_000}), TooLarge, "too_large"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_call_is_counted_and_logged_once_and_the_program_goes_on(
    case: str, omni: Omni, server: Server, said: Callable[[], list[str]]
) -> None:
    call, error, reason = FAULTY[case]
    call(omni)
    call(omni)
    omni.track("u1", "Store Visited")
    assert omni.flush()
    stats = omni.stats()
    assert (stats.enqueued, stats.delivered, stats.lost) == (3, 1, {reason: 2})
    assert stats.faults == {error.kind: 2}
    assert len(said()) == 1
    assert len(server.taken) == 1


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_call_raises_when_strict(case: str, server: Server, make_omni: Callable[..., Omni]) -> None:
    call, error, reason = FAULTY[case]
    omni = make_omni(server.url, strict=True)
    with pytest.raises(error) as caught:
        call(omni)
    assert type(caught.value) is error
    assert omni.stats().lost == {reason: 1}


@pytest.mark.parametrize("case", FAULTY)
def test_no_fault_repeats_what_it_was_given(case: str, server: Server, make_omni: Callable[..., Omni]) -> None:
    """A message may be logged, and what was given may be a person's."""
    with pytest.raises(UsageError) as caught:
        FAULTY[case][0](make_omni(server.url, strict=True))
    for given in ("hôm qua", "VIP", "bí mật", "Huế", "/golf"):
        assert given not in str(caught.value)


def test_an_event_of_exactly_32_kb_is_sent_and_one_byte_more_is_not(omni: Omni, server: Server) -> None:
    def fill(size: int) -> None:
        omni.track("u", "X", {"v": "a" * size}, message_id="m", timestamp="2026-11-01T00:00:00Z")

    fill(0)
    assert omni.flush()
    empty = len(json.dumps(server.taken[0], separators=(",", ":")))
    fill(32 * 1024 - empty)
    fill(32 * 1024 - empty + 1)
    assert omni.flush()
    assert (len(server.taken), omni.stats().lost) == (2, {"too_large": 1})


def test_after_close_events_are_lost_and_counted(server: Server, make_omni: Callable[..., Omni]) -> None:
    omni = make_omni(server.url)
    assert omni.close()
    omni.track("u1", "X")
    stats = omni.stats()
    assert (stats.enqueued, stats.lost, stats.faults) == (1, {"closed": 1}, {"after_close": 1})
    strict = make_omni(server.url, strict=True)
    strict.close()
    with pytest.raises(AfterClose):
        strict.track("u1", "X")
    assert strict.stats().lost == {"closed": 1}


def test_a_fault_of_the_sdk_itself_is_swallowed_counted_and_named_by_its_type_only(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]], swallowed: list[Any]
) -> None:
    monkeypatch.setattr("omnisdk.client.intake.encode", lambda body: {}["Lan 0901234567"])
    omni.track("u1", "X")
    omni.track("u1", "X")
    assert omni.stats().lost == {"internal": 2}
    assert safety.swallowed == {"track: KeyError": 2}
    assert [type(fault) for _, fault in swallowed] == [KeyError, KeyError]
    (line,) = said()
    assert "0901234567" not in line
    swallowed.clear()


def test_the_program_may_still_be_interrupted(omni: Omni, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(body: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("omnisdk.client.intake.encode", interrupt)
    with pytest.raises(KeyboardInterrupt):
        omni.track("u1", "X")


def test_the_tree_drawn_in_errors_is_the_tree() -> None:
    drawn = [line.split()[-1] if "──" not in line else line.split("── ")[1].split()[0] for line in _drawn_lines()]
    found = [
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.OmniError)
    ]
    assert sorted(drawn) == sorted(found)


def _drawn_lines() -> list[str]:
    assert errors.__doc__ is not None
    return [line for line in errors.__doc__.splitlines() if "──" in line or line.strip() == "OmniError"]
