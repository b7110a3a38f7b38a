"""Placeholders in texts: ``{{ fact }}``, ``{{ fact | default('text') }}``, filters ``money`` and ``date``.

The checker and the contents read them with the same function, so a text that passes the check renders.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# What a placeholder may name besides facts. `event.*` and `cart.*` are of the run of a journey.
OF_THE_CAMPAIGN = ("coupon", "ends_in", "ends_on")
FILTERS = ("money", "date", "default")

_OPEN, _CLOSE = "{{", "}}"
_DEFAULT = re.compile(r"default\s*\(\s*(?:'([^']*)'|\"([^\"]*)\"|‘([^’]*)’|“([^”]*)”)\s*\)")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder of a text."""

    expression: str  # as the text names it: a fact, coupon, ends_in, ends_on, event.*, cart.*
    fact: str | None  # the name for `parse_fact`; None for what is not a fact
    filter: Literal["money", "date"] | None = None
    default: str | None = None  # None: without it an empty value leaves the creative out


class PlaceholderError(ValueError):
    """A placeholder that cannot be read: what is wrong, what was found, a hint, and where in the text (from 0)."""

    def __init__(self, what: str, found: str, hint: str, offset: int) -> None:
        super().__init__(f"{what}; {found}; {hint}")
        self.what, self.found, self.hint, self.offset = what, found, hint, offset


@lru_cache(maxsize=4096)
def parse_text(text: str) -> tuple[str | Placeholder, ...]:
    """Return `text` as the literal texts and placeholders it consists of, in order; empty literals are left out.

    Raises PlaceholderError at the first one that cannot be read or names an unknown fact or filter.
    """
    parts: list[str | Placeholder] = []
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        end = text.find(_CLOSE, start)
        if end < 0:
            raise PlaceholderError(
                "a placeholder is not closed", f"found {text[start : start + 30]!r}", "close it with }}", start
            )
        if start > at:
            parts.append(text[at:start])
        parts.append(_placeholder(text[start + 2 : end], start))
        at = end + 2
    if (stray := text.find(_CLOSE, at)) >= 0:
        raise PlaceholderError(
            "}} without {{", f"found {text[stray - 20 if stray > 20 else 0 : stray + 2]!r}", "open it with {{", stray
        )
    if at < len(text):
        parts.append(text[at:])
    return tuple(parts)


def _placeholder(inside: str, offset: int) -> Placeholder:
    expression, *filters = _split(inside)
    expression = unicodedata.normalize("NFC", expression)
    if not expression:
        raise PlaceholderError(
            "an empty placeholder", "found {{ }}", "name a fact, such as {{ traits.first_name }}", offset
        )
    form: Literal["money", "date"] | None = None
    default: str | None = None
    for written in filters:
        if written in ("money", "date") and form is None:
            form = "money" if written == "money" else "date"
        elif default is None and (match := _DEFAULT.fullmatch(written)):
            default = next(group for group in match.groups() if group is not None)
        else:
            raise _bad_filter(written, form is not None or default is not None, offset)
    return Placeholder(expression, _fact(expression, offset), form, default)


def _split(inside: str) -> list[str]:
    """Split at ``|`` outside quotes. A name may hold quotes too: ``events."a|b".count``."""
    parts, quote = [""], ""
    for sign in inside:
        if sign == "|" and not quote:
            parts.append("")
            continue
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        parts[-1] += sign
    return [part.strip() for part in parts]


def _bad_filter(written: str, has_one: bool, offset: int) -> PlaceholderError:
    name = written.split("(")[0].strip()
    if name == "default":
        return PlaceholderError(
            "default needs a text in quotes", f"found {written!r}", "write | default('text')", offset
        )
    if name in FILTERS and has_one:
        return PlaceholderError(
            "a filter too many", f"found {written!r}", "one of money and date, and one default", offset
        )
    from omnisdk.rules.files.report import suggestion

    return PlaceholderError("an unknown filter", f"found {written!r}", suggestion(name, FILTERS), offset)


def _fact(expression: str, offset: int) -> str | None:
    if expression in OF_THE_CAMPAIGN or (expression.startswith("event.") and len(expression) > len("event.")):
        return None
    from omnisdk.profile.catalogue import UnknownFact, parse_fact
    from omnisdk.rules.files.report import closest
    from omnisdk.rules.meant import meant_fact

    try:
        parse_fact(expression)
    except UnknownFact as error:
        if expression.startswith("cart.") and len(expression) > len("cart."):
            return None
        near = meant_fact(error) or closest(expression, OF_THE_CAMPAIGN)
        hint = f'did you mean "{near}"?' if near else "a fact, coupon, ends_in, ends_on, event.… or cart.…"
        raise PlaceholderError("an unknown placeholder", f'found "{expression}"', hint, offset) from None
    return expression
