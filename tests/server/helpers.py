"""What the server's tests share: rules of a small shop, keys, and the one check of an error's shape."""

from __future__ import annotations

import base64
from typing import Any

WRITE_KEY = "wk_test_0123456789abcdef"
SECRET_KEY = "sk_test_0123456789abcdef0123456789abcdef"
IDENTITY_KEY = "ik_test_0123456789abcdef0123456789abcdef"
SIGNING_KEY = "gk_test_0123456789abcdef0123456789abcdef"

NOW = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z, in microseconds

RULES = """\
version: 1
site:
  name: Phòng tập Sông Hồng
  url: https://shop.example
  locale: vi
  country: VN
  timezone: Asia/Ho_Chi_Minh
  currency: VND
  origins: ["https://shop.example"]
placements:
  popup: {kind: popup}
  home-hero: {kind: banner, size: [1200, 240]}
  sms: {kind: sms}
segments:
  golfers: {traits.interest: golf}
campaigns:
  gym-trial:
    promotes: ["membership:gym"]
    starts: 2026-01-01
    ends: 2026-12-31
    offer: {coupon: TAPTHU, text: {vi: "Tập thử 0đ", th: "ทดลองฟรี"}}
    content:
      title: {vi: "Tập thử miễn phí, {{ traits.first_name | default('bạn') }}", th: "ทดลองเล่นฟรี"}
      cta: {label: {vi: "Đăng ký"}, url: /tap-thu}
    creatives: {popup: {trigger: {after: 90s}}, sms: {}}
  golf-days:
    audience: golfers
    content: {title: {vi: "Đồ golf giảm 20%"}}
    creatives: {home-hero: {}}
"""


def basic(key: str) -> dict[str, str]:
    """Return the header in which a stock client sends `key`."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


SHOP = basic(SECRET_KEY)
BROWSER = basic(WRITE_KEY)


def assert_error(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that `response` is the error `code` in the one shape all errors have; return its body."""
    body: dict[str, Any] = response.get_json()
    assert (response.status_code, body.get("code")) == (status, code), body
    assert response.content_type == "application/json"
    assert set(body) <= {"code", "message", "request_id", "hint", "docs"}
    assert all(isinstance(value, str) and value for value in body.values())
    assert response.headers["X-Request-Id"] == body["request_id"]
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0
    return body
