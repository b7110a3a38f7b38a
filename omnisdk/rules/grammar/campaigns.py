"""`campaigns:` — one promise each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from omnisdk.rules.files.report import Wrong, quoted
from omnisdk.rules.files.tree import Map, Node, Scalar, described, walk
from omnisdk.rules.grammar.conditions import read_audience, read_exclude
from omnisdk.rules.grammar.contents import read_content, read_creatives, read_offer, read_variants
from omnisdk.rules.grammar.operators import KINDS, check_owned, kind_of
from omnisdk.rules.grammar.scalars import OneOf, Whole, event_name, read_flag, read_share, read_word, scalar
from omnisdk.rules.grammar.scope import Key, ListOf, Scope, read_keys
from omnisdk.rules.grammar.site import read_caps, read_paths
from omnisdk.rules.grammar.times import read_duration, read_end, read_start
from omnisdk.rules.meant import meant_fact
from omnisdk.rules.model import Campaign, Conversion
from omnisdk.rules.placeholders import Placeholder, PlaceholderError, parse_text

PROMOTED = ("membership", "product", "category")


def read_promoted(scope: Scope, node: Node) -> str:
    text = read_word(scope, node)
    check_owned(node, text, PROMOTED)
    return text


def read_rank_by(_: Scope, node: Node) -> str:
    from omnisdk.profile.catalogue import UnknownFact, parse_fact

    name = scalar(node, "a fact", "write interest.golf, say").text.strip()
    try:
        fact = parse_fact(name)
    except UnknownFact as error:
        near = meant_fact(error)
        hint = f"did you mean {quoted(near)}?" if near else "see the facts in docs/reference/facts.md"
        raise Wrong(node, "unknown fact", described(node), hint) from None
    if (kind := kind_of(fact)) not in ("number", "any"):
        raise Wrong(
            node, "rank_by takes a fact that is a number", f"{name} is {KINDS[kind]}", "write interest.golf, say"
        )
    return name


def read_where(scope: Scope, node: Node) -> Mapping[str, str]:
    """Read what an event, or one of its products, must have."""
    return read_keys(scope, node, WHERE, "where")


WHERE = {name: Key(read_word) for name in ("category", "product_id", "brand", "coupon")}
CONVERSION = {"event": Key(event_name, required=True), "where": Key(read_where)}


def read_conversion(scope: Scope, node: Node) -> Conversion:
    return Conversion(**{"event": "", **read_keys(scope, node, CONVERSION, "converts_on")})


CAMPAIGN = {
    "enabled": Key(read_flag),
    "purpose": Key(OneOf(("marketing", "service"), "purpose")),
    "starts": Key(read_start),
    "ends": Key(read_end),
    "promotes": Key(ListOf(read_promoted, "promotes"), empty="absent"),
    "offer": Key(read_offer),
    "audience": Key(read_audience),
    "exclude": Key(read_exclude, empty="absent"),
    "pages": Key(read_paths, empty="absent"),
    "priority": Key(Whole(-1_000_000, 1_000_000)),
    "also_on_page": Key(read_flag, dormant=True),
    "rank_by": Key(read_rank_by, dormant=True),
    "caps": Key(read_caps, empty="absent"),
    "holdout": Key(read_share, dormant=True),
    "converts_on": Key(read_conversion),
    "again_after": Key(read_duration),
    "dismiss_for": Key(read_duration),
    "content": Key(read_content, empty="absent"),
    "variants": Key(read_variants, empty="absent", dormant=True),
    "creatives": Key(read_creatives, empty="absent"),
}

# Keys that people put into a campaign and that live elsewhere.
_ELSEWHERE = {
    "title": "put it under content:",
    "body": "put it under content:",
    "image": "put it under content:",
    "cta": "put it under content:",
    "trigger": "put it under creatives:, in the creative",
    "coupon": "put it under offer:",
    "discount": "put it under offer:",
    "segment": "write audience:",
    "segments": "write audience:",
    "when": "write audience:",
    "start": "write starts:",
    "end": "write ends:",
    "url": "put it under content:, in cta:",
}


def read_campaign(scope: Scope, node: Node) -> Campaign:
    """Read a campaign; its name is put in by the caller."""
    campaign = Campaign(name="", **read_keys(scope, node, CAMPAIGN, "a campaign", _ELSEWHERE))
    assert isinstance(node, Map)
    if campaign.starts is not None and campaign.ends is not None and campaign.ends <= campaign.starts:
        ends = node.get("ends")
        assert ends is not None
        scope.report.fault(ends, "a campaign ends after it starts", described(ends), "give it a later date")
    _warn_of_missing_terms(scope, node, campaign)
    return campaign


def _warn_of_missing_terms(scope: Scope, node: Map, campaign: Campaign) -> None:
    """Warn of texts that need a coupon or an end the campaign does not have: they would never be shown."""
    missing = {
        "coupon": "an offer with a coupon" if campaign.offer is None or campaign.offer.coupon is None else "",
        "ends_in": "ends" if campaign.ends is None else "",
        "ends_on": "ends" if campaign.ends is None else "",
    }
    for name in ("content", "creatives", "variants", "offer"):
        part = node.get(name)
        if part is not None:
            _warn_in(scope, part, missing)


def _warn_in(scope: Scope, part: Node, missing: Mapping[str, str]) -> None:
    for node in walk(part):
        if not isinstance(node, Scalar) or "{{" not in node.text:
            continue
        try:
            parts = parse_text(node.text)
        except PlaceholderError:
            continue  # reported where the text was read
        for each in parts:
            if isinstance(each, Placeholder) and each.default is None and (needs := missing.get(each.expression)):
                hint = f"give the campaign {needs}, or the placeholder a default"
                scope.report.warn(node, "this text is never shown", f"found {{{{ {each.expression} }}}}", hint)


def named(campaigns: Mapping[str, Campaign]) -> dict[str, Campaign]:
    """Return the campaigns with their names put in."""
    return {name: replace(campaign, name=name) for name, campaign in campaigns.items()}
