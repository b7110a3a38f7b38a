"""What the kit has each client say, and what must be stored of it. The same calls for every client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omnisdk.events.model import Event

Line = dict[str, Any]  # one call: "call", the fields of the Segment spec by their names on the wire, "odd" or not


def calls(run: str, count: int) -> Iterator[Line]:
    """Yield `count` calls of all six kinds; each says in its context which `run` it is of, and its number."""
    for number in range(count):
        line = _SHAPES[number % len(_SHAPES)](f"{run}-{number % 20}")
        line["context"] = {"locale": "vi-VN", "run": run, "n": number, **line.get("context", {})}
        yield line


def one_of_each(run: str) -> dict[str, Line]:
    """Return each kind of call once, by the name of the kind."""
    return dict(zip(KINDS, calls(run, len(KINDS)), strict=True))


def expected(line: Line) -> dict[str, Any]:
    """Return the fields of the stored event that `line` fixes, whatever client said it."""
    call, traits = line["call"], line.get("traits", {})
    properties = {**line.get("properties", {})}
    if "category" in line:
        properties["category"] = line["category"]
    ids = ("userId", "anonymousId", "previousId", "groupId")
    user_id, anonymous_id, previous_id, group_id = (None if line.get(i) is None else str(line[i]) for i in ids)
    refs = [f"email:{traits['email'].lower()}"] if call == "identify" else []
    return {
        "type": call,
        "role": "shop",
        "vouched": True,
        "name": line.get("event") or line.get("name") or "",
        "user_id": user_id,
        "anonymous_id": anonymous_id,
        "previous_id": previous_id,
        "group_id": group_id,
        "refs": tuple(refs),
        "traits": traits,
        "properties": properties,
    }


def told(event: Event, line: Line) -> dict[str, Any]:
    """Return those fields as they are stored; of an odd call, the properties that are not odd."""
    stored = {name: getattr(event, name) for name in expected(line)}
    if line.get("odd"):
        stored["properties"] = {name: value for name, value in event.properties.items() if name in line["properties"]}
    return stored


# What must be stored of the values in the scripts' ODD, by name; a client that drops one has none stored.
ODD_STORED: dict[str, Any] = {
    "nan": None,
    "infinite": None,
    "surrogate": "hỏng \ufffd đây",
    "nul": "ab",
    "beyond64": float(2**70),
    "decimal": 20000.5,
    "set": ["golf"],
    "bytes": "đồ golf",
    "date": "2026-09-21",
    "7": "a number as key",
    "map": {},
}
NAIVE_STORED = ("2026-09-21T14:13:20", "2026-09-21T14:13:20.000Z")  # Python has no zone to add, JavaScript's is UTC


def _identify(who: str) -> Line:
    traits = {"name": "Nguyễn Thị Ánh", "city": "กรุงเทพมหานคร", "email": f"{who}@vidu.vn", "age": 42}
    return {"call": "identify", "userId": f"khách-{who}", "anonymousId": f"a-{who}", "traits": traits}


def _order(who: str) -> Line:
    products = [{"product_id": "G7", "name": "Gậy golf số 7", "price": 2_450_000, "quantity": 1}]
    properties = {"order_id": f"đơn-{who}", "total": 2_450_000.5, "currency": "VND", "products": products}
    return {
        "call": "track",
        "userId": f"khách-{who}",
        "anonymousId": None,
        "event": "Order Completed",
        "properties": properties,
    }


def _visitor(who: str) -> Line:
    """A visitor with a number for an id; the name of the event is Thai."""
    return {
        "call": "track",
        "userId": f"khách-{who}",
        "anonymousId": 8_400_000_000_042,
        "event": "ดูสินค้า",
        "properties": {"product_id": "G7", "ghi chú": "còn hàng"},
    }


def _odd(who: str) -> Line:
    properties = {"product_id": "G7"}
    return {"call": "track", "userId": f"khách-{who}", "event": "Product Viewed", "properties": properties, "odd": True}


def _page(who: str) -> Line:
    return {
        "call": "page",
        "anonymousId": f"a-{who}",
        "category": "Cửa hàng",
        "name": "Đồ golf",
        "properties": {"url": "https://shop.example/đồ-golf", "path": "/đồ-golf", "title": "Đồ golf · อุปกรณ์กอล์ฟ"},
    }


def _screen(who: str) -> Line:
    return {"call": "screen", "userId": f"khách-{who}", "name": "หน้าหลัก", "properties": {"variant": "tối"}}


def _group(who: str) -> Line:
    traits = {"name": "Câu lạc bộ Hà Nội", "employees": 12}
    return {"call": "group", "userId": f"khách-{who}", "groupId": 77, "traits": traits}


def _alias(who: str) -> Line:
    return {"call": "alias", "previousId": f"a-{who}", "userId": f"khách-{who}"}


KINDS = ("identify", "order", "visitor", "odd", "page", "screen", "group", "alias")
_SHAPES = (_identify, _order, _visitor, _odd, _page, _screen, _group, _alias)
