"""What creatives say and show: contents, offers and variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from omnisdk.rules.files.report import Wrong
from omnisdk.rules.files.tree import Map, Node, Scalar, described, walk
from omnisdk.rules.grammar.scalars import (
    OneOf,
    Whole,
    above_zero,
    event_name,
    free_value,
    read_flag,
    read_number,
    read_share,
    read_word,
    reference,
    segment_name,
)
from omnisdk.rules.grammar.scope import Key, Scope, as_map, filled, read_keys, read_named
from omnisdk.rules.grammar.texts import check_placeholders, read_text, read_url
from omnisdk.rules.grammar.times import read_duration
from omnisdk.rules.model import Content, Offer, Variant

_PIXELS = Whole(1, 20_000)

IMAGE = {
    "url": Key(read_url, required=True),
    "alt": Key(read_text, text=True),
    "width": Key(_PIXELS),
    "height": Key(_PIXELS),
}
CTA = {"label": Key(read_text, text=True), "url": Key(read_url)}
PRODUCTS = {
    "from": Key(OneOf(("viewed", "cart", "order"), "source of products"), required=True),
    "most": Key(Whole(1, 20)),
}


def read_image(scope: Scope, node: Node) -> Mapping[str, Any]:
    return read_keys(scope, node, IMAGE, "an image")


def read_cta(scope: Scope, node: Node) -> Mapping[str, Any]:
    return read_keys(scope, node, CTA, "a cta")


def read_products(scope: Scope, node: Node) -> Mapping[str, Any]:
    return {"most": 3, **read_keys(scope, node, PRODUCTS, "products")}


def read_data(scope: Scope, node: Node) -> Mapping[str, Any]:
    result: Mapping[str, Any] = free_value(as_map(node, "data"))
    for part in walk(node):  # the texts in it are filled in like any other
        if isinstance(part, Scalar) and "{{" in part.text:
            check_placeholders(scope, part, part.text)
    return result


def read_true(scope: Scope, node: Node) -> bool:
    if not read_flag(scope, node):
        raise Wrong(node, "this is not switched off", described(node), "delete it, or write true")
    return True


TRIGGER = {
    "after": Key(read_duration),
    "scroll": Key(read_share),
    "exit": Key(read_true),
    "idle": Key(read_duration),
    "event": Key(event_name),
}


def read_trigger(scope: Scope, node: Node) -> Mapping[str, Any]:
    found = read_keys(scope, node, TRIGGER, "a trigger")
    if isinstance(node, Map) and len(node.entries) != 1:
        listed = ", ".join(entry.key.text for entry in node.entries) or "none"
        raise Wrong(node, "a trigger has one key", f"found {listed}", f"write one of: {', '.join(TRIGGER)}")
    return found


SHARED = {
    "title": Key(read_text, text=True),
    "body": Key(read_text, text=True),
    "image": Key(read_image),
    "cta": Key(read_cta),
}
CREATIVE = {
    **SHARED,
    "data": Key(read_data),
    "compact": Key(read_text, text=True),
    "subject": Key(read_text, text=True),
    "countdown": Key(read_flag),
    "products": Key(read_products),
    "trigger": Key(read_trigger),
}
_IN_A_CREATIVE = {name: f"{name}: stands in a creative" for name in CREATIVE.keys() - SHARED.keys()}


def read_content(scope: Scope, node: Node) -> Content:
    """Read what all creatives of a campaign, or of a variant, share."""
    return Content(**read_keys(scope, node, SHARED, "content", _IN_A_CREATIVE))


def read_creative(scope: Scope, node: Node) -> Content:
    return Content(**read_keys(scope, node, CREATIVE, "a creative"))


def read_creatives(scope: Scope, node: Node) -> Mapping[str, Content]:
    """Read creatives by placement, in the file's order."""
    found: dict[str, Content] = {}
    for entry in as_map(node, "creatives").entries:
        placement = scope.attempt(_placement_name, entry.key)
        value = filled(scope, entry, Key(read_creative, empty="mapping"))
        creative = scope.attempt(read_creative, value) if value is not None else None
        if placement is not None and creative is not None:
            found[placement] = creative
    return found


def _placement_name(scope: Scope, node: Node) -> str:
    return reference(scope.placements, "placement", node)


VARIANT = {
    "share": Key(read_share),
    "for": Key(segment_name),
    "content": Key(read_content, empty="mapping"),
    "creatives": Key(read_creatives, empty="mapping"),
}


def _read_variant(scope: Scope, node: Node) -> Variant:
    found = read_keys(scope, node, VARIANT, "a variant", {"title": "put it under content:"})
    if isinstance(node, Map) and "share" in found and "for" in found:
        entry = node.entry("for")
        assert entry is not None
        scope.report.fault(entry.key, "a variant has a share or a segment", "found both", "delete share: or for:")
    return Variant(
        "", found.get("share"), found.get("for"), found.get("content", Content()), found.get("creatives", {})
    )


def read_variants(scope: Scope, node: Node) -> tuple[Variant, ...]:
    """Read a campaign's variants, in the file's order."""
    variants = read_named(scope, node, _read_variant, "variant", empty_ok=True)
    total = sum(variant.share or 0.0 for variant in variants.values())
    if total > 1.000001:
        scope.report.fault(node, "the shares are more than the whole", f"together {total:.0%}", "at most 100% in all")
    return tuple(replace(variant, name=name) for name, variant in variants.items())


def read_percent(scope: Scope, node: Node) -> int | float:
    if isinstance(node, Scalar) and node.text.endswith("%"):
        node = Scalar(node.file, node.line, node.column, node.text[:-1].strip(), plain=True)
    value = read_number(scope, node)
    if not 0 < value <= 100:
        raise Wrong(node, "a discount is above 0 and at most 100 percent", described(node), "write percent: 20")
    return value


DISCOUNT = {"percent": Key(read_percent), "amount": Key(above_zero)}


def read_discount(scope: Scope, node: Node) -> Mapping[str, Any]:
    found = read_keys(scope, node, DISCOUNT, "a discount")
    if isinstance(node, Map) and len(node.entries) != 1:
        raise Wrong(
            node, "a discount is a percent or an amount", f"found {len(node.entries)} keys", "write {percent: 20}"
        )
    return found


OFFER = {"coupon": Key(read_word), "discount": Key(read_discount), "text": Key(read_text, text=True)}


def read_offer(scope: Scope, node: Node) -> Offer:
    return Offer(**read_keys(scope, node, OFFER, "an offer"))
