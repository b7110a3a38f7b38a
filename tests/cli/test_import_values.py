"""Numbers and times as tables write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk import clock
from server_example.services.importing.headers import WORDS, guess
from server_example.services.importing.values import NUMBER_STYLES, Unreadable, time_style

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@given(st.integers(-(10**15), 10**15), st.integers(0, 99), st.sampled_from(sorted(NUMBER_STYLES)))
def test_every_style_reads_what_it_writes(whole: int, cents: int, name: str) -> None:
    style = NUMBER_STYLES[name]
    text = f"{whole:,}".replace(",", style.thousands) + (f"{style.decimal}{cents:02}" if cents else "")
    assert style.read(text) == float(f"{whole}.{cents:02}")
    assert style.read(f" {text} ₫") == style.read(text)


@pytest.mark.parametrize(("style", "text"), [
    ("1.250.000", "1,250,000"), ("1.250.000", "1.25"), ("1.250.000", "12.50.000"), ("1,250,000", "1.250.000"),
    ("1250000", "1.250.000"), ("1250000", ""), ("1250000", "-"), ("1250000", "1e5"), ("1250000", "nan"), ("1250000", "１２"),
    ("1 250 000", "1 25"), ("1250000", "9" * 50),
])  # fmt: skip
def test_a_number_of_another_style_is_no_number(style: str, text: str) -> None:
    with pytest.raises(Unreadable):
        NUMBER_STYLES[style].read(text)


@given(st.datetimes(datetime(1970, 1, 3), datetime(2399, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_every_pattern_reads_what_it_writes(moment: datetime) -> None:
    due = clock.from_datetime(moment.replace(tzinfo=HANOI))
    for pattern, written in {
        "dd/mm/yyyy hh:mm:ss": moment.strftime("%d/%m/%Y %H:%M:%S"),
        "d-m-yyyy[ h:mm:ss]": f"{moment.day}-{moment.month}-{moment:%Y %H:%M:%S}",
        "mm/dd/yyyy hh:mm:ss am/pm": f"{moment:%m/%d/%Y} {moment.hour % 12 or 12}:{moment:%M:%S} {'PM' if moment.hour > 11 else 'AM'}",
        "hh:mm:ss dd.mm.yyyy": moment.strftime("%H:%M:%S %d.%m.%Y"),
        "iso": moment.isoformat(),
    }.items():  # fmt: skip
        assert time_style(pattern, HANOI).instant(written) == due, pattern
    buddhist = time_style("dd/mm/yyyy hh:mm:ss", HANOI, buddhist=True)
    assert buddhist.instant(f"{moment:%d/%m}/{moment.year + 543} {moment:%H:%M:%S}") == due
    assert time_style("iso", HANOI, buddhist=True).instant(f"{moment.year + 543}{moment.isoformat()[4:]}") == due


@given(st.datetimes(datetime(1973, 6, 1), datetime(2399, 1, 1), timezones=st.just(UTC)))
def test_an_offset_that_is_written_wins_over_the_zone(moment: datetime) -> None:
    assert time_style("iso", HANOI).instant(moment.isoformat()) == clock.from_datetime(moment)
    seconds = moment.replace(microsecond=0)
    assert time_style("unix", HANOI).instant(str(int(seconds.timestamp()))) == clock.from_datetime(seconds)


@pytest.mark.parametrize(("pattern", "text"), [
    ("dd/mm/yyyy", "31/02/2025"), ("dd/mm/yyyy", "2025-02-01"), ("dd/mm/yyyy", "01/13/2025"), ("dd/mm/yyyy", "01/12/25"),
    ("dd/mm/yyyy hh:mm am/pm", "01/12/2025 13:00 PM"), ("dd/mm/yyyy", "22/11/2568"), ("iso", "hôm qua"), ("unix", "x"), ("iso", ""),
    ("dd/mm/yyyy", "01/01/1950"),
])  # fmt: skip
def test_what_is_no_such_time_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(Unreadable):
        time_style(pattern, HANOI).instant(text)


@pytest.mark.parametrize("pattern", ["dd/mm", "hh:mm", "dd/mm/yyyy/dd", "dd/mm/yyyy[", "x"])
def test_a_pattern_without_day_month_and_year_is_refused(pattern: str) -> None:
    with pytest.raises(Unreadable):
        time_style(pattern, HANOI)


def test_a_day_has_no_time_zone() -> None:
    style = time_style("dd/mm/yyyy", HANOI)
    assert style.day("17/05/1930") == "1930-05-17"
    assert style.instant("17/05/1990") == clock.from_datetime(datetime(1990, 5, 16, 17, tzinfo=UTC))
    assert time_style("d/m/yy", HANOI, buddhist=True).day("1/2/69") == "2026-02-01"


def test_minutes_follow_hours_as_in_spreadsheets() -> None:
    start = datetime(2026, 3, 4, 5, 6, tzinfo=HANOI)
    assert time_style("mm/dd/yyyy hh:mm", HANOI).instant("03/04/2026 05:06") == clock.from_datetime(start)
    later = start + timedelta(hours=12)
    assert time_style("d/m/yyyy h:mm am/pm", HANOI).instant("4/3/2026 5:06 CH") == clock.from_datetime(later)


@pytest.mark.parametrize("field", sorted(WORDS))
def test_every_word_for_a_column_is_recognised(field: str) -> None:
    for word in WORDS[field]:
        assert guess([word.upper()]) == {field: word.upper()}
