"""Each class of fault stands at its line and column, says what was found, and hints at what to write."""

from __future__ import annotations

import pytest

from tests.rules.helpers import only_fault, read

# id: text with ‸ at the place of the fault, a part of what is wrong, a part of what was found, a part of the hint
TYPES = {
    "order of a text": (
        "segments: {s: {page.path: {‸at_least: 5}}}",
        "does not fit page.path",
        "a text",
        "starts_with",
    ),
    "order of a time": ("segments: {s: {orders.last_at: {‸at_least: 5}}}", "does not fit", "a time", "within"),
    "time of a number": ("segments: {s: {orders.count: {‸within: 7d}}}", "does not fit", "a number", "at_least"),
    "text in a number": ("segments: {s: {orders.count: ‸'5'}}", "a number is expected", '"5"', "take the quotes off"),
    "leading zero in a number": ("segments: {s: {orders.count: ‸05}}", "a number is expected", '"05"', "in digits"),
    "a time without operator": ("segments: {s: {orders.last_at: ‸7d}}", "takes an operator", '"7d"', "within"),
    "a time and a list": (
        "campaigns: {x: {audience: {orders.last_at: ‸[2026-11-01]}}}",
        "orders.last_at is a time and takes an operator",
        "a list",
        "{before: 2026-11-01}",
    ),
    "not a time of a list": (
        "segments: {s: {orders.last_at: {not: ‸[2026-11-01]}}}",
        "takes an operator",
        "list",
        "within",
    ),
    "anniversary in hours": ("segments: {s: {traits.b: {anniversary: ‸12h}}}", "whole days", '"12h"', "7d"),
    "path of a page": ("segments: {s: {page.path: ‸golf}}", "a path begins with /", '"golf"', 'write "/golf"'),
    "flag": ("segments: {s: {consent.marketing: ‸yes}}", "true or false is expected", '"yes"', "without quotes"),
    "word never had": ("segments: {s: {now.weekday: ‸monday}}", "never has this value", '"monday"', '"mon"'),
    "stage never had": ("segments: {s: {cart.stage: [empty, ‸paid]}}", "never has this value", '"paid"', "checkout"),
    "owned without a kind": ("segments: {s: {owns: ‸gym}}", "a kind and a name", '"gym"', "membership:NAME"),
    "owned of a wrong kind": (
        "segments: {s: {owns: 'membership:a'}, t: {owns: ‸'member:a'}}",
        "kind",
        "member:a",
        "membership:a",
    ),
    "null": ("segments: {s: {traits.a: ‸null}}", "nothing is no value", '"null"', "exists: false"),
    "duration without a unit": ("segments: {s: {orders.last_at: {within: ‸7}}}", "a duration", '"7"', "7d"),
    "duration of no length": ("campaigns: {x: {dismiss_for: ‸0d}}", "above 0", '"0d"', "7d"),
    "date": ("campaigns: {x: {starts: ‸2026-02-30}}", "no such date", '"2026-02-30"', "2026-11-01"),
    "date of other form": ("campaigns: {x: {starts: ‸01/11/2026}}", "a date is expected", "01/11/2026", "2026-11-01"),
    "end before the start": (
        "campaigns: {x: {starts: 2026-11-02, ends: ‸2026-11-01}}",
        "ends after it starts",
        '"2026-11-01"',
        "later date",
    ),
    "the last day of the calendar": ("campaigns: {x: {ends: ‸9999-12-31}}", "no such date", "9999", "2026"),
    "share": ("campaigns: {x: {holdout: ‸5}}", "a share is between", '"5"', "write 5%"),
    "share of one": ("campaigns: {x: {holdout: ‸1}}", "a share is expected", '"1"', "everything is 100%"),
    "shares": (
        "campaigns: {x: {variants: ‸{a: {share: 60%}, b: {share: 50%}}}}",
        "more than the whole",
        "110%",
        "100%",
    ),
    "switch": ("site: {enabled: ‸no}", "true or false is expected", '"no"', "without quotes"),
    "whole number": ("caps: [{at_most: ‸0}]", "a whole number is expected", '"0"', "from 1"),
    "priority": ("campaigns: {x: {priority: ‸1.5}}", "a whole number is expected", '"1.5"', "from"),
    "size": ("placements: {p: {kind: banner, size: ‸1200x240}}", "a size is", "1200x240", "[1200, 240]"),
    "quiet hours": ("placements: {p: {kind: push, quiet_hours: ‸'21:00'}}", "two times of day", "21:00", "08:00"),
    "time of day": ("placements: {p: {kind: push, quiet_hours: [‸'25:00', '08:00']}}", "time of day", "25:00", "24:00"),
    "opening hours": ("site: {opening_hours: {mon: ‸8-21}}", "hours are two times", '"8-21"', "08:00-21:00"),
    "day": ("site: {opening_hours: {‸monday: '08:00-21:00'}}", "unknown day", '"monday"', 'did you mean "mon"?'),
    "day twice": (
        "site: {opening_hours: {mon-fri: '08:00-21:00', ‸wed: '08:00-12:00'}}",
        "wed stands twice",
        '"mon-fri"',
        "once",
    ),
    "path": ("campaigns: {x: {pages: [‸golf]}}", "a path begins with /", '"golf"', '"/golf"'),
    "address as path": ("campaigns: {x: {pages: [‸'https://a.vn/golf']}}", "begins with /", "https", 'write "/golf"'),
    "origin": ("site: {origins: [‸a.vn]}", "an origin is", '"a.vn"', "https://shop.example"),
    "origin with a path": ("site: {origins: [‸'https://a.vn/x']}", "an origin has no path", "/x", "https://a.vn"),
    "language": ("site: {locale: ‸vn}", "unknown language", '"vn"', 'did you mean "vi"?'),
    "country": ("site: {country: ‸UK}", "unknown country", '"UK"', "GB"),
    "time zone": ("site: {timezone: ‸Asia/Hanoi}", "unknown time zone", "Asia/Hanoi", "Asia/"),
    "currency": ("site: {currency: ‸VDN}", "unknown currency", '"VDN"', 'did you mean "VND"?'),
    "consent": ("site: {consent: {mode: ‸opt-in}}", "unknown mode of consent", '"opt-in"', "assumed, ask"),
    "promotes": ("campaigns: {x: {promotes: [‸gym]}}", "a kind and a name", '"gym"', "category:NAME"),
    "discount": ("campaigns: {x: {offer: {discount: {percent: ‸120}}}}", "at most 100", '"120"', "percent: 20"),
    "two discounts": ("campaigns: {x: {offer: {discount: ‸{percent: 1, amount: 1}}}}", "or an amount", "2 keys", "20"),
    "two triggers": (
        "placements: {p: {kind: popup}}\ncampaigns: {x: {creatives: {p: {trigger: ‸{after: 8s, exit: true}}}}}",
        "a trigger has one key",
        "after, exit",
        "one of",
    ),
    "variant by share and segment": (
        "segments: {s: {orders.count: 1}}\ncampaigns: {x: {variants: {a: {share: 5%, ‸for: s}}}}",
        "a share or a segment",
        "both",
        "delete",
    ),
    "rank by a text": ("campaigns: {x: {rank_by: ‸cart.stage}}", "takes a fact that is a number", "a text", "interest"),
    "since a number": (
        "journeys: {j: {starts_on: {event: a}, steps: [{wait: 1h, since: ‸orders.count}]}}",
        "a fact that is a time",
        '"orders.count"',
        "cart.updated_at",
    ),
    "address that runs code": (
        "campaigns: {x: {content: {cta: {url: ‸'JavaScript:alert(1)'}}}}",
        "is not opened",
        "JavaScript",
        "https",
    ),
}

