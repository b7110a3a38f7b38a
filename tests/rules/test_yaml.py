"""What the file is read as: YAML 1.2, values as written, any script; and what is refused, with a sentence for people."""

from __future__ import annotations

import unicodedata

import pytest

from omnisdk.rules.files.tree import DEEPEST, LARGEST_FILE
from omnisdk.rules.model import Compare, InSegment
from tests.rules.helpers import only_fault, read, rules


def segment(text: str) -> object:
    return rules(f"segments:\n  s: {{{text}}}\n").segments["s"]


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "NO", "Yes", "y", "n"])
def test_words_that_were_flags_in_yaml_1_1_are_texts(word: str) -> None:
    assert segment(f"traits.a: {word}") == Compare("traits.a", "is", word)
    text = f"campaigns: {{x: {{offer: {{coupon: {word}}}, content: {{title: {{no: {word}}}}}}}}}"
    campaign = rules(text).campaigns["x"]
    assert campaign.offer is not None
    assert campaign.offer.coupon == word
    assert campaign.content.title == {"no": word}  # Norwegian


@pytest.mark.parametrize(
    "written",
    ["0811", "1E10", "0x1F", "0o17", "1_000", "+84901234567", "12:30", "2026-11-01", "1e3", ".5", "5.", "=", "~x"],
)
def test_ids_and_phones_that_look_like_numbers_stay_texts(written: str) -> None:
    assert segment(f"traits.a: {written}") == Compare("traits.a", "is", written)
    text = f"grants: {{{written}: {{gives: 'membership:a'}}}}\ncampaigns: {{x: {{offer: {{coupon: {written}}}}}}}"
    ruleset = rules(text)
    assert list(ruleset.grants) == [written]
    assert ruleset.campaigns["x"].offer is not None
    assert ruleset.campaigns["x"].offer.coupon == written


@pytest.mark.parametrize("word", ["true", "null", "~", "12", "1.0", "False"])
def test_coupons_are_texts_whatever_yaml_makes_of_them(word: str) -> None:
    offer = rules(f"campaigns: {{x: {{offer: {{coupon: {word}, text: {word}}}}}}}").campaigns["x"].offer
    assert offer is not None
    assert offer.coupon == word
    assert offer.text == {"": word}


def test_numbers_and_flags_in_a_rule_keep_their_type() -> None:
    values = [12, -3, 2.5, True, False, "12", "true"]
    rule = segment("traits.a: [12, -3, 2.5, true, false, '12', \"true\"]")
    assert isinstance(rule, Compare)
    assert list(rule.value) == values
    assert [type(value) for value in rule.value] == [type(value) for value in values]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "site:\n  locale: vi\nsegments:\n  a:\n    orders.cont: 1\n"
    plain, windows = read(text), read("\ufeff" + text.replace("\n", "\r\n"))
    assert plain.faults == windows.faults
    good = text.replace("cont", "count")
    assert rules(good) == rules("\ufeff" + good.replace("\n", "\r\n"))


def test_columns_count_characters_not_bytes() -> None:
    only_fault("campaigns: {x: {content: {title: '🌵🌵 đồ golf', ‸titel: a}}}")


def test_names_of_any_script_are_equal_in_nfc() -> None:
    composed = unicodedata.normalize("NFC", "hội-viên")
    decomposed = unicodedata.normalize("NFD", "hội-viên")
    assert composed != decomposed
    text = f"segments:\n  {composed}: {{orders.count: 1}}\ncampaigns:\n  ลดราคา:\n    audience: {decomposed}\n"
    ruleset = rules(text)
    assert ruleset.campaigns["ลดราคา"].audience == InSegment(composed)
    assert list(ruleset.segments) == [composed]


def test_texts_keep_the_form_they_were_written_in() -> None:
    decomposed = unicodedata.normalize("NFD", "Giảm giá")
    title = rules(f"campaigns: {{x: {{content: {{title: '{decomposed} '}}}}}}").campaigns["x"].content.title
    assert title == {"": decomposed + " "}


def test_aliases_stand_for_what_they_name() -> None:
    ruleset = rules("segments:\n  a: &loyal {orders.count: {at_least: 5}}\n  b: {any: [*loyal, {traits.a: 1}]}\n")
    assert ruleset.segments["a"] == Compare("orders.count", "at_least", 5)


