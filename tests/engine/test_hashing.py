"""The stable hash: the shared vectors, and that no two campaigns draw alike."""

from __future__ import annotations

import json
from pathlib import Path

from omnisdk.engine.hashing import hash_person, hash_text, mix

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "hash.json").read_text(encoding="utf-8"))


def test_every_text_of_the_vectors_hashes_as_written_there() -> None:
    assert {each["given"]: f"{hash_text(each['given']):016x}" for each in VECTORS["text"]} == {
        each["given"]: each["then"] for each in VECTORS["text"]
    }
    assert len(VECTORS["text"]) == 12


def test_every_draw_of_the_vectors_is_as_written_there() -> None:
    for vector in VECTORS["mix"]:
        given = vector["given"]
        assert f"{mix(hash_person(given['person']), hash_text(given['campaign'])):016x}" == vector["then"], given
    assert len(VECTORS["mix"]) == 28


def test_text_is_hashed_by_its_first_eight_bytes_of_blake2b() -> None:
    assert f"{hash_text('a'):016x}" == "40f89e395b66422f"  # `printf a | b2sum --length=64` of GNU coreutils


def test_without_ids_the_campaign_alone_decides() -> None:
    assert hash_person("") == 0
    assert mix(hash_person(""), hash_text("golf-days")) != mix(hash_person(""), hash_text("gym-trial"))


def test_two_campaigns_draw_independently() -> None:
    people = [hash_person(f"user:u{n}") for n in range(4000)]
    first, second = hash_text("golf-days"), hash_text("gym-trial")
    halves = [(mix(person, first) >> 63, mix(person, second) >> 63) for person in people]
    for pair in ((0, 0), (0, 1), (1, 0), (1, 1)):
        # A quarter each; four standard deviations of a binomial with n = 4000 and p = 1/4 are 110.
        assert abs(halves.count(pair) - 1000) < 110
