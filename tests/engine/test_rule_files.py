"""Rule files as shops write them are decided by: read, compiled, asked for every placement, explained in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from omnisdk import clock
from omnisdk.engine import compile_rules, decide, explain
from omnisdk.engine.compiled import CompiledRules
from omnisdk.engine.reasons import ORDER
from omnisdk.engine.result import DecideRequest, Decision, Reason
from omnisdk.engine.texts import sentence
from omnisdk.rules.reading import read_file
from tests.engine.given import NOBODY, happened, identified, somebody

ROOT = Path(__file__).parents[2]
FILES = [
    ROOT / "tests/rules/fixtures/design.yaml",
    ROOT / "tests/rules/fixtures/thai.yaml",
    ROOT / "server_example/demo/omni.yaml",
]
NOW = clock.parse("2026-11-10T05:00:00Z")


def compiled(path: Path) -> CompiledRules:
    loaded = read_file(path)
    assert loaded.ruleset is not None, loaded.faults
    return compile_rules(loaded.ruleset)


PEOPLE = {
    "nobody": NOBODY,
    "new": somebody(),
    "known": somebody(
        identified(interest="golf", first_name="Lân", phone="+84901234567", email="lan@example.vn", consent=True),
        happened("Consent Changed", purposes={"marketing": True}),
        happened("Product Viewed", product_id="P1", category="golf", price=5),
        happened("Push Subscribed"),
    ),
    "member": somebody(
        happened("Consent Changed", purposes={"marketing": True}), happened("Membership Started", membership="gym")
    ),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name + path.parent.name)
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_every_placement_of_a_file_is_answered_and_explained(path: Path, person: str) -> None:
    rules = compiled(path)
    assert len(rules.campaigns) == len(rules.ruleset.campaigns) > 1
    for placement in rules.ruleset.placements:
        request = DecideRequest((placement,), role="shop", path="/", locale="en")
        (decision,) = decide(request, PEOPLE[person], rules, NOW)
        verdicts = explain(request, PEOPLE[person], rules, NOW)[placement]
        assert decision.reason in ORDER
        assert [each.campaign for each in verdicts if each.reason is Reason.WON] == [decision.campaign] * (
            decision.campaign is not None
        )
        for verdict in verdicts:
            assert all(sentence(verdict, rules, NOW).values())


def design(person: str, *placements: str) -> list[Decision]:
    return decide(DecideRequest(placements, role="shop", path="/"), PEOPLE[person], compiled(FILES[0]), NOW)


def test_the_designs_example_shows_golf_to_golfers_and_the_trial_to_non_members() -> None:
    hero, popup = design("known", "home-hero", "popup")
    assert (hero.campaign, popup.campaign) == ("golf-days", "gym-trial")
    assert hero.content is not None and hero.content["title"] == "Đồ golf giảm 20%, còn 20 ngày"
    assert hero.content["countdown"] is True and hero.coupon == "GOLF20"
    assert hero.ends_at == clock.parse("2026-12-01T00:00:00+07:00")
    assert hero.size == (1200, 240) and popup.trigger == {"after": 8}
    hero, popup = design("member", "home-hero", "popup")
    assert (popup.campaign, popup.reason) == (None, Reason.OWNED)


def test_the_designs_push_greets_by_name_or_by_default() -> None:
    (push,) = design("known", "push")
    assert push.content is not None and push.content["body"] == "Chào Lân"
