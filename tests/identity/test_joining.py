"""Law 1 as a pure function: who is one person, from proven pairs alone."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from omnisdk.identity.joining import people
from omnisdk.identity.ownership import Proof

REFS = ["user:u1", "user:ลูกค้า", "anonymous:a1", "anonymous:a2", "phone:+84901234567", "email:lan@example.vn"]


@st.composite
def pairs(draw: st.DrawFn) -> list[Proof]:
    """Proofs between any two identifiers, but no alias of two users."""
    made = []
    for number in range(draw(st.integers(0, 12))):
        low, high = sorted(draw(st.lists(st.sampled_from(REFS), min_size=2, max_size=2, unique=True)))
        if not (low.startswith("user:") and high.startswith("user:")):
            made.append(Proof(draw(st.integers(0, 5)), 0, f"m{number}", low, high))
    return made


def proof(at: int, one: str, other: str) -> Proof:
    return Proof(at, 0, f"m{at}", *sorted((one, other)))


@given(proofs=pairs(), seed=st.integers(0, 2**32))
def test_the_order_in_which_proofs_arrive_changes_nothing(proofs: list[Proof], seed: int) -> None:
    shuffled = random.Random(seed).sample(proofs, len(proofs))
    assert people(REFS, proofs) == people(reversed(REFS), [*shuffled, *shuffled[:3]])


@given(proofs=pairs())
def test_no_person_is_two_users_unless_the_shop_said_so_by_an_alias(proofs: list[Proof]) -> None:
    for members in people(REFS, proofs):
        assert sum(ref.startswith("user:") for ref in members) <= 1


@given(proofs=pairs(), later=pairs())
def test_proofs_that_are_taken_back_give_back_exactly_what_was(proofs: list[Proof], later: list[Proof]) -> None:
    before = people(REFS, proofs)
    people(REFS, [*proofs, *later])
    assert people(REFS, proofs) == before


@given(proofs=pairs())
def test_a_browser_belongs_to_the_user_of_its_first_proven_pair(proofs: list[Proof]) -> None:
    direct = [each for each in proofs if "anonymous:a1" in (each.low, each.high) and "user:" in each.low + each.high]
    only_users = [each for each in proofs if each.high.startswith("user:") and each.low.startswith("anonymous:")]
    if direct:
        first = min(direct)
        [home] = [members for members in people(REFS, only_users) if "anonymous:a1" in members]
        assert first.high in home


def test_an_alias_from_the_shop_joins_two_users() -> None:
    assert people([], [proof(1, "user:u1", "user:u2")]) == [frozenset({"user:u1", "user:u2"})]


def test_a_pair_that_joined_nothing_joins_when_the_earlier_one_is_gone() -> None:
    first, second = proof(1, "anonymous:a1", "user:u1"), proof(2, "anonymous:a1", "user:u2")
    assert people([], [first, second]) == [frozenset({"anonymous:a1", "user:u1"}), frozenset({"user:u2"})]
    assert people(["user:u1"], [second]) == [frozenset({"anonymous:a1", "user:u2"}), frozenset({"user:u1"})]
