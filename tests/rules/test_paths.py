"""Paths and patterns in one form, and which pattern matches which path."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.rules.paths import matches, normalise_part, normalise_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/golf", "/golf"),
        ("/golf/", "/golf"),
        ("/golf?x=1", "/golf"),
        ("/golf/?x=/y/", "/golf"),
        ("/golf#top", "/golf"),
        ("/", "/"),
        ("", "/"),
        ("?a=1", "/"),
        ("//", "/"),
        ("/Golf/CLUBS", "/golf/clubs"),
        ("/gi%E1%BB%8F-h%C3%A0ng", "/giỏ-hàng"),
        (unicodedata.normalize("NFD", "/giỏ-hàng"), "/giỏ-hàng"),
        ("/%E0%B8%95%E0%B8%B0%E0%B8%81%E0%B8%A3%E0%B9%89%E0%B8%B2/", "/ตะกร้า"),
        ("/a%2Fb", "/a/b"),
        ("/a%FFb", "/a\ufffdb"),
        ("golf", "/golf"),
        ("/help/*", "/help/*"),
        ("*", "*"),
    ],
)
def test_a_path_has_one_form(text: str, path: str) -> None:
    assert normalise_path(text) == path


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/golf", "/golf/"),
        ("/*", "/"),
        ("/*", "/a/b"),
        ("*", "/"),
        ("/help/*", "/help"),
        ("/help/*", "/help/"),
        ("/help/*", "/HELP/a/b?x=1"),
        ("/thu-ngan*", "/thu-ngan-2"),
        ("/thu-ngan*", "/thu-ngan"),
        ("*/cart", "/vi/cart"),
        ("/a*b*c", "/a--b--c"),
        ("/a*b*c", "/abc"),
        ("/*/help/*", "/vi/help"),
        ("/ชำระ*", "/ชำระเงิน"),
    ],
)
def test_a_pattern_matches(pattern: str, path: str) -> None:
    assert matches(normalise_path(pattern), normalise_path(path))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/golf", "/golf/clubs"),
        ("/golf", "/"),
        ("/help/*", "/helper"),
        ("/help/*", "/"),
        ("/a*a", "/a"),
        ("/a*b*c", "/acb"),
        ("*/cart", "/cart/2"),
        ("/a.c", "/abc"),
        ("/[a]", "/a"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, path: str) -> None:
    assert not matches(normalise_path(pattern), normalise_path(path))


@given(st.text("ab/*", max_size=8), st.text("ab/", max_size=10))
def test_matching_agrees_with_the_same_pattern_as_an_expression(pattern: str, path: str) -> None:
    pattern, path = normalise_path(pattern), normalise_path(path)

    def as_expression(text: str) -> bool:
        return re.fullmatch(".*".join(map(re.escape, text.split("*"))), path) is not None

    below = pattern.endswith("/*") and as_expression(pattern[:-2] or "/")
    assert matches(pattern, path) == (as_expression(pattern) or below)


@given(st.text(max_size=30))
def test_any_text_has_a_form(text: str) -> None:
    path = normalise_path(text)
    assert path.startswith(("/", "*"))
    assert unicodedata.is_normalized("NFC", path)


def test_no_pattern_is_slow() -> None:
    start = time.perf_counter()
    assert not matches("/" + "*a" * 200 + "*b", "/" + "a" * 5000)
    assert time.perf_counter() - start < 0.5


@given(st.text(max_size=20))
def test_a_part_of_a_path_is_found_in_it_however_it_was_written(part: str) -> None:
    path = "/a/" + part.replace("?", "").replace("#", "").replace("%", "")
    assert normalise_path(path + "/b").startswith(normalise_part(path))
