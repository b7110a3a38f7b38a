"""Names that come from outside the file: events, locales, countries, currencies, time zones. Looked up when asked."""

from __future__ import annotations

from functools import cache


@cache
def known_events() -> frozenset[str]:
    """The names of the events that omnisdk models."""
    from omnisdk.events.catalogue import EVENTS

    return frozenset(EVENTS)


@cache
def languages() -> frozenset[str]:
    """Language codes (``vi``, ``yue``) with locale data in Babel."""
    from babel.localedata import locale_identifiers

    return frozenset(identifier.split("_")[0] for identifier in locale_identifiers())


@cache
def countries() -> frozenset[str]:
    """ISO 3166 alpha-2 codes."""
    from babel.core import get_global

    return frozenset(code for code in get_global("territory_currencies") if len(code) == 2)


@cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes, past ones included."""
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


@cache
def tender() -> frozenset[str]:
    """Currencies that are legal tender somewhere today: what a misspelt one was probably meant to be."""
    from babel.core import get_global

    return frozenset(
        code
        for rows in get_global("territory_currencies").values()
        for code, _, end, legal in rows
        if legal and not end
    )


def language_of(country: str) -> str | None:
    """Return the main language of a country, for who writes ``vn`` and means ``vi``."""
    from babel.core import get_global

    found = get_global("likely_subtags").get(f"und_{country.upper()}")
    return found.split("_")[0] if found else None
