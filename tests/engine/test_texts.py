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
from omnisdk.rules.model import All, Any_, Campaign, Cap, Compare, Conversion, InSegment, Ruleset
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


def test_a_start_is_told_with_its_day_and_time() -> None:
    nine = clock.parse("2026-11-14T02:00:00Z")
    assert told(rules(campaign(starts=nine)), somebody()) == {
        "en": "Not shown: the campaign starts on 14 November 2026, 09:00",
        "vi": "Không hiển thị: chiến dịch bắt đầu từ 09:00 ngày 14 tháng 11 năm 2026",
        "th": "ไม่แสดง: แคมเปญเริ่มวันที่ 14 พฤศจิกายน ค.ศ. 2026 เวลา 09:00 น.",
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
    assert text["en"].endswith("December 9999")


def test_the_facts_of_an_audience_are_told_with_their_values() -> None:
    segments = {"golfers": Any_((Compare("interest.golf", "at_least", 5), Compare("traits.interest", "is", "golf")))}
    assert told(rules(campaign(audience=InSegment("golfers")), segments=segments), somebody()) == {
        "en": "Not shown: not in the audience, as the person is not in the segment golfers; interest.golf is 0; "
        "traits.interest is not known",
        "vi": "Không hiển thị: khách không thuộc đối tượng của chiến dịch, vì khách không thuộc phân khúc golfers; "
        "interest.golf là 0; chưa biết traits.interest",
        "th": "ไม่แสดง: ลูกค้าไม่อยู่ในกลุ่มเป้าหมายของแคมเปญ เพราะลูกค้าไม่อยู่ในกลุ่ม golfers; interest.golf คือ 0; "
        "ไม่ทราบ traits.interest",
    }


def test_a_moment_among_the_facts_is_told_as_a_day() -> None:
    bought = somebody(happened("Order Completed", clock.parse("2026-11-01T20:00:00Z")))
    text = told(rules(campaign(audience=Compare("orders.last_at", "within", DAY))), bought)
    assert text["vi"].endswith("vì orders.last_at là ngày 2 tháng 11 năm 2026")


VIEWED = happened("Promotion Viewed", NOW - HOUR, promotion_id="golf-days", position="popup")


def test_a_campaigns_own_cap_is_told_with_its_window() -> None:
    assert told(rules(campaign(caps=(Cap(1, 28 * DAY),))), somebody(VIEWED)) == {
        "en": "Not shown: the limit of this campaign, 1 in 4 weeks, is reached (counted: 1)",
        "vi": "Không hiển thị: đã đạt giới hạn của chiến dịch này: 1 lần trong 4 tuần (đã hiện 1 lần)",
        "th": "ไม่แสดง: ครบจำนวนที่กำหนดสำหรับแคมเปญนี้แล้ว คือ 1 ครั้งใน 4 สัปดาห์ (นับได้ 1 ครั้ง)",
    }


def test_a_general_cap_is_told_with_the_kinds_it_counts() -> None:
    general = Cap(1, 2 * DAY, frozenset({"push", "popup"}))
    assert told(rules(campaign(), caps=(general,)), somebody(VIEWED)) == {
        "en": "Not shown: the limit over all campaigns (popup, push), 1 in 2 days, is reached (counted: 1)",
        "vi": "Không hiển thị: đã đạt giới hạn chung của mọi chiến dịch (popup, push): 1 lần trong 2 ngày "
        "(đã hiện 1 lần)",
        "th": "ไม่แสดง: ครบจำนวนที่กำหนดรวมทุกแคมเปญ (popup, push) แล้ว คือ 1 ครั้งใน 2 วัน (นับได้ 1 ครั้ง)",
    }
    assert told(rules(campaign(), caps=(Cap(1),)), somebody(VIEWED))["en"] == (
        "Not shown: the limit over all campaigns, 1 in all, is reached (counted: 1)"
    )


@pytest.mark.parametrize(("days", "text"), [(28, "4 weeks"), (14, "2 weeks"), (10, "10 days"), (1, "1 day")])
def test_a_window_is_told_in_the_largest_unit_that_divides_it(days: int, text: str) -> None:
    assert f"1 in {text}," in told(rules(campaign(caps=(Cap(1, days * DAY),))), somebody(VIEWED))["en"]


def test_what_the_person_owns_and_is_in_is_told_as_one_would_say_it() -> None:
    member = somebody(happened("Membership Started", membership="gym"))
    owner = told(rules(campaign(exclude=Compare("owns", "contains", "membership:gym"))), member)
    assert owner["en"].endswith("as the person owns membership:gym")
    assert owner["vi"].endswith("vì khách đang có membership:gym")
    assert owner["th"].endswith("เพราะลูกค้ามี membership:gym")
    nothing = told(rules(campaign(audience=Compare("owns", "contains", "product:P1"))), somebody())
    assert nothing["en"].endswith("as the person owns nothing")
    assert nothing["th"].endswith("เพราะลูกค้ายังไม่มีอะไร")


SEGMENTS = {"nb": Compare("traits.a", "is", 1), "nb2": Compare("traits.b", "is", 2)}


@pytest.mark.parametrize(
    ("traits", "text"),
    [
        ({"a": 1, "b": 2}, "as the person is in the segments nb, nb2; traits.a is 1"),
        ({"a": 1}, "as the person is in the segment nb; traits.a is 1"),
    ],
)
def test_a_rule_on_the_segments_tells_the_facts_behind_the_one_it_asks_for(traits: dict[str, int], text: str) -> None:
    given = rules(campaign(exclude=Compare("segments", "contains", "nb")), segments=SEGMENTS)
    assert told(given, somebody(identified(**traits)))["en"].endswith(text)  # type: ignore[arg-type]


def test_segments_that_are_missing_are_told_with_what_is_missing_for_them() -> None:
    given = rules(campaign(audience=Compare("segments", "in", ("nb", "nb2"))), segments=SEGMENTS)
    assert told(given, somebody())["en"].endswith(
        "as the person is in no segment; traits.a is not known; traits.b is not known"
    )
    given = rules(campaign(audience=Compare("segments", "is", "nb")), segments=SEGMENTS)
    assert told(given, somebody(identified(b=2)))["en"].endswith(
        "as the person is in the segment nb2; the person is not in the segment nb; traits.a is not known"
    )


def test_yes_and_no_are_told_in_words() -> None:
    given = rules(campaign(audience=All((Compare("traits.vip", "is", False), Compare("reach.sms", "is", True)))))
    text = told(given, somebody(identified(vip=True)))
    assert text["en"].endswith("as traits.vip is yes; reach.sms is no")
    assert text["vi"].endswith("vì traits.vip là “có”; reach.sms là “không”")
    assert text["th"].endswith("เพราะ traits.vip คือ “ใช่”; reach.sms คือ “ไม่ใช่”")


def test_thai_words_touch_and_latin_ones_stand_apart() -> None:
    by_mail = told(rules(campaign(on=["email"])), somebody(), asked("email"))
    assert by_mail["th"] == "ไม่แสดง: ติดต่อลูกค้าผ่านอีเมลไม่ได้"
    assert told(rules(campaign(on=["sms"])), somebody(), asked("sms"))["th"] == "ไม่แสดง: ติดต่อลูกค้าผ่าน SMS ไม่ได้"
    city = rules(campaign(audience=Compare("traits.city", "is", "Huế")))
    assert told(city, somebody(identified(city="เชียงใหม่")))["th"].endswith("เพราะ traits.city คือเชียงใหม่")
    assert told(city, somebody(identified(city="Đà Nẵng")))["th"].endswith("เพราะ traits.city คือ Đà Nẵng")
    bought = somebody(happened("Order Completed", clock.parse("2026-11-01T20:00:00Z")))
    text = told(rules(campaign(audience=Compare("orders.last_at", "within", DAY))), bought)
    assert text["th"].endswith("เพราะ orders.last_at คือวันที่ 2 พฤศจิกายน ค.ศ. 2026")


def test_what_only_the_shop_does_not_vouch_for_is_said_to_be_so() -> None:
    claimed = happened("Order Completed", by="browser", total=1)
    buyers = rules(campaign(audience=Compare("orders.count", "at_least", 1)))
    text = told(buyers, somebody(claimed))
    assert text["en"] == "Not shown: not in the audience as the shop vouches for it: orders.count is 0"
    assert told(buyers, somebody())["en"] == "Not shown: not in the audience, as orders.count is 0"
    new = rules(campaign(exclude=Compare("orders.count", "is", 0)))
    assert "as the shop vouches for it: orders.count is 0" in told(new, somebody(claimed))["en"]
    assert told(new, somebody())["en"].endswith("must not get it, as orders.count is 0")


def test_what_a_person_did_is_told_with_its_day_first() -> None:
    done = somebody(happened("Lead Captured", NOW - DAY))
    text = told(rules(campaign(converts_on=Conversion("Lead Captured"))), done)
    assert text["en"] == "Not shown: on 9 November 2026 the person did what the campaign is for"
    assert text["vi"] == "Không hiển thị: ngày 9 tháng 11 năm 2026, khách đã làm điều mà chiến dịch hướng tới"
    had = somebody(happened("Promotion Dismissed", NOW - DAY, promotion_id="golf-days", reason="owned"))
    assert told(rules(campaign()), had)["vi"] == "Không hiển thị: ngày 9 tháng 11 năm 2026, khách cho biết đã có rồi"


def test_the_end_of_a_membership_is_told_as_its_last_day() -> None:
    rule = Compare("membership.gym.until", "within_next", DAY)
    for until, day in (("2026-12-31", "31 December 2026"), ("2026-12-31T12:00:00+07:00", "31 December 2026")):
        member = somebody(happened("Membership Started", membership="gym", since="2026-01-01", until=until))
        assert told(rules(campaign(audience=rule)), member)["en"].endswith(f"membership.gym.until is {day}")
    since = Compare("membership.gym.since", "within", DAY)
    begun = somebody(happened("Membership Started", membership="gym", since="2026-01-01"))
    assert told(rules(campaign(audience=since)), begun)["en"].endswith("membership.gym.since is 1 January 2026")


def test_what_a_person_sent_is_told_as_it_is() -> None:
    sly = somebody(identified(city="{name} {value} {facts} <b>"))
    text = told(rules(campaign(audience=Compare("traits.city", "is", "Huế"))), sly)
    assert text["en"].endswith("as traits.city is {name} {value} {facts} <b>")
    page = told(rules(campaign(pages=("/golf",))), somebody(), asked(path="/{pages}"))
    assert page["en"].endswith("and this one is /{pages}")


def test_the_outranked_say_by_whom() -> None:
    assert outranked(campaign("a"), campaign("b", priority=60)) == (
        "Not shown: b comes first here, as its priority is higher (60 against 50)"
    )
    midnight = clock.parse("2026-12-01T00:00:00+07:00")
    for later in (None, midnight + DAY):
        assert outranked(campaign("a", ends=later), campaign("b", ends=midnight)) == (
            "Not shown: b comes first here, as it ends sooner (on 30 November 2026)"
        )
    by_draw = "comes first here: both rank the same, and for this person the draw put it first"
    assert outranked(campaign("a"), campaign("b")).endswith(by_draw)


def outranked(*campaigns: Campaign) -> str:
    given = compile_rules(rules(*campaigns))
    (_, loser) = explain(asked(), somebody(), given, NOW)["popup"]
    return sentence(loser, given, NOW)["en"]
