"""Numbers and times as tables write them: by an explicit style, never guessed from the single value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from omnisdk import clock
from omnisdk.events.times import read_instant

BUDDHIST = 543  # Thailand counts its years from the death of the Buddha: 2569 is 2026
LATEST_YEAR = 2400  # beyond, it is a Buddhist year that nobody declared

_THAI_DIGITS = {0x0E50 + digit: str(digit) for digit in range(10)}
_SIGNS = r"(?:vnđ|vnd|đồng|thb|usd|us\$|บาท|[₫đ฿$€£¥])"
_CURRENCY = re.compile(rf"^{_SIGNS}\s*|\s*{_SIGNS}\.?$", re.IGNORECASE)
_CODES = {"vnđ": "VND", "vnd": "VND", "₫": "VND", "đ": "VND", "đồng": "VND", "thb": "THB", "฿": "THB", "บาท": "THB"}


def bare(text: str) -> str:
    """Return a number as it is written, without the blanks and the currency around it."""
    return _CURRENCY.sub("", _western(text).strip()).strip()


def currency_of(text: str) -> str:
    """Return VND or THB where the sign or word around a number says so, else nothing."""
    said = _CURRENCY.search(_western(text).strip())
    return "" if said is None else _CODES.get(said[0].strip(" \xa0.").lower(), "")


class Unreadable(ValueError):
    """A cell cannot be read as what the mapping says; the message says why, and what would do."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written. `name` is an example, 1,250,000.5; it is also what the mapping file says."""

    name: str
    thousands: str
    decimal: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> int | float:
        """Return the number; a currency's sign or code around it is passed over. Raises Unreadable."""
        plain = bare(text)
        if not self.pattern.fullmatch(plain) or len(plain) > 40:
            raise Unreadable(f"no number as in {self.name}; `numbers:` in the mapping says how the file writes them")
        if self.thousands:
            plain = plain.replace(self.thousands, "").replace("\xa0", "")
        plain = plain.replace(self.decimal, ".")
        return float(plain) if "." in plain else int(plain)


def _style(name: str, thousands: str, decimal: str) -> NumberStyle:
    part = rf"(?:{re.escape(decimal)}\d+)?"
    whole = r"\d+"
    if thousands:
        sign = "[ \xa0]" if thousands == " " else re.escape(thousands)
        whole = rf"(?:\d{{1,3}}(?:{sign}\d{{3}})+|\d+)"
    return NumberStyle(name, thousands, decimal, re.compile(rf"[+-]?{whole}{part}", re.ASCII))


NUMBER_STYLES = {
    style.name: style
    for style in (
        _style("1250000.5", "", "."),
        _style("1250000,5", "", ","),
        _style("1,250,000.5", ",", "."),
        _style("1.250.000,5", ".", ","),
        _style("1 250 000,5", " ", ","),
    )
}
PLAIN = NUMBER_STYLES["1250000.5"]
# The same as people write them without a fraction.
NUMBER_STYLES |= {
    "1250000": PLAIN,
    "1,250,000": NUMBER_STYLES["1,250,000.5"],
    "1.250.000": NUMBER_STYLES["1.250.000,5"],
    "1 250 000": NUMBER_STYLES["1 250 000,5"],
}


@dataclass(frozen=True, slots=True)
class TimeStyle:
    """How times are written. `name` is as in the mapping file: ``dd/mm/yyyy[ hh:mm]``, ``iso`` or ``unix``."""

    name: str
    zone: tzinfo
    read: Callable[[str], datetime | None]  # naive unless the text names its offset; None: no such text

    def moment(self, text: str) -> datetime:
        """Return the time as written. Raises Unreadable."""
        try:
            found = self.read(_western(text).strip())
        except (ValueError, OverflowError):
            found = None
        if found is None:
            raise Unreadable(f"no time as in {self.name}; `dates:` in the mapping says how the file writes them")
        if found.year > LATEST_YEAR:
            raise Unreadable(f"the year {found.year}; for Buddhist years write `years: buddhist` in the mapping")
        return found

    def instant(self, text: str) -> int:
        """Return the instant in microseconds; without an offset it is the zone's local time. Raises Unreadable."""
        moment = self.moment(text)
        instant = clock.from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))
        if instant <= 0:
            raise Unreadable("a time before 1970")
        return instant

    def day(self, text: str) -> str:
        """Return the day alone, ``1990-05-17``: a birthday has no time zone. Raises Unreadable."""
        return self.moment(text).date().isoformat()


