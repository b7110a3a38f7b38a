"""Which language a text is in, and whose habits its dates and numbers follow."""

from __future__ import annotations

import pytest

from omnisdk.content.locales import babel_locale, choose
from omnisdk.rules.model import Content
from tests.content.given import NOW, drawn

ALL = {"en": "e", "vi": "v", "th": "t", "en-GB": "g"}


@pytest.mark.parametrize(
    ("text", "locale", "site", "key"),
    [
        (ALL, "vi", "en", "vi"),
        (ALL, "vi-VN", "en", "vi"),
        (ALL, "vi_VN", "en", "vi"),
        (ALL, "VI-vn", "en", "vi"),
        (ALL, "en-GB", "vi", "en-GB"),
        (ALL, "en-gb", "vi", "en-GB"),
        (ALL, "en-US", "vi", "en"),
        (ALL, "ja", "th", "th"),
        (ALL, "ja", "th-TH", "th"),
        (ALL, "ja", "ko", "en"),
        (ALL, "", "th", "th"),
        ({"th": "t"}, "vi", "en", "th"),
        ({"": "x"}, "vi", "en", ""),
        ({"zh-Hant-TW": "z", "zh": "y"}, "zh-Hant-TW", "en", "zh-Hant-TW"),
    ],
)
def test_a_text_falls_back_from_region_to_language_to_site_to_any(
    text: dict[str, str], locale: str, site: str, key: str
) -> None:
    assert choose(text, locale, site) == key


@pytest.mark.parametrize(
    ("locale", "filled"),
    [("vi-VN", "còn 2 ngày"), ("th", "เหลือ 2 วัน"), ("fr", "còn 2 ngày")],
)
def test_what_is_filled_in_speaks_the_language_of_its_text(locale: str, filled: str) -> None:
    text = {"vi": "còn {{ ends_in }}", "th": "เหลือ {{ ends_in }}"}
    ends = NOW + 2 * 24 * 3_600_000_000
    assert drawn(Content(title=text), locale=locale, ends=ends) == {"title": filled}


def test_one_text_for_all_is_written_by_the_sites_habits() -> None:
    ends = NOW + 2 * 24 * 3_600_000_000
    assert drawn(Content(title={"": "{{ ends_in }}"}), locale="th", ends=ends) == {"title": "2 ngày"}


def test_a_persons_region_counts_within_the_texts_language() -> None:
    ends = NOW + 24 * 3_600_000_000
    text = Content(title={"en": "{{ ends_on }}"})
    assert drawn(text, locale="en-GB", ends=ends) == {"title": "11 November 2026"}
    assert drawn(text, locale="en-US", ends=ends) == {"title": "November 11, 2026"}


@pytest.mark.parametrize("locale", ["", "x", "../../etc", "vi-VN-x-" + "a" * 500, "\x00", "🏌️", "en-ZZZZ"])
def test_any_locale_a_browser_may_send_has_habits(locale: str) -> None:
    assert babel_locale(locale).language in ("en", "vi")
