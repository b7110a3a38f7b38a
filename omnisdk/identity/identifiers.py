"""Write phone numbers, e-mail addresses and card numbers in one form, so that the same person is found by them again.

An identifier is a text with its kind in front: ``user:u1``, ``anonymous:a1``, ``phone:+84901234567``,
``email:an@shop.example``, ``card:77``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache

from omnisdk.events.ids import LONGEST_ID, read_id

KINDS = ("user", "anonymous", "email", "phone", "card")

_LONGEST_EMAIL = 254  # characters; RFC 5321, 4.5.3.1.3, and erratum 1690 of RFC 3696
_LONGEST_PHONE = 40  # characters as written, with spaces and signs

# One @, something on both sides, a dot in the domain, none at its ends or doubled. Whether the address exists only a
# message can tell; this keeps out what is plainly something else.
_EMAIL = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f.]+(?:\.[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f.]+)+"
)

_CACHED = 10_000  # parsing a phone number takes some 50 µs, and an active shop sends the same ones again and again


class BadReference(ValueError):
    """The text names no person; the message says what was found and how to write it."""


def normaliser(country: str) -> Callable[[str, object], str | None]:
    """Return the function (kind, value) → identifier, such as ``phone:+84901234567``, or None when it is unusable.

    The kinds are ``phone``, ``email`` and ``card``. `country` is the ISO 3166 code (``VN``) by which a phone number
    without its country's number is read; with "" only international numbers are.
    Needs the phonenumbers library (extra ``server``) when the first phone number comes.
    """
    region = country.strip().upper() or None

    @lru_cache(maxsize=_CACHED)
    def phone(text: str) -> str | None:
        return _phone(text, region)

    def normalise(kind: str, value: object) -> str | None:
        text = _as_text(value)
        if text is None:
            return None
        if kind == "phone":
            found = phone(text) if len(text) <= _LONGEST_PHONE else None
        elif kind == "email":
            found = _email(text)
        elif kind == "card":
            found = read_id(text)
        else:
            return None
        return None if found is None or len(found) > LONGEST_ID else f"{kind}:{found}"

    return normalise


def parse_ref(text: str, country: str) -> str:
    """Return the identifier that a person wrote, in its one form: ``phone:0901 234 567`` → ``phone:+84901234567``.

    `country` as in `normaliser`. Raises BadReference, with a hint, when it names nobody.
    """
    kind, colon, value = text.strip().partition(":")
    kind = kind.strip().lower()
    if not colon or kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1) if colon else []
        hint = f'did you mean "{near[0]}:"?' if near else "write user:u1, anonymous:a1, email:…, phone:+84… or card:…"
        raise BadReference(f"{text!r:.80} names no person; {hint}")
    if kind in ("user", "anonymous"):
        found = read_id(value)
        if found is None or len(found) > LONGEST_ID:
            raise BadReference(f"{text!r:.80}: {value!r:.60} is a placeholder, not an id; write {kind}: and a real id")
        return f"{kind}:{found}"
    ref = normaliser(country)(kind, value)
    if ref is None:
        raise BadReference(f"{text!r:.80}: {value.strip()!r:.60} is no {_WORD[kind]}; {_hint(kind, country)}")
    return ref


_WORD = {"phone": "phone number", "email": "e-mail address", "card": "card number"}


def _hint(kind: str, country: str) -> str:
    if kind == "phone":
        local = f", or as it is dialled in {country.strip().upper()}" if country.strip() else ""
        return f"write it with its country, +84901234567{local}"
    return "write it as name@domain.example" if kind == "email" else "write the number that is on the card"


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return read_id(value)  # a spreadsheet's 901234567.0 is 901234567


def _phone(text: str, region: str | None) -> str | None:
    import phonenumbers  # an optional dependency of 100 ms

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # A number that its country has not given out is a slip or a filler ("0000000000"), and joins strangers.
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str) -> str | None:
    address = unicodedata.normalize("NFC", text).lower()
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        return None
    return address if address.isascii() or read_id(address) == address else None
