from __future__ import annotations

import contextlib
import gzip
import json
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.events import BadBody, Unreadable
from omnisdk.events.cleaning import Unfit, harmless
from server_example.views import salvage
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


def test_thousands_of_empty_members_are_refused_before_they_cost_anything() -> None:
    members = gzip.compress(b"", mtime=0) * 200_000
    began = time.thread_time()
    with pytest.raises(ApiError, match="more than 32 gzip streams"):
        unpacked(members, "gzip")
    assert time.thread_time() - began < 0.5
    assert unpacked(gzip.compress(b"x", mtime=0) * 32, "gzip") == b"x" * 32


def test_gzip_within_gzip_is_unpacked_once() -> None:
    inner = gzip.compress(b"{}", mtime=0)
    assert unpacked(gzip.compress(inner, mtime=0), "gzip") == inner
    with pytest.raises(ApiError, match="is not read here"):
        unpacked(gzip.compress(inner, mtime=0), "gzip, gzip")


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


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"{", "a name in quotes and a colon are due at byte 1 (line 1, column 2)"),
        (b"[" * 100_000, "it ends 100,000 levels inside an event or value at byte 100000"),
        (b'{"a":' * 5_000, "it ends 4,999 levels inside an event or value at byte 25000"),
        (b'{"batch": [{"type": "track"', "it ends 1 levels inside an event or value at byte 27"),
        (b'{"batch": [{"type": "track"}', "it ends too early at byte 28"),
        (b'{"batch": [{"type": "tra', "it ends in the middle of a text at byte 24"),
        (b'{"batch": [{}]', "a comma or the end of the object is due at byte 14"),
        (b'{"batch": [{}}]}', "a comma or the end of the list is due at byte 13"),
        (b'{"batch": [{}]]', "a comma or the end of the object is due at byte 14"),
        (b'{"batch": [{}],}', "a name in quotes and a colon are due at byte 15"),
        (b'{"batch": [{}]} x', "more follows after its end, at byte 16"),
        (b'{"batch": [{}]}{"batch": [{}]}', "more follows after its end, at byte 15"),
        (b'{"batch": [{}]}\n{"batch": [{}]}', "more follows after its end, at byte 16 (line 2, column 1)"),
        (b'{"batch": [{}]}\0', "more follows after its end, at byte 15"),
        (b'{"batch": [{}], "sentAt": undefined}', "expecting value at byte 26"),
        ('{"tên":\n "ạ", "b": +1}'.encode(), "expecting value at byte 22 (line 2, column 12)"),
        (b"<html>", "no JSON value begins at byte 0"),
        (b"\xff\xfe\x00", "no JSON value begins at byte 0"),
        (b'"open', "it ends in the middle of a text at byte 5"),
        (b"[1] 2", "extra data at byte 4"),
    ],
    ids=range(20),
)
def test_a_body_whose_events_cannot_be_told_apart_is_refused_with_the_place(raw: bytes, what: str) -> None:
    with pytest.raises(ApiError) as refused:
        parsed(raw)
    assert (refused.value.status, refused.value.code) == (400, "INVALID_JSON")
    assert refused.value.message.startswith(f"the body is not JSON: {what}"), refused.value.message


def test_a_body_that_is_still_packed_is_told_as_such() -> None:
    with pytest.raises(ApiError) as refused:
        parsed(gzip.compress(b"{}"))
    assert refused.value.hint == "it begins as gzip does: send it with Content-Encoding: gzip"


@pytest.mark.parametrize("raw", [b"", b" \n\t ", b"\xef\xbb\xbf"])
def test_an_empty_body_is_told_as_such(raw: bytes) -> None:
    with pytest.raises(ApiError, match="the body is empty"):
        parsed(raw)


GOOD = {"type": "track", "event": "Đã mua gậy ⛳", "anonymousId": "a1"}


def around(bad: bytes, name: str = "batch") -> bytes:
    good = json.dumps(GOOD, ensure_ascii=False).encode()
    return b'{"%s": [%s, %s, %s], "sentAt": null}' % (name.encode(), good, bad, good)


