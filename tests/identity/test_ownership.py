"""Whose event it is, and what it proves, read off one event."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from omnisdk.events.model import Event
from omnisdk.identity.ownership import dedupe_key, identifiers, owner, proofs


def event(role: str = "shop", **fields: Any) -> Event:
    base: dict[str, Any] = {"type": "track", "message_id": "m1", "timestamp": 5, "received_at": 9, "role": role}
    return Event(**{**base, **fields})


@pytest.mark.parametrize(
    ("fields", "whose", "proves"),
    [
        ({"user_id": "u1"}, "user:u1", []),
        ({"user_id": "u1", "anonymous_id": "a1"}, "user:u1", [("anonymous:a1", "user:u1")]),
        ({"anonymous_id": "a1", "refs": ("phone:+841",)}, "phone:+841", [("anonymous:a1", "phone:+841")]),
        ({"refs": ("card:7", "email:x@y.vn", "phone:+841")}, "phone:+841",
         [("card:7", "phone:+841"), ("email:x@y.vn", "phone:+841")]),
        ({"role": "browser", "anonymous_id": "a1"}, "anonymous:a1", []),
        ({"role": "browser", "anonymous_id": "a1", "user_id": "u1"}, "anonymous:a1", []),
        ({"role": "browser", "anonymous_id": "a1", "user_id": "u1", "proven": True}, "user:u1", [("anonymous:a1", "user:u1")]),
        ({"type": "alias", "user_id": "u2", "previous_id": "u1"}, "user:u2",
         [("anonymous:u1", "user:u2"), ("user:u1", "user:u2")]),
        ({"role": "browser", "type": "alias", "user_id": "u2", "previous_id": "u1", "anonymous_id": "a1"}, "anonymous:a1", []),
        ({"role": "browser", "type": "alias", "user_id": "u2", "previous_id": "u1", "proven": True}, "user:u2",
         [("anonymous:u1", "user:u2")]),
    ],
)  # fmt: skip
def test_whose_it_is_and_what_it_proves(fields: dict[str, Any], whose: str, proves: list[tuple[str, str]]) -> None:
    one = event(**fields)
    assert owner(one) == whose
    assert [(each.low, each.high) for each in proofs(one)] == proves
    assert identifiers(owner(one), proofs(one)) == sorted({whose, *(ref for pair in proves for ref in pair)})


def test_a_browsers_proof_is_no_older_than_its_token_whatever_time_its_event_tells() -> None:
    fields: dict[str, Any] = {"role": "browser", "user_id": "u1", "anonymous_id": "a1", "proven": True, "timestamp": 5}
    [backdated] = proofs(event(**fields, proven_since=8))
    [honest] = proofs(event(**fields, proven_since=3))
    assert (backdated.at, backdated.told_at) == (8, 5)
    assert (honest.at, honest.told_at) == (5, 0)
    [vouched] = proofs(event(user_id="u2", anonymous_id="a1", timestamp=8, message_id="z"))
    assert honest < vouched < backdated


def test_an_event_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="m1"):
        owner(event(role="browser", user_id="u1"))


def test_a_second_arrival_is_known_by_key_role_ids_and_message_id_alone() -> None:
    first = event(user_id="u1", anonymous_id="a1", timestamp=1, properties={"a": 1})
    assert dedupe_key(first) == dedupe_key(event(user_id="u1", anonymous_id="a1", timestamp=2, proven=True))
    others = [
        event(role="browser", user_id="u1", anonymous_id="a1"),
        event(user_id="u1"),
        event(user_id="u1a1"),
        event(user_id="u1", anonymous_id="a1", message_id="m2"),
        event(user_id="u1", anonymous_id="a1", refs=("card:7",)),
    ]
    assert len({dedupe_key(each) for each in [first, *others]}) == 1 + len(others)


def test_keys_of_time_ordered_message_ids_grow_with_time() -> None:
    ids = [str(UUID(int=(at << 80) | (7 << 76) | (2 << 62) | 5)) for at in (1_780_000_000_000, 1_780_000_000_001)]
    early, late = (dedupe_key(event(user_id="u1", message_id=each)) for each in ids)
    assert early < late and len(early) == len(late) == 16


def test_what_only_looks_like_a_uuid_has_a_key_too() -> None:
    assert len(dedupe_key(event(user_id="u1", message_id="zzzzzzzz-zzzz-7zzz-zzzz-zzzzzzzzzzzz"))) == 16