SYNTAX = {
    "tab": ("site:\n‸\tlocale: vi", "a tab", "replace tabs with spaces"),
    "colon in a text": ("campaigns: {}\nsite:\n  name: Sale‸: 20%", "a second ':'", "quotes"),
    "colon in braces": ("campaigns: {x: {content: {title: a‸: b}}}", "a second ':' inside braces", "quotes"),
    "at sign": ("site:\n  name: ‸@shop", "may not begin with this sign", "quotes"),
    "percent": ("site:\n  name: ‸%shop", "may not begin with this sign", "quotes"),
    "backtick": ("site:\n  name: ‸`shop`", "may not begin with this sign", "quotes"),
    "quote never closed": ("site:\n  name: ‸'shop\n  locale: vi\n", "never closed", "close the quote"),
    "bracket never closed": ("trust: [a, b\nsite‸: {locale: vi}", "bracket", "]"),
    "brace never closed": ("site: {locale: vi\ntrust‸: [a]", "brace", "}"),
    "text after a quote": ("site:\n  name: 'a' ‸b", "text after the end", "quotes"),
    "escape": ('site:\n  name: "a\\‸q"', "unknown escape", "single quotes"),
    "indentation": ("site:\n  locale: vi\n ‸country: VN", "does not fit", "same indentation"),
    "tag": ("site:\n  name: ‸!shop a", "tags are not read", "quotes"),
    "python tag": ("site: ‸!!python/object/apply:os.system {a: b}", "tags are not read", "leave it out"),
    "alias unknown": ("site:\n  name: ‸*shop", "an alias without its anchor", "quotes"),
    "alias of itself": ("trust: &a [‸*a]", "inside what it stands for", "write the value out"),
    "second document": ("site: {}\n‸---\nsite: {}", "a second document", "one document"),
    "control character": ("site: {name: a‸\x07b}", "a control character", "delete it"),
    "control character by escape": ('site: {name: ‸"a\\0b"}', "a control character", "write the character itself"),
    "half a character": ('site: {name: ‸"a\\ud800b"}', "a control character", "write the character itself"),
    "no such character": ('site: {name‸: "\\UFFFFFFFF"}', "cannot be read as YAML", "look after this place"),
    "not UTF-8": ("site: {name: a‸\ufffdb}", "not UTF-8", "save the file as UTF-8"),
    "empty": ("‸", "the file is empty", "omnisdk init"),
    "comments only": ("‸# nothing\n", "the file is empty", "omnisdk init"),
    "line without colon": ("site:\n  locale: vi\n  ‸country\n  name: a\n", "without ':'", "key: value"),
}


@pytest.mark.parametrize("case", SYNTAX.values(), ids=SYNTAX)
def test_a_fault_of_syntax_is_a_sentence_with_its_place(case: tuple[str, str, str]) -> None:
    marked, what, hint = case
    text_faults = read(marked.replace("‸", "")).faults
    fault = text_faults[0]
    before = marked.partition("‸")[0]
    assert (fault.line, fault.column) == (before.count("\n") + 1, len(before) - before.rfind("\n")), str(fault)
    assert what in fault.what, str(fault)
    assert hint in fault.hint, str(fault)


@pytest.mark.parametrize(
    "marked",
    [
        "campaigns: {x: {creatives: {p: {title: ‸{{ coupon }}}}}}",
        "campaigns:\n  x:\n    content:\n      title: ‸{{ traits.first_name }} ơi\n    creatives: {}\n",
        "campaigns:\n  x:\n    content:\n      title: ‸{{ traits.a | default('bạn, anh') }}\n",
        "campaigns:\n  x:\n    content:\n      title: {vi: ‸{{ coupon }} ơi, en: b}\n",
        "campaigns:\n  x:\n    content:\n      title: {vi: Chào ‸{{ coupon }} ơi, en: b}\n",
    ],
)
def test_a_placeholder_that_yaml_takes_for_braces_is_one_fault(marked: str) -> None:
    fault = only_fault(marked)
    assert fault.what == "a text with {{ }} goes in quotes"
    assert fault.found.startswith('found "{{')
    assert '"{{ … }}"' in fault.hint


def test_the_signs_to_quote_in_braces_are_all_named() -> None:
    (fault,) = read("site: {locale: vi").faults
    assert "a text with , : # { } in quotes" in fault.hint


def test_an_alias_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    faults = read("\n".join(lines)).faults
    assert faults[0].what == "too large"


def test_deep_nesting_is_refused_even_through_aliases() -> None:
    assert read("a: " + "[" * 200).faults[0].what == "too deep"
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, DEEPEST + 5)]
    assert read("\n".join(lines)).faults[0].what == "too deep"


def test_a_file_that_is_too_large_is_refused() -> None:
    (fault,) = read("#" + "ก" * (LARGEST_FILE // 3 + 1)).faults
    assert fault.what == "the file is too large"