def time_style(name: str, zone: tzinfo, *, buddhist: bool = False) -> TimeStyle:
    """Return the style `name`: ``iso``, ``unix``, or a pattern such as ``dd/mm/yyyy[ hh:mm[:ss]]``.

    A pattern is made of dd d mm m yyyy yy hh h mm ss and am/pm, with parts that may be missing in brackets; ``mm``
    after an hour is minutes, as in spreadsheets. Raises Unreadable for a pattern without day, month and year.
    """
    shift = BUDDHIST if buddhist else 0
    if name == "unix":
        return TimeStyle(name, zone, _unix)
    if name != "iso":
        return TimeStyle(name, zone, _pattern(name, shift))
    return TimeStyle(name, zone, datetime.fromisoformat if not shift else _iso_buddhist)


def _western(text: str) -> str:
    return text if text.isascii() else text.translate(_THAI_DIGITS)


def _unix(text: str) -> datetime | None:
    instant = read_instant(text) if text.replace(".", "", 1).isdigit() else None
    return None if instant is None else clock.to_datetime(instant)


def _iso_buddhist(text: str) -> datetime | None:
    year = text[:4]  # the day is judged after the change: the leap years are those of the Gregorian year
    return datetime.fromisoformat(f"{int(year) - BUDDHIST:04}{text[4:]}") if year.isdigit() else None


_TOKEN = re.compile(r"yyyy|yy|dd|d|mm|m|hh|h|ss|s|am/pm|\[|\]|.", re.IGNORECASE | re.DOTALL)
_DIGITS = {
    "yyyy": r"(?P<year>\d{4})", "yy": r"(?P<short>\d{2})", "dd": r"(?P<day>\d{1,2})", "d": r"(?P<day>\d{1,2})",
    "hh": r"(?P<hour>\d{1,2})", "h": r"(?P<hour>\d{1,2})", "ss": r"(?P<second>\d{2}(?:\.\d{1,6})?)",
    "s": r"(?P<second>\d{1,2})", "am/pm": r"(?P<half>[AaPp]\.?[Mm]\.?|SA|CH|sa|ch)", "[": "(?:", "]": ")?",
}  # fmt: skip


def _pattern(name: str, shift: int) -> Callable[[str], datetime | None]:
    made = ""
    after_hour = False
    for token in _TOKEN.findall(name):
        kind = token.lower()
        if kind in ("mm", "m"):
            made += r"(?P<minute>\d{1,2})" if after_hour else r"(?P<month>\d{1,2})"
        elif kind in _DIGITS:
            made += _DIGITS[kind]
        else:
            made += r"\s+" if token.isspace() else re.escape(token)
        if kind in ("hh", "h"):
            after_hour = True
        elif kind in ("dd", "d", "yyyy", "yy"):
            after_hour = False
    try:
        pattern = re.compile(made, re.ASCII)
    except re.error:  # brackets that do not match, or a part that stands twice
        raise Unreadable("each part once, and brackets in pairs") from None
    if not {"day", "month"} <= pattern.groupindex.keys() or pattern.groupindex.keys().isdisjoint({"year", "short"}):
        raise Unreadable("day, month and year are due")

    def read(text: str) -> datetime | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        year = int(found["year"]) if found.get("year") else int(found["short"]) + (2500 if shift else 2000)
        hour = int(found.get("hour") or 0)
        if half := found.get("half"):
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if half[0] in "PpCc" else 0)
        seconds, _, fraction = (found.get("second") or "0").partition(".")
        return datetime(
            year - shift, int(found["month"]), int(found["day"]), hour, int(found.get("minute") or 0), int(seconds),
            int(fraction.ljust(6, "0") or 0),
        )  # fmt: skip

    return read
