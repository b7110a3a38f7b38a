"""What the contents' tests are given: a setting, from a life and a few words."""

from __future__ import annotations

from typing import Any

from omnisdk import clock, profile
from omnisdk.clock import DAY
from omnisdk.content.creative import compile_creative
from omnisdk.content.template import Setting
from omnisdk.events.model import Event
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.rules.model import Content

NOW = clock.parse("2026-11-10T05:00:00Z")
ZONE = "Asia/Ho_Chi_Minh"


def setting(*life: Event, locale: str = "vi", site_locale: str = "vi", currency: str = "VND", **keys: Any) -> Setting:
    reading = Reading(profile.fold(life), "shop", FactContext(NOW, ZONE, currency))
    return Setting(reading, locale, site_locale, ZONE, currency, NOW, **keys)


def said(name: str = "", at: int = NOW - DAY, /, *, vouched: bool = True, **properties: Any) -> Event:
    """A track event of that name; without one, traits."""
    return Event(
        type="track" if name else "identify",
        message_id=f"{name}{at}{sorted(properties)}",
        timestamp=at,
        received_at=NOW,
        role="shop" if vouched else "browser",
        name=name,
        user_id="u1",
        vouched=vouched,
        properties=properties if name else {},
        traits={} if name else properties,
    )


def drawn(content: Content, *life: Event, **keys: Any) -> dict[str, Any]:
    """The content as it is sent; keys are those of `setting`."""
    given = setting(*life, **keys)
    creative = compile_creative(content, ends=given.ends, coupon=given.coupon)
    assert creative.unfit(given) is None
    return creative.draw(given)


def title(text: str, *life: Event, **keys: Any) -> str:
    """What a title of one text for all becomes."""
    filled = drawn(Content(title={"": text}), *life, **keys)["title"]
    assert isinstance(filled, str)
    return filled
