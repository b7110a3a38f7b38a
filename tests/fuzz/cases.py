"""Hypothesis strategies of whole requests: good and hostile events in batches, calls and decides, as clients send them."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from hypothesis import strategies as st

from omnisdk.events.catalogue import EVENTS, KINDS
from tests.fuzz.tokens import BOUNDS, BROKEN, IDENTITY_TOKENS, LITERALS, NAMES, NUMBERS, RUN, TEXTS, quoted

CALLS = ("identify", "track", "page", "screen", "group", "alias")
BATCHES = ("/v1/batch", "/v1/b")
PACKINGS = ("plain", "gzip", "two members", "deflate", "bom", "utf-16")
GOOD_PERSON = b"anonymous:good-~run~"


@dataclass(frozen=True)
class Case:
    """One request and what must become of it."""

    path: str
    role: str
    body: bytes
    items: int | None  # events in it; None: nobody can tell
    good: tuple[str, ...] = ()  # messageIds of the good neighbours
    refusable: bool = False  # may be answered 400 or 413
    packing: str = "plain"
    cut: float = 1.0  # how much of the packed body arrives

    def wire(self, run: int) -> tuple[bytes, dict[str, str]]:
        """Return the bytes and headers to send."""
        raw = self.body.replace(RUN, b"%05d" % run)
        headers = {"Content-Encoding": "gzip"}
        match self.packing:
            case "gzip":
                raw = gzip.compress(raw, 1, mtime=0)
            case "two members":
                raw = gzip.compress(raw[:70], 1, mtime=0) + gzip.compress(raw[70:], 1, mtime=0)
            case "deflate":
                raw, headers = zlib.compress(raw, 1), {"Content-Encoding": "deflate"}
            case "bom":
                raw, headers = b"\xef\xbb\xbf" + raw, {}
            case "utf-16":
                raw, headers = raw.decode("utf-8", "replace").encode("utf-16"), {}
            case _:
                headers = {}
        return raw[: int(len(raw) * self.cut)], headers

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "body": self.body.decode("latin-1")})

    @classmethod
    def from_json(cls, text: str) -> Case:
        values = json.loads(text)
        return cls(**{**values, "body": values["body"].encode("latin-1"), "good": tuple(values["good"])})


class _Maker:
    """Draws one request; remembers what it put in."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.broken = False

    def one(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))

    def chance(self, times: int) -> bool:
        return bool(self._draw(st.integers(0, times - 1)) == 0)

    def value(self, depth: int = 2) -> bytes:
        kind = self._draw(st.integers(0, 19))
        if kind < 7:
            return self._draw(st.sampled_from(TEXTS))
        if kind < 11:
            return self._draw(st.sampled_from(NUMBERS))
        if kind < 13:
            return self._draw(st.sampled_from(LITERALS))
        if kind == 13:
            return self._draw(st.sampled_from(BOUNDS))
        if kind == 14:
            self.broken = True
            return self._draw(st.sampled_from(BROKEN))
        if kind == 15:
            return quoted(self._draw(st.text(max_size=8)))
        if kind == 16:
            return json.dumps(self._draw(st.floats() | st.integers())).encode()
        if not depth:
            return b"null"
        size = self._draw(st.integers(0, 3))
        if kind == 17:
            return b"[" + b", ".join(self.value(depth - 1) for _ in range(size)) + b"]"
        return self.object([(self._draw(st.sampled_from(NAMES)), self.value(depth - 1)) for _ in range(size)])

    def object(self, members: list[tuple[bytes, bytes]]) -> bytes:
        return b"{" + b",".join(name + b":" + value for name, value in members) + b"}"

    def item(self, number: int) -> bytes:
        """Something that is nearly an event, or nothing like one."""
        if self.chance(10):
            return self.value()
        call = self._draw(st.sampled_from(CALLS))
        members = [(b'"type"', quoted(call)), (b'"messageId"', b'"m%d-~run~"' % number)]
        who = self._draw(st.integers(0, 31))
        if who > 3:
            members.append((b'"anonymousId"', self.one(b'"a1-~run~"', b'"a2-~run~"', b'"good-~run~"')))
        if who % 2:
            members.append((b'"userId"', self.one(b'"u1-~run~"', b'"u2-~run~"', b"1~run~")))
        if who % 4 < 2:
            members.append(
                (b'"timestamp"', self.one(b'"2026-09-21T14:00:00Z"', b'"2026-09-20T00:00:00.5+07:00"', b"1790000000"))
            )
        if call == "track":
            members += self._tracked()
        elif call in ("identify", "group"):
            members.append(
                (
                    b'"traits"',
                    self.one(
                        b'{"city":"Hu\xe1\xba\xbf"}', b'{"memberships":["gym"]}', b'{"points":5,"phone":"0901234567"}'
                    ),
                )
            )
        if call == "group":
            members.append((b'"groupId"', b'"g1"'))
        if call == "alias":
            members.append((b'"previousId"', self.one(b'"a1-~run~"', b'"u2-~run~"', b'"good-~run~"')))
        for _ in range(max(0, self._draw(st.integers(-2, 3)))):
            members.append((self._draw(st.sampled_from(_FIELDS)), self._field()))
        return self.object(members)

    def _tracked(self) -> list[tuple[bytes, bytes]]:
        name = self._draw(st.sampled_from(_EVENTS))
        known = sorted(KINDS[name])
        properties = [
            (quoted(self._draw(st.sampled_from(known))), self.value(2))
            for _ in range(self._draw(st.integers(0, 3)) if known else 0)
        ]
        return [(b'"event"', quoted(name)), (b'"properties"', self.object(properties))]

    def _field(self) -> bytes:
        kind = self._draw(st.integers(0, 9))
        if kind == 0:
            return self._draw(st.sampled_from(IDENTITY_TOKENS))
        if kind == 1:
            return self.object(
                [(b'"identityToken"', self._draw(st.sampled_from(IDENTITY_TOKENS))), (b'"traits"', self.value())]
            )
        if kind == 2:
            listed = self.object(
                [(b'"type"', self.one(b'"phone"', b'"email"', b'"card"', b"7")), (b'"id"', self.value(0))]
            )
            return self.object([(self.one(b'"externalIds"', b'"externalId"'), b"[" + listed + b"]")])
        return self.value()

    def good(self, number: int) -> bytes:
        return self.object([
            (b'"type"', b'"track"'), (b'"event"', b'"Good Neighbour"'), (b'"messageId"', b'"good%d-~run~"' % number), (b'"anonymousId"', b'"good-~run~"'),
            (b'"properties"', b'{"t\xc3\xaan":"g\xe1\xba\xady \\"}],[{\\\\","n":1.5}'),
        ])  # fmt: skip


