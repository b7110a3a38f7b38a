"""Verdicts in words: one sentence in English, Vietnamese and Thai, made from the facts that decided.

Dates are days of the site's time zone, written by Babel (extra ``server``) with Gregorian years; Thai says so (ค.ศ.).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnisdk import clock
from omnisdk.content.deadlines import Unit, span
from omnisdk.content.locales import babel_locale
from omnisdk.content.template import ENDS
from omnisdk.content.values import is_midnight, last_day, local_moment, number
from omnisdk.engine import phrases
from omnisdk.engine.compiled import CompiledRules
from omnisdk.engine.result import Reason, Verdict
from omnisdk.profile.catalogue import UnknownFact, parse_fact

_SHOWN = frozenset({Reason.WON})
_MOST_FACTS = 4  # in one sentence; `facts` has them all

Fields = tuple[str, Mapping[str, Any]]  # a phrase's name and what its braces stand for


def sentence(verdict: Verdict, rules: CompiledRules, now: int) -> dict[str, str]:
    """Return why a campaign is shown or not, as one sentence each under ``en``, ``vi`` and ``th``.

    `verdict.facts` may be empty: the sentence then only says what the reason means.
    No sentence depends on `now`, the moment of the question: what it tells of time is dates.
    """
    return {language: _Teller(language, rules).tell(verdict) for language in phrases.LANGUAGES}


class _Teller:
    """Tells verdicts in one language."""

    def __init__(self, language: str, rules: CompiledRules) -> None:
        self.language = language
        self.rules = rules
        self.timezone = rules.ruleset.site.timezone

    def tell(self, verdict: Verdict) -> str:
        phrase, fields = self.phrase(verdict.reason, verdict)
        opening = phrases.SHOWN if verdict.reason in _SHOWN else phrases.NOT_SHOWN
        return opening[self.language] + _filled(phrases.PHRASES[phrase][self.language], fields)

    def phrase(self, reason: Reason, verdict: Verdict) -> Fields:
        """Return the richest phrase that the facts at hand can fill."""
        facts = verdict.facts
        match reason:
            case Reason.NO_CREATIVE if facts and "creatives" not in facts:
                name, value = next(iter(facts.items()))
                return "NO_CREATIVE.empty" if value is None else "NO_CREATIVE.address", {"name": name, "value": value}
            case Reason.DISABLED if "site.enabled" in facts:
                return "DISABLED.site", {}
            case Reason.NOT_STARTED if "starts" in facts:
                return "NOT_STARTED.when", {"starts": self.moment(clock.parse(facts["starts"]))}
            case Reason.ENDED if "ends" in facts:
                return "ENDED.when", {"ends": self.end(clock.parse(facts["ends"]))}
            case Reason.NOT_IN_JOURNEY if "journeys" in facts:
                return "NOT_IN_JOURNEY.which", {"journeys": ", ".join(facts["journeys"])}
            case Reason.WRONG_PAGE if "never_on" in facts:
                return "WRONG_PAGE.never_on", {"path": facts["page.path"], "never_on": ", ".join(facts["never_on"])}
            case Reason.WRONG_PAGE if "pages" in facts:
                return "WRONG_PAGE.pages", {"path": facts["page.path"], "pages": ", ".join(facts["pages"])}
            case Reason.NOT_IN_AUDIENCE | Reason.EXCLUDED if facts:
                kind = "vouched" if verdict.view == "shop" else "facts"
                return f"{reason}.{kind}", {"facts": self.facts(facts)}
            case Reason.OWNED if "owns" in facts:
                since = next((value for name, value in facts.items() if name.endswith("since")), None)
                if since is None:
                    return "OWNED.what", facts
                return "OWNED.since", {"owns": facts["owns"], "since": self.day(clock.parse(since))}
            case Reason.CONVERTED if facts:
                at = next((value for name, value in facts.items() if name.endswith(".last_at")), None)
                return ("CONVERTED.when", {"when": self.day(clock.parse(at))}) if at else ("CONVERTED", {})
            case Reason.DISMISSED if facts:
                return self.dismissed(facts)
            case Reason.NO_CONSENT:
                purpose = phrases.PURPOSES["marketing"][self.language]
                refused = facts.get("consent.marketing") is False
                return ("NO_CONSENT.refused" if refused else "NO_CONSENT"), {"purpose": purpose}
            case Reason.UNREACHABLE if facts:
                channel = next(iter(facts)).rpartition(".")[2]
                return "UNREACHABLE.channel", {"channel": phrases.CHANNELS[channel][self.language]}
            case Reason.QUIET_HOURS if "quiet_hours" in facts:
                start, end = facts["quiet_hours"]
                return "QUIET_HOURS.now", {**facts, "start": start, "end": end}
            case Reason.GUARDED if "cart.stage" in facts:
                return "GUARDED.stage", {"stage": facts["cart.stage"]}
            case Reason.GUARDED if "page.path" in facts:
                return "GUARDED.path", {"path": facts["page.path"]}
            case Reason.CAPPED if "at_most" in facts:
                return self.capped(facts)
            case Reason.OUTRANKED if "outranked_by" in facts:
                return self.outranked(facts)
        return str(reason), {}

    def dismissed(self, facts: Mapping[str, Any]) -> Fields:
        at = clock.parse(next(value for name, value in facts.items() if name.endswith(".last_at")))
        if "until" not in facts:
            return "DISMISSED.owned", {"when": self.day(at)}
        return "DISMISSED.until", {"when": self.moment(at), "until": self.moment(clock.parse(facts["until"]))}

    def capped(self, facts: Mapping[str, Any]) -> Fields:
        if facts.get("counted") is None:
            return "CAPPED.nobody", {}
        over = (phrases.OF_THIS if "campaign" in facts else phrases.OVER_ALL)[self.language]
        if "kinds" in facts:
            over += f" ({', '.join(facts['kinds'])})"
        if facts.get("per") is None:
            return "CAPPED.ever", {**facts, "over": over}
        return "CAPPED.per", {**facts, "over": over, "per": self.duration(facts["per"])}

    def outranked(self, facts: Mapping[str, Any]) -> Fields:
        winner = facts["outranked_by"]
        if "placement" in facts:
            return "OUTRANKED.elsewhere", {"winner": winner, "placement": facts["placement"]}
        first = self.rules.ruleset.campaigns[winner]
        if "priority" in facts:
            return "OUTRANKED.priority", {"winner": winner, "own": facts["priority"], "theirs": first.priority}
        if "ends" in facts and first.ends is not None:
            return "OUTRANKED.ends", {"winner": winner, "ends": self.end(first.ends)}
        return "OUTRANKED.draw", {"winner": winner}

    def facts(self, facts: Mapping[str, Any]) -> str:
        listed = next((value for name, value in facts.items() if _pattern(name) == "segments"), None)
        told = [self.fact(name, value) for name, value in facts.items() if not self.is_told_by(listed, name, value)]
        return phrases.AND[self.language].join(told[:_MOST_FACTS]) + (" …" if len(told) > _MOST_FACTS else "")

    def is_told_by(self, listed: list[str] | None, name: str, value: Any) -> bool:
        """Whether a segment's fact says only what the list of the person's segments, told beside it, says already."""
        if listed is None or name not in self.rules.ruleset.segments:
            return False
        return name in listed if value is True else value is False and not listed

    def fact(self, name: str, value: Any) -> str:
        kinds = phrases.LISTS.get(_pattern(name))
        if name in self.rules.ruleset.segments and isinstance(value, bool):
            pattern = phrases.SEGMENT_IN if value else phrases.SEGMENT_OUT
        elif kinds is not None and isinstance(value, list):
            pattern = kinds[min(len(value), 2)]
            name = value[0] if len(value) == 1 else name
        elif value is None:
            pattern = phrases.FACT_MISSING
        elif value == []:
            pattern = phrases.FACT_ABSENT
        else:
            pattern = phrases.FACT
        return _filled(pattern[self.language], {"name": name, "value": self.value(name, value)})

    def value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return (phrases.YES if value else phrases.NO)[self.language]
        if isinstance(value, (int, float)):
            return number(value)
        if isinstance(value, (list, tuple)):
            return ", ".join(self.value(name, each) for each in value)
        if isinstance(value, str) and self.rules.is_instant(name):
            instant = clock.parse(value)
            return self.last_day(instant) if _pattern(name) in ENDS else self.day(instant)
        return str(value)

    # --- moments ------------------------------------------------------------------------------------------------------
    def day(self, instant: int) -> str:
        """Return the day of an instant: ``3 May 2026``, ``ngày 3 tháng 5 năm 2026``, ``วันที่ 3 พฤษภาคม ค.ศ. 2026``."""
        return self.formatted(instant, phrases.DAY_PATTERN)

    def moment(self, instant: int) -> str:
        """Return the day, and the time unless it is midnight."""
        midnight = is_midnight(instant, self.timezone)
        return self.formatted(instant, phrases.DAY_PATTERN if midnight else phrases.MOMENT_PATTERN)

    def end(self, instant: int) -> str:
        """Return an end: the last day where it falls on midnight, else the moment."""
        return self.last_day(instant) if is_midnight(instant, self.timezone) else self.moment(instant)

    def last_day(self, end: int) -> str:
        """Return the last day of what is over at `end`."""
        from babel.dates import format_date

        day = last_day(end, self.timezone)
        return format_date(day, phrases.DAY_PATTERN[self.language], locale=babel_locale(self.language))

    def formatted(self, instant: int, pattern: Mapping[str, str]) -> str:
        from babel.dates import format_datetime

        local = local_moment(instant, self.timezone)
        return format_datetime(local, pattern[self.language], tzinfo=local.tzinfo, locale=babel_locale(self.language))

    def duration(self, written: str) -> str:
        """Return a duration, written as in rules (``7d``), in words."""
        units: dict[str, Unit] = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}
        return span(int(written[:-1]), units[written[-1]], self.language)


def _filled(pattern: str, fields: Mapping[str, Any]) -> str:
    """Return `pattern` with its ``{name}`` fields filled in, in one pass: what is filled in may hold braces itself.

    Where a field touches a Thai word and what is filled in there is not Thai, a space sets the two apart.
    """

    def fill(match: re.Match[str]) -> str:
        text = str(fields[match[1]])
        before = " " if _is_thai(pattern[: match.start()][-1:]) and text and not _is_thai(text[0]) else ""
        after = " " if _is_thai(pattern[match.end() :][:1]) and text and not _is_thai(text[-1]) else ""
        return before + text + after

    return re.sub(r"{(\w+)}", fill, pattern)


def _is_thai(letter: str) -> bool:
    return "\u0e00" <= letter <= "\u0e7f"


def _pattern(name: str) -> str:
    """Return the form of a fact's name, ``membership.*.until``; "" when there is no such fact, as for a segment."""
    try:
        return parse_fact(name).pattern
    except UnknownFact:
        return ""
