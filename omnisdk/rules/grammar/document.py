"""The whole file: its sections, and the names they share."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any

from omnisdk.events.model import SNIPPET_EVENTS
from omnisdk.rules.files.report import Report, Wrong
from omnisdk.rules.files.tree import Map, Node, Scalar, Seq, described
from omnisdk.rules.grammar import campaigns, contents, journeys, site
from omnisdk.rules.grammar.campaigns import named, read_campaign
from omnisdk.rules.grammar.conditions import read_rule
from omnisdk.rules.grammar.journeys import read_journey, read_score
from omnisdk.rules.grammar.scalars import event_name, number, read_word, segment_name
from omnisdk.rules.grammar.scope import Key, ListOf, Scope, as_map, read_keys, read_named
from omnisdk.rules.grammar.site import (
    read_global_caps,
    read_grant,
    read_identity,
    read_placement,
    read_site,
    zone_named,
)
from omnisdk.rules.model import Campaign, Consent, Grant, Placement, Rule, Ruleset
from omnisdk.rules.segments import DEEPEST, circles, too_deep


def read_version(_: Scope, node: Node) -> int:
    if not isinstance(node, Scalar) or number(node.text) != 1:
        raise Wrong(node, "unknown version of the rule file", described(node), "write version: 1")
    return 1


def read_include(_: Scope, node: Node) -> bool:
    return True  # read with the files, before the sections


def read_grants(scope: Scope, node: Node) -> Mapping[str, Grant]:
    found: dict[str, Grant] = {}
    for entry in as_map(node, "grants").entries:
        product = scope.attempt(read_word, entry.key)
        grant = scope.attempt(read_grant, entry.value)
        if product is not None and grant is not None:
            found[product] = grant
    return found


def read_placements(scope: Scope, node: Node) -> Mapping[str, Placement]:
    found = read_named(scope, node, read_placement, "placement")
    return {name: replace(placement, name=name) for name, placement in found.items()}


def read_segments(scope: Scope, node: Node) -> Mapping[str, Rule]:
    found = read_named(scope, node, read_rule, "segment")
    mapping = as_map(node, "segments")
    found_circles = circles(found)
    for names in found_circles:
        entry = mapping.entry(names[0])
        assert entry is not None
        what, hint = "segments that need each other in a circle", "take one of them out of the other"
        if len(names) == 2:
            hint = "take it out of its own rule; starts_with asks for every segment whose name begins so"
        scope.report.fault(entry.key, what, f"found {' → '.join(names)}", hint)
    for name in too_deep(found) if not found_circles else ():
        entry = mapping.entry(name)
        assert entry is not None
        what = "segments lie too deep in each other"
        scope.report.fault(entry.key, what, f"more than {DEEPEST} levels", "join some of them into one rule")
    return found


def read_scores(scope: Scope, node: Node) -> Mapping[str, Mapping[str, Any]]:
    return read_named(scope, node, read_score, "score")


def read_campaigns(scope: Scope, node: Node) -> Mapping[str, Campaign]:
    found = named(read_named(scope, node, read_campaign, "campaign", empty_ok=True))
    for entry in as_map(node, "campaigns").entries:
        if entry.key.text in found and not _has_creatives(entry.value):
            hint = "name a placement under creatives:, such as creatives: {home-hero: {}}"
            scope.report.warn(entry.key, "a campaign that can never show", "found no creatives:", hint)
    return found


def _has_creatives(node: Node) -> bool:
    creatives = node.get("creatives") if isinstance(node, Map) else None
    return (
        creatives is not None
        and not (isinstance(creatives, Map) and not creatives.entries)
        and not (isinstance(creatives, Scalar) and creatives.empty)
    )


def read_journeys(scope: Scope, node: Node) -> Mapping[str, Any]:
    found = read_named(scope, node, read_journey, "journey")
    return {name: replace(journey, name=name) for name, journey in found.items()}


# In the order of the file. `include` and `version` concern the reading itself.
SECTIONS = {
    "version": Key(read_version),
    "site": Key(read_site, empty="absent"),
    "identity": Key(read_identity, empty="absent"),
    "include": Key(read_include, empty="absent"),
    "trust": Key(ListOf(event_name, "trust"), empty="absent"),
    "allow": Key(ListOf(event_name, "allow"), empty="absent"),
    "exclude": Key(ListOf(segment_name, "exclude"), empty="absent"),
    "grants": Key(read_grants, empty="absent"),
    "placements": Key(read_placements, empty="absent"),
    "segments": Key(read_segments, empty="absent"),
    "scores": Key(read_scores, empty="absent", dormant=True),
    "campaigns": Key(read_campaigns, empty="absent"),
    "caps": Key(read_global_caps, empty="absent"),
    "journeys": Key(read_journeys, empty="absent", dormant=True),
}


# Every mapping with fixed keys, by where it stands: what the reference lists and the JSON Schema is made from.
TABLES: Mapping[str, Mapping[str, Key]] = {
    "omni.yaml": SECTIONS,
    "site": site.SITE,
    "site.consent": site.CONSENT,
    "identity": site.IDENTITY,
    "grants": site.GRANT,
    "placements": site.PLACEMENT,
    "scores": journeys.SCORE,
    "campaigns": campaigns.CAMPAIGN,
    "offer": contents.OFFER,
    "offer.discount": contents.DISCOUNT,
    "converts_on": campaigns.CONVERSION,
    "where": campaigns.WHERE,
    "content": contents.SHARED,
    "creatives": contents.CREATIVE,
    "image": contents.IMAGE,
    "cta": contents.CTA,
    "products": contents.PRODUCTS,
    "trigger": contents.TRIGGER,
    "variants": contents.VARIANT,
    "caps": site.GLOBAL_CAP,
    "journeys": journeys.JOURNEY,
    **{f"starts_on {first}": keys for first, keys in journeys.STARTS.items()},
    **{f"step {first}": keys for first, keys in journeys.STEPS.items()},
}


def read_document(tree: Map, report: Report) -> Ruleset:
    """Return the ruleset of a joined tree. It is whole only if `report` has no faults afterwards."""
    found = read_keys(_scope(tree, report), tree, SECTIONS, "the file")
    found.pop("version", None)
    found.pop("include", None)
    if "identity" in found:
        found["require_token"] = found.pop("identity")
    if "trust" in found:
        found["trust"] = frozenset(found["trust"])
    if "allow" in found:
        found["allow"] = frozenset(found["allow"]) | found.get("trust", frozenset()) | SNIPPET_EVENTS
    return Ruleset(**found)


def _scope(tree: Map, report: Report) -> Scope:
    """Return what every section needs to know of the others. Faults in it are reported when the section is read."""
    own = tree.get("site")
    zone: tzinfo = UTC
    purposes = Consent().purposes
    if isinstance(own, Map):
        written = own.get("timezone")
        zone = (zone_named(written.text) if isinstance(written, Scalar) else None) or UTC
        consent = own.get("consent")
        listed = consent.get("purposes") if isinstance(consent, Map) else None
        if isinstance(listed, Seq):
            purposes = tuple(_name(item) for item in listed.items if isinstance(item, Scalar))
    return Scope(
        report,
        zone=zone,
        placements=_names(tree, "placements"),
        segments=_names(tree, "segments"),
        campaigns=_names(tree, "campaigns"),
        scores=_names(tree, "scores"),
        purposes=purposes,
    )


def _names(tree: Map, section: str) -> tuple[str, ...]:
    node = tree.get(section)
    return tuple(_name(entry.key) for entry in node.entries) if isinstance(node, Map) else ()


def _name(node: Scalar) -> str:
    return unicodedata.normalize("NFC", node.text.strip())
