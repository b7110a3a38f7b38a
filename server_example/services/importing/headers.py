"""What the columns of shops' tables are called, in English, Vietnamese and Thai: the words behind a guessed mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# By field of a mapping: names as tills, web shops and spreadsheets write them, folded by `folded`. Each is looked for
# whole first, then as a part of the column's name; the first field that fits takes the column.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "order_id": (
        "order id", "order number", "order no", "mã đơn hàng", "mã đơn", "số đơn hàng", "mã hóa đơn", "số hóa đơn",
        "invoice", "receipt", "เลขที่คำสั่งซื้อ", "หมายเลขคำสั่งซื้อ", "รหัสคำสั่งซื้อ", "เลขที่ใบเสร็จ", "เลขที่บิล",
    ),
    "userId": (
        "user id", "userid", "customer id", "customer code", "mã khách hàng", "mã khách", "mã kh", "รหัสลูกค้า", "member id",
    ),
    "card": ("card number", "member card", "loyalty card", "số thẻ", "mã thẻ", "thẻ thành viên", "เลขบัตร", "หมายเลขสมาชิก"),
    "email": ("email", "e-mail", "thư điện tử", "อีเมล"),
    "phone": (
        "phone", "phone number", "mobile", "số điện thoại", "điện thoại", "sđt", "sdt", "di động", "เบอร์โทร", "โทรศัพท์", "มือถือ",
    ),
    "timestamp": (
        "created at", "paid at", "order date", "date", "timestamp", "time", "ngày tạo", "ngày đặt", "ngày bán", "ngày mua",
        "thời gian", "ngày", "วันที่สั่งซื้อ", "วันที่", "เวลา",
    ),
    "birthday": ("birthday", "date of birth", "ngày sinh", "sinh nhật", "วันเกิด"),
    "sku": ("lineitem sku", "sku", "product id", "product code", "mã sản phẩm", "mã hàng", "mã sku", "รหัสสินค้า"),
    "product": ("lineitem name", "product name", "product", "item", "tên sản phẩm", "tên hàng", "sản phẩm", "ชื่อสินค้า", "สินค้า"),
    "quantity": ("lineitem quantity", "quantity", "qty", "số lượng", "sl", "จำนวน"),
    "price": ("lineitem price", "unit price", "price", "đơn giá", "giá bán", "giá", "ราคาต่อหน่วย", "ราคา"),
    "total": ("total", "grand total", "amount", "tổng tiền", "tổng cộng", "thành tiền", "ยอดรวม", "ยอดสุทธิ", "รวม"),
    "discount": ("discount amount", "discount", "giảm giá", "chiết khấu", "ส่วนลด"),
    "coupon": ("discount code", "coupon", "voucher", "mã giảm giá", "mã khuyến mãi", "คูปอง", "โค้ดส่วนลด"),
    "category": ("category", "product type", "danh mục", "nhóm hàng", "loại sản phẩm", "หมวดหมู่", "ประเภท"),
    "currency": ("currency", "tiền tệ", "สกุลเงิน"),
    "store_id": ("store id", "store", "branch", "cửa hàng", "chi nhánh", "สาขา", "ร้าน"),
    "first_name": ("first name", "tên", "ชื่อ"),
    "name": ("full name", "customer name", "billing name", "họ và tên", "họ tên", "tên khách hàng", "khách hàng", "ชื่อลูกค้า", "ชื่อ-นามสกุล"),
    "gender": ("gender", "sex", "giới tính", "เพศ"),
    "city": ("city", "province", "thành phố", "tỉnh", "จังหวัด"),
    "points": ("points", "điểm tích lũy", "điểm", "คะแนน", "แต้ม"),
    "tier": ("tier", "rank", "hạng thành viên", "hạng", "ระดับสมาชิก"),
}  # fmt: skip


def folded(name: str) -> str:
    """Return a column's name as it is compared: NFC, lower case, ``_ - . # :`` as blanks."""
    return " ".join(re.sub(r"[_\-.#:()*/]+", " ", unicodedata.normalize("NFC", name).lower()).split())


_FOLDED = {field: tuple(folded(word) for word in words) for field, words in WORDS.items()}


def guess(header: list[str]) -> dict[str, str]:
    """Return field → column for the columns of a header line that are recognised, each column and field once."""
    found: dict[str, str] = {}
    free = {folded(name): name for name in reversed(header) if name}
    for fits in (_whole, _within):
        for field, words in _FOLDED.items():
            if field in found:
                continue
            column = next((name for word in words for name in free if fits(word, name)), None)
            if column is not None:
                found[field] = free.pop(column)
    return found


def _whole(word: str, name: str) -> bool:
    return word == name


def _within(word: str, name: str) -> bool:
    """Whether the name holds the word whole; Thai is written without blanks, so there any part counts."""
    if not word.isascii() and any("\u0e00" <= sign <= "\u0e7f" for sign in word):
        return word in name
    return len(word) > 3 and f" {word} " in f" {name} "
