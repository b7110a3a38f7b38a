"""All facts of a person at once, as ``GET /v1/profiles/{ref}`` answers them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from omnisdk import clock
from omnisdk.profile import activity, buying, campaigns, consents, ownership, traits, viewed
from omnisdk.profile.catalogue import PATTERNS, Fact, Pattern, parse_fact, write
from omnisdk.profile.facts import MISSING, Getter, getter
from omnisdk.profile.reading import FactContext, Reading

# What `shop` has: the families that read differently as the shop vouches for them.
SHOP_PATTERNS: Final = tuple(each for each in PATTERNS if each.two_views or each.parts[0] in ("traits", "events"))


def describe(document: dict[str, Any], context: FactContext) -> dict[str, Any]:
    """Return ``{"facts": …, "shop": …}``: every fact of the person nested by the parts of its name.

    ``facts`` is read in view ``all``; ``shop`` has the two-view families again, as the shop vouches for them. Counts
    and sums with fixed names are there even at 0, facts with open names once anything is known under them, other facts
    when the person has them. Times are RFC 3339 text in UTC, amounts JSON numbers. Facts of the request are not among
    them.
    """
    everything, vouched = Reading(document, "all", context), Reading(document, "shop", context)
    return {"facts": _facts(everything, PATTERNS), "shop": _shop(vouched)}


def _shop(reading: Reading) -> dict[str, Any]:
    facts = _facts(reading, (each for each in SHOP_PATTERNS if each.parts[0] != "traits"))
    return {"traits": traits.everything(reading.document, from_shop_only=True), **facts}


def _facts(reading: Reading, patterns: Iterable[Pattern]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for pattern in patterns:
        if pattern.of_request:
            continue
        if pattern.parts[0] == "traits":
            told["traits"] = traits.everything(reading.document)
            continue
        if not _OPEN.isdisjoint(pattern.parts):
            told.setdefault(pattern.parts[0], {})  # a family with open names is there even before any is known
        for parts in _names(pattern, reading):
            fact, read = _fact(parts)
            value = read(reading)
            if value is not MISSING:
                _put(told, parts, _json(fact, value))
    return told


@lru_cache(maxsize=10_000)  # the same names person after person: an export of everybody takes a third of the time
def _fact(parts: tuple[str, ...]) -> tuple[Fact, Getter]:
    fact = parse_fact(write(parts))
    return fact, getter(fact)


_OPEN = frozenset({"*", "**"})


def _names(pattern: Pattern, reading: Reading) -> Iterable[tuple[str, ...]]:
    """Return the names that `pattern` has for this person."""
    if "*" not in pattern.parts:
        return (pattern.parts,)
    return (tuple(name if part == "*" else part for part in pattern.parts) for name in _open_names(pattern, reading))


def _open_names(pattern: Pattern, reading: Reading) -> Iterable[str]:
    document, view = reading.document, reading.view
    match pattern.parts[:2]:
        case ("events", _):
            return activity.names(document, view)
        case ("orders", "category"):
            return buying.categories(reading.orders)
        case ("orders", "tag"):
            return buying.tags(reading.orders)
        case ("viewed", "category"):
            return viewed.categories(document)
        case ("membership", _):
            return ownership.membership_names(reading)
        case ("interest", _):
            return viewed.interests(document, reading.orders)
        case ("consent", _):
            return consents.purposes(document, view)
        case ("campaigns", _):
            return campaigns.known(document)
    return ()  # scores: their names stand in the rules


def _put(told: dict[str, Any], parts: tuple[str, ...], value: Any) -> None:
    place = told
    for part in parts[:-1]:
        place = place.setdefault(part, {})
    place[parts[-1]] = value


def _json(fact: Fact, value: Any) -> Any:
    return clock.to_text(value) if fact.type == "instant" else value
