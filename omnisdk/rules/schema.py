"""The JSON Schema of omni.yaml, made from the reader's own tables of keys: for editors, and for other programs.

It knows the shape of the file and not what the names in it refer to: `omnisdk check` says more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnisdk.rules.grammar import (
    campaigns,
    conditions,
    contents,
    document,
    journeys,
    operators,
    scalars,
    site,
    texts,
    times,
)
from omnisdk.rules.grammar.scope import Key, ListOf, read_name

Json = dict[str, Any]


def json_schema() -> Json:
    """Return the JSON Schema (2020-12) of omni.yaml as any YAML 1.2 parser reads it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "omni.yaml",
        **_mapping(document.SECTIONS),
        "$defs": {"rule": _RULE, "condition": _CONDITION, "text": _TEXT, "step": _step()},
    }


def _step() -> Json:
    return {"anyOf": [_mapping(keys) for keys in journeys.STEPS.values()]}


def _mapping(keys: Mapping[str, Key]) -> Json:
    schema: Json = {
        "type": "object",
        "properties": {name: _value(key) for name, key in keys.items()},
        "additionalProperties": False,
    }
    if required := [name for name, key in keys.items() if key.required]:
        schema["required"] = required
    return schema


def _value(key: Key) -> Json:
    schema = _shape(key.read)
    return schema if key.empty == "fault" else {"anyOf": [schema, {"type": "null"}]}


def _shape(read: Callable[..., Any]) -> Json:
    if isinstance(read, scalars.OneOf):
        return {"enum": list(read.words)}
    if isinstance(read, scalars.Whole):
        return {"type": "integer", "minimum": read.low, "maximum": read.high}
    if isinstance(read, ListOf):
        return _list(_shape(read.read))
    if read in _MAPPINGS:
        keys, around = _MAPPINGS[read]
        return around(_mapping(keys))
    if read is journeys.read_starts_on:
        return {"anyOf": [_mapping(keys) for keys in journeys.STARTS.values()]}
    if read is journeys.read_stops:
        return _list({"anyOf": [_mapping(journeys.EVENT), {"$ref": "#/$defs/rule"}]})
    return _SHAPES[read]


def _list(item: Json) -> Json:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _named(item: Json) -> Json:
    return {"type": "object", "additionalProperties": item}


def _named_or_empty(item: Json) -> Json:
    return _named({"anyOf": [item, {"type": "null"}]})


def _one_key(mapping: Json) -> Json:
    return {**mapping, "minProperties": 1, "maxProperties": 1}


def _plain(mapping: Json) -> Json:
    return mapping


_ANY_SCALAR: Json = {"type": ["string", "number", "boolean"]}
_WORD: Json = {"type": ["string", "number", "boolean", "null"]}  # taken as written, whatever YAML makes of it
_FLAG: Json = {"type": "boolean"}
_NUMBER: Json = {"type": "number"}
_DURATION: Json = {"type": "string", "pattern": "^[0-9]+[smhdw]$"}
_DATE: Json = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}
_CLOCK: Json = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"}
_SHARE: Json = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": "%$"}]}
_RULE: Json = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/condition"}]}
_RULES: Json = {"type": "array", "items": {"$ref": "#/$defs/rule"}}
_AUDIENCE: Json = {"anyOf": [{"$ref": "#/$defs/rule"}, _RULES]}
_CONDITION: Json = {
    "type": "object",
    "minProperties": 1,
    "properties": {"all": _RULES, "any": _RULES, "not": _AUDIENCE},
    "additionalProperties": {
        "anyOf": [
            _ANY_SCALAR,
            {"type": "array", "items": _ANY_SCALAR, "minItems": 1},
            {"type": "object", "minProperties": 1, "propertyNames": {"enum": list(operators.FITS)}},
        ]
    },
}
_TEXT: Json = {"anyOf": [_WORD, {"type": "object", "minProperties": 1, "additionalProperties": _WORD}]}
_TEXT_REF: Json = {"$ref": "#/$defs/text"}
_HOURS: Json = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2} ?[-–] ?[0-9]{1,2}:[0-9]{2}$"}

