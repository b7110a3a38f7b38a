"""What is read and has no effect yet, or never would, warns and passes."""

from __future__ import annotations

import pytest

from tests.rules.helpers import only_warning, read

SHOWN = "placements: {p: {kind: banner}}\ncampaigns: {x: {creatives: {p: {}}, "  # with a creative, so that only the rest is in question

WARNED = {
    "scores": ("‸scores: {a: {half_life: 7d, points: {Lead Captured: 1}}}", "not acted on yet", "scores"),
    "journeys": (
        "‸journeys: {j: {starts_on: {event: Lead Captured}, steps: [{wait: 1h}]}}",
        "not acted on yet",
        "journeys",
    ),
    "holdout": (SHOWN + "‸holdout: 5%}}", "not acted on yet", "holdout"),
    "variants": (SHOWN + "‸variants: {a: {share: 50%}}}}", "not acted on yet", "variants"),
    "rank_by": (SHOWN + "‸rank_by: interest.golf}}", "not acted on yet", "rank_by"),
    "also_on_page": (SHOWN + "‸also_on_page: true}}", "not acted on yet", "also_on_page"),
    "event nearly known": ("trust: [‸Store Visted]", "an event of that name is not known", "Store Visted"),
    "allowed event nearly known": ("allow: [Product Viewed, ‸Order Complted]", "not known", "Order Complted"),
    "event in other case": (SHOWN + "converts_on: {event: ‸order_completed}}}", "not known", "order_completed"),
    "event in a fact": ("segments: {s: {‸events.Product Viewd.count: 1}}", "not known", "Product Viewd"),
    "quiet hours on a page": (
        "placements: {p: {kind: popup, ‸quiet_hours: ['21:00', '08:00']}}",
        "does nothing here",
        "popup",
    ),
    "pages for what is sent": ("placements: {p: {kind: email, ‸never_on: [/a]}}", "does nothing here", "email"),
    "no creatives": ("campaigns: {‸giảm-giá: {content: {title: a}}}", "can never show", "no creatives"),
    "creatives without any": ("campaigns: {‸giảm-giá: {creatives: {}}}", "can never show", "no creatives"),
    "nothing at all": ("campaigns:\n  ‸giảm-giá:\n", "can never show", "no creatives"),
    "coupon there is none": (SHOWN + "content: {title: ‸'{{ coupon }}'}}}", "never shown", "coupon"),
    "end there is none": (SHOWN + "content: {title: {vi: ‸'{{ ends_in }}'}}}}", "never shown", "ends_in"),
}


@pytest.mark.parametrize("case", WARNED.values(), ids=WARNED)
def test_a_warning_stands_where_it_belongs_and_the_file_passes(case: tuple[str, str, str]) -> None:
    marked, what, found = case
    warning = only_warning(marked)
    assert what in warning.what
    assert found in warning.found
    assert ": warning: " in str(warning)


@pytest.mark.parametrize(
    "text",
    [
        "trust: [My own event, Order Packed, Bảo hành, จองคิว]",
        "placements: {push: {kind: push, quiet_hours: ['21:00', '08:00']}, e: {kind: email}, w: {kind: webhook}}",
        SHOWN + "content: {title: \"{{ coupon | default('A') }}\"}}}",
        SHOWN + "ends: 2026-11-30, offer: {coupon: A}, content: {title: '{{ coupon }} {{ ends_on }}'}}}",
        "segments:\ncampaigns: # none yet\ntrust:\n",
    ],
)
def test_what_works_does_not_warn(text: str) -> None:
    loaded = read(text)
    assert loaded.faults == ()
    assert loaded.warnings == ()
