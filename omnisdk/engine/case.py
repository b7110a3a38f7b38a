"""One question put to the engine: the person in both views, the page, and what was found out while answering it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from omnisdk.content.template import Setting
from omnisdk.engine import consent
from omnisdk.engine.caps import Exposures
from omnisdk.engine.compiled import CompiledCampaign, CompiledRules
from omnisdk.engine.hashing import hash_person, mix
from omnisdk.engine.live import is_open
from omnisdk.engine.result import DecideRequest, Person
from omnisdk.engine.suppression import ordered_names, owned_names
from omnisdk.profile import cart, empty, seen, traits
from omnisdk.profile.facts import FactContext, Reading
from omnisdk.profile.values import is_zone
from omnisdk.rules.paths import normalise_path


class Case:
    """What one call of `decide` or `explain` works with. Everything is worked out when first needed, and once."""

    def __init__(self, request: DecideRequest, person: Person, rules: CompiledRules, now: int) -> None:
        self.request, self.person, self.rules, self.now = request, person, rules, now
        self.site = rules.ruleset.site
        self.document: dict[str, Any] = empty() if person.document is None else person.document
        self.is_anonymous = person.document is None  # the question names nobody at all
        self.is_bot = request.device is not None and request.device.bot
        self.knows_campaigns = "campaigns" in self.document  # saw, clicked or closed any
        path = _path_of(request)
        self.path = None if path is None else normalise_path(path)  # the fact page.path, as rules' operands are
        context = FactContext(
            now=now,
            timezone=self.site.timezone,
            currency=self.site.currency,
            grants=rules.grants,
            path=self.path,
            url=request.url,
            query=request.query,
            locale=request.locale,
            device=request.device,
            open_now=is_open(self.site.opening_hours, now, self.site.timezone) if self.site.opening_hours else None,
            converted=rules.converted,
            segments=rules.segments_of,
        )
        self.everything = Reading(self.document, "all", context)
        self.vouched = Reading(self.document, "shop", context)
        self.readings = (self.everything, self.vouched)
        self.standings: dict[str, int] = {}  # by campaign: its reason as far as it does not depend on the placement

    @cached_property
    def exposures(self) -> Exposures:
        return Exposures(self.document, self.rules.ruleset.placements, self.now, self.everything.now)

    @cached_property
    def in_checkout(self) -> bool:
        """Whether the person's own events say that they are checking out now."""
        return cart.stage(self.document, self.everything.cart, self.everything.now) == "checkout"

    @cached_property
    def owned(self) -> frozenset[str]:
        return owned_names(self.readings)

    @cached_property
    def ordered(self) -> frozenset[str]:
        return ordered_names(self.readings)

    @cached_property
    def consent(self) -> bool | None:
        return consent.stated(self.document)

    @cached_property
    def consent_lacks(self) -> tuple[bool, bool]:
        """Whether consent is lacking for a marketing campaign that needs no person, and for one that does."""
        contextual, personal = (
            consent.is_lacking(self.site.consent, self.consent, self.is_anonymous, is_personal)
            for is_personal in (False, True)
        )
        return contextual, personal

    @cached_property
    def person_hash(self) -> int:
        return 0 if self.is_anonymous else hash_person(self.person.seed)

    @cached_property
    def excluded_by(self) -> str | None:
        """The first segment of the general `exclude` that the person is in, in either view."""
        for name, condition in self.rules.general_excludes.items():
            if condition.in_either(self.everything, self.vouched):
                return name
        return None

    @cached_property
    def locale(self) -> str:
        """The locale of texts: the request's, else the person's trait, else the site's."""
        if self.request.locale:
            return self.request.locale
        trait = traits.read(self.document, "locale")
        return trait if isinstance(trait, str) and trait else self.site.locale

    @cached_property
    def timezone(self) -> str:
        """The person's time zone when known, else the site's."""
        asked = self.request.timezone
        if asked and is_zone(asked):
            return asked
        return seen.timezone(self.document) or self.site.timezone

    def setting(self, campaign: CompiledCampaign) -> Setting:
        """Return what the campaign's texts are filled in with: the person as the shop vouches for them."""
        terms = campaign.campaign
        return Setting(
            reading=self.vouched,
            locale=self.locale,
            site_locale=self.site.locale,
            timezone=self.site.timezone,
            currency=self.site.currency,
            now=self.now,
            ends=terms.ends,
            coupon=terms.offer.coupon if terms.offer else None,
        )

    def place(self, campaign: CompiledCampaign) -> tuple[int, int]:
        """Return the campaign's place in the order of arbitration for this person: lower comes first."""
        return campaign.rank, mix(self.person_hash, campaign.salt)


def _path_of(request: DecideRequest) -> str | None:
    """Return the page's path as sent: `path`, else that of `url`; None when the request names no page."""
    if request.path is not None:
        return request.path
    if request.url is None:
        return None
    try:
        return urlsplit(request.url).path or "/"
    except ValueError:
        return None  # no address that has a path
