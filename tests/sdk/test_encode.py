"""Whatever a shop puts into an event becomes JSON that a strict parser reads, or a named fault."""

from __future__ import annotations

import enum
import json
import uuid
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from omnisdk.delivery.encode import encode
from omnisdk.delivery.ids import message_id
from omnisdk.errors import Unserialisable


def strictly(content: bytes) -> Any:
    """Parse as a strict server does: no NaN, no invalid UTF-8, no lone surrogate."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    value = json.loads(content.decode("utf-8"), parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


class Colour(str, enum.Enum):  # noqa: UP042 -- the older form, which many shops still have, writes itself differently
    RED = "đỏ"


class Level(int, enum.Enum):
    HIGH = 3


class Plain(enum.Enum):
    ONE = "một"


@dataclass
class Address:
    city: str
    tags: tuple[str, ...] = ()


class Model(BaseModel):
    name: str
    price: Decimal | None = None


class LazyText:
    """As Django's translated texts: can be iterated, and means its text."""

    def __iter__(self) -> Any:
        return iter("abc")

    def __str__(self) -> str:
        return "ชุดกอล์ฟ"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("19.99"), 19.99),
        (Decimal("1200000"), 1200000),
        (Decimal("1200000.00"), 1200000),
        (Decimal("NaN"), None),
        (Decimal("sNaN"), None),
        (Decimal("Infinity"), None),
        (Decimal("1e999"), None),
        (float("nan"), None),
        (float("-inf"), None),
        (datetime(2026, 11, 1, 9, 30, tzinfo=timezone(timedelta(hours=7))), "2026-11-01T02:30:00.000Z"),
        (datetime(2026, 11, 1, 9, 30, 0, 5), "2026-11-01T09:30:00.000005Z"),
        (date(2026, 11, 1), "2026-11-01"),
        (time(9, 30), "09:30:00"),
        (timedelta(minutes=2), 120.0),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (Colour.RED, "đỏ"),
        (Level.HIGH, 3),
        (Plain.ONE, "một"),
        ({"a"}, ["a"]),
        (frozenset({1}), [1]),
        (deque([1, 2]), [1, 2]),
        ((n for n in (1, 2)), [1, 2]),
        ((1, "b"), [1, "b"]),
        (b"Ph\xe1\xbb\x9f", "Phở"),
        (b"\xff", "\ufffd"),
        (Address("Huế", ("a",)), {"city": "Huế", "tags": ["a"]}),
        (Model(name="Áo", price=Decimal("1.5")), {"name": "Áo", "price": 1.5}),
        (Model(name="Áo"), {"name": "Áo"}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (LazyText(), "ชุดกอล์ฟ"),
        (2**70, float(2**70)),
        (10**5000, None),
        ("\ud800a", "\ufffda"),
        ("\ud83d\ude00", "😀"),
        ("a\x00b", "a\x00b"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_python_value_has_its_json(value: object, written: object) -> None:
    assert strictly(encode({"v": value})) == {"v": written}
    # With a NaN beside it the careful way runs: it must say the same.
    if not hasattr(value, "__next__"):
        assert strictly(encode({"v": value, "nan": float("nan")})) == {"v": written, "nan": None}


def test_what_can_be_read_once_is_read_once_even_when_the_quick_way_fails_after_it() -> None:
    assert strictly(encode({"v": (n for n in (1, 2)), "nan": float("nan")}))["v"] == [1, 2]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (1, "1"),
        (1.5, "1.5"),
        (None, "null"),
        (True, "true"),
        ((1, 2), "(1, 2)"),
        (Colour.RED, "đỏ"),
        (Plain.ONE, "một"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (date(2026, 11, 1), "2026-11-01"),
    ],
    ids=repr,
)
def test_keys_become_text(key: object, written: str) -> None:
    assert strictly(encode({key: 1})) == {written: 1}


def test_text_is_sent_as_it_is_written() -> None:
    assert "Gậy gôn ไม้กอล์ฟ".encode() in encode({"name": "Gậy gôn ไม้กอล์ฟ"})


def test_a_circle_is_named() -> None:
    circle: dict[str, Any] = {"a": 1}
    circle["self"] = [circle]
    with pytest.raises(Unserialisable, match="contains itself"):
        encode(circle)


def test_the_same_object_twice_is_no_circle() -> None:
    twice = {"a": float("nan")}
    assert strictly(encode([twice, twice])) == [{"a": None}, {"a": None}]


def test_nesting_without_end_is_named() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unserialisable, match="nested deeper"):
        encode(deep)


def test_an_object_whose_text_fails_is_named_by_the_kind_of_its_fault() -> None:
    class Broken:
        def __str__(self) -> str:
            raise KeyError("khách hàng bí mật")

    with pytest.raises(Unserialisable, match="KeyError") as caught:
        encode({"v": Broken()})
    assert "bí mật" not in str(caught.value)


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.decimals()
    | st.datetimes()
    | st.uuids()
    | st.binary()
    | st.timedeltas()
    | st.fractions(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters()) | st.integers() | st.floats() | st.none(), inner)
        | st.frozensets(st.text())
        | st.tuples(inner, inner)
    ),
    max_leaves=15,
)


@given(json_like)
def test_every_value_parses_strictly(value: object) -> None:
    strictly(encode({"v": value}))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_plain_json_comes_back_unchanged(value: object) -> None:
    assert strictly(encode(value)) == value


def test_message_ids_are_uuid7_in_the_order_of_time() -> None:
    instants = [1_000, 1_790_000_000_000_000, 1_790_000_000_001_000]
    ids = [message_id(instant) for instant in instants]
    assert ids == sorted(ids)
    for text, instant in zip(ids, instants, strict=True):
        parsed = uuid.UUID(text)
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
        assert parsed.int >> 80 == instant // 1000


def test_message_ids_of_one_instant_differ_even_under_a_fixed_random_seed() -> None:
    import random

    def make() -> list[str]:
        random.seed(7)
        return [message_id(1_790_000_000_000_000) for _ in range(1000)]

    assert len({*make(), *make()}) == 2000


def test_a_datetime_without_a_zone_is_read_as_utc_like_everywhere() -> None:
    assert encode(datetime(2026, 11, 1)) == encode(datetime(2026, 11, 1, tzinfo=UTC))
