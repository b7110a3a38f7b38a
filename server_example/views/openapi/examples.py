"""The examples of the document. They work as they stand against `make demo`; a test sends each one and compares.

In the order of the document they tell one story: what one sends, a later one reads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

PERSON = "user:lan"


class Example(NamedTuple):
    summary: str
    request: Any  # the body; None for a route without one
    answer: Any  # of the same shape as what is answered: ids, times and texts differ, long objects are abridged


_ONE = {"success": True, "accepted": 1, "duplicates": 0, "rejected": []}

BATCH = {
    "two events": Example(
        "Two events of a visitor, and one that is refused",
        {
            "batch": [
                {
                    "type": "page",
                    "messageId": "m-1",
                    "anonymousId": "a1",
                    "name": "Đồ golf",
                    "context": {"page": {"url": "https://shop.example/golf?utm_source=zalo", "path": "/golf"}},
                },
                {
                    "type": "track",
                    "messageId": "m-2",
                    "anonymousId": "a1",
                    "event": "Product Viewed",
                    "properties": {"product_id": "P1", "category": "golf", "price": 1250000, "currency": "VND"},
                },
                {"type": "track", "messageId": "m-3", "anonymousId": "a1"},
            ],
            "context": {"locale": "vi-VN", "timezone": "Asia/Ho_Chi_Minh"},
            "sentAt": "2026-11-22T10:00:00.000Z",
        },
        {
            "success": True,
            "accepted": 2,
            "duplicates": 0,
            "rejected": [
                {
                    "index": 2,
                    "messageId": "m-3",
                    "code": "NO_EVENT_NAME",
                    "message": 'batch[2].event: nothing; a name is due, such as "Product Viewed"',
                }
            ],
        },
    )
}

CALLS = {
    "track": {
        "an order": Example(
            "An order, told by the shop's back end",
            {
                "event": "Order Completed",
                "userId": "lan",
                "properties": {
                    "order_id": "DH-1001",
                    "total": 1250000,
                    "currency": "VND",
                    "products": [{"product_id": "P1", "category": "golf", "price": 1250000, "quantity": 1}],
                },
                "timestamp": "2026-11-22T09:30:00.000Z",
            },
            _ONE,
        )
    },
    "identify": {
        "a customer": Example(
            "A customer with her phone, told by the shop's back end",
            {"userId": "lan", "traits": {"first_name": "Lan", "phone": "0901234567", "interest": "golf"}},
            _ONE,
        )
    },
    "page": {
        "a page": Example(
            "A visitor looks at a page",
            {"anonymousId": "a1", "name": "ชุดกอล์ฟ", "properties": {"path": "/th/golf", "title": "ชุดกอล์ฟ"}},
            _ONE,
        )
    },
    "screen": {"a screen": Example("The same in an app", {"anonymousId": "a1", "name": "Giỏ hàng"}, _ONE)},
    "group": {
        "a company": Example(
            "A customer belongs to a company",
            {"userId": "lan", "groupId": "cty-7", "traits": {"name": "Công ty Sông Hồng"}},
            _ONE,
        )
    },
    "alias": {
        "two ids": Example(
            "What was known as `old-9` is `lan` from now on", {"userId": "lan", "previousId": "old-9"}, _ONE
        )
    },
}

DECIDE = {
    "two placements": Example(
        "A visitor on the list of golf clubs",
        {
            "anonymousId": "a1",
            "placements": ["home-hero", "popup"],
            "context": {"page": {"url": "https://shop.example/vi/golf", "path": "/vi/golf"}, "locale": "vi"},
            "events": [
                {
                    "type": "track",
                    "messageId": "m-4",
                    "anonymousId": "a1",
                    "event": "Product Viewed",
                    "properties": {"product_id": "P2", "category": "golf"},
                }
            ],
        },
        {
            "decisions": [
                {
                    "placement": "home-hero",
                    "id": "0197d5bb9c20f3a1c5d27e6048b1",
                    "campaign": "golf-morning",
                    "kind": "banner",
                    "reason": "WON",
                    "ends_at": "2035-12-31T17:00:00.000Z",
                    "coupon": "SOM10",
                    "content": {
                        "title": "Giảm 10% đồ golf với mã SOM10",
                        "body": "Cho người ra sân từ sớm. Mã tự vào giỏ khi bạn bấm.",
                        "compact": "Giảm 10% đồ golf",
                        "image": {
                            "url": "/assets/img/banners/golf.svg",
                            "alt": "Gậy driver",
                            "width": 400,
                            "height": 400,
                        },
                        "cta": {"url": "/golf?coupon=SOM10", "label": "Mua đồ golf"},
                    },
                    "size": [1200, 150],
                    "promotes": ["category:golf"],
                    "offer": {"text": "Giảm 10% đồ golf", "discount": {"percent": 10}},
                    "token": "WyIwMTk3ZDViYiIsImdvbGYtbW9ybmluZyIsImhvbWUtaGVybyIsbnVsbF0.xUq2",
                },
                {"placement": "popup", "campaign": None, "reason": "NONE"},
            ],
            "state": "6f1c2a7740b84f0e9d3b51c2a8e07d14.4",
            "events": {"accepted": 1, "duplicates": 0, "rejected": []},
        },
    )
}

EXPLAIN = {
    "why no popup": Example(
        "Why a customer sees no popup",
        {"userId": "lan", "placements": ["popup"], "context": {"page": {"path": "/vi/golf"}}},
        {
            "placements": {
                "popup": [
                    {
                        "campaign": "gym-trial",
                        "reason": "WRONG_PAGE",
                        "text": {"en": "Not shown: …", "vi": "Không hiển thị: …", "th": "ไม่แสดง: …"},
                        "facts": {"page.path": "/vi/golf"},
                    }
                ]
            }
        },
    )
}

_PROFILE = {
    "id": "0197d5bb9c20f3a1c5d27e6048b17c35",
    "identifiers": ["user:lan", "phone:+84901234567"],
    "state": "6f1c2a7740b84f0e9d3b51c2a8e07d14.4",
    "facts": {
        "traits": {"first_name": "Lan", "phone": "0901234567", "interest": "golf"},
        "events": {"Order Completed": {"count": 1, "first_at": "2026-11-22T09:30:00.000Z"}},
        "orders": {"count": 1, "total": 1250000, "category": {"golf": {"count": 1}}},
        "owns": ["product:P1"],
    },
    "shop": {"orders": {"count": 1, "total": 1250000}, "owns": ["product:P1"]},
}

PROFILE = {"a customer": Example("What is known of a customer", None, _PROFILE)}

EXPORT = {
    "a customer": Example(
        "All that is stored of a customer",
        None,
        {
            **_PROFILE,
            "events": [
                {
                    "type": "track",
                    "messageId": "made-5f0c9d3b51c2a8e07d146f1c2a7740b8",
                    "event": "Order Completed",
                    "userId": "lan",
                    "properties": {"order_id": "DH-1001", "total": 1250000},
                    "timestamp": "2026-11-22T09:30:00.000Z",
                    "receivedAt": "2026-11-22T10:00:00.000Z",
                    "sent": {"timestamp": "2026-11-22T09:30:00.000Z"},
                    "role": "shop",
                    "proven": True,
                    "vouched": True,
                }
            ],
        },
    )
}

FORGET = {"a customer": Example("Forget a customer", None, {"forgotten": True})}
ALIVE = {"alive": Example("The process lives", None, {"status": "ok"})}
READY = {"ready": Example("Decisions can be made", None, {"status": "ready", "rules": {"number": 7, "faults": 0}})}

SEGMENT_SETTINGS = {
    "settings": Example(
        "What Segment's client is told",
        None,
        {
            "integrations": {"Segment.io": {"apiKey": "wk_…", "apiHost": "shop.example/v1", "protocol": "https"}},
            "metrics": {"sampleRate": 0, "host": "shop.example/v1"},
        },
    )
}
RUDDER_SETTINGS = {
    "settings": Example(
        "What RudderStack's client is told",
        None,
        {
            "source": {
                "id": "omnisdk",
                "name": "omnisdk",
                "enabled": True,
                "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
                "destinations": [],
            }
        },
    )
}
