"""What is asked of the engine and what it answers: plain values, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Reason(StrEnum):
    """Why a campaign did or did not win, in the order in which it is checked (DESIGN 2)."""

    UNKNOWN_PLACEMENT = "UNKNOWN_PLACEMENT"
    BOT = "BOT"
    NO_CREATIVE = "NO_CREATIVE"
    DISABLED = "DISABLED"
    NOT_STARTED = "NOT_STARTED"
    ENDED = "ENDED"
    NOT_IN_JOURNEY = "NOT_IN_JOURNEY"
    WRONG_PAGE = "WRONG_PAGE"
    NOT_IN_AUDIENCE = "NOT_IN_AUDIENCE"
    EXCLUDED = "EXCLUDED"
    OWNED = "OWNED"
    CONVERTED = "CONVERTED"
    DISMISSED = "DISMISSED"
    NO_CONSENT = "NO_CONSENT"
    UNREACHABLE = "UNREACHABLE"
    QUIET_HOURS = "QUIET_HOURS"
    GUARDED = "GUARDED"
    CAPPED = "CAPPED"
    HOLDOUT = "HOLDOUT"
    OUTRANKED = "OUTRANKED"
    WON = "WON"
    # Said by the server to the write key, and by the SDK; never by the engine.
    NONE = "NONE"
    TIMEOUT = "TIMEOUT"
    SERVER_UNAVAILABLE = "SERVER_UNAVAILABLE"
    UNKNOWN_FACT = "UNKNOWN_FACT"


@dataclass(frozen=True, slots=True)
class Device:
    kind: Literal["phone", "tablet", "desktop", "other"] = "other"
    os: str = ""
    browser: str = ""
    bot: bool = False  # a declared crawler or link preview


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """One question: what to show in `placements` on this page, at this device."""

    placements: tuple[str, ...]
    role: Literal["shop", "browser"] = "browser"  # the key that asked; sent kinds answer the shop only
    path: str | None = None  # as sent (`page.path`, else that of `page.url`); None: the request names no page
    url: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    timezone: str | None = None  # IANA name
    device: Device | None = None  # None: not looked at, as no rule needs it


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is about: the folded document, or nobody known (`document` None: asked without ids)."""

    document: dict[str, Any] | None = None
    seed: str = ""  # the earliest received identifier: the person's part of every stable hash
    new_id: str = ""  # the id the decision gets if something wins (randomness is passed in)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One campaign in one placement: its reason, and the facts that decided, named as the rule writes them."""

    campaign: str
    reason: Reason
    facts: Mapping[str, Any] = field(default_factory=dict)
    view: Literal["all", "shop"] = "all"  # "shop": only by what the shop vouches for are the facts what they are


@dataclass(frozen=True, slots=True)
class Decision:
    placement: str
    reason: Reason
    campaign: str | None = None
    id: str | None = None
    variant: str | None = None
    kind: str | None = None
    ends_at: int | None = None  # microseconds
    coupon: str | None = None
    content: Mapping[str, Any] | None = None  # rendered: texts in one locale
    trigger: Mapping[str, Any] | None = (
        None  # {after: s} | {scroll: 0..1} | {exit: true} | {idle: s} | {event: NAME}; seconds
    )
    size: tuple[int, int] | None = None
    promotes: tuple[str, ...] = ()
    offer: Mapping[str, Any] | None = None  # {text, discount}