SHAPES = {
    "list for a mapping": ("site: ‸[a]", "site is a mapping", "a list", "enabled"),
    "mapping for a list": ("trust: ‸{a: 1}", "trust is a list", "a mapping", "[a, b]"),
    "text for campaigns": ("campaigns: ‸none", "campaigns is a mapping", '"none"', "key: value"),
    "list for a rule": ("segments: {s: ‸[a]}", "a rule is a mapping", "a list", "any:"),
    "mapping under any": ("segments: {s: {any: ‸{orders.count: 1}}}", "takes a list of rules", "a mapping", "- "),
    "empty any": ("segments: {s: {any: ‸[]}}", "any: without rules", "[]", "at least one"),
    "empty rule": ("segments: {s: ‸{}}", "an empty rule", "{}", "orders.count"),
    "empty list of values": ("segments: {s: {traits.a: ‸[]}}", "holds for nobody", "[]", "at least one"),
    "empty audience": ("campaigns: {x: {audience: ‸[]}}", "an empty list is nobody", "[]", "leave the key out"),
    "fact without value": ("segments:\n  s:\n    ‸traits.a:\n    traits.b: 1", "has no value", "nothing", "exists"),
    "in without a list": ("segments: {s: {traits.a: {in: ‸b}}}", "in takes a list", '"b"', "[a, b]"),
    "root": ("‸- a", "a rule file is a mapping", "a list", "version: 1"),
    "mapping for caps": ("caps: ‸{at_most: 3}", "caps is a list", "a mapping", "- {at_most: 3, per: 1d}"),
    "mapping for a campaign's caps": (
        "campaigns: {x: {caps: ‸{at_most: 3}}}",
        "caps is a list",
        "a mapping",
        "- {at_most: 3, per: 1d}",
    ),
    "steps": (
        "journeys: {j: {starts_on: {event: a}, steps: ‸{wait: 1h}}}",
        "steps are a list",
        "a mapping",
        "begin each step with -",
    ),
}