_FIELDS = tuple(
    quoted(name)
    for name in (
        "type", "event", "name", "category", "messageId", "userId", "anonymousId", "previousId", "groupId", "phone", "email", "card", "timestamp",
        "originalTimestamp", "sentAt", "identityToken", "integrations", "traits", "properties", "context", "context", "writeKey", "version",
    )
)  # fmt: skip
_EVENTS = tuple(sorted(EVENTS))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Requests of every kind; about one in six has its frame broken, the others must be answered event by event."""
    make = _Maker(draw)
    role = make.one("shop", "browser")
    if make.chance(8):
        call = draw(st.sampled_from(CALLS))
        item = make.good(0) if make.chance(4) else make.item(0)
        path = "/v1/" + make.one(call, call[0])
        if not item.startswith(b"{"):
            make.broken = True
        case = Case(path, role, item, 1, refusable=make.broken or len(item) > 32_768)
    else:
        case = _many(make, role)
    case = replace(case, packing=make.one("plain", "plain", "plain", *PACKINGS))
    return _damaged(make, case) if make.chance(7) else case


def _many(make: _Maker, role: str) -> Case:
    items = [make.item(number) for number in range(make._draw(st.integers(0, 6)))]
    good = []
    for number in range(make._draw(st.integers(1, 2))):
        items.insert(make._draw(st.integers(0, len(items))), make.good(number))
        good.append(f"good{number}-~run~")
    decides = make.chance(5)
    gap = make.one(b",", b", ", b" ,\n\t")
    members = [(b'"events"' if decides else b'"batch"', b"[" + gap.join(items) + b"]")]
    make.broken = False  # an item's fault is its own
    refusable = False
    if decides:
        members.append((b'"placements"', b'["popup","home-hero","\\u0000"]'))
        members.append((b'"anonymousId"', b'"a1-~run~"'))
    for _ in range(max(0, make._draw(st.integers(-3, 2)))):
        refusable = True
        names = (b'"context"', b'"sentAt"', b'"identityToken"', b'"userId"', b'"timestamp"')
        members.insert(make._draw(st.integers(0, len(members))), (make.one(*names), make._field()))
    return Case(
        "/v1/decide" if decides else make.one(*BATCHES), role, make.object(members), len(items), tuple(good), refusable
    )


def _damaged(make: _Maker, case: Case) -> Case:
    """Return `case` with its frame broken: nothing is promised then but a clear answer."""
    body = case.body
    at = make._draw(st.integers(0, len(body)))
    case = replace(case, items=None, good=(), refusable=True)
    match make._draw(st.integers(0, 6)):
        case 0:
            return replace(case, body=body[:at])
        case 1:
            return replace(case, body=body + make.one(b"]", b"}", b" x", b"\0", b"\n" + body, body, b",", b'"'))
        case 2:
            return replace(
                case,
                body=body[:at] + make.one(b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"\xff", b"\0") + body[at:],
            )
        case 3:
            return replace(case, body=body[:at] + body[at + 1 + len(body) // 50 :])
        case 4:
            return replace(
                case,
                body=make.one(
                    b"",
                    b" \n",
                    b"null",
                    b"[]",
                    b'"text"',
                    b"7",
                    b"\x1f\x8b\x08",
                    b"[" * 100_000,
                    b"\xff\xfe",
                    b"<html>",
                ),
            )
        case 5:
            return replace(case, packing=make.one("gzip", "deflate"), cut=make.one(0.0, 0.3, 0.9, 0.99))
    return replace(case, body=make.value())
