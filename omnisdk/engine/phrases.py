"""The sentences in which a verdict is told to people: English, Vietnamese, Thai.

Each reason has a bare sentence, which needs no facts, and may have richer ones, named ``REASON.what``. `texts` picks
one by the facts and fills in its fields. A sentence has no full stop at its end: Thai writes none, and one style serves.

Thai sets no spaces between its words, but sets off Latin words and numbers. A field that may hold either touches the
words around it (``ผ่าน{channel}ไม่ได้``), and `texts` puts the spaces where what is filled in needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "vi", "th")

NOT_SHOWN: Final[Mapping[str, str]] = {"en": "Not shown: ", "vi": "Không hiển thị: ", "th": "ไม่แสดง: "}
SHOWN: Final[Mapping[str, str]] = {"en": "Shown: ", "vi": "Hiển thị: ", "th": "แสดง: "}


def _in(en: str, vi: str, th: str) -> Mapping[str, str]:
    return {"en": en, "vi": vi, "th": th}


PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "UNKNOWN_PLACEMENT": _in(
        "there is no placement of this name for the key that asked",
        "không có vị trí nào mang tên này dành cho khóa đã hỏi",
        "ไม่มีตำแหน่งชื่อนี้สำหรับคีย์ที่ใช้ถาม",
    ),
    "BOT": _in(
        "the visitor is a search engine or a link preview, not a person",
        "đây là công cụ tìm kiếm hoặc trình xem trước liên kết, không phải người",
        "ผู้เข้าชมเป็นบอตของเครื่องมือค้นหาหรือตัวแสดงตัวอย่างลิงก์ ไม่ใช่คน",
    ),
    "NO_CREATIVE": _in(
        "the campaign has no creative for this placement",
        "chiến dịch không có nội dung cho vị trí này",
        "แคมเปญไม่มีชิ้นงานสำหรับตำแหน่งนี้",
    ),
    "NO_CREATIVE.empty": _in(
        "the creative needs {name}, which is empty here and has no default",
        "nội dung cần {name}, nhưng giá trị này đang trống và không có giá trị mặc định",
        "ชิ้นงานต้องใช้ {name} แต่ค่านี้ว่างอยู่และไม่มีค่าเริ่มต้น",
    ),
    "NO_CREATIVE.address": _in(
        "the address in {name} is not one that may be followed ({value})",
        "địa chỉ ở {name} không được phép dùng ({value})",
        "ที่อยู่ใน {name} ไม่ใช่ลิงก์ที่อนุญาต ({value})",
    ),
    "DISABLED": _in(
        "the campaign is switched off",
        "chiến dịch đang tắt",
        "แคมเปญปิดอยู่",
    ),
    "DISABLED.site": _in(
        "everything is switched off for the whole site (site.enabled)",
        "toàn bộ trang web đang tắt (site.enabled)",
        "ปิดการแสดงทั้งเว็บไซต์อยู่ (site.enabled)",
    ),
    "NOT_STARTED": _in(
        "the campaign has not started yet",
        "chiến dịch chưa bắt đầu",
        "แคมเปญยังไม่เริ่ม",
    ),
    "NOT_STARTED.when": _in(
        "the campaign starts on {starts}",
        "chiến dịch bắt đầu từ {starts}",
        "แคมเปญเริ่ม{starts}",
    ),
    "ENDED": _in(
        "the campaign is over",
        "chiến dịch đã kết thúc",
        "แคมเปญสิ้นสุดแล้ว",
    ),
    "ENDED.when": _in(
        "the campaign ended on {ends}",
        "chiến dịch đã kết thúc vào {ends}",
        "แคมเปญสิ้นสุดแล้วเมื่อ{ends}",
    ),
    "NOT_IN_JOURNEY": _in(
        "the campaign is sent by a journey, and no run of this person has it open",
        "chiến dịch được gửi theo một hành trình, và khách hiện không ở bước nào đang mở nó",
        "แคมเปญนี้ส่งผ่านเส้นทางลูกค้า และลูกค้ายังไม่อยู่ในขั้นที่เปิดแคมเปญนี้",
    ),
    "NOT_IN_JOURNEY.which": _in(
        "the campaign is sent by the journey {journeys}, and no run of this person has it open",
        "chiến dịch được gửi theo hành trình {journeys}, và khách hiện không ở bước nào đang mở nó",
        "แคมเปญนี้ส่งผ่านเส้นทางลูกค้า {journeys} และลูกค้ายังไม่อยู่ในขั้นที่เปิดแคมเปญนี้",
    ),
    "WRONG_PAGE": _in(
        "the campaign is not for this page",
        "chiến dịch không dành cho trang này",
        "แคมเปญไม่ได้กำหนดให้แสดงในหน้านี้",
    ),
    "WRONG_PAGE.pages": _in(
        "the campaign is for the pages {pages}, and this one is {path}",
        "chiến dịch dành cho các trang {pages}, còn đây là trang {path}",
        "แคมเปญนี้สำหรับหน้า {pages} แต่หน้านี้คือ {path}",
    ),
    "WRONG_PAGE.never_on": _in(
        "the placement is never used on {path} (never_on: {never_on})",
        "vị trí này không bao giờ dùng ở trang {path} (never_on: {never_on})",
        "ตำแหน่งนี้ไม่ใช้ในหน้า {path} (never_on: {never_on})",
    ),
    "NOT_IN_AUDIENCE": _in(
        "the person is not in the audience",
        "khách không thuộc đối tượng của chiến dịch",
        "ลูกค้าไม่อยู่ในกลุ่มเป้าหมายของแคมเปญ",
    ),
    "NOT_IN_AUDIENCE.facts": _in(
        "not in the audience, as {facts}",
        "khách không thuộc đối tượng của chiến dịch, vì {facts}",
        "ลูกค้าไม่อยู่ในกลุ่มเป้าหมายของแคมเปญ เพราะ{facts}",
    ),
    "NOT_IN_AUDIENCE.vouched": _in(
        "not in the audience as the shop vouches for it: {facts}",
        "khách không thuộc đối tượng của chiến dịch theo những gì cửa hàng xác nhận: {facts}",
        "ลูกค้าไม่อยู่ในกลุ่มเป้าหมายของแคมเปญตามข้อมูลที่ร้านยืนยัน: {facts}",
    ),
    "EXCLUDED": _in(
        "the person is among those who must not get it",
        "khách thuộc nhóm không được nhận chiến dịch này",
        "ลูกค้าอยู่ในกลุ่มที่ต้องไม่ได้รับแคมเปญนี้",
    ),
    "EXCLUDED.facts": _in(
        "among those who must not get it, as {facts}",
        "khách thuộc nhóm không được nhận chiến dịch này, vì {facts}",
        "ลูกค้าอยู่ในกลุ่มที่ต้องไม่ได้รับแคมเปญนี้ เพราะ{facts}",
    ),
    "EXCLUDED.vouched": _in(
        "among those who must not get it, as the shop vouches for it: {facts}",
        "khách thuộc nhóm không được nhận chiến dịch này theo những gì cửa hàng xác nhận: {facts}",
        "ลูกค้าอยู่ในกลุ่มที่ต้องไม่ได้รับแคมเปญนี้ตามข้อมูลที่ร้านยืนยัน: {facts}",
    ),
    "OWNED": _in(
        "owns what the campaign promotes",
        "khách đã có thứ mà chiến dịch quảng bá",
        "ลูกค้ามีสิ่งที่แคมเปญนี้แนะนำอยู่แล้ว",
    ),
    "OWNED.what": _in(
        "owns {owns}",
        "khách đã có {owns}",
        "ลูกค้ามี {owns} อยู่แล้ว",
    ),
    "OWNED.since": _in(
        "owns {owns} since {since}",
        "khách đã có {owns} từ {since}",
        "ลูกค้ามี {owns} อยู่แล้วตั้งแต่{since}",
    ),
    "CONVERTED": _in(
        "the person did what the campaign is for",
        "khách đã làm điều mà chiến dịch hướng tới",
        "ลูกค้าทำสิ่งที่แคมเปญต้องการแล้ว",
    ),
    "CONVERTED.when": _in(
        "on {when} the person did what the campaign is for",
        "{when}, khách đã làm điều mà chiến dịch hướng tới",
        "ลูกค้าทำสิ่งที่แคมเปญต้องการแล้วเมื่อ{when}",
    ),
    "DISMISSED": _in(
        "the person closed it",
        "khách đã đóng chiến dịch này",
        "ลูกค้าปิดแคมเปญนี้ไปแล้ว",
    ),
    "DISMISSED.until": _in(
        "the person closed it on {when}, so it rests until {until}",
        "khách đã đóng chiến dịch này vào {when}, nên chiến dịch tạm nghỉ đến {until}",
        "ลูกค้าปิดแคมเปญนี้เมื่อ{when} จึงพักไว้จนถึง{until}",
    ),
    "DISMISSED.owned": _in(
        "the person said on {when} that they already have it",
        "{when}, khách cho biết đã có rồi",
        "ลูกค้าแจ้งเมื่อ{when} ว่ามีอยู่แล้ว",
    ),
    "NO_CONSENT": _in(
        "the person has not agreed to {purpose}",
        "khách chưa đồng ý nhận {purpose}",
        "ลูกค้ายังไม่ได้ให้ความยินยอมด้าน{purpose}",
    ),
    "NO_CONSENT.refused": _in(
        "the person has refused {purpose}",
        "khách đã từ chối nhận {purpose}",
        "ลูกค้าปฏิเสธความยินยอมด้าน{purpose}",
    ),
    "UNREACHABLE": _in(
        "the person cannot be reached in this channel",
        "không thể liên hệ khách qua kênh này",
        "ติดต่อลูกค้าผ่านช่องทางนี้ไม่ได้",
    ),
    "UNREACHABLE.channel": _in(
        "the person cannot be reached by {channel}",
        "không thể liên hệ khách qua {channel}",
        "ติดต่อลูกค้าผ่าน{channel}ไม่ได้",
    ),
    "QUIET_HOURS": _in(
        "these are quiet hours",
        "đang trong giờ yên tĩnh",
        "ขณะนี้อยู่ในช่วงเวลางดรบกวน",
    ),
    "QUIET_HOURS.now": _in(
        "it is {now} in {timezone}, and the quiet hours are {start} to {end}",
        "ở {timezone} đang là {now}, và giờ yên tĩnh là từ {start} đến {end}",
        "ที่ {timezone} ขณะนี้เวลา {now} น. และช่วงงดรบกวนคือ {start} ถึง {end} น.",
    ),
    "GUARDED": _in(
        "nothing may cover cart and checkout",
        "không gì được che giỏ hàng và bước thanh toán",
        "ห้ามมีสิ่งใดบังตะกร้าสินค้าและการชำระเงิน",
    ),
    "GUARDED.stage": _in(
        "the person is checking out (cart.stage is {stage})",
        "khách đang thanh toán (cart.stage là {stage})",
        "ลูกค้ากำลังชำระเงิน (cart.stage คือ {stage})",
    ),
    "GUARDED.path": _in(
        "{path} is a page of cart or checkout",
        "{path} là trang giỏ hàng hoặc thanh toán",
        "{path} เป็นหน้าตะกร้าสินค้าหรือหน้าชำระเงิน",
    ),
    "CAPPED": _in(
        "the person has had it often enough",
        "khách đã nhận đủ số lần cho phép",
        "ลูกค้าได้รับครบจำนวนครั้งที่กำหนดแล้ว",
    ),
    "CAPPED.ever": _in(
        "the limit {over}, {at_most} in all, is reached (counted: {counted})",
        "đã đạt giới hạn {over}: tổng cộng {at_most} lần (đã hiện {counted} lần)",
        "ครบจำนวนที่กำหนด{over}แล้ว คือทั้งหมด {at_most} ครั้ง (นับได้ {counted} ครั้ง)",
    ),
    "CAPPED.per": _in(
        "the limit {over}, {at_most} in {per}, is reached (counted: {counted})",
        "đã đạt giới hạn {over}: {at_most} lần trong {per} (đã hiện {counted} lần)",
        "ครบจำนวนที่กำหนด{over}แล้ว คือ {at_most} ครั้งใน{per} (นับได้ {counted} ครั้ง)",
    ),
    "CAPPED.nobody": _in(
        "it is capped, and the views of a visitor without ids cannot be counted",
        "chiến dịch có giới hạn số lần, mà không thể đếm lượt xem của khách không có mã định danh",
        "แคมเปญจำกัดจำนวนครั้ง แต่นับการดูของผู้เข้าชมที่ไม่มีรหัสระบุตัวไม่ได้",
    ),
    "HOLDOUT": _in(
        "the person is kept back to measure what the campaign adds",
        "khách thuộc nhóm đối chứng để đo hiệu quả của chiến dịch",
        "ลูกค้าอยู่ในกลุ่มควบคุมที่กันไว้เพื่อวัดผลของแคมเปญ",
    ),
    "OUTRANKED": _in(
        "another campaign comes first here",
        "một chiến dịch khác được ưu tiên hơn ở đây",
        "มีแคมเปญอื่นมาก่อนในตำแหน่งนี้",
    ),
    "OUTRANKED.priority": _in(
        "{winner} comes first here, as its priority is higher ({theirs} against {own})",
        "{winner} được ưu tiên hơn ở đây, vì có mức ưu tiên cao hơn ({theirs} so với {own})",
        "{winner} มาก่อนในตำแหน่งนี้ เพราะมีลำดับความสำคัญสูงกว่า ({theirs} เทียบกับ {own})",
    ),
    "OUTRANKED.ends": _in(
        "{winner} comes first here, as it ends sooner (on {ends})",
        "{winner} được ưu tiên hơn ở đây, vì kết thúc sớm hơn ({ends})",
        "{winner} มาก่อนในตำแหน่งนี้ เพราะสิ้นสุดก่อน ({ends})",
    ),
    "OUTRANKED.draw": _in(
        "{winner} comes first here: both rank the same, and for this person the draw put it first",
        "{winner} được ưu tiên hơn ở đây: hai chiến dịch ngang hàng, và kết quả bốc thăm cho khách này xếp nó trước",
        "{winner} มาก่อนในตำแหน่งนี้ เพราะทั้งสองแคมเปญมีลำดับเท่ากัน และผลการสุ่มสำหรับลูกค้ารายนี้ให้มาก่อน",
    ),
    "OUTRANKED.elsewhere": _in(
        "a page shows one interruption at a time, and {winner} has it in {placement}",
        "mỗi trang chỉ hiện một nội dung chen ngang, và {winner} đang hiện ở {placement}",
        "หน้าหนึ่งแสดงสิ่งขัดจังหวะได้ครั้งละหนึ่งชิ้น และ {winner} แสดงอยู่ที่ {placement}",
    ),
    "WON": _in(
        "the campaign comes first among those that may be shown here",
        "chiến dịch đứng đầu trong số các chiến dịch được phép hiển thị ở đây",
        "แคมเปญนี้มาเป็นอันดับแรกในบรรดาแคมเปญที่แสดงได้ในตำแหน่งนี้",
    ),
    "NONE": _in(
        "there is nothing for this visitor now",
        "hiện không có gì dành cho khách này",
        "ขณะนี้ไม่มีสิ่งใดสำหรับผู้เข้าชมรายนี้",
    ),
    "TIMEOUT": _in(
        "the answer did not come in time",
        "câu trả lời không đến kịp",
        "คำตอบมาไม่ทันเวลา",
    ),
    "SERVER_UNAVAILABLE": _in(
        "the decision server could not be reached",
        "không kết nối được với máy chủ quyết định",
        "ติดต่อเซิร์ฟเวอร์ตัดสินใจไม่ได้",
    ),
    "UNKNOWN_FACT": _in(
        "a fact that the rules need is not known here",
        "chưa biết một thông tin mà quy tắc cần",
        "ไม่ทราบข้อมูลที่กฎต้องใช้",
    ),
}

# How one fact is told inside a sentence. {name} is the fact as the rule writes it.
FACT: Final = _in("{name} is {value}", "{name} là {value}", "{name} คือ{value}")
FACT_MISSING: Final = _in("{name} is not known", "chưa biết {name}", "ไม่ทราบ {name}")
FACT_ABSENT: Final = _in("{name} is empty", "{name} trống", "{name} ว่าง")
SEGMENT_IN: Final = _in("the person is in the segment {name}", "khách thuộc phân khúc {name}", "ลูกค้าอยู่ในกลุ่ม {name}")
SEGMENT_OUT: Final = _in(
    "the person is not in the segment {name}", "khách không thuộc phân khúc {name}", "ลูกค้าไม่อยู่ในกลุ่ม {name}"
)
# The facts that are lists of what the person has or is in: for none, for one, for several.
LISTS: Final[Mapping[str, tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]]] = {
    "owns": (
        _in("the person owns nothing", "khách chưa có gì", "ลูกค้ายังไม่มีอะไร"),
        _in("the person owns {value}", "khách đang có {value}", "ลูกค้ามี {value}"),
        _in("the person owns {value}", "khách đang có {value}", "ลูกค้ามี {value}"),
    ),
    "segments": (
        _in("the person is in no segment", "khách không thuộc phân khúc nào", "ลูกค้าไม่อยู่ในกลุ่มใด"),
        SEGMENT_IN,
        _in("the person is in the segments {value}", "khách thuộc các phân khúc {value}", "ลูกค้าอยู่ในกลุ่ม {value}"),
    ),
}
YES: Final = _in("yes", "“có”", "“ใช่”")
NO: Final = _in("no", "“không”", "“ไม่ใช่”")

# Whose limit a cap is.
OF_THIS: Final = _in("of this campaign", "của chiến dịch này", "สำหรับแคมเปญนี้")
OVER_ALL: Final = _in("over all campaigns", "chung của mọi chiến dịch", "รวมทุกแคมเปญ")

CHANNELS: Final[Mapping[str, Mapping[str, str]]] = {
    "push": _in("push", "thông báo đẩy", "การแจ้งเตือนแบบพุช"),
    "email": _in("e-mail", "email", "อีเมล"),
    "sms": _in("SMS", "tin nhắn SMS", "SMS"),
}
PURPOSES: Final[Mapping[str, Mapping[str, str]]] = {
    "marketing": _in("marketing", "nội dung tiếp thị", "การตลาด"),
}

# How moments are written: Babel date patterns. English as in most of the world, with the month in words; Thai with the
# era (ค.ศ.), so that a Gregorian year is not taken for a Buddhist one.
DAY_PATTERN: Final = _in("d MMMM y", "'ngày' d 'tháng' M 'năm' y", "'วันที่' d MMMM G y")
MOMENT_PATTERN: Final = _in("d MMMM y, HH:mm", "HH:mm 'ngày' d 'tháng' M 'năm' y", "'วันที่' d MMMM G y 'เวลา' HH:mm 'น.'")
AND: Final = _in("; ", "; ", "; ")
