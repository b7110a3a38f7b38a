"""Reading a body that strict JSON refuses, or that is mostly brackets, so that a fault costs only its own event.

What stands between two events of a batch is told without reading them: outside of texts, brackets only have to be
counted. Each event is then read by itself. Broken JSON inside of one is that event's refusal; what lies deeper in it
than any event may go is cut away unread, and enough is left for it to be refused as too deep. All of this takes time
and memory in proportion to the body: no recursion, and patterns that never try a second way (possessive quantifiers).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

from omnisdk.events import BadBody, Unreadable
from omnisdk.events.cleaning import DEEPEST, LARGEST_EVENT_BYTES, WIDEST, harmless_copy
from omnisdk.events.envelope import MOST_EVENTS

LISTS: Final = ("batch", "events")  # the lists of events at the top of a body: of /v1/batch and of /v1/decide
# What is read beside them. Anything else, however large, costs the events nothing.
READ: Final = frozenset({
    "context", "sentAt", "writeKey", "identityToken", "placements", "person", "userId", "anonymousId", "body",
})  # fmt: skip

_CUT_AT = DEEPEST + 8  # levels of a part that are read: more than an event may have, so that it is refused by its depth
_LONGEST_QUOTED = LARGEST_EVENT_BYTES * 6  # bytes: the letter A may be sent as \\u0041

_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = rb'[^"\[\]{}]++|' + _TEXT


def _shallow(levels: int) -> bytes:
    """Return the pattern of anything between brackets that itself has at most so many levels of brackets."""
    inside = _FLAT
    for _ in range(levels):
        inside = _FLAT + rb"|[\[{](?:" + inside + rb")*+[\]}]"
    return inside


# Four levels are an event with products: one step. What goes deeper is walked, bracket by bracket.
_ELEMENT = re.compile(rb'(?:[^",\[\]{}]++|' + _TEXT + rb"|[\[{](?:" + _shallow(3) + rb")*+[\]}])*+", re.DOTALL)
_BRACKETS = re.compile(rb"(?:" + _shallow(1) + rb")*+([\[{]++|[\]}]++|)", re.DOTALL)
_BEGINNINGS = frozenset(bytes([byte]) for byte in b'["-0123456789tfnNI')  # N and I: NaN, Infinity
_WORD = re.compile(r"[A-Za-z]{1,40}")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_NAME = re.compile(rb"[ \t\r\n]*+(" + _TEXT + rb")[ \t\r\n]*+:[ \t\r\n]*+", re.DOTALL)
_ONE_TEXT = re.compile(_TEXT, re.DOTALL)
# A text too large to take apart at once, piece by piece.
_PIECE = re.compile(rb'(?:[^"]{1,1000}+|' + _TEXT + rb"){1,200}+", re.DOTALL)


class Broken(Exception):
    """The bytes are no JSON body at all: `what` is wrong `at` that byte."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


class _Heavy(Exception):
    """The part cannot be an event within its limit; it was not read."""


class TooMuch(Exception):
    """There are more values in the body than a request may make this server hold."""


def read(raw: bytes, most_values: int | None = None) -> Any:
    """Return the value that `raw` is, with an `Unreadable` for each event that is no JSON.

    Invalid UTF-8 and lone surrogates become U+FFFD, NaN, infinities and numbers beyond a double null, control
    characters inside of texts are taken, and of a name given twice the last one counts. UTF-16 and UTF-32 are read.
    Raises Broken, TooMuch beyond `most_values` commas and opening brackets in all parts that are read, and BadBody
    where there are too many events or something of READ beside them is too large; what no route reads is then None.
    """
    encoding = json.detect_encoding(raw)
    if not encoding.startswith("utf-8"):
        raw = raw.decode(encoding, "replace").encode()
    return _Body(raw, most_values).read(start=3 if encoding == "utf-8-sig" else 0)


