"""Caps: rolling windows exact to the microsecond, one count over all channels."""

from __future__ import annotations

from typing import Any

import pytest

from omnisdk.clock import DAY, HOUR
from omnisdk.engine.result import Reason
from omnisdk.events.model import Event
from omnisdk.rules.model import Cap
from tests.engine.given import NOBODY, NOW, asked, campaign, happened, reason, rules, somebody


def seen(at: int = NOW - HOUR, position: str = "popup", of: str = "golf-days", **said: Any) -> Event:
    return happened("Promotion Viewed", at, by="browser", promotion_id=of, position=position, **said)


def sent(at: int = NOW - HOUR, position: str = "push", of: str = "golf-days", **said: Any) -> Event:
    return happened("Message Sent", at, promotion_id=of, position=position, channel="push", **said)


def test_a_campaigns_own_cap_counts_its_views() -> None:
    given = rules(campaign(caps=(Cap(2, DAY),)))
    assert reason(given, somebody(seen())) is Reason.WON
    assert reason(given, somebody(seen(), seen())) is Reason.CAPPED
    assert reason(given, somebody(seen(of="other"), seen(of="other"))) is Reason.WON


def test_a_window_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    given = rules(campaign(caps=(Cap(1, DAY),)))
    assert reason(given, somebody(seen(NOW - DAY))) is Reason.WON
    assert reason(given, somebody(seen(NOW - DAY + 1))) is Reason.CAPPED
    assert reason(given, somebody(seen(NOW))) is Reason.CAPPED


def test_without_a_window_it_counts_for_ever() -> None:
    given = rules(campaign(caps=(Cap(1),)))
    assert reason(given, somebody(seen(NOW - 3000 * DAY))) is Reason.CAPPED


def test_every_cap_applies() -> None:
    given = rules(campaign(caps=(Cap(2, DAY), Cap(3))))
    assert reason(given, somebody(seen(NOW - 9 * DAY), seen(NOW - 8 * DAY))) is Reason.WON
    assert reason(given, somebody(*(seen(NOW - days * DAY) for days in (7, 8, 9)))) is Reason.CAPPED


def test_a_cap_of_none_shows_nothing() -> None:
    assert reason(rules(campaign(caps=(Cap(0, DAY),))), somebody()) is Reason.CAPPED


def test_a_campaigns_cap_counts_over_all_channels() -> None:
    given = rules(campaign(on=["popup", "banner"], caps=(Cap(2, DAY),)))
    person = somebody(sent(), seen(position="banner"))
    assert reason(given, person, asked("popup")) is Reason.CAPPED
    assert reason(given, person, asked("banner")) is Reason.CAPPED


def test_a_decision_counts_once_however_often_it_is_told() -> None:
    given = rules(campaign(caps=(Cap(2, DAY),)))
    again = [seen(decision_id="d1"), seen(NOW - 2 * HOUR, decision_id="d1"), sent(decision_id="d1")]
    assert reason(given, somebody(*again)) is Reason.WON
    assert reason(given, somebody(*again, seen(decision_id="d2"))) is Reason.CAPPED


def test_clicks_and_dismissals_spend_nothing() -> None:
    given = rules(campaign(caps=(Cap(1, DAY),)))
    assert reason(given, somebody(happened("Promotion Clicked", NOW - HOUR, promotion_id="golf-days"))) is Reason.WON


def test_a_global_cap_counts_all_campaigns_of_its_kinds() -> None:
    caps = (Cap(2, DAY, frozenset({"popup", "push"})),)
    given = rules(campaign(on=["popup", "banner"]), caps=caps)
    person = somebody(seen(of="a"), sent(of="b"))
    assert reason(given, person, asked("popup")) is Reason.CAPPED
    assert reason(given, person, asked("banner")) is Reason.WON
    assert reason(given, somebody(seen(of="a"), seen(of="b", position="banner")), asked("popup")) is Reason.WON


def test_a_global_cap_without_kinds_counts_and_holds_everything() -> None:
    given = rules(campaign(on=["banner"]), caps=(Cap(2, DAY),))
    assert reason(given, somebody(seen(of="a"), seen(of="b", position="gone")), asked("banner")) is Reason.CAPPED


def test_a_view_at_a_place_the_rules_forgot_is_of_no_kind() -> None:
    given = rules(campaign(), caps=(Cap(1, DAY, frozenset({"popup"})),))
    assert reason(given, somebody(seen(of="a", position="old-popup"))) is Reason.WON


def test_a_service_message_is_never_capped() -> None:
    given = rules(campaign(purpose="service", caps=(Cap(0, DAY),)), caps=(Cap(0, DAY),))
    assert reason(given, somebody(seen())) is Reason.WON


@pytest.mark.parametrize(("kind", "expected"), [("popup", Reason.CAPPED), ("banner", Reason.WON), ("data", Reason.WON)])
def test_without_ids_a_capped_interruption_is_not_shown(kind: str, expected: Reason) -> None:
    own = rules(campaign(on=[kind], caps=(Cap(3, DAY),)))
    shared = rules(campaign(on=[kind]), caps=(Cap(3, DAY),))
    assert reason(own, NOBODY, asked(kind)) is expected
    assert reason(shared, NOBODY, asked(kind)) is expected
    assert reason(rules(campaign(on=[kind])), NOBODY, asked(kind)) is Reason.WON


def test_a_view_that_another_process_stored_a_moment_ahead_counts() -> None:
    assert reason(rules(campaign(caps=(Cap(1, DAY),))), somebody(seen(NOW + 40_000))) is Reason.CAPPED