@pytest.mark.parametrize("name", ["batch", "events"])
@pytest.mark.parametrize(
    ("bad", "read_as"),
    [
        (b'{"a": NaN}', {"a": None}),
        (b'{"a": "\xff\xc3("}', {"a": "\ufffd\ufffd("}),
        (b'{"a": "one\ntwo\x00\x1f"}', {"a": "one\ntwo\x1f"}),
        (b'{"\x80": "\\ud800"}', {"\ufffd": "\ufffd"}),
        (b'{"a": %s}' % (b"9" * 200_000), {"a": None}),
        (b'{"a": 1e400, "b": -1e999, "c": -0, "d": -0.0}', {"a": None, "b": None, "c": 0, "d": 0.0}),
        (b'{"a": NaN, "b": 1180591620717411303424}', {"a": None, "b": 2.0**70}),
        (b'{"a": NaN, "a": 1, "a": 2}', {"a": 2}),
        (b'{"%s": NaN}' % (b"k" * 20_000), {"k" * 20_000: None}),
        (b'{"a": "}],[{\\"\\\\", "b": NaN}', {"a": '}],[{"\\', "b": None}),
    ],
    ids=range(10),
)
def test_what_can_be_put_right_costs_its_event_nothing_more(bad: bytes, read_as: object, name: str) -> None:
    body = parsed(around(bad, name))
    good, clean, other = body[name]
    assert good == other == GOOD
    assert harmless(clean) == read_as
    assert body["sentAt"] is None


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b'{"a": undefined}', "INVALID_JSON"),
        (b'{"a": 1 "b": 2}', "INVALID_JSON"),
        (b'{"a": [1}]', "INVALID_JSON"),
        (b'{"a": ]', "INVALID_JSON"),
        (b"{'a': 1}", "INVALID_JSON"),
        (b'{"a": "\\x"}', "INVALID_JSON"),
        (b"", "INVALID_JSON"),
        (b"{} {}", "INVALID_JSON"),
        (b"nonsense", "INVALID_JSON"),
        (b'{"p": [%s1]}' % (b"NaN," * 40_000), "TOO_LARGE"),
        (b'{"p": "%s\xff"}' % (b"x" * 200_000), "TOO_LARGE"),
    ],
    ids=range(11),
)
def test_an_event_that_is_no_json_or_a_bomb_costs_only_itself(bad: bytes, code: str) -> None:
    good, unreadable, other = parsed(around(bad))["batch"]
    assert good == other == GOOD
    assert isinstance(unreadable, Unreadable)
    assert unreadable.code == code


