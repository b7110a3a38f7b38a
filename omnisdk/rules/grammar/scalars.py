"""Single values: flags, numbers, words, shares, references to names of the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from omnisdk.rules.files.report import Wrong, listed, quoted, suggestion
from omnisdk.rules.files.tree import Map, Node, Scalar, Seq, described
from omnisdk.rules.grammar.scope import Scope
from omnisdk.rules.paths import normalise_path

# Numbers as people write them. 0811 and 1E10 are not: they are ids, and stay texts.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def scalar(node: Node, of: str, hint: str) -> Scalar:
    """Return `node` as a scalar with a value, or raise Wrong saying that `of` was expected."""
    if not isinstance(node, Scalar) or node.empty:
        raise Wrong(node, f"{of} is expected", described(node), hint)
    return node


def read_word(_: Scope, node: Node) -> str:
    """Read a text exactly as written: a coupon, an id, an event's name."""
    return unicodedata.normalize(
        "NFC", scalar(node, "a text", "put it in quotes if it is empty on purpose").text.strip()
    )


def read_flag(_: Scope, node: Node) -> bool:
    text = scalar(node, "true or false", "write true or false")
    if not text.plain or text.text not in _FLAGS:
        raise Wrong(node, "true or false is expected", described(node), "write true or false, without quotes")
    return _FLAGS[text.text]


def plain_value(node: Scalar) -> Any:
    """Return what an unquoted value is where any type may stand: a flag, a number, None, else its text (NFC, trimmed)."""
    if node.plain:
        if node.text in _FLAGS:
            return _FLAGS[node.text]
        if node.text in _NOTHING:
            return None
        if (value := number(node.text)) is not None:
            return value
    return unicodedata.normalize("NFC", node.text.strip())


def number(text: str) -> int | float | None:
    """Return the number `text` writes, or None: no leading zeros, no exponent, no sign but -."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    return float(text) if match[2] else int(text)


def read_number(_: Scope, node: Node) -> int | float:
    value = scalar(node, "a number", "write it in digits, such as 5 or 2.5")
    result = number(value.text) if value.plain else None
    if result is None:
        hint = "take the quotes off" if number(value.text) is not None else "write it in digits, such as 5 or 2.5"
        raise Wrong(node, "a number is expected", described(node), hint)
    return result


@dataclass(frozen=True, slots=True)
class Whole:
    """Reads a whole number from `low` to `high`."""

    low: int
    high: int

    def __call__(self, scope: Scope, node: Node) -> int:
        value = read_number(scope, node)
        if not isinstance(value, int) or not self.low <= value <= self.high:
            raise Wrong(node, "a whole number is expected", described(node), f"from {self.low} to {self.high}")
        return value


def above_zero(scope: Scope, node: Node) -> int | float:
    value = read_number(scope, node)
    if value <= 0:
        raise Wrong(node, "a number above 0 is expected", described(node), "leave the key out for none")
    return value


def read_share(_: Scope, node: Node) -> float:
    """Read a share of the whole: ``5%`` or ``0.05``; returns 0 to 1."""
    text = scalar(node, "a share", "write 5% or 0.05").text
    if match := _PERCENT.fullmatch(text):
        share = float(match[1]) / 100
    else:
        value = number(text)
        if value is None or (value == 1 and isinstance(value, int)):  # 1 % or all of it? Ask.
            raise Wrong(node, "a share is expected", described(node), "write 5% or 0.05; everything is 100%")
        share = float(value)
    if not 0 <= share <= 1:
        near = f"{text.strip('% ')}%" if 1 < share <= 100 and "%" not in text else "0% to 100%"
        raise Wrong(node, "a share is between 0% and 100%", described(node), f"write {near}")
    return share


def read_path(_: Scope, node: Node) -> str:
    """Read a pattern of paths; returns it normalised."""
    text = scalar(node, "a path", 'write "/help/*"').text.strip()
    if not text.startswith(("/", "*")):
        hint = f"write {quoted(urlsplit(text).path or '/')}" if "://" in text else f"write {quoted('/' + text)}"
        raise Wrong(node, "a path begins with /", described(node), hint)
    return normalise_path(text)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Reads one of a fixed set of words; `of` names them in messages."""

    words: tuple[str, ...]
    of: str

    def __call__(self, _: Scope, node: Node) -> str:
        text = scalar(node, self.of, f"write one of: {', '.join(self.words)}").text
        if text not in self.words:
            raise Wrong(node, f"unknown {self.of}", described(node), suggestion(text, self.words))
        return text


def reference(known: Collection[str], of: str, node: Node) -> str:
    """Read the name of something that the file defines elsewhere."""
    text = unicodedata.normalize("NFC", scalar(node, f"the name of a {of}", "write its name").text.strip())
    if text not in known:
        none = f"the file has {listed(known)}" if known else f"no {of} of that name is in the file"
        raise Wrong(node, f"unknown {of}", described(node), suggestion(text, known, none=none))
    return text


def segment_name(scope: Scope, node: Node) -> str:
    return reference(scope.segments, "segment", node)


def campaign_name(scope: Scope, node: Node) -> str:
    return reference(scope.campaigns, "campaign", node)


def event_name(scope: Scope, node: Node) -> str:
    """Read the name of an event. Any name may be sent, so one that is nearly a known one only warns."""
    name = read_word(scope, node)
    warn_event(scope, node, name)
    return name


def warn_event(scope: Scope, node: Node, name: str) -> None:
    from difflib import SequenceMatcher

    from omnisdk.rules.files.report import closest
    from omnisdk.rules.grammar.known import known_events

    known = known_events()
    if name in known or (near := closest(name, known)) is None:
        return
    ratio = SequenceMatcher(None, name.casefold().replace("_", " "), near.casefold()).ratio()
    if ratio >= 0.88:  # "Product Viewd" and "order_completed", not "Order Packed"
        scope.report.warn(
            node, "an event of that name is not known", f"found {quoted(name)}", f"did you mean {quoted(near)}?"
        )


def free_value(node: Node) -> Any:
    """Return a free mapping's value as plain JSON: mappings, lists, texts, numbers, flags, None."""
    if isinstance(node, Map):
        return {entry.key.text: free_value(entry.value) for entry in node.entries}
    if isinstance(node, Seq):
        return [free_value(item) for item in node.items]
    return plain_value(node)
