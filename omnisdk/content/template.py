"""A text with placeholders, read once and then filled in for each person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from omnisdk.content import deadlines
from omnisdk.content.locales import choose, writing_locale
from omnisdk.content.values import Filter, in_words, is_empty, last_day, local_day
from omnisdk.profile.catalogue import parse_fact
from omnisdk.profile.facts import Getter, Reading, getter
from omnisdk.rules.placeholders import Placeholder, parse_text

# Facts that are the first instant when something no longer is: as days, people are told the last one when it still was.
ENDS: Final = frozenset({"membership.*.until"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What texts are filled in with: the person as the shop vouches for them, the campaign's terms, the languages."""

    reading: Reading  # view `shop`
    locale: str  # the person's
    site_locale: str
    timezone: str  # the site's
    currency: str  # ISO 4217, or ""
    now: int
    ends: int | None = None
    coupon: str | None = None


class Unfit(Exception):
    """A creative that cannot be drawn for this person: the `name` of the placeholder or key, and the `value` found."""

    def __init__(self, name: str, value: Any = None) -> None:
        super().__init__(name, value)
        self.name, self.value = name, value


@dataclass(frozen=True, slots=True)
class Slot:
    """One placeholder: where its value comes from and how it is written."""

    name: str
    source: Callable[[Setting], Any]
    filter: Filter
    default: str | None

    def value(self, setting: Setting) -> Any:
        """Return the value to write, None for the default. Raises Unfit when it is empty and has no default."""
        found = self.source(setting)
        if not is_empty(found, self.filter):
            return found
        if self.default is None:
            raise Unfit(self.name)
        return None

    def text(self, setting: Setting, locale: str) -> str:
        """Return the placeholder's text. Raises Unfit."""
        found = self.value(setting)
        if found is None:
            return self.default or ""
        if self.name == "ends_in":
            return deadlines.ends_in(found, setting.now, locale)
        if self.name == "ends_on":
            return deadlines.ends_on(found, setting.timezone, locale)
        return in_words(found, self.filter, locale, setting.timezone, setting.currency)


@dataclass(frozen=True, slots=True)
class Template:
    """One text in one language."""

    parts: tuple[str | Slot, ...]

    @property
    def can_fail(self) -> bool:
        """Whether there is a placeholder without a default."""
        return any(isinstance(part, Slot) and part.default is None for part in self.parts)

    def check(self, setting: Setting) -> None:
        """Raise Unfit if the text cannot be filled in; cheaper than filling it in."""
        for part in self.parts:
            if isinstance(part, Slot):
                part.value(setting)

    def fill(self, setting: Setting, locale: str) -> str:
        """Return the text, written by the habits of `locale`. Raises Unfit."""
        return "".join(part if isinstance(part, str) else part.text(setting, locale) for part in self.parts)

    def fill_address(self, setting: Setting, locale: str) -> str:
        """Return the text as an address: what is filled in is percent-encoded, but where it begins the address, as
        then it may be one itself. Raises Unfit."""
        texts = []
        for at, part in enumerate(self.parts):
            text = part if isinstance(part, str) else part.text(setting, locale)
            texts.append(quote(text, safe="", errors="replace") if at and not isinstance(part, str) else text)
        return "".join(texts)


def compile_template(text: str) -> Template:
    """Return `text` ready to be filled in. Raises PlaceholderError where a placeholder cannot be read."""
    return Template(tuple(part if isinstance(part, str) else _slot(part) for part in parse_text(text)))


@dataclass(frozen=True, slots=True)
class Wording:
    """A text for people in every language it was written in."""

    text: Mapping[str, str]
    templates: Mapping[str, Template]

    @property
    def can_fail(self) -> bool:
        return any(template.can_fail for template in self.templates.values())

    def check(self, setting: Setting) -> None:
        """Raise Unfit if the text this person would get cannot be filled in."""
        self.templates[choose(self.text, setting.locale, setting.site_locale)].check(setting)

    def fill(self, setting: Setting) -> str:
        """Return the text in the language this person gets. Raises Unfit."""
        key = choose(self.text, setting.locale, setting.site_locale)
        return self.templates[key].fill(setting, writing_locale(key, setting.locale, setting.site_locale))


def compile_wording(text: Mapping[str, str]) -> Wording:
    """Return a text for people ready to be filled in. Raises PlaceholderError."""
    return Wording(text, {key: compile_template(each) for key, each in text.items()})


def _slot(placeholder: Placeholder) -> Slot:
    name, filter_ = placeholder.expression, placeholder.filter
    if placeholder.fact is None:
        return Slot(name, _OF_THE_CAMPAIGN.get(name, _nothing), filter_, placeholder.default)
    fact = parse_fact(placeholder.fact)
    get = getter(fact)
    if fact.type == "instant":
        # A moment is only ever told as a date; as an amount it has nothing to say.
        source = _nothing if filter_ == "money" else _moment(get, last_day if fact.pattern in ENDS else local_day)
        return Slot(name, source, "date", placeholder.default)
    return Slot(name, lambda setting: get(setting.reading), filter_, placeholder.default)


def _moment(get: Getter, day_of: Callable[[int, str], date]) -> Callable[[Setting], Any]:
    def moment(setting: Setting) -> Any:
        found = get(setting.reading)
        return day_of(found, setting.timezone) if type(found) is int else None

    return moment


def _nothing(setting: Setting) -> None:
    """What `event.*` and the like say outside a run of a journey."""


_OF_THE_CAMPAIGN: Mapping[str, Callable[[Setting], Any]] = {
    "coupon": lambda setting: setting.coupon,
    "ends_in": lambda setting: setting.ends,
    "ends_on": lambda setting: setting.ends,
}
