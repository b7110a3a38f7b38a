"""A name that nothing has, or that has no place where it stands, is a fault there: keys, references, circles of them."""

from __future__ import annotations

import pytest

from tests.rules.helpers import only_fault

# id: text with ‸ at the place of the fault, a part of what is wrong, a part of what was found, a part of the hint
KEYS = {
    "section": ("‸campains: {}", "unknown key in the file", '"campains"', 'did you mean "campaigns"?'),
    "site": ("site: {‸timezon: UTC}", "unknown key in site", '"timezon"', 'did you mean "timezone"?'),
    "campaign": (
        "campaigns:\n  x:\n    ‸audince: all",
        "unknown key in a campaign",
        '"audince"',
        'did you mean "audience"?',
    ),
    "a key of the offer": ("campaigns: {x: {‸coupon: A}}", "unknown key in a campaign", '"coupon"', "under offer:"),
    "a key of creatives": (
        "campaigns: {x: {content: {‸countdown: true}}}",
        "unknown key in content",
        '"countdown"',
        "stands in a creative",
    ),
    "a key of global caps": (
        "campaigns: {x: {caps: [{at_most: 1, ‸kinds: [popup]}]}}",
        "unknown key in a cap",
        '"kinds"',
        "for all campaigns",
    ),
    "kind of a campaign's cap": (
        "campaigns: {x: {caps: [{at_most: 1, ‸kind: popup}]}}",
        "unknown key in a cap",
        '"kind"',
        "kinds: stands in caps: for all campaigns",
    ),
    "one that is required, misspelt": ("grants: {P1: {‸give: 'membership:gym'}}", "unknown key", '"give"', '"gives"'),
    "missing": ("placements: {p: ‸{size: [1, 1]}}", "a placement needs kind:", "found none", "never_on"),
    "twice": ("site: {locale: vi}\n‸site: {locale: th}", '"site" stands twice', "on line 1", "keep one"),
    "twice in NFC and NFD": (
        "segments:\n  hội-viên: {orders.count: 1}\n  ‸ho\u0323\u0302i-vie\u0302n: {orders.count: 2}",
        "stands twice",
        "on line 2",
        "keep one",
    ),
    "without a value": ("site:\n  ‸locale:\n  country: VN", '"locale" has no value', "found nothing", "delete it"),
    "braces without a value": ("site: {country: VN, ‸locale}", '"locale" has no value', "nothing", "quotes"),
    "version": ("version: ‸2", "unknown version", '"2"', "version: 1"),
    "merge key": ("site:\n  ‸<<: {locale: vi}", "merge keys", '"<<"', "write it out"),
}

