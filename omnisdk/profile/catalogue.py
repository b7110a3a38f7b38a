"""The names of all facts that rules can use, what type each is of, and reading a name as a rule writes it.

A name is parts joined by dots. A part that holds a dot, quote or parenthesis is quoted (``events."a.b".count``; a quote
inside is written ``\\"``); spaces need no quotes. A window of time may follow: ``events.Product Viewed.count(7d)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from omnisdk import clock
from omnisdk.profile import values
from omnisdk.profile.activity import TWO_VIEWS

# number, text, bool; instant: microseconds since the epoch; date: the text YYYY-MM-DD; list: texts; any: whatever
# JSON value the trait has.
Type = Literal["number", "text", "bool", "instant", "date", "list", "any"]


class UnknownFact(ValueError):
    """No fact has this name. `suggestion` is the nearest name that one has, or None."""

    def __init__(self, name: str, suggestion: str | None) -> None:
        hint = f'; did you mean "{suggestion}"?' if suggestion else ""
        super().__init__(f'unknown fact "{name}"{hint}')
        self.name = name
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Pattern:
    """The form of some facts' names; ``*`` stands for one open name, a last ``**`` for one or more."""

    parts: tuple[str, ...]
    type: Type
    two_views: bool = False  # of a family that reads differently as the shop vouches for it
    windowed: bool = False  # a window may follow
    of_request: bool = False

    @property
    def text(self) -> str:
        return ".".join(self.parts)

    def arguments(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return what stands for the open names in `parts`; None when they have another form."""
        many = self.parts[-1] == "**"
        if len(parts) < len(self.parts) or (len(parts) > len(self.parts) and not many):
            return None
        found = []
        for wanted, part in zip(self.parts, parts, strict=False):
            if wanted in ("*", "**"):
                found.append(part)
            elif wanted != part:
                return None
        return (*found, *parts[len(self.parts) :])


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, its name read."""

    name: str  # as the rule writes it
    family: str  # the first part: "orders", "events", "page" …
    args: tuple[str, ...]  # the open names in it, tidy; of a trait the way into it
    window: int | None  # microseconds
    type: Type
    of_request: bool  # of the request and the moment, not of the person
    pattern: str  # the name with ``*`` for its open parts: "events.*.count"
    two_views: bool  # reads differently as the shop vouches for it

    @property
    def of_person(self) -> bool:
        return not self.of_request


_TOUCH_FIELDS = ("source", "medium", "campaign", "term", "content", "click_id", "referrer")


def _patterns() -> Iterable[Pattern]:
    def facts(type_: Type, *names: str, **flags: bool) -> Iterable[Pattern]:
        return (Pattern(tuple(name.split(".")), type_, **flags) for name in names)

    yield from facts("any", "traits.**")
    yield from facts("number", "events.*.count", windowed=True)
    yield from facts("instant", "events.*.first_at", "events.*.last_at")

    orders = {"two_views": True, "windowed": True}
    yield from facts("number", "orders.count", "orders.total", "orders.average", **orders)
    yield from facts("instant", "orders.first_at", "orders.last_at", **orders)
    yield from facts("number", "orders.interval_days", "orders.overdue", "orders.discounted_share", **orders)
    yield from facts("number", "orders.category.*.count", **orders)
    yield from facts("instant", "orders.category.*.last_at", **orders)
    yield from facts("number", "orders.tag.*.share", **orders)

    yield from facts("number", "cart.value", "cart.items")
    yield from facts("list", "cart.categories")
    yield from facts("instant", "cart.updated_at")
    yield from facts("text", "cart.stage")

    yield from facts("number", "viewed.category.*.count", windowed=True)
    yield from facts("instant", "viewed.category.*.last_at", "viewed.last_at")
    yield from facts("list", "viewed.products")

    yield from facts("list", "owns", two_views=True)
    yield from facts("instant", "membership.*.since", "membership.*.until", two_views=True)
    yield from facts("number", "points.balance", two_views=True)
    yield from facts("number", "points.redeemed", two_views=True, windowed=True)

    yield from facts("number", "interest.*", "scores.*")
    yield from facts("number", "session.pages", "session.seconds")
    yield from facts("text", "session.source")
    yield from facts("number", "visits.web.count", windowed=True)
    yield from facts("number", "visits.store.count", two_views=True, windowed=True)
    yield from facts("instant", "visits.store.last_at", two_views=True)
    for which in ("first", "last"):
        yield from facts("text", *(f"touch.{which}.{field}" for field in _TOUCH_FIELDS))
        yield from facts("instant", f"touch.{which}.at")
    yield from facts("bool", "reach.push", "reach.email", "reach.sms")
    yield from facts("bool", "consent.*", two_views=True)
    for act in ("viewed", "clicked", "dismissed", "converted"):
        yield from facts("number", f"campaigns.*.{act}.count", windowed=True)
        yield from facts("instant", f"campaigns.*.{act}.last_at")
    yield from facts("text", "campaigns.*.variant")
    yield from facts("list", "segments")

    yield from facts("text", "page.path", "page.url", "page.query.*", of_request=True)
    yield from facts("text", "device.kind", "device.os", "device.browser", "locale", of_request=True)
    yield from facts("number", "now.hour", of_request=True)
    yield from facts("text", "now.weekday", of_request=True)
    yield from facts("date", "now.date", of_request=True)
    yield from facts("bool", "now.open", of_request=True)


PATTERNS: Final[tuple[Pattern, ...]] = tuple(_patterns())
FAMILIES: Final[tuple[str, ...]] = tuple(dict.fromkeys(pattern.parts[0] for pattern in PATTERNS))

_BY_FAMILY: Final = {family: [each for each in PATTERNS if each.parts[0] == family] for family in FAMILIES}

_PART = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|([^."()]+))\s*')
_WINDOW = re.compile(r"\(\s*(\d{1,6})\s*([smhdw])\s*\)\s*")
_UNITS = {"s": clock.SECOND, "m": clock.MINUTE, "h": clock.HOUR, "d": clock.DAY, "w": clock.WEEK}


def parse_fact(name: str) -> Fact:
    """Return the fact that `name` means. Raises UnknownFact with the nearest name where there is one."""
    split = _split(name)
    if split is None:
        raise UnknownFact(name, _nearest_to_misquoted(name))
    parts, window, window_text = split
    for pattern in _BY_FAMILY.get(parts[0], ()):
        args = pattern.arguments(parts)
        if args is None:
            continue
        if window is not None and not pattern.windowed:
            raise UnknownFact(name, write(parts))
        two_views = pattern.two_views or (parts[0] == "events" and args[0] in TWO_VIEWS)
        return Fact(name, parts[0], args, window, pattern.type, pattern.of_request, pattern.text, two_views)
    raise UnknownFact(name, _nearest(parts, window_text))


def write(parts: Iterable[str], window: str = "") -> str:
    """Return the name of `parts` as a rule writes it, quoting those that need it; `window` such as ``(7d)``."""
    return ".".join(map(quote, parts)) + window


def quote(part: str) -> str:
    """Return one part of a name as a rule writes it."""
    if part and part == part.strip() and not any(sign in part for sign in ".\"'()"):
        return part
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _split(name: str) -> tuple[tuple[str, ...], int | None, str] | None:
    parts: list[str] = []
    at = 0
    while True:
        match = _PART.match(name, at)
        if match is None:
            return None
        quoted = match[1] if match[1] is not None else match[2]
        part = values.tidy(match[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        if not part:
            return None
        parts.append(part)
        at = match.end()
        if at == len(name):
            return tuple(parts), None, ""
        if name[at] != ".":
            break
        at += 1
    window = _WINDOW.fullmatch(name, at)
    if window is None or not int(window[1]):
        return None
    return tuple(parts), int(window[1]) * _UNITS[window[2]], window[0].strip()


def _nearest(parts: tuple[str, ...], window: str = "") -> str | None:
    """Return the name nearest to `parts`, its open name taken from them."""
    best, score = None, 0.6  # below this a suggestion puzzles more than it helps
    for pattern in PATTERNS:
        fixed, name = _without_open(pattern.parts, parts)
        wanted = ".".join(part for part in pattern.parts if part not in ("*", "**"))
        ratio = SequenceMatcher(None, ".".join(fixed), wanted).ratio()
        if ratio > score:
            candidate = (name if part in ("*", "**") else part for part in pattern.parts)
            best, score = write(candidate, window if pattern.windowed else ""), ratio
    return best


def _without_open(pattern: tuple[str, ...], parts: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return `parts` without the open name of `pattern`, and that name, dots in it and all: it may have lacked quotes."""
    start = next((at for at, wanted in enumerate(pattern) if wanted in ("*", "**")), None)
    if start is None:
        return parts, ""
    end = max(start + 1, len(parts) - (len(pattern) - start - 1))
    return parts[:start] + parts[end:], ".".join(parts[start:end]) or "NAME"


def _nearest_to_misquoted(name: str) -> str | None:
    body = re.sub(r"\([^()\"']*\)?\s*$", "", name)  # without what was meant as a window
    parts = tuple(part.strip() for part in re.split(r"[.\"'()]", body) if part.strip())
    return _nearest(parts) if parts else None
