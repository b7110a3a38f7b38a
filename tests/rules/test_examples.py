"""The example of the design and a shop of another trade and language pass, and mean what they say."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from omnisdk import clock
from omnisdk.rules.model import Any_, Cap, Compare, InSegment
from omnisdk.rules.reading import read_file, read_source
from tests.rules.helpers import FIXTURES


def test_the_design_example_passes_and_warns_only_of_what_is_not_acted_on_yet() -> None:
    loaded = read_file(FIXTURES / "design.yaml")
    assert loaded.faults == ()
    assert {warning.what for warning in loaded.warnings} == {"not acted on yet"}
    named = [warning.found for warning in loaded.warnings]
    assert named == [
        "found scores:",
        "found also_on_page:",
        "found rank_by:",
        "found holdout:",
        "found variants:",
        "found journeys:",
    ]
    assert str(loaded.warnings[0]).startswith(f"{FIXTURES / 'design.yaml'}:41:1: warning: not acted on yet; ")


def test_the_design_example_means_what_it_says() -> None:
    ruleset = read_file(FIXTURES / "design.yaml").ruleset
    assert ruleset is not None
    golf = ruleset.campaigns["golf-days"]
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert golf.starts == clock.from_datetime(datetime(2026, 11, 1, tzinfo=zone))
    assert golf.ends == clock.from_datetime(datetime(2026, 12, 1, tzinfo=zone))  # the end of 30 November
    assert golf.audience == InSegment("golfers")
    assert golf.exclude is None
    assert golf.caps == (Cap(3, clock.DAY), Cap(10))
    assert golf.holdout == 0.05
    assert golf.creatives["zalo"].data == {"template_id": "2319"}
    assert list(golf.creatives) == ["home-hero", "push", "zalo"]
    assert ruleset.segments["golfers"] == Any_(
        (Compare("interest.golf", "at_least", 5), Compare("traits.interest", "is", "golf"))
    )
    assert ruleset.site.opening_hours is not None
    assert set(ruleset.site.opening_hours.days) == {"mon", "tue", "wed", "thu", "fri", "sat"}
    assert ruleset.placements["push"].quiet_hours == (21 * 60, 8 * 60)
    assert ruleset.caps == (Cap(4, clock.DAY, frozenset({"popup", "push"})),)
    assert ruleset.journeys["forgotten-cart"].steps[0] == {"wait": clock.HOUR, "since": "cart.updated_at"}


def test_a_thai_shop_of_another_trade_passes_without_a_warning() -> None:
    loaded = read_file(FIXTURES / "thai.yaml")
    assert loaded.faults == ()
    assert loaded.warnings == ()
    ruleset = loaded.ruleset
    assert ruleset is not None
    assert ruleset.grants["0811"].gives == "membership:สวนคลับ"
    festival = ruleset.campaigns["เทศกาลกระบองเพชร"]
    assert festival.offer is not None
    assert festival.offer.coupon == "0050"
    assert festival.ends == clock.from_datetime(datetime(2026, 12, 31, 18, tzinfo=ZoneInfo("Asia/Bangkok")))
    assert festival.creatives["ไลน์"].data == {"template": "0019", "n": 3}
    assert ruleset.campaigns["สมัครสวนคลับ"].promotes == ("membership:สวนคลับ",)
    assert ruleset.site.opening_hours is not None
    assert ruleset.site.opening_hours.days["sat"] == ((0, 120), (1200, 1440))  # the night from Friday, and its own
    assert ruleset.site.opening_hours.days["sun"] == ((0, 120),)


@pytest.mark.parametrize("name", ["design.yaml", "thai.yaml"])
def test_equal_texts_give_equal_rulesets_and_hashes(name: str) -> None:
    first = read_file(FIXTURES / name)
    again = read_source(first.source)
    assert again.ruleset == first.ruleset
    assert again.source.hash == first.source.hash


def test_reading_the_design_example_takes_less_than_60_ms() -> None:
    read_file(FIXTURES / "design.yaml")  # imports
    times = []
    for _ in range(5):
        start = time.perf_counter()
        read_file(FIXTURES / "design.yaml")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.060
