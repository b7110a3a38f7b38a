"""What a client measures by its own compact JSON as within the limit is within the limit, and what was too long to be
compared in bounded time is not stored."""

from __future__ import annotations

import json
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.events.cleaning import LARGEST_EVENT_BYTES, Unfit, clean_text, harmless
from tests.events.reader import refuse, take, track


def shortest(number: float) -> str:
    """A numeral as short as any client writes it: without a point, by exponent, or in full."""
    whole, _, exponent = f"{number:e}".partition("e")
    for digits in range(17):
        whole, _, exponent = f"{number:.{digits}e}".partition("e")
        if float(f"{whole}e{exponent}") == number:
            break
    mantissa = whole.replace(".", "")
    scaled = f"{mantissa}e{int(exponent) - len(mantissa.lstrip('-')) + 1}"
    forms = [repr(number), scaled, f"{number:.0f}", f"{whole}e{int(exponent)}"]
    return min((form for form in forms if float(form) == number), key=len)


def compact(value: Any) -> str:
    """Compact JSON with every number as short as it can be written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(name)}:{compact(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, float):
        return shortest(value)
    return json.dumps(value, ensure_ascii=False)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1e15, 1e-7, 5e-324, 1.7e308, 1e16, -0.0])
LEAVES = st.one_of(NUMBERS, st.integers(-(2**63), 2**64), st.text(st.characters(exclude_categories=["Cs"])), st.none())


@given(st.lists(LEAVES, min_size=1, max_size=8), st.integers(0, 1))
def test_an_event_of_32_kb_by_the_clients_own_count_is_taken_and_one_byte_more_is_not(leaves: Any, over: int) -> None:
    item = track(properties={"list": [], "pad": ""})
    room = LARGEST_EVENT_BYTES - len(compact(item).encode())
    each = len(compact(leaves).encode()) + 1
    item["properties"]["list"] = [leaves] * (room // each)
    item["properties"]["pad"] = "x" * (LARGEST_EVENT_BYTES + over - len(compact(item).encode()))
    assert len(compact(item).encode()) == LARGEST_EVENT_BYTES + over

    if over:
        assert refuse(item).code == "TOO_LARGE"
    else:
        take(item)


@pytest.mark.parametrize("number", [float("nan"), 2**70, 2**63, 1e15], ids=["nan", "2^70", "2^63", "1e15"])
def test_what_is_stored_as_something_longer_counts_as_it_was_sent(number: float) -> None:
    numeral = {1e15: "1e15"}.get(number, json.dumps(number))
    item = track(properties={"list": [number] * (32_000 // (len(numeral) + 1))})

    assert len(json.dumps(item)) > LARGEST_EVENT_BYTES - 500
    take(item)


MARKS = "̖̀́҃ก"


def test_a_pile_of_marks_is_cut_to_what_can_be_compared_in_no_time() -> None:
    piled = "ế" + "\u0315\u0300" * 8_000 + "ạ"

    event = take(track(properties={"name": piled, "tốt": "ไม้กอล์ฟ"}))

    assert event.properties == {"name": "ế" + "\u0315\u0300" * 15 + "ạ", "tốt": "ไม้กอล์ฟ"}
    began = time.thread_time()
    unicodedata.normalize("NFC", str(event.properties))
    assert time.thread_time() - began < 0.01


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from(MARKS), max_size=200)
)
def test_texts_of_all_languages_stay_as_they_are(text: str) -> None:
    run = longest = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    assert (clean_text(text) == text) == (longest <= 30)


def test_an_event_full_of_decomposed_vietnamese_is_not_changed() -> None:
    item = track(properties={"text": unicodedata.normalize("NFD", "Gậy đánh golf cho người mới tập chơi. ") * 200})

    assert harmless(item) is item


def test_a_pile_is_found_wherever_it_lies() -> None:
    for place in ({"pile": "\u0300" * 600}, {"\u0300" * 600: 1}, {"a": [{"b": "x" * 900 + "\u0300" * 600}]}):
        clean = harmless(track(properties=place))
        assert "\u0300" * 31 not in json.dumps(clean, ensure_ascii=False)
        assert "\u0300" * 30 in json.dumps(clean, ensure_ascii=False)


def test_the_refusal_of_a_large_event_takes_time_by_its_size_only() -> None:
    began = time.thread_time()
    with pytest.raises(Unfit):
        harmless(track(properties={"p": [[]] * 100_000}))
    assert time.thread_time() - began < 1
