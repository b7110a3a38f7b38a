"""What was shown, sent, clicked and waved away: what caps count, and the facts about it."""

from __future__ import annotations

from hypothesis import given

from omnisdk import profile
from omnisdk.clock import DAY, HOUR
from omnisdk.events.model import Event
from omnisdk.profile import campaigns
from omnisdk.profile.campaigns import exposures
from tests.profile.lives import LATEST, START, event, lives, read

NOW = START + DAY


def seen(name: str, at: int = START, campaign: str = "tập-thử", position: str = "popup", **more: object) -> Event:
    return event(name, at, promotion_id=campaign, position=position, **more)


def shown(events: list[Event], campaign: str | None = None, since: int | None = None) -> list[tuple[str, int, str]]:
    return sorted(exposures(profile.fold(events), campaign, since, NOW))


def test_a_decision_counts_once_however_many_events_name_it() -> None:
    events = [
        seen("Promotion Viewed", START, decision_id="d1"),
        seen("Promotion Viewed", START + HOUR, decision_id="d1"),
        seen("Message Sent", START + HOUR, decision_id="d1", position="push"),
        seen("Promotion Viewed", START, decision_id="d1", position="home-hero"),
    ]
    for order in (events, events[::-1]):
        assert shown(order) == [("tập-thử", START + HOUR, "push")]
    assert read(events, "campaigns.tập-thử.viewed.count") == 1
    assert read(events, "campaigns.tập-thử.viewed.last_at") == START + HOUR


def test_a_view_without_a_decision_counts_by_itself() -> None:
    assert len(shown([seen("Promotion Viewed"), seen("Promotion Viewed")])) == 2


def test_sends_and_what_staff_told_count_like_views() -> None:
    events = [seen("Message Sent", position="zalo"), seen("Promotion Told", START + 1, position="quầy")]
    assert shown(events) == [("tập-thử", START, "zalo"), ("tập-thử", START + 1, "quầy")]


def test_a_window_leaves_out_its_start_and_holds_its_end() -> None:
    events = [seen("Promotion Viewed", at) for at in (NOW - DAY, NOW - DAY + 1, NOW, NOW + 1)]
    assert [at for _, at, _ in shown(events, since=NOW - DAY)] == [NOW - DAY + 1, NOW]
    assert len(shown(events)) == 3


def test_one_campaign_or_all() -> None:
    events = [seen("Promotion Viewed"), seen("Promotion Viewed", campaign="golf-days")]
    assert [campaign for campaign, _, _ in shown(events, "golf-days")] == ["golf-days"]
    assert len(shown(events)) == 2
    assert shown([]) == []


def test_an_event_without_a_campaign_belongs_to_none() -> None:
    assert shown([event("Promotion Viewed", position="popup")]) == []


@given(lives(30, ["Promotion Viewed", "Message Sent", "Promotion Clicked"]))
def test_exposures_are_the_decisions_seen_or_sent(life: list[Event]) -> None:
    expected: dict[tuple[str, str], int] = {}
    for each in life:
        campaign = each.properties.get("promotion_id")
        if each.name in ("Promotion Viewed", "Message Sent") and campaign:
            decision = each.properties.get("decision_id")
            which = (campaign, f"d{decision}" if decision else f"m{each.message_id}")
            expected[which] = max(expected.get(which, each.timestamp), each.timestamp)
    found = sorted((campaign, at) for campaign, at, _ in exposures(profile.fold(life), None, None, LATEST))
    assert found == sorted((campaign, at) for (campaign, _), at in expected.items())


def test_having_it_already_rests_a_campaign_for_good() -> None:
    document = profile.fold([seen("Promotion Dismissed", reason="owned"), seen("Promotion Dismissed", START + HOUR)])
    assert campaigns.dismissed_for_good(document, "tập-thử")
    assert not campaigns.dismissed_for_good(document, "golf-days")
    assert campaigns.last_dismissed(document, "tập-thử") == START + HOUR
    assert campaigns.last_dismissed(document, "golf-days") is None


def test_facts_about_a_campaign() -> None:
    events = [
        seen("Promotion Viewed", START, creative="a"),
        seen("Promotion Viewed", START + DAY, creative="b"),
        seen("Promotion Clicked", START + DAY + 1),
        seen("Message Clicked", START + DAY + 2),
        seen("Promotion Dismissed", START + DAY + 3),
    ]
    now = START + DAY + HOUR
    assert read(events, "campaigns.tập-thử.viewed.count", now=now) == 2
    assert read(events, "campaigns.tập-thử.viewed.count(2h)", now=now) == 1
    assert read(events, "campaigns.tập-thử.viewed.last_at", now=now) == START + DAY
    assert read(events, "campaigns.tập-thử.clicked.count", now=now) == 2
    assert read(events, "campaigns.tập-thử.clicked.last_at", now=now) == START + DAY + 2
    assert read(events, "campaigns.tập-thử.dismissed.count", now=now) == 1
    assert read(events, "campaigns.tập-thử.dismissed.last_at", now=now) == START + DAY + 3
    assert read(events, "campaigns.tập-thử.variant", now=now) == "b"
    assert read(events, "campaigns.golf-days.viewed.count") == 0
    assert repr(read(events, "campaigns.golf-days.viewed.last_at")) == "MISSING"
    assert repr(read(events, "campaigns.golf-days.variant")) == "MISSING"


def test_who_knows_the_rules_tells_the_conversions() -> None:
    def converted(reading: object, campaign: str) -> list[int]:
        return [START, START + DAY] if campaign == "golf-days" else []

    assert read([], "campaigns.golf-days.converted.count", converted=converted) == 2
    assert read([], "campaigns.golf-days.converted.last_at", converted=converted) == START + DAY
    assert read([], "campaigns.khác.converted.count", converted=converted) == 0
    assert read([], "campaigns.golf-days.converted.count") == 0


def test_no_flood_of_invented_campaigns_or_channels_pushes_out_what_the_shop_reported() -> None:
    reported = [
        seen("Message Sent", START, position="email", decision_id="d1", vouched=True),
        seen("Promotion Dismissed", START, reason="owned", vouched=True),
        event("Channel Unsubscribed", START, channel="email", vouched=True),
    ]
    flood = [
        seen(name, START + HOUR + number, campaign=f"c{number}")
        for number in range(2 * campaigns.MOST_CAMPAIGNS)
        for name in ("Promotion Viewed", "Message Sent", "Promotion Dismissed")
    ]
    flood += [event("Channel Unsubscribed", START + HOUR + number, channel=f"c{number}") for number in range(60)]
    document = profile.fold([*reported, *flood])
    assert list(exposures(document, "tập-thử", None, NOW)) == [("tập-thử", START, "email")]
    assert campaigns.dismissed_for_good(document, "tập-thử")
    assert document["reach"]["shop"]["email"][3] is False


def test_a_page_that_names_a_sent_decision_elsewhere_does_not_move_it() -> None:
    events = [
        seen("Message Sent", START, position="push", decision_id="d1", vouched=True),
        seen("Promotion Viewed", START + HOUR, position="home-hero", decision_id="d1"),
    ]
    assert shown(events) == [("tập-thử", START + HOUR, "push")]