# Each function that reads a value → what that value may be.
_SHAPES: dict[Callable[..., Any], Json] = {
    scalars.read_word: _WORD,
    scalars.event_name: _WORD,
    scalars.read_flag: _FLAG,
    scalars.read_number: _NUMBER,
    scalars.above_zero: {"type": "number", "exclusiveMinimum": 0},
    scalars.read_share: _SHARE,
    scalars.segment_name: {"type": "string"},
    scalars.campaign_name: {"type": "string"},
    read_name: _WORD,
    texts.read_text: _TEXT_REF,
    texts.read_url: {"type": "string"},
    texts.read_locale: {"type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$"},
    times.read_duration: _DURATION,
    times.read_start: _DATE,
    times.read_end: _DATE,
    times.read_clock: _CLOCK,
    times.read_quiet_hours: {"type": "array", "items": _CLOCK, "minItems": 2, "maxItems": 2},
    times.read_opening_hours: _named(_list(_HOURS)),
    conditions.read_rule: {"$ref": "#/$defs/rule"},
    conditions.read_audience: _AUDIENCE,
    conditions.read_exclude: _AUDIENCE,
    scalars.read_path: {"type": "string", "pattern": "^[/*]"},
    site.read_country: {"type": "string", "pattern": "^[A-Za-z]{2}$"},
    site.read_currency: {"type": "string", "pattern": "^[A-Za-z]{3}$"},
    site.read_timezone: {"type": "string"},
    site.read_site_url: {"type": "string", "pattern": "^https?://"},
    site.read_origin: {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"},
    site.read_size: {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2},
    site.read_entitlement: {"type": "string", "pattern": "^(membership|product):."},
    contents.read_data: {"type": "object"},
    contents.read_true: {"const": True},
    contents.read_percent: {
        "anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 100}, {"type": "string", "pattern": "%$"}]
    },
    campaigns.read_promoted: {"type": "string", "pattern": "^(membership|product|category):."},
    campaigns.read_rank_by: {"type": "string"},
    journeys.read_points: _named(_NUMBER),
    journeys.read_since: {"type": "string"},
    journeys.read_through: _list({"type": "string"}),
    journeys.read_steps: _list({"$ref": "#/$defs/step"}),
    journeys.read_stop_step: {"const": True},
    document.read_version: {"const": 1},
    document.read_include: _list({"type": "string"}),
    document.read_segments: _named({"$ref": "#/$defs/rule"}),
}

# Each function that reads a mapping → its keys, and what stands around the mapping.
_MAPPINGS: dict[Callable[..., Any], tuple[Mapping[str, Key], Callable[[Json], Json]]] = {
    site.read_consent: (site.CONSENT, _plain),
    site.read_site: (site.SITE, _plain),
    site.read_identity: (site.IDENTITY, _plain),
    site.read_caps: (site.CAP, _list),
    site.read_global_caps: (site.GLOBAL_CAP, _list),
    contents.read_image: (contents.IMAGE, _plain),
    contents.read_cta: (contents.CTA, _plain),
    contents.read_products: (contents.PRODUCTS, _plain),
    contents.read_trigger: (contents.TRIGGER, _one_key),
    contents.read_content: (contents.SHARED, _plain),
    contents.read_creatives: (contents.CREATIVE, _named_or_empty),
    contents.read_variants: (contents.VARIANT, _named_or_empty),
    contents.read_discount: (contents.DISCOUNT, _one_key),
    contents.read_offer: (contents.OFFER, _plain),
    campaigns.read_where: (campaigns.WHERE, _plain),
    campaigns.read_conversion: (campaigns.CONVERSION, _plain),
    document.read_grants: (site.GRANT, _named),
    document.read_placements: (site.PLACEMENT, _named),
    document.read_scores: (journeys.SCORE, _named),
    document.read_campaigns: (campaigns.CAMPAIGN, _named_or_empty),
    document.read_journeys: (journeys.JOURNEY, _named),
}
