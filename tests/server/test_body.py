from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_example.views.body import parsed, unpacked
from server_example.views.errors import ApiError

LIMIT = 100_000


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_what_was_packed_comes_back(parts: list[bytes]) -> None:
    members = b"".join(gzip.compress(part, mtime=0) for part in parts)
    assert unpacked(members, "gzip", LIMIT) == b"".join(parts)
    assert unpacked(zlib.compress(parts[0]), "deflate", LIMIT) == parts[0]


@pytest.mark.parametrize("size", [LIMIT + 1, 50_000_000])
def test_a_bomb_is_refused_after_the_limit_and_not_unpacked(size: int) -> None:
    bomb = gzip.compress(bytes(size), mtime=0)
    with pytest.raises(ApiError) as refused:
        unpacked(bomb, "gzip", LIMIT)
    assert (refused.value.status, refused.value.code) == (413, "BODY_TOO_LARGE")


def test_many_small_members_together_are_a_bomb_too() -> None:
    with pytest.raises(ApiError) as refused:
        unpacked(gzip.compress(bytes(60_000), mtime=0) * 3, "gzip", LIMIT)
    assert refused.value.status == 413


def test_exactly_the_limit_is_read() -> None:
    assert len(unpacked(gzip.compress(bytes(LIMIT), mtime=0), "gzip", LIMIT)) == LIMIT


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"not gzip", "gzip"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-12], "gzip"),
        (gzip.compress(b"x", mtime=0) + b"rest", "gzip"),
        (b"x", "br"),
    ],
)
def test_what_is_not_what_it_says_is_refused(raw: bytes, encoding: str) -> None:
    with pytest.raises(ApiError) as refused:
        unpacked(raw, encoding, LIMIT)
    assert (refused.value.status, refused.value.code) == (400, "UNREADABLE_BODY")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(raw: bytes) -> None:
    try:
        parsed(raw)
    except ApiError as refused:
        assert (refused.status, refused.code) == (400, "INVALID_JSON")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": NaN, "b": 1}', {"a": None, "b": 1}),
        ('{"a": [Infinity, -Infinity]}', {"a": [None, None]}),
        ('{"tên": "Trần \\ud800"}', {"tên": "Trần �"}),
        ('{"n": 1e999, "t": "\\ud83d"}', {"n": None, "t": "�"}),
    ],
)
def test_what_stock_clients_send_beyond_strict_json_costs_only_itself(text: str, value: object) -> None:
    assert parsed(text.encode()) == value


@pytest.mark.parametrize("text", ["", "  ", "{", "[" * 100_000, '{"a":' * 5_000, "9" * 200_000, '{"a": undefined}'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ApiError) as refused:
        parsed(text.encode())
    assert (refused.value.status, refused.value.code) == (400, "INVALID_JSON")


def test_an_empty_body_is_told_as_such() -> None:
    with pytest.raises(ApiError, match="the body is empty"):
        parsed(b"")


@given(st.recursive(st.none() | st.booleans() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
                    | st.integers(-(2**63), 2**63 - 1), lambda part: st.lists(part) | st.dictionaries(st.text(), part),
                    max_leaves=10))  # fmt: skip
def test_json_is_read_as_python_reads_it(value: object) -> None:
    assert parsed(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) == json.loads(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    )