PLACEHOLDERS = {
    "unknown": (
        'campaigns: {x: {content: {title: "Còn ‸{{ end_in }}!"}}}',
        "unknown placeholder",
        '"end_in"',
        'did you mean "ends_in"?',
    ),
    "unknown fact": (
        "campaigns: {x: {content: {title: '‸{{ orders.cont }}'}}}",
        "unknown placeholder",
        '"orders.cont"',
        'did you mean "orders.count"?',
    ),
    "unknown filter": (
        "campaigns: {x: {content: {title: 'a ‸{{ orders.total | mony }}'}}}",
        "unknown filter",
        "mony",
        'did you mean "money"?',
    ),
    "not closed": ("campaigns: {x: {content: {title: 'a ‸{{ coupon'}}}", "not closed", "{{ coupon", "}}"),
    "money of a text": (
        "campaigns: {x: {content: {title: ‸'{{ cart.stage | money }}'}}}",
        "the filter money does not fit",
        "cart.stage is a text",
        "leave the filter out",
    ),
    "date of a number": (
        "campaigns: {x: {content: {title: ‸'{{ orders.count | date }}'}}}",
        "the filter date does not fit",
        "a number",
        "leave the filter out",
    ),
    "in an address": (
        "campaigns: {x: {content: {cta: {url: '/a?c=‸{{ cupon }}'}}}}",
        "unknown placeholder",
        '"cupon"',
        'did you mean "coupon"?',
    ),
    "in data": (
        "placements: {p: {kind: data}}\ncampaigns: {x: {creatives: {p: {data: {a: [{b: '‸{{ cupon }}'}]}}}}}",
        "unknown placeholder",
        '"cupon"',
        "coupon",
    ),
}

ALL = {
    f"{group}: {name}": case
    for group, cases in {
        "type": TYPES,
        "shape": SHAPES,
        "placeholder": PLACEHOLDERS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("case", ALL.values(), ids=ALL)
def test_a_fault_is_named_where_it_stands_with_a_hint(case: tuple[str, str, str, str]) -> None:
    marked, what, found, hint = case
    fault = only_fault(marked)
    assert what in fault.what
    assert found in fault.found
    assert hint in fault.hint


def test_a_fault_reads_as_one_line_for_people_and_editors() -> None:
    (fault,) = read("segments: {s: {orders.cont: 1}}").faults
    assert str(fault) == 'omni.yaml:1:16: unknown fact; found "orders.cont"; did you mean "orders.count"?'


def test_all_faults_are_reported_in_one_go_in_the_order_of_the_file() -> None:
    text = (
        "site: {locale: vn, enabled: yes}\n"
        "segments:\n  a: {orders.cont: 1, traits.b: null}\n"
        "campaigns:\n  x: {audience: b, starts: soon, caps: [{at_most: 0}, {per: 1}]}\n"
    )
    loaded = read(text)
    assert loaded.ruleset is None
    places = [(fault.line, fault.column) for fault in loaded.faults]
    assert places == sorted(places)
    assert len(places) == 9


def test_a_long_value_is_shortened_in_the_message() -> None:
    (fault,) = read("site: {country: " + "x" * 5000 + "}").faults
    assert len(str(fault)) < 200
