"""Two shops of different trades and languages. Every story runs for both, so the engine cannot know one of them."""

from __future__ import annotations

from dataclasses import dataclass

GYM = """\
version: 1
site: {name: Phòng tập Sông Hàn, locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}
placements:
  popup: {kind: popup}
  dau-trang: {kind: banner}
segments:
  hoi-vien: {owns: "membership:phòng-tập"}
campaigns:
  tap-thu:
    promotes: ["membership:phòng-tập"]
    pages: ["/lich-lop", "/thanh-toan*", "/tin-tuc"]
    offer: {coupon: TAPTHU7}
    content:
      title: {vi: "Tập thử 7 ngày miễn phí"}
      body: {vi: "Chào {{ traits.first_name | default('bạn') }}, mời bạn đến tập thử."}
      cta: {label: {vi: "Đăng ký tập thử"}, url: /dang-ky}
    creatives: {popup: {}}
  gap-lai:
    audience: hoi-vien
    content: {title: {vi: "Hẹn gặp lại ở phòng tập"}}
    creatives: {dau-trang: {}}
"""

SCHOOL = """\
version: 1
site: {name: โรงเรียนภาษาริมน้ำ, locale: th, country: TH, timezone: Asia/Bangkok, currency: THB}
placements:
  popup: {kind: popup}
  หน้าแรก: {kind: banner}
segments:
  นักเรียน: {owns: "membership:คอร์สอังกฤษ"}
campaigns:
  เรียนฟรี:
    promotes: ["membership:คอร์สอังกฤษ"]
    pages: ["/ตารางเรียน", "/ชำระเงิน*", "/ข่าว"]
    content:
      title: {th: "ทดลองเรียนฟรีหนึ่งสัปดาห์"}
      body: {th: "สวัสดี {{ traits.first_name | default('ค่ะ') }} มาเรียนด้วยกันนะคะ"}
      cta: {label: {th: "สมัครทดลองเรียน"}, url: /สมัคร}
    creatives: {popup: {}}
  พบกันใหม่:
    audience: นักเรียน
    content: {title: {th: "พบกันในชั้นเรียน"}}
    creatives: {หน้าแรก: {}}
"""


@dataclass(frozen=True)
class Trade:
    """One shop's rules and the words a test needs of them."""

    rules: str
    language: str
    membership: str
    campaign: str
    schedule: str  # the page where a stranger sees the trial
    checkout: str  # a page guarded by its path
    news: str  # a page that is neither
    banner: str  # the placement that greets members
    title: str
    greeting: str
    members: str  # "membership:…" as the explanation names it
    have_it: str  # the button of who has it already


TRADES = {
    "vi": Trade(
        GYM, "vi", "phòng-tập", "tap-thu", "/lich-lop", "/thanh-toan", "/tin-tuc", "dau-trang",
        "Tập thử 7 ngày miễn phí", "Hẹn gặp lại ở phòng tập", "membership:phòng-tập", "Tôi đã",
    ),
    "th": Trade(
        SCHOOL, "th", "คอร์สอังกฤษ", "เรียนฟรี", "/ตารางเรียน", "/ชำระเงิน", "/ข่าว", "หน้าแรก",
        "ทดลองเรียนฟรีหนึ่งสัปดาห์", "พบกันในชั้นเรียน", "membership:คอร์สอังกฤษ", "ฉัน",
    ),
}  # fmt: skip