class _Body:
    def __init__(self, raw: bytes, most_values: int | None) -> None:
        self._raw = raw
        self._values_left = len(raw) if most_values is None else most_values
        self._unread = ""  # what is said of something too large, which only matters where the body is one event

    def read(self, start: int) -> Any:
        at = self._space(start)
        if self._raw[at : at + 1] == b"{":
            value: Any
            value, at = self._members(at + 1)
            if self._unread and not any(isinstance(value.get(name), list) for name in LISTS):
                raise BadBody("TOO_LARGE", self._unread)
        elif self._raw[at : at + 1] in _BEGINNINGS:  # no body of any of our routes, but what JSON it is can be told
            start = at
            at, text = self._element(start, last=True)
            value = self._clean(text, start, "body")
        else:
            raise Broken("no JSON value begins", at)
        at = self._space(at)
        if at < len(self._raw):
            raise Broken("more follows after its end,", at)
        return value

    def _members(self, at: int) -> tuple[dict[str, Any], int]:
        """Return the object whose first member may start at `at`, and where it ends."""
        found: dict[str, Any] = {}
        at = self._space(at)
        if self._raw[at : at + 1] == b"}":
            return found, at + 1
        members = 0
        while True:
            members += 1
            if members > WIDEST:  # each one costs much more than its bytes
                raise BadBody("TOO_WIDE", f"body: more than {WIDEST} names in the object that is the body")
            named = _NAME.match(self._raw, at)
            if named is None:
                raise Broken("a name in quotes and a colon are due", at)
            name = self._clean(named[1], at, "body")
            start = named.end()
            if name in LISTS and self._raw[start : start + 1] == b"[":
                found[name], at = self._items(name, start + 1)
                at = self._space(at)
            else:
                at, text = self._element(start)
                found[name] = self._clean(text, start, name)
            more, at = self._after_part(at, b"}", "object")
            if not more:
                return found, at
            at = self._space(at)

    def _items(self, name: str, at: int) -> tuple[list[Any], int]:
        """Return the events of the list whose first one may start at `at`, and where the list ends."""
        items: list[Any] = []
        at = self._space(at)
        if self._raw[at : at + 1] == b"]":
            return items, at + 1
        while True:
            if len(items) == MOST_EVENTS:
                message = f"{name}: more than {MOST_EVENTS:,} events; at most {MOST_EVENTS:,} in one body"
                raise BadBody("TOO_MANY_EVENTS", message)
            start = self._space(at)
            at, text = self._element(start)
            items.append(self._item(text, start))
            more, at = self._after_part(at, b"]", "list")
            if not more:
                return items, at

    def _after_part(self, at: int, closing: bytes, what: str) -> tuple[bool, int]:
        """Return whether another part follows the one that ended at `at`, and where to read on."""
        mark = self._raw[at : at + 1]
        if mark not in (b",", closing):
            raise Broken(f"a comma or the end of the {what} is due", at)
        return mark == b",", at + 1

    def _element(self, start: int, *, last: bool = False) -> tuple[int, bytes]:
        """Return where the part from `start` to the next comma or closing bracket ends, and the part, its depth cut.

        Only the `last` one may end where the body does.
        """
        raw = self._raw
        cuts: list[tuple[int, int]] = []
        at = self._match(_ELEMENT, start)
        while raw[at : at + 1] in (b"[", b"{"):  # deep, or without end
            at = self._match(_ELEMENT, self._deep(at, cuts))
        if at == len(raw) and not last:
            raise Broken("it ends too early", at)
        if raw[at : at + 1] == b'"':
            raise Broken("it ends in the middle of a text", len(raw))
        text = b""
        for cut_from, cut_to in cuts:
            text += raw[start:cut_from] + b"0"
            start = cut_to
        return at, text + raw[start:at]

    def _deep(self, at: int, cuts: list[tuple[int, int]]) -> int:
        """Return the place after the bracket that closes the one at `at`; add to `cuts` what lies too deep between them."""
        raw = self._raw
        depth = cut_from = 0
        while True:
            found = _BRACKETS.match(raw, at)
            assert found is not None  # it matches nothing at all too
            start, at = found.span(1)
            number = at - start
            if not number:
                what = "in the middle of a text" if at < len(raw) else f"{depth:,} levels inside an event or value"
                raise Broken(f"it ends {what}", len(raw))
            if raw[start] in b"[{":
                if depth <= _CUT_AT < depth + number:
                    cut_from = start + _CUT_AT - depth
                depth += number
                continue
            number = min(number, depth)
            if depth - number <= _CUT_AT < depth:
                cuts.append((cut_from, start + depth - _CUT_AT))
            depth -= number
            if not depth:
                return start + number

    def _item(self, text: bytes, start: int) -> Any:
        try:
            return self._value(text)
        except _Heavy:
            return Unreadable(
                "TOO_LARGE", f"more than {LARGEST_EVENT_BYTES:,} bytes, which is all that an event may have"
            )
        except json.JSONDecodeError as error:
            return Unreadable("INVALID_JSON", f"{_said(error)} at byte {start + _offset(error)} of the body")

    def _clean(self, text: bytes, start: int, name: str) -> Any:
        """Return the value of a part that is no event of a list, made harmless. Raises Broken, BadBody, TooMuch."""
        try:
            value = self._value(text)
            return value if type(value) is int else harmless_copy(value, _CUT_AT + 2)  # an id keeps its digits
        except _Heavy:
            place = name if _WORD.fullmatch(name) else f"the value at byte {start}"  # nothing that may be personal
            message = f"{place}: more than {LARGEST_EVENT_BYTES:,} bytes, which is all that one value may have"
            # The exception has no name here: its traceback would hold this frame, and the frame it, body and all, until
            # the collector comes.
            if name in READ:
                raise BadBody("TOO_LARGE", message) from None
            self._unread = message
            return None
        except json.JSONDecodeError as error:
            raise Broken(_said(error), start + _offset(error)) from None

    def _value(self, text: bytes) -> Any:
        """Return the JSON value `text` is. Raises _Heavy, TooMuch, JSONDecodeError."""
        commas, brackets, quoted = _weight(text)
        # The least that is sent with so many of them: `[],[],` and `1,1,`.
        if commas + brackets + max(commas, brackets) > LARGEST_EVENT_BYTES or quoted > _LONGEST_QUOTED:
            raise _Heavy
        self._values_left -= commas + brackets
        if self._values_left < 0:
            raise TooMuch
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return _LENIENT.decode(text.decode("utf-8", "surrogateescape"))

    def _space(self, at: int) -> int:
        return self._match(_SPACE, at)

    def _match(self, pattern: re.Pattern[bytes], at: int) -> int:
        found = pattern.match(self._raw, at)
        assert found is not None  # all of these match nothing at all too
        return found.end()


def _weight(text: bytes) -> tuple[int, int, int]:
    """Return how many commas and opening brackets stand in `text` outside of quotes, and how many bytes in quotes."""
    commas = brackets = quoted = 0
    for piece in _PIECE.finditer(text):
        rest = _ONE_TEXT.sub(b"", piece[0])
        commas += rest.count(b",")
        brackets += rest.count(b"[") + rest.count(b"{")
        quoted += len(piece[0]) - len(rest)
    return commas, brackets, quoted


def _integer(digits: str) -> int | float:
    """Read an integer as the strict reader does: exactly up to 64 bits, beyond as the float nearest to it."""
    if len(digits) <= 20:
        number = int(digits)
        if -(2**63) <= number < 2**64:
            return number
    return float(digits)


def _said(error: json.JSONDecodeError) -> str:
    return f"{error.msg[0].lower()}{error.msg[1:]}"  # in the decoder's words, which never quote the body


def _offset(error: json.JSONDecodeError) -> int:
    return len(error.doc[: error.pos].encode("utf-8", "surrogateescape"))


_LENIENT = json.JSONDecoder(strict=False, parse_int=_integer)