NAMES = {
    "placement": (
        "placements: {popup: {kind: popup}}\ncampaigns:\n  x:\n    creatives:\n      ‸popop: {}",
        "unknown placement",
        '"popop"',
        'did you mean "popup"?',
    ),
    "kind": ("placements: {p: {kind: ‸popop}}", "unknown kind", '"popop"', 'did you mean "popup"?'),
    "kind of a cap": ("caps: [{at_most: 1, kinds: [‸pus]}]", "unknown kind", '"pus"', 'did you mean "push"?'),
    "segment": (
        "segments: {members: {owns: 'membership:gym'}}\ncampaigns: {x: {audience: ‸membres}}",
        "unknown segment",
        '"membres"',
        'did you mean "members"?',
    ),
    "segment in a list": ("exclude: [‸complaining]", "unknown segment", '"complaining"', "no segment of that name"),
    "segment in Vietnamese": (
        "segments: {hội-viên: {orders.count: 1}}\ncampaigns: {x: {audience: ‸hội-vien}}",
        "unknown segment",
        '"hội-vien"',
        'did you mean "hội-viên"?',
    ),
    "segment in Thai": (
        "segments: {ลูกค้าประจำ: {orders.count: 1}}\ncampaigns: {x: {exclude: [‸ลูกค้าประจํ]}}",
        "unknown segment",
        "ลูกค้า",
        'did you mean "ลูกค้าประจำ"?',
    ),
    "campaign": (
        "campaigns: {golf-days: {}}\njourneys: {j: {starts_on: {event: a}, steps: [{send: ‸golf-day, through: [push]}]}}",
        "unknown campaign",
        '"golf-day"',
        'did you mean "golf-days"?',
    ),
    "campaign in a fact": (
        "campaigns: {golf-days: {}}\nsegments:\n  s: {‸campaigns.golfdays.viewed.count: {at_least: 1}}",
        "unknown campaign",
        '"golfdays"',
        'did you mean "golf-days"?',
    ),
    "score in a fact": (
        "scores: {lead: {half_life: 7d, points: {Lead Captured: 1}}}\nsegments: {s: {‸scores.leed: {at_least: 1}}}",
        "unknown score",
        '"leed"',
        'did you mean "lead"?',
    ),
    "purpose in a fact": ("segments: {s: {‸consent.marketin: true}}", "unknown purpose", '"marketin"', '"marketing"'),
    "channel": (
        "campaigns: {c: {}}\njourneys: {j: {starts_on: {event: a}, steps: [{send: c, through: [‸pusch]}]}}",
        "unknown placement or kind",
        '"pusch"',
        'did you mean "push"?',
    ),
    "placement unlike any": (
        "placements: {hero: {kind: banner}, bar: {kind: bar}}\ncampaigns: {x: {creatives: {‸nơi-khác: {}}}}",
        "unknown placement",
        '"nơi-khác"',
        "hero, bar",
    ),
    "channel unlike any": (
        "placements: {hero: {kind: banner}, ช่อง: {kind: bar}}\n"
        "campaigns: {c: {}}\njourneys: {j: {starts_on: {event: a}, steps: [{send: c, through: [‸zzzz]}]}}",
        "unknown placement or kind",
        '"zzzz"',
        "a placement (hero, ช่อง), a kind (banner, bar,",
    ),
    "window without a unit": (
        "segments: {s: {‸orders.count(7): 1}}",
        "unknown fact",
        '"orders.count(7)"',
        'did you mean "orders.count(7d)"?',
    ),
    "window in capitals": ("segments: {s: {‸orders.total(4W): 1}}", "unknown fact", "4W", '"orders.total(4w)"'),
    "window of a unit in words": ("segments: {s: {‸orders.count(7 days): 1}}", "unknown", "days", '"orders.count(7d)"'),
    "window of months": ("segments: {s: {‸orders.count(2 months): 1}}", "unknown", "2 mon", '"orders.count(60d)"'),
    "window without a length": ("segments: {s: {‸orders.count(0d): 1}}", "unknown", "0d", '"orders.count(7d)"'),
    "window of a misspelt fact": ("segments: {s: {‸orders.cont(7): 1}}", "unknown", "cont", '"orders.count(7d)"'),
    "window where there is none": ("segments: {s: {‸cart.value(7): 1}}", "unknown", "(7)", '"cart.value"'),
    "window in a text": (
        "campaigns: {x: {content: {title: '‸{{ orders.total(7) | money }}'}}}",
        "unknown placeholder",
        "(7)",
        '"orders.total(7d)"',
    ),
    "fact": ("segments: {s: {‸orders.cont: 1}}", "unknown fact", '"orders.cont"', 'did you mean "orders.count"?'),
    "fact to rank by": ("campaigns: {x: {rank_by: ‸order.total}}", "unknown fact", "order.total", '"orders.total"'),
    "segment as a fact": (
        "segments: {a: {orders.count: 1}, b: {‸a: true}}",
        "unknown fact",
        '"a"',
        "it is a segment",
    ),
    "operator": (
        "segments: {s: {orders.count: {‸atleast: 5}}}",
        "unknown operator",
        '"atleast"',
        'did you mean "at_least"?',
    ),
    "operator of another language": ("segments: {s: {orders.count: {‸gte: 5}}}", "unknown operator", "gte", "at_least"),
    "step": (
        "journeys: {j: {starts_on: {event: a}, steps: [‸{wiat: 1h}]}}",
        "unknown step",
        '"wiat"',
        'did you mean "wait"?',
    ),
    "start of a journey": (
        "journeys: {j: {starts_on: ‸{enter: a}, steps: [{wait: 1h}]}}",
        "does not say when",
        '"enter"',
        'did you mean "enters"?',
    ),
    "name made in the file": ("segments: {‸my seg: {orders.count: 1}}", "a name is letters", '"my seg"', '"my-seg"'),
    "name with a sign at its end": (
        "segments: {‸a b!: {orders.count: 1}}",
        "a name is letters",
        '"a b!"',
        'mean "a-b"?',
    ),
    "name of signs only": ("segments: {‸'!-!': {orders.count: 1}}", "a name is letters", '"!-!"', "1 to 100"),
    "where": (
        "campaigns: {x: {converts_on: {event: a, where: {‸categry: golf}}}}",
        "unknown key in where",
        '"categry"',
        'did you mean "category"?',
    ),
}

CIRCLES = {
    "two": (
        "segments:\n  ‸a: {all: [b]}\n  b: {not: a}",
        "in a circle",
        "a → b → a",
        "take one of them out",
    ),
    "itself": ("segments: {‸a: a}", "in a circle", "a → a", "take it out"),
    "itself by the beginning of its name": (
        "segments: {vip-hn: {traits.city: HN}, ‸vip-all: {segments: {starts_with: vip}}}",
        "in a circle",
        "vip-all → vip-all",
        "starts_with asks for every segment",
    ),
    "by the beginning of a name": (
        "segments:\n  ‸khách-a: {segments: {starts_with: hội}}\n  hội-viên: {not: khách-a}",
        "in a circle",
        "khách-a → hội-viên → khách-a",
        "take one",
    ),
    "through the fact in quotes": ("segments: {‸a: {'\"segments\"': a}}", "in a circle", "a → a", "take it out"),
    "three": (
        "segments:\n  x: {any: [a]}\n  ‸a: b\n  b: {any: [c, {orders.count: 1}]}\n  c: a",
        "in a circle",
        "a → b → c → a",
        "take one",
    ),
    "through the fact": ("segments:\n  ‸a: {segments: [b]}\n  b: a", "in a circle", "a → b → a", "take one"),
}

ALL = {
    f"{group}: {name}": case
    for group, cases in {"key": KEYS, "name": NAMES, "circle": CIRCLES}.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("case", ALL.values(), ids=ALL)
def test_a_name_in_the_wrong_is_a_fault_where_it_stands_with_a_hint(case: tuple[str, str, str, str]) -> None:
    marked, what, found, hint = case
    fault = only_fault(marked)
    assert what in fault.what
    assert found in fault.found
    assert hint in fault.hint
