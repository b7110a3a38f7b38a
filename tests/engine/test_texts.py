"""Verdicts in words: one sentence in English, Vietnamese and Thai for every reason."""

from __future__ import annotations

import re

import pytest

from omnisdk import clock
from omnisdk.clock import DAY, HOUR
from omnisdk.engine import compile_rules, explain
from omnisdk.engine.phrases import LANGUAGES, PHRASES
from omnisdk.engine.result import DecideRequest, Person, Reason, Verdict
from omnisdk.engine.texts import sentence
from omnisdk.rules.model import Any_, Cap, Compare, InSegment, Ruleset
from tests.engine.given import NOW, asked, campaign, happened, identified, rules, somebody
from tests.engine.test_explain import CASES

THAI = re.compile(r"[\u0e00-\u0e7f]")
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def told(ruleset: Ruleset, person: Person, request: DecideRequest | None = None) -> dict[str, str]:
    """The sentences of the first campaign in the first placement."""
    compiled = compile_rules(ruleset)
    ((first, *_), *_) = explain(request or asked(), person, compiled, NOW).values()
    return sentence(first, compiled, NOW)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence_without_any_facts(reason: Reason) -> None:
    check(sentence(Verdict("golf-days", reason), compile_rules(rules(campaign())), NOW), reason)


@pytest.mark.parametrize("case", CASES)
def test_every_verdict_with_facts_has_a_sentence_with_them(
    case: tuple[Reason, Ruleset, Person, DecideRequest, object],
) -> None:
    reason, ruleset, person, request, _ = case
    check(told(ruleset, person, request), reason)


def check(sentences: dict[str, str], reason: Reason) -> None:
    assert tuple(sentences) == LANGUAGES
    opening = "Shown: " if reason is Reason.WON else "Not shown: "
    assert sentences["en"].startswith(opening) and len(sentences["en"]) > len(opening) + 10
    assert VIETNAMESE.search(sentences["vi"]) and not THAI.search(sentences["vi"])
    assert THAI.search(sentences["th"]) and not VIETNAMESE.search(sentences["th"].replace("nhắc", ""))
    for text in sentences.values():
        assert "{" not in text and "None" not in text and "  " not in text and not text.removesuffix("น.").endswith(".")


def test_every_phrase_is_in_every_language_with_the_same_fields() -> None:
    for name, phrase in PHRASES.items():
        assert tuple(phrase) == LANGUAGES, name
        fields = {language: set(re.findall(r"{(\w+)}", text)) for language, text in phrase.items()}
        assert fields["en"] == fields["vi"] == fields["th"], name


def test_a_members_verdict_says_since_when() -> None:
    member = somebody(happened("Membership Started", membership="gym", since="2026-05-03"))
    assert told(rules(campaign(promotes=("membership:gym",))), member) == {
        "en": "Not shown: owns membership:gym since 3 May 2026",
        "vi": "Không hiển thị: khách đã có membership:gym từ ngày 3 tháng 5 năm 2026",
        "th": "ไม่แสดง: ลูกค้ามี membership:gym อยู่แล้วตั้งแต่วันที่ 3 พฤษภาคม ค.ศ. 2026",
    }


def test_a_start_is_told_with_the_time_left() -> None:
    nine = clock.parse("2026-11-14T02:00:00Z")
    assert told(rules(campaign(starts=nine)), somebody()) == {
        "en": "Not shown: the campaign starts on 14 November 2026, 09:00, in 3 days",
        "vi": "Không hiển thị: chiến dịch bắt đầu từ 09:00 ngày 14 tháng 11 năm 2026, còn 3 ngày nữa",
        "th": "ไม่แสดง: แคมเปญเริ่มวันที่ 14 พฤศจิกายน ค.ศ. 2026 เวลา 09:00 น. อีก 3 วัน",
    }


def test_an_end_at_midnight_is_told_by_its_last_day() -> None:
    midnight = clock.parse("2026-11-09T00:00:00+07:00")
    assert told(rules(campaign(ends=midnight)), somebody())["en"] == "Not shown: the campaign ended on 8 November 2026"
    six = told(rules(campaign(ends=midnight + 18 * HOUR)), somebody())
    assert six["en"] == "Not shown: the campaign ended on 9 November 2026, 18:00"
    assert six["vi"] == "Không hiển thị: chiến dịch đã kết thúc vào 18:00 ngày 9 tháng 11 năm 2026"


def test_a_moment_at_the_end_of_the_calendar_is_told_too() -> None:
    member = somebody(happened("Membership Started", membership="gym", until="9999-12-31T23:59:59Z"))
    rule = Compare("membership.gym.until", "within_next", 14 * DAY)
    text = told(rules(campaign(audience=rule)), member)
    assert text["en"].endswith("membership.gym.until is 31 December 9999")


def test_the_facts_of_an_audience_are_told_with_their_values() -> None:
    segments = {"golfers": Any_((Compare("interest.golf", "at_least", 5), Compare("traits.interest", "is", "golf")))}
    assert told(rules(campaign(audience=InSegment("golfers")), segments=segments), somebody()) == {
        "en": "Not shown: the person is not in the audience, as the segment golfers does not hold; interest.golf is 0; "
        "traits.interest is not known",
        "vi": "Không hiển thị: khách không thuộc đối tượng của chiến dịch, vì khách không thuộc phân khúc golfers; "
        "interest.golf là 0; chưa biết traits.interest",
        "th": "ไม่แสดง: ลูกค้าไม่อยู่ในกลุ่มเป้าหมายของแคมเปญ เพราะ ลูกค้าไม่อยู่ในกลุ่ม golfers; interest.golf คือ 0; "
        "ไม่ทราบ traits.interest",
    }


def test_a_moment_among_the_facts_is_told_as_a_day() -> None:
    bought = somebody(happened("Order Completed", clock.parse("2026-11-01T20:00:00Z")))
    text = told(rules(campaign(audience=Compare("orders.last_at", "within", DAY))), bought)
    assert text["vi"].endswith("vì orders.last_at là ngày 2 tháng 11 năm 2026")


def test_a_cap_is_told_with_its_window() -> None:
    seen = somebody(happened("Promotion Viewed", NOW - HOUR, promotion_id="golf-days", position="popup"))
    assert told(rules(campaign(caps=(Cap(1, 7 * DAY),))), seen) == {
        "en": "Not shown: the limit of 1 in 7 days is reached (counted: 1)",
        "vi": "Không hiển thị: đã đạt giới hạn 1 lần trong 7 ngày (đã đếm: 1)",
        "th": "ไม่แสดง: ครบ 1 ครั้งใน 7 วัน ตามที่กำหนดแล้ว (นับได้ 1 ครั้ง)",
    }


def test_what_a_person_sent_is_told_as_it_is() -> None:
    sly = somebody(identified(city="{name} {value} {facts} <b>"))
    text = told(rules(campaign(audience=Compare("traits.city", "is", "Huế"))), sly)
    assert text["en"].endswith("as traits.city is {name} {value} {facts} <b>")
    page = told(rules(campaign(pages=("/golf",))), somebody(), asked(path="/{pages}"))
    assert page["en"].endswith("and this one is /{pages}")


def test_the_outranked_say_by_whom() -> None:
    given = compile_rules(rules(campaign("a"), campaign("b", priority=60)))
    (_, loser) = explain(asked(), somebody(), given, NOW)["popup"]
    assert sentence(loser, given, NOW)["en"] == "Not shown: b comes first here, with priority 60 against 50"
