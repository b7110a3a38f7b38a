"""Placeholders become plain text: facts, money, dates, the campaign's terms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import clock
from omnisdk.clock import DAY, HOUR, MINUTE
from omnisdk.content.creative import compile_creative
from omnisdk.rules.model import Content
from omnisdk.rules.placeholders import PlaceholderError
from tests.content.given import NOW, said, setting, title


@pytest.mark.parametrize(
    ("trait", "text"),
    [
        ("Lân", "Lân"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("{{ traits.y }}", "{{ traits.y }}"),
        (5, "5"),
        (5.0, "5"),
        (0, "0"),
        (0.25, "0.25"),
        (1e-7, "0.0000001"),
        (10**15, "1000000000000000"),
        (True, "true"),
        (False, "false"),
        (["golf", "", "โยคะ", 3], "golf, โยคะ, 3"),
    ],
)
def test_a_trait_is_told_as_text(trait: Any, text: str) -> None:
    assert title("[{{ traits.x }}]", said(x=trait)) == f"[{text}]"


@pytest.mark.parametrize("trait", [None, "", "  ", [], [""], {"a": 1}])
def test_what_says_nothing_is_empty(trait: Any) -> None:
    assert title("Chào {{ traits.x | default('bạn') }}", said(x=trait)) == "Chào bạn"
    content = compile_creative(Content(title={"": "{{ traits.x }}"}), ends=None, coupon=None)
    unfit = content.unfit(setting(said(x=trait)))
    assert unfit is not None and (unfit.name, unfit.value) == ("traits.x", None)


def test_a_nested_trait_and_facts_can_be_told() -> None:
    bought = said("Order Completed", total=99.5)
    assert title("{{ traits.a.b }} {{ orders.count }} {{ orders.total }}", said(a={"b": "ที่นี่"}), bought) == "ที่นี่ 1 99.5"


def test_an_empty_default_is_an_answer() -> None:
    assert title("Chào{{ traits.x | default('') }}!") == "Chào!"


def test_texts_read_what_the_shop_vouches_for() -> None:
    claimed = said("Order Completed", vouched=False, total=5)
    assert title("{{ orders.count }}", claimed) == "0"
    assert title("{{ traits.name }}", said(name="Lân"), said("", NOW, vouched=False, name="kẻ khác")) == "Lân"


@pytest.mark.parametrize(
    ("locale", "currency", "text"),
    [
        ("vi", "VND", "1.250.000 ₫"),
        ("vi-VN", "VND", "1.250.000 ₫"),
        ("en", "VND", "₫1,250,000"),
        ("en", "USD", "$1,250,000.00"),
        ("th", "THB", "฿1,250,000.00"),
        ("vi", "", "1.250.000"),
    ],
)
def test_money_is_written_by_locale_and_currency(locale: str, currency: str, text: str) -> None:
    cart = said("Product Added", NOW, product_id="P1", price=1_250_000)
    told = title("{{ cart.value | money }}", cart, locale=locale, site_locale=locale, currency=currency)
    assert told.replace("\u00a0", " ") == text


def test_money_takes_numbers_only() -> None:
    assert title("{{ traits.x | money | default('–') }}", said(x="1000")) == "–"
    assert title("{{ traits.x | money | default('–') }}", said(x=True)) == "–"
    assert (
        title("{{ membership.gym.since | money | default('–') }}", said("Membership Started", membership="gym")) == "–"
    )


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("vi", "2 tháng 11 năm 2026"),
        ("vi-VN", "2 tháng 11 năm 2026"),
        ("en", "November 2, 2026"),
        ("en-GB", "2 November 2026"),
        ("th", "2 พฤศจิกายน 2026"),
        ("th_TH", "2 พฤศจิกายน 2026"),
        ("de", "2. November 2026"),
    ],
)
def test_dates_are_written_by_locale_in_the_sites_time_zone(locale: str, text: str) -> None:
    joined = said("Membership Started", clock.parse("2026-11-01T18:00:00Z"), membership="gym")
    for placeholder in ("{{ membership.gym.since | date }}", "{{ membership.gym.since }}"):
        assert title(placeholder, joined, locale=locale, site_locale=locale) == text
    for trait in ("2026-11-02", "2026-11-01T18:00:00Z", "2026-11-02T23:59:59"):
        assert title("{{ traits.x | date }}", said(x=trait), locale=locale, site_locale=locale) == text


@pytest.mark.parametrize(
    ("until", "text"),
    [
        ("2026-12-31", "31 tháng 12 năm 2026"),  # all of that day in the site's time zone
        ("2027-01-01T00:00:00+07:00", "31 tháng 12 năm 2026"),
        ("2027-01-01T00:00:00Z", "1 tháng 1 năm 2027"),  # seven in the morning there
        ("2027-01-01T00:00:00.000001+07:00", "1 tháng 1 năm 2027"),
        ("2026-12-31T23:59:59+07:00", "31 tháng 12 năm 2026"),
    ],
)
def test_the_end_of_a_membership_is_told_as_its_last_day(until: str, text: str) -> None:
    member = said("Membership Started", membership="gym", since="2026-01-01", until=until)
    assert title("{{ membership.gym.since }} – {{ membership.gym.until }}", member) == f"1 tháng 1 năm 2026 – {text}"


def test_for_ever_is_a_date_too() -> None:
    member = said("Membership Started", membership="gym", until="9999-12-31T23:59:59Z")
    assert title("{{ membership.gym.until }}", member).endswith("tháng 12 năm 9999")
    assert title("{{ traits.x | date | default('–') }}", said(x="9999-12-31T23:59:59Z")).endswith("tháng 12 năm 9999")
    assert title("{{ traits.x | date | default('–') }}", said(x="0001-01-01T00:00:00+14:00")).endswith("tháng 1 năm 1")


@pytest.mark.parametrize("trait", ["hôm qua", 20261102, True, ["2026-11-02"]])
def test_a_date_takes_dates_only(trait: Any) -> None:
    assert title("{{ traits.x | date | default('–') }}", said(x=trait)) == "–"


@pytest.mark.parametrize(
    ("left", "texts"),
    [
        (8 * DAY, ("8 days", "8 ngày", "8 วัน")),
        (2 * DAY, ("2 days", "2 ngày", "2 วัน")),
        (2 * DAY - 1, ("1 day", "1 ngày", "1 วัน")),
        (DAY - 1, ("23 hours", "23 giờ", "23 ชั่วโมง")),
        (3 * HOUR, ("3 hours", "3 giờ", "3 ชั่วโมง")),
        (HOUR - 1, ("59 minutes", "59 phút", "59 นาที")),
        (MINUTE, ("1 minute", "1 phút", "1 นาที")),
        (1, ("1 minute", "1 phút", "1 นาที")),
    ],
)
def test_ends_in_is_the_largest_whole_unit_left(left: int, texts: tuple[str, str, str]) -> None:
    for locale, text in zip(("en", "vi", "th"), texts, strict=True):
        assert title("{{ ends_in }}", locale=locale, site_locale=locale, ends=NOW + left) == text


def test_ends_on_is_the_last_day_of_the_campaign() -> None:
    midnight = clock.parse("2026-12-01T00:00:00+07:00")
    assert title("đến hết {{ ends_on }}", ends=midnight) == "đến hết 30 tháng 11 năm 2026"
    assert title("đến hết {{ ends_on }}", ends=midnight + 1) == "đến hết 1 tháng 12 năm 2026"


def test_the_coupon_is_told_as_written() -> None:
    assert title("Mã {{ coupon }}", coupon="0811") == "Mã 0811"


def test_what_a_journeys_run_would_bring_is_empty_outside_one() -> None:
    assert title("{{ event.code | default('–') }} {{ cart.id | default('–') }}") == "– –"


def test_a_text_that_cannot_be_read_is_refused_when_it_is_compiled() -> None:
    for text in ("{{ traits.x", "{{ nope.nope }}", "{{ traits.x | upper }}", "{{ }}"):
        with pytest.raises(PlaceholderError):
            compile_creative(Content(title={"": text}), ends=None, coupon=None)


@given(st.text(max_size=40))
def test_whatever_a_person_is_called_comes_out_as_it_is_stored(name: str) -> None:
    given_setting = setting(said(x=name))
    creative = compile_creative(Content(title={"": "a{{ traits.x | default('b') }}c"}), ends=None, coupon=None)
    stored = given_setting.reading.document["traits"]["shop"]["x"][3]
    assert creative.draw(given_setting)["title"] == f"a{stored if stored.strip() else 'b'}c"


@pytest.mark.parametrize(("locale", "text"), [("vi", "10 tháng 11"), ("en", "November 10, 2026")])
def test_the_day_of_the_question_is_told_in_words(locale: str, text: str) -> None:
    assert text in title("{{ now.date | date }}", locale=locale, site_locale=locale)