def test_the_place_of_broken_json_in_an_event_is_its_byte_in_the_body() -> None:
    raw = around('{"thành phố": "Huế\x01", "n": nil}'.encode() + b"")
    _, unreadable, _ = parsed(raw)["batch"]
    assert unreadable == Unreadable("INVALID_JSON", f"expecting value at byte {raw.index(b'nil')} of the body")


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[1,{"b":['])
@pytest.mark.parametrize("times", [17, 30, 1_500, 100_000])
def test_what_is_too_deep_is_cut_so_that_only_its_event_is_refused(opening: bytes, times: int) -> None:
    closing = opening.translate(bytes.maketrans(b"[{", b"]}"), b'1,"ab:')[::-1]
    good, deep, other = parsed(around(b'{"p": %s1%s}' % (opening * times, closing * times)))["batch"]
    assert good == other == GOOD
    with pytest.raises(Unfit) as unfit:
        harmless(deep)
    assert unfit.value.code == "TOO_DEEP"


def test_what_lies_beside_something_too_deep_is_kept() -> None:
    raw = around(
        b'{"a": 1, "p": [2, %s3%s, 4], "q": {"r": %s%s}, "z": 5}' % (b"[" * 2000, b"]" * 2000, b"[" * 30, b"]" * 30)
    )
    _, deep, _ = parsed(raw)["batch"]
    assert (deep["a"], deep["p"][0], deep["p"][2], deep["z"], list(deep["q"])) == (1, 2, 4, 5, ["r"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_body_in_another_utf_is_read(encoding: str) -> None:
    assert parsed(json.dumps({"batch": [GOOD]}, ensure_ascii=False).encode(encoding)) == {"batch": [GOOD]}


def test_of_a_name_given_twice_the_last_one_counts() -> None:
    assert parsed(b'{"batch": [1], "a": 1, "a": 2, "batch": [3]}') == {"batch": [3], "a": 2}
    assert parsed(b'{"batch": [NaN], "a": 1, "a": 2, "batch": [3]}') == {"batch": [3], "a": 2}


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**30])
def test_integers_are_the_same_on_the_strict_and_on_the_lenient_way(number: int) -> None:
    strict = parsed(b'{"userId": %d, "batch": [{"userId": %d}]}' % (number, number))
    lenient = parsed(b'{"userId": %d, "batch": [{"userId": %d}, NaN]}' % (number, number))
    assert (lenient["userId"], lenient["batch"][0]) == (strict["userId"], strict["batch"][0])
    assert type(lenient["userId"]) is type(strict["userId"])


def test_too_many_events_are_not_even_read() -> None:
    with pytest.raises(BadBody) as refused:
        parsed(b'{"batch": [NaN' + b",{}" * 1_000_000 + b"]}")
    assert (refused.value.code, str(refused.value)[:29]) == ("TOO_MANY_EVENTS", "batch: more than 2,500 events")


def test_a_crowded_body_is_read_event_by_event() -> None:
    bomb = b'{"p": [%s1]}' % (b"{}," * 300_000)
    good, unreadable, other = parsed(around(bomb))["batch"]
    assert good == other == GOOD
    assert unreadable == Unreadable("TOO_LARGE", "more than 32,768 bytes, which is all that an event may have")


def test_more_values_than_a_request_may_make_us_hold_are_refused() -> None:
    dense = b'{"p": [%s1]}' % (b"{}," * 8_000)
    with pytest.raises(ApiError) as refused:
        parsed(b'{"batch": [%s]}' % b",".join([dense] * 100))
    assert (refused.value.status, refused.value.code) == (413, "BODY_TOO_LARGE")


def test_something_else_than_events_that_is_too_large_is_named() -> None:
    with pytest.raises(BadBody) as refused:
        parsed(b'{"context": {"p": [%s1]}, "batch": [NaN]}' % (b"[]," * 100_000))
    assert (refused.value.code, str(refused.value)) == (
        "TOO_LARGE",
        "context: more than 32,768 bytes, which is all that one value may have",
    )


@pytest.mark.parametrize("name", ["batch", "events"])
def test_what_nobody_reads_beside_the_events_costs_them_nothing_however_large(name: str) -> None:
    junk = b'"junk": [%s1]' % (b"1," * 20_000)
    members = [b'"%s": [NaN, %s]' % (name.encode(), json.dumps(GOOD).encode()), junk, b'"sentAt": "s"']
    for order in (members, members[::-1]):
        body = parsed(b"{%s}" % b",".join(order))
        assert (body["junk"], body[name][1], body["sentAt"]) == (None, GOOD, "s")


@pytest.mark.parametrize("name", sorted(salvage.READ))
def test_what_is_read_beside_the_events_is_refused_when_it_is_too_large(name: str) -> None:
    with pytest.raises(BadBody):
        parsed(b'{"batch": [NaN], "%s": [%s1]}' % (name.encode(), b"1," * 20_000))


def test_of_an_event_that_is_the_whole_body_every_part_counts() -> None:
    with pytest.raises(BadBody) as refused:
        parsed(b'{"type": "track", "a": NaN, "junk": [%s1]}' % (b"1," * 20_000))
    assert str(refused.value).startswith("junk: more than 32,768 bytes")


JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**63 - 1),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part), max_leaves=10,
)  # fmt: skip
CLEAN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(JSON)
def test_json_is_read_as_python_reads_it(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    assert parsed(raw) == json.loads(raw)


@given(
    st.lists(JSON, max_size=5),
    st.dictionaries(CLEAN.filter(lambda name: name != "batch"), st.none() | CLEAN),
    st.sampled_from([None, 1, "\t"]),
)
def test_the_lenient_way_reads_good_json_as_the_strict_one(
    items: list[object], rest: dict[str, object], indent: int | str | None
) -> None:
    raw = json.dumps({**rest, "batch": items}, ensure_ascii=False, indent=indent).encode("utf-8", "replace")
    assert salvage.read(raw) == parsed(raw)
    assert salvage.read(raw, most_values=len(raw)) == parsed(raw)


def test_the_seconds_it_takes_grow_with_the_body_and_nothing_else() -> None:
    """Every shape of attack at 1 MiB: well under a second of CPU, on a machine that has other work too."""
    size = 1024 * 1024
    units = [
        b"{},",
        b"[],",
        b'"a",',
        b"NaN,",
        b"[[[[[1],2],3],4],5],",
        b'{"a":{"b":{"c":{"d":{"e":{}}}}}},',
        b'"\\\\",',
        b"\xff,",
    ]
    attacks = [around(b'{"p": [%s1]}' % (unit * (size // len(unit)))) for unit in units]
    attacks += [
        unit * (size // len(unit)) for unit in (b"[", b"[1,", b'{"a":', b'"', b"\\", b'{"batch":[', b"\xff", b"0", b" ")
    ]
    for attack in attacks:
        began = time.thread_time()
        with contextlib.suppress(ApiError, BadBody):
            parsed(attack)
        assert time.thread_time() - began < 1.5, attack[:60]


def test_a_body_of_endless_names_that_no_fast_reader_takes_is_refused_at_once() -> None:
    """Six kilobytes of gzip were seven hundred thousand names, each read by itself for seconds."""
    began = time.process_time()
    with pytest.raises(BadBody, match="500 names") as refused:
        parsed(b"{" + b'"a":1,' * 500_000 + b'"b":NaN}')
    assert refused.value.code == "TOO_WIDE"
    assert time.process_time() - began < 1
