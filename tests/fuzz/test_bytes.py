"""Any bytes at all where the server expects a body, a token or a header: an answer in bounded time, and no other end."""

from __future__ import annotations

import contextlib
import gzip
import time
import zlib

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omnisdk.delivery.retry import retry_after_seconds
from omnisdk.events import BadBody, Unreadable
from omnisdk.identity import tokens
from server_example.views import salvage
from server_example.views.body import parsed, unpacked
from server_example.views.errors import ApiError
from tests.fuzz.cases import Case, cases
from tests.server.helpers import IDENTITY_KEY, NOW

BODY = '{"batch": [{"type": "track", "event": "Đã mua", "properties": {"p": [1, -2.5e3, null]}}, {"a": "\\u1eaf\\"["}], "sentAt": "x"}'.encode()
WORDS = (
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"NaN",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"1e999",
    b'"batch":[',
    b"[" * 40,
    b"]" * 40,
    b"\n",
)


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """`whole` after some cuts, doublings, flips and insertions."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 12))
        match draw(st.integers(0, 3)):
            case 0:
                del data[at : at + size]
            case 1:
                data[at:at] = data[at : at + 10 * size]
            case 2 if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case _:
                data[at:at] = draw(st.sampled_from(WORDS))
    return bytes(data)


def assert_refusal(refused: ApiError | BadBody) -> None:
    told = refused.message if isinstance(refused, ApiError) else str(refused)
    assert refused.code.isupper()
    assert 0 < len(told) < 500


def assert_value(value: object) -> None:
    items = value.get("batch") if isinstance(value, dict) else None
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Unreadable):
            assert item.code in ("INVALID_JSON", "TOO_LARGE")


@settings(max_examples=400)
@given(mutated(BODY))
def test_a_mutated_body_is_a_value_or_a_clear_refusal(raw: bytes) -> None:
    with contextlib.suppress(ApiError, BadBody):
        assert_value(parsed(raw))
    try:
        assert_value(salvage.read(raw, most_values=1000))
    except (salvage.Broken, salvage.TooMuch) as broken:
        at = getattr(broken, "at", 0)
        assert 0 <= at <= 2 * len(raw)
    except BadBody as bad:
        assert_refusal(bad)


@given(mutated(BODY))
def test_an_event_is_read_the_same_whether_another_one_is_broken_or_not(raw: bytes) -> None:
    try:
        strict = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return
    if isinstance(strict, dict):
        assert salvage.read(raw).get("batch") == strict.get("batch")


@settings(max_examples=300)
@given(
    st.one_of(mutated(gzip.compress(BODY * 3, mtime=0)), mutated(zlib.compress(BODY)), st.binary(max_size=60)),
    st.sampled_from(["gzip", "x-gzip", "deflate", "br", ""]),
)
@example(gzip.compress(gzip.compress(BODY)), "gzip")
@example(gzip.compress(b"", mtime=0) * 5_000, "gzip")
def test_mutated_gzip_is_unpacked_within_the_limit_or_refused(raw: bytes, encoding: str) -> None:
    began = time.thread_time()
    try:
        assert len(unpacked(raw, encoding, 1_000)) <= 1_000
    except ApiError as refused:
        assert refused.status in (400, 413)
        assert_refusal(refused)
    assert time.thread_time() - began < 1


@given(cases())
@settings(max_examples=100)
def test_the_message_of_a_broken_body_says_where_and_quotes_nothing(case: Case) -> None:
    raw = case.wire(1)[0]
    try:
        parsed(raw.replace(b'"', b'"s3cret'))
    except ApiError as refused:
        assert_refusal(refused)
        assert "s3cret" not in refused.message
    except BadBody as bad:
        assert_refusal(bad)


TOKEN = tokens.mint("u1", IDENTITY_KEY, now=NOW).encode()


@settings(max_examples=300)
@given(mutated(TOKEN) | st.binary(max_size=80))
@example(b"." * 4_000)
@example(TOKEN + b"=")
@example(TOKEN * 20)
def test_no_mutation_of_a_token_proves_anybody_else(raw: bytes) -> None:
    for text in (raw.decode("utf-8", "replace"), raw.decode("latin-1"), raw.decode("utf-8", "surrogateescape")):
        proven = tokens.verify(text, IDENTITY_KEY, now=NOW)
        assert (proven is None) == (text != TOKEN.decode())


@settings(max_examples=300)
@given(
    st.text(max_size=40)
    | mutated(b"Wed, 21 Oct 2026 07:28:00 GMT").map(lambda raw: raw.decode("latin-1"))
    | st.floats().map(str)
    | st.integers().map(str)
)
@example("9" * 5_000)
@example("٣")
@example("Wed, 99 Oct 99999999999 07:28:00 +9999")
def test_any_retry_after_is_seconds_within_an_hour_or_nothing(text: str) -> None:
    seconds = retry_after_seconds(text, NOW)
    assert seconds is None or 0 <= seconds <= 3_600
