"""The starter file of `omnisdk init` passes the check, and shows nothing to anybody until it is switched on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omnisdk.rules.starter import starter
from tests.rules.helpers import read, rules


def test_the_starter_passes_with_everything_off_and_consent_asked() -> None:
    loaded = read(starter())
    assert loaded.faults == ()
    assert loaded.warnings == ()
    ruleset = loaded.ruleset
    assert ruleset is not None
    assert ruleset.campaigns
    assert not any(campaign.enabled for campaign in ruleset.campaigns.values())
    assert ruleset.site.consent.mode == "ask"
    assert {placement.kind for placement in ruleset.placements.values()} == {"banner", "popup"}
    assert any(promoted.startswith("membership:") for c in ruleset.campaigns.values() for promoted in c.promotes)


def test_the_starter_is_made_for_the_shop() -> None:
    text = starter(
        name='Tiệm "Hoa" #1',
        url="https://hoa.vn/shop",
        locale="vi",
        country="VN",
        timezone="Asia/Ho_Chi_Minh",
        currency="VND",
    )
    site = rules(text).site
    assert (site.name, site.url, site.locale) == ('Tiệm "Hoa" #1', "https://hoa.vn/shop", "vi")
    assert (site.country, site.timezone, site.currency) == ("VN", "Asia/Ho_Chi_Minh", "VND")
    assert site.origins == ("https://hoa.vn",)


@given(st.text(min_size=1, max_size=30).filter(lambda name: name.strip() and name.isprintable()))
def test_any_name_stands_in_the_starter_as_it_is(name: str) -> None:
    import unicodedata

    assert rules(starter(name=name)).site.name == unicodedata.normalize("NFC", name.strip())
