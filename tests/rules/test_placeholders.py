"""Placeholders: their grammar, and what is no placeholder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.rules.placeholders import Placeholder, PlaceholderError, parse_text
from tests.rules.helpers import rules


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("Chào bạn", ("Chào bạn",)),
        ("{{ orders.count }}", (Placeholder("orders.count", "orders.count"),)),
        ("Còn {{ends_in}}!", ("Còn ", Placeholder("ends_in", None), "!")),
        ("{{ coupon }}{{ ends_on }}", (Placeholder("coupon", None), Placeholder("ends_on", None))),
        ("{{ orders.total | money }}", (Placeholder("orders.total", "orders.total", "money"),)),
        (
            "{{ traits.first_name | default('bạn') }}",
            (Placeholder("traits.first_name", "traits.first_name", None, "bạn"),),
        ),
        ('{{ traits.a | default("it\'s") }}', (Placeholder("traits.a", "traits.a", None, "it's"),)),
        ("{{ traits.a | default('') }}", (Placeholder("traits.a", "traits.a", None, ""),)),
        ("{{ traits.a | default('a | b') }}", (Placeholder("traits.a", "traits.a", None, "a | b"),)),
        (
            "{{ orders.last_at | date | default('-') }}",
            (Placeholder("orders.last_at", "orders.last_at", "date", "-"),),
        ),
        ("{{ orders.total|default('0')|money }}", (Placeholder("orders.total", "orders.total", "money", "0"),)),
        ("{{ event.properties.name }}", (Placeholder("event.properties.name", None),)),
        ("{{ cart.value | money }}", (Placeholder("cart.value", "cart.value", "money"),)),
        ("{{ cart.products }}", (Placeholder("cart.products", None),)),
        ('{{ events."a.b".count(7d) }}', (Placeholder('events."a.b".count(7d)', 'events."a.b".count(7d)'),)),
        ("a { b } c", ("a { b } c",)),
    ],
)
def test_a_text_is_its_parts(text: str, parts: tuple[str | Placeholder, ...]) -> None:
    assert parse_text(text) == parts


@pytest.mark.parametrize(
    ("text", "what", "hint", "offset"),
    [
        ("a {{ coupon", "not closed", "}}", 2),
        ("a }} b", "}} without {{", "{{", 2),
        ("{{ }}", "an empty placeholder", "traits", 0),
        ("{{ cupon }}", "unknown placeholder", '"coupon"', 0),
        ("Hi {{ orders.cont }}", "unknown placeholder", '"orders.count"', 3),
        ("{{ coupon | upper }}", "unknown filter", "", 0),
        ("{{ orders.total | mony }}", "unknown filter", '"money"', 0),
        ("{{ coupon | default(x) }}", "default needs a text in quotes", "default('text')", 0),
        ("{{ coupon | money | date }}", "a filter too many", "one of", 0),
        ("{{ coupon | default('a') | default('b') }}", "default", "default", 0),
        ("{{ 1 + 1 }}", "unknown placeholder", "a fact", 0),
        ("{{ event. }}", "unknown placeholder", "", 0),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text: str, what: str, hint: str, offset: int) -> None:
    with pytest.raises(PlaceholderError) as caught:
        parse_text(text)
    assert what in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.offset == offset


@given(st.text("{}| ab'\"()default.", max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        parts = parse_text(text)
    except PlaceholderError as error:
        assert error.what
        assert 0 <= error.offset < len(text)
        return
    literals = [part for part in parts if isinstance(part, str)]
    assert all(part and "{{" not in part for part in literals)
    if "{{" not in text:
        assert "".join(literals) == text


@pytest.mark.parametrize("fact", ["now.date", "orders.last_at", "traits.birthday"])
def test_times_dates_and_traits_may_be_told_as_dates(fact: str) -> None:
    rules(f"campaigns: {{x: {{content: {{title: 'Hôm nay {{{{ {fact} | date }}}}'}}}}}}")
