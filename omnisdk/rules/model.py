"""The ruleset: omni.yaml after reading and checking, as plain frozen values.

The engine, the contents and the compiler know only this module, never YAML. Durations and instants are microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "banner", "bar", "popup", "slide_in", "chat", "form", "push_prompt", "push", "email", "sms", "webhook", "data"
]
PAGE_KINDS: frozenset[str] = frozenset({"banner", "bar", "popup", "slide_in", "chat", "form", "push_prompt"})
SENT_KINDS: frozenset[str] = frozenset({"push", "email", "sms", "webhook"})
INTERRUPTING_KINDS: frozenset[str] = frozenset({"popup", "slide_in", "chat", "form", "push_prompt", "push"})

# A text for people: by locale, or one text for all under "" . Always as written in the file.
Text = Mapping[str, str]


# --- conditions -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Compare:
    """``fact: {operator: value}``. `fact` is the name as the rule writes it; `value` is ready to compare:
    instants and durations as microseconds, texts in NFC and trimmed, lists as tuples."""

    fact: str
    operator: str  # is, in, at_least, at_most, more_than, less_than, contains, starts_with, within, older_than,
    #                within_next, before, after, exists, anniversary  (`not` becomes Not)
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 - `Any` is the type checker's
    of: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    of: Rule


@dataclass(frozen=True, slots=True)
class InSegment:
    name: str


Rule = Compare | All | Any_ | Not | InSegment


# --- the file ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Cap:
    at_most: int
    per: int | None = None  # microseconds; None: for ever
    kinds: frozenset[str] | None = None  # global caps only; None: all kinds


@dataclass(frozen=True, slots=True)
class Grant:
    gives: str  # "membership:gym"
    for_: int | None = None  # microseconds; None: for good


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Minutes of the local day that are open, by weekday ("mon" … "sun"): ((480, 1260), …)."""

    days: Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Consent:
    mode: Literal["assumed", "ask"] = "assumed"
    purposes: tuple[str, ...] = ("marketing", "analytics")


@dataclass(frozen=True, slots=True)
class Site:
    enabled: bool = True
    name: str = ""
    url: str = ""
    locale: str = "en"
    country: str = ""  # ISO 3166 alpha-2; reads local phone numbers
    timezone: str = "UTC"
    currency: str = ""
    origins: tuple[str, ...] = ()
    guarded_paths: tuple[str, ...] = ()  # the file's own, normalised patterns; the defaults are the engine's
    open_paths: tuple[str, ...] = ()
    guard: Literal["interruptions", "everything"] = "interruptions"
    opening_hours: OpeningHours | None = None
    consent: Consent = field(default_factory=Consent)


@dataclass(frozen=True, slots=True)
class Placement:
    name: str
    kind: Kind
    size: tuple[int, int] | None = None
    size_small: tuple[int, int] | None = None
    never_on: tuple[str, ...] = ()  # normalised path patterns
    quiet_hours: tuple[int, int] | None = None  # minutes of the local day: from, to (may pass midnight)


@dataclass(frozen=True, slots=True)
class Content:
    """What creatives share or override, merged key by key: campaign, creative, variant, the variant's own creatives."""

    title: Text | None = None
    body: Text | None = None
    image: Mapping[str, Any] | None = None  # {url: str, alt: Text, width: int, height: int}
    cta: Mapping[str, Any] | None = None  # {label: Text, url: str}
    data: Mapping[str, Any] | None = None
    compact: Text | None = None
    subject: Text | None = None
    countdown: bool | None = None
    products: Mapping[str, Any] | None = None  # {from: viewed|cart|order, most: int}
    trigger: Mapping[str, Any] | None = None  # {after: µs} | {scroll: 0..1} | {exit: true} | {idle: µs} | {event: NAME}


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    share: float | None = None  # 0..1
    for_: str | None = None  # a segment's name
    content: Content = field(default_factory=Content)
    creatives: Mapping[str, Content] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    coupon: str | None = None
    discount: Mapping[str, Any] | None = None  # {percent: 20} or {amount: 50000}
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    event: str
    where: Mapping[str, str] = field(default_factory=dict)  # category, product_id, brand, coupon


@dataclass(frozen=True, slots=True)
class Campaign:
    name: str
    enabled: bool = True
    purpose: Literal["marketing", "service"] = "marketing"
    starts: int | None = None  # microseconds; live while starts <= now < ends
    ends: int | None = None  # the first instant no longer live
    promotes: tuple[str, ...] = ()  # "membership:gym", "product:P1", "category:golf"
    offer: Offer | None = None
    audience: Rule | None = None  # None: everybody
    exclude: Rule | None = None
    pages: tuple[str, ...] = ()  # normalised path patterns; none: every page
    priority: int = 50
    also_on_page: bool = False
    rank_by: str | None = None
    caps: tuple[Cap, ...] = ()
    holdout: float = 0.0  # 0..1
    converts_on: Conversion | None = None  # None: an order of what `promotes` names
    again_after: int | None = None  # microseconds
    dismiss_for: int = 7 * 24 * 3600 * 1_000_000  # microseconds
    content: Content = field(default_factory=Content)
    variants: tuple[Variant, ...] = ()
    creatives: Mapping[str, Content] = field(default_factory=dict)  # by placement, in the file's order


@dataclass(frozen=True, slots=True)
class Journey:
    """Parsed and checked; brought to life by a later issue. Steps stay a tree of plain values."""

    name: str
    starts_on: Mapping[str, Any]
    who: Rule | None = None
    one_run_per: Literal["person", "cart"] = "person"
    stops_on: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()
    again_after: int | None = None
    lateness: int = 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Ruleset:
    site: Site = field(default_factory=Site)
    require_token: bool = True  # identity.require_token
    trust: frozenset[str] = frozenset()
    # The only event names taken from browsers: the file's, those of `trust` and the snippet's own. None: all names.
    allow: frozenset[str] | None = None
    exclude: tuple[str, ...] = ()  # segments: nobody in them gets a campaign with purpose marketing
    grants: Mapping[str, Grant] = field(default_factory=dict)  # by product_id
    placements: Mapping[str, Placement] = field(default_factory=dict)
    segments: Mapping[str, Rule] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)  # in the file's order
    caps: tuple[Cap, ...] = ()
    journeys: Mapping[str, Journey] = field(default_factory=dict)
