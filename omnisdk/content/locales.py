"""Which of a text's languages a person gets, and the rules by which dates and numbers are written in it.

Babel (extra ``server``) is imported only when a date, an amount or a count of days is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


@lru_cache(maxsize=1024)
def tag(locale: str) -> str:
    """Return a locale in the form it is compared in: ``vi_VN`` and ``VI-vn`` are ``vi-vn``."""
    return locale.strip().replace("_", "-").lower()


def language(locale: str) -> str:
    """Return the language of a locale: ``vi`` of ``vi-VN``."""
    return tag(locale).split("-", 1)[0]


def choose(text: Mapping[str, str], locale: str, site_locale: str) -> str:
    """Return the key of `text` for a person: the locale, its language, the site's locale, its language, else the first.

    ``""`` is the key of a text that is the same for everybody. `text` must not be empty.
    """
    if len(text) > 1:
        keys = {tag(key): key for key in text}
        for wanted in (tag(locale), language(locale), tag(site_locale), language(site_locale)):
            if wanted in keys:
                return keys[wanted]
    return next(iter(text))


def writing_locale(key: str, locale: str, site_locale: str) -> str:
    """Return the locale by whose habits a text under `key` is written: the person's, where it is of the same language."""
    key = key or site_locale
    return locale if locale and language(locale) == language(key) else key


@lru_cache(maxsize=256)
def babel_locale(locale: str) -> Locale:
    """Return Babel's data for `locale`, else for its language, else English: a browser may send anything."""
    from babel import Locale, UnknownLocaleError

    for name in (tag(locale), language(locale)):
        try:
            return Locale.parse(name, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")
