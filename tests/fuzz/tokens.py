"""The words that hostile JSON is made of: values as they stand in a body, well-formed, out of bounds, and broken."""

from __future__ import annotations

import json

from omnisdk.identity import tokens
from tests.server.helpers import IDENTITY_KEY, NOW

RUN = b"~run~"  # stands for the number of the case, so that no case meets the people of another


def quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode(errors="surrogatepass")


NUMBERS = (
    b"0", b"-0", b"-0.0", b"1", b"-1", b"7", b"1.5", b"12e3", b"1E5", b"1e-7", b"1795339800", b"1795339800000", b"3.0",
    b"9007199254740993", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809", b"18446744073709551615",
    b"18446744073709551616", b"1180591620717411303424", b"1e400", b"-1e999", b"1e-400", b"5e-324", b"1.7976931348623157e308",
    b"9" * 400, b"9" * 5_000, b"0." + b"3" * 4_000, b"NaN", b"Infinity", b"-Infinity",
)  # fmt: skip

TEXTS = (
    b'""', b'" "', b'"a"', b'"b"', b'"golf"', b'"u1"', b'"12.5"', b'"1e9"', b'"-3"', b'"true"', b'"undefined"', b'"null"', b'"[object Object]"',
    b'"NaN"', b'"2026-09-21T10:00:00Z"', b'"2026-09-21T17:00:00.123456+07:00"', b'"9999-12-31T23:59:59Z"', b'"0001-01-01T00:00:00Z"',
    b'"2026-09-21"', b'"1795339800"', b'"track"', b'"Order Completed"', b'"VND"', b'"EUR"', b'"claimed"', b'"0901234567"',
    b'"+66812345678"', b'"lan@shop.example"', b'"../../etc/passwd"', b'"https://shop.example/g%E1%BB%ADi?utm_source=zalo&q=%CC%95%CC%80"',
    b'"http://[::1"', b'"<script>alert(1)</script>"', b'"{{ traits.first_name }}"', b'"\\u0000"', b'"a\\u0000b"', b'"\\ud800"', b'"\\udc00\\ud800"',
    b'"\\ud83d\\ude00"', b'"\\u202e\\u200f"', b'"\\u2028\\u2029"', b'"\x00"', b'"a\nb\tc\x1f\x7f"', b'"\xff\xfe"', b'"\xed\xa0\x80"', b'"\xe1\xba"', b'"\xc0\xaf"',
    b'"}],[{\\"\\\\"', b'"\\\\"', b'"__proto__"', b'"~run~"', quoted("đồ golf ⛳"), quoted("ไม้กอล์ฟ"), quoted("Trần Thị Ả"),
    quoted("e" + "\u0301" * 40), quoted("a" + "\u0315\u0300" * 700), quoted("\x85\u00a0\u3000"), b'"' + b"x" * 101 + b'"', b'"' + b"y" * 257 + b'"',
    b'"' + b"\xe1\xba\xaf" * 5_000 + b'"', b'"' + b"z" * 33_000 + b'"', b'"' + b"\\u0001" * 6_000 + b'"',
)  # fmt: skip

LITERALS = (b"null", b"true", b"false", b"[]", b"{}", b"[[]]", b"[null]", b'{"":null}', b'[{"a":[1,2,{"b":[]}]}]')

# Beyond a limit of an event, but JSON.
BOUNDS = (
    b"[" * 17 + b"]" * 17, b'{"a":' * 16 + b"1" + b"}" * 16, b"[" * 40 + b"]" * 40, b"[1," * 1_100 + b"2" + b"]" * 1_100,
    b'{"a":' * 1_500 + b"null" + b"}" * 1_500, b"[" * 100_000 + b"]" * 100_000, b"[" + b"0," * 17_000 + b"0]",
    b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(501)) + b"}", b"[" + b"{}," * 20_000 + b"{}]",
    b'{"' + b"k" * 40_000 + b'":1}', b"[" + b"null," * 7_000 + b"1]",
)  # fmt: skip

# No JSON, in ways that leave its end to be told.
BROKEN = (
    b"undefined", b"None", b"'a'", b"+1", b"01", b".5", b"0x1F", b"1_000", b'"\\x41"', b'"\\ud"', b"{1:2}", b'{"a" 1}', b'{"a":1,}', b"[1,]", b"[1 2]", b"[}",
    b'{"a":]', b"/* note */ 1", b"-", b"tru", b"<a>",
)  # fmt: skip

NAMES = (
    b'"p"', b'"price"', b'"\xff"', b'"\\u0000"', b'"\\ud800"', b'"t\xc3\xaan"', b'""', b'"__proto__"', b'"a.b"', b'"type"', b'"event"', b'"userId"',
    b'"messageId"', b'"context"', b'"traits"', b'"memberships"', b'"points"', b'"phone"', b'"city"', b'"products"', b'"k\n"', b'"' + b"n" * 600 + b'"',
)  # fmt: skip

IDENTITY_TOKENS = (
    quoted(tokens.mint("u1-fuzz", IDENTITY_KEY, now=NOW + 3600_000_000)), quoted(tokens.mint("undefined", IDENTITY_KEY, now=NOW)),
    quoted(tokens.mint("u1-fuzz", "another key, long enough to be one", now=NOW)), b'"a.b.c"', b'".."', b'"' + b"e" * 5_000 + b'"', b"7", b"{}",
)  # fmt: skip
