"""Whether a campaign is switched on and within its dates, and whether the shop is open: the calendar's part."""

from __future__ import annotations

from omnisdk import clock
from omnisdk.engine import reasons
from omnisdk.profile.values import zone
from omnisdk.rules.model import Campaign, OpeningHours, Site

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def not_live(campaign: Campaign, site: Site, now: int) -> int:
    """Return the reason why the campaign is not live at `now`, 0 when it is: ``starts <= now < ends``."""
    if not (site.enabled and campaign.enabled):
        return reasons.DISABLED
    if campaign.starts is not None and now < campaign.starts:
        return reasons.NOT_STARTED
    if campaign.ends is not None and now >= campaign.ends:
        return reasons.ENDED
    return 0


def minute_of_day(now: int, timezone: str) -> int:
    """Return the local minute of the day, 0 to 1439."""
    local = clock.to_datetime(now).astimezone(zone(timezone))
    return local.hour * 60 + local.minute


def is_open(hours: OpeningHours, now: int, timezone: str) -> bool:
    """Whether the shop is open at `now` by its opening hours; an interval ends with the minute before its end."""
    local = clock.to_datetime(now).astimezone(zone(timezone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours.days.get(_WEEKDAYS[local.weekday()], ()))
