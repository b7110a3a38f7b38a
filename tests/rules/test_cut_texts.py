"""A text for people that YAML would cut in silence is a fault that says: put it in quotes."""

from __future__ import annotations

import pytest

from tests.rules.helpers import only_fault, rules


@pytest.mark.parametrize(
    "marked",
    [
        "campaigns:\n  x:\n    content:\n      title: ‸Sale #1 today\n",
        "campaigns:\n  x:\n    content:\n      body:\n        vi: ‸Giảm giá  # tuần này\n        en: Sale\n",
        "campaigns:\n  x:\n    content:\n      ‸title: #1 in Hanoi\n",
        "campaigns:\n  x:\n    offer:\n      text: ‸50% # for all\n",
        "campaigns:\n  x:\n    content:\n      title: ‸ลดราคา 🎉 #1\n",
        "campaigns:\n  x:\n    content:\n      title: ‸two lines\n        of text # and a comment\n",
        "campaigns:\n  x:\n    content: {cta: {label: ‸Mua # ngay\n      }}\n",
    ],
)
def test_a_text_cut_by_a_comment_is_a_fault(marked: str) -> None:
    fault = only_fault(marked)
    assert fault.what == "a text is cut at ' #', where a comment begins"
    assert fault.hint == "put it in quotes"


@pytest.mark.parametrize(
    "marked",
    [
        "campaigns:\n  x:\n    content:\n      title: {vi: Giảm 20% ‸#1 hôm nay}\n    creatives: {}\n",
        "campaigns:\n  x:\n    content:\n      title: {vi: Giảm 20% ‸#1 hôm nay,\n        en: Sale}\n    creatives: {}\n",
        "campaigns:\n  x:\n    content:\n      title: {vi: Giảm 20%, mua ‸#1 hôm nay}\n",
        "campaigns:\n  x:\n    content: {title: {en: 'it''s # fine', # fine, {too}\n      th: ลดราคา ‸#1 วันนี้}}\n",
        "campaigns:\n  x:\n    content:\n      title: {vi: ‸#1 hôm nay}\n    creatives: {}\n",
        "trust: [Order ‸#1, b]\ncampaigns: {}\n",
    ],
)
def test_a_text_in_braces_that_a_comment_cuts_with_the_closing_brace_is_a_fault_at_the_sign(marked: str) -> None:
    fault = only_fault(marked)
    assert fault.what == "a text is cut at ' #', where a comment begins"
    assert fault.found.startswith('found "#1')
    assert fault.hint == "put it in quotes"


def test_a_brace_that_is_not_closed_is_not_blamed_on_a_comment() -> None:
    fault = only_fault("site: {locale: vi, # the first, {of them}\n  name: a # the shop\n‸campaigns: {}\n")
    assert fault.what == "a brace { is not closed"


@pytest.mark.parametrize(
    ("marked", "rest"),
    [
        ("campaigns: {x: {content: {title: {vi: ‸Giảm 20%, mua ngay}}}}", "mua ngay"),
        ("campaigns: {x: {content: {title: {vi: ‸Giảm 20%, mua ngay, nhanh lên, en: Sale}}}}", "mua ngay"),
        ("campaigns: {x: {content: {title: ‸ลดราคา, ซื้อเลย, body: b}}}", "ซื้อเลย"),
        ("campaigns: {x: {content: {cta: {label: ‸Buy, now, url: /x}}}}", "now"),
        ("campaigns: {x: {offer: {text: ‸20% off, today only, coupon: A}}}", "today only"),
        ("campaigns: {x: {content: {image: {url: /a.jpg, alt: ‸a club, a ball}}}}", "a ball"),
    ],
)
def test_a_text_cut_by_a_comma_is_one_fault(marked: str, rest: str) -> None:
    fault = only_fault(marked)
    assert fault.what == "a text is cut at ','"
    assert rest in fault.found
    assert fault.hint == "put it in quotes"


def test_quoted_texts_keep_signs_and_commas() -> None:
    title = (
        rules("campaigns: {x: {content: {title: {vi: 'Giảm #1, mua ngay', en: \"a # b, c\"}}}}")
        .campaigns["x"]
        .content.title
    )
    assert title == {"vi": "Giảm #1, mua ngay", "en": "a # b, c"}


def test_signs_that_cut_nothing_are_part_of_the_text() -> None:
    text = "campaigns:\n  x:\n    content:\n      title: Buy 2, get#1, 50% off\n      body: |\n        one # two\n        three\n"
    content = rules(text).campaigns["x"].content
    assert content.title == {"": "Buy 2, get#1, 50% off"}
    assert content.body == {"": "one # two\nthree\n"}


def test_comments_after_other_values_are_fine() -> None:
    text = (
        "site: # the shop\n  name: Fairway # by the lake\n  locale: vi # Vietnamese\n"
        "campaigns: # all\n  x: # one\n    enabled: false # off\n    offer: {coupon: A1 # printed\n      }\n"
        "    content: # shared\n      title: # by language\n        vi: 'a' # quoted\n"
    )
    ruleset = rules(text)
    assert ruleset.site.name == "Fairway"
    assert ruleset.campaigns["x"].offer is not None
    assert ruleset.campaigns["x"].offer.coupon == "A1"
    assert ruleset.campaigns["x"].content.title == {"vi": "a"}
