"""Every sentence of the shop's pages, in Vietnamese and English, and the numbers written as each language writes them."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from babel.dates import format_date, get_day_names
from babel.numbers import format_currency, format_percent

from server_example.demo.shelf import Words

LANGUAGES = ("vi", "en")  # the first is the shop's own
_MONEY = "#,##0\N{NO-BREAK SPACE}¤"  # đồng have no smaller unit, and the sign stands behind, in both languages


def pick(language: str, words: Words) -> str:
    return words[LANGUAGES.index(language)]


def say(language: str, key: str, **values: object) -> str:
    """Return the text `key` in `language` with `values` in its places. Raises KeyError for a key that is not there."""
    return pick(language, TEXTS[key]).format(**values)


def money(language: str, amount: int | Decimal) -> str:
    """Return đồng as people there write them: ``1.290.000 ₫``, in English ``1,290,000 ₫``."""
    return format_currency(amount, "VND", format=_MONEY, locale=language, currency_digits=False)


def percent(language: str, of_hundred: int) -> str:
    return format_percent(of_hundred / 100, locale=language)


def day(language: str, when: date) -> str:
    return format_date(when, format="long", locale=language)


@cache
def weekdays(language: str) -> tuple[str, ...]:
    """Return Monday to Sunday, each with a capital letter as a heading has."""
    names = get_day_names("wide", locale=language)
    return tuple(names[number][:1].upper() + names[number][1:] for number in range(7))


def places(text: str) -> set[str]:
    """Return the names of the values that `text` has places for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


TEXTS: Mapping[str, Words] = {
    # the frame of every page
    "shop.tagline": ("Golf & phòng tập, Thảo Điền", "Golf & gym, Thảo Điền"),
    "frame.skip": ("Đến nội dung chính", "Skip to content"),
    "frame.promise": (
        "Giao miễn phí từ {amount} · Đổi trả 30 ngày",
        "Free delivery from {amount} · 30-day returns",
    ),
    "frame.open": ("Mở cửa từ 5 giờ sáng", "Open from 5 a.m."),
    "frame.language": ("Ngôn ngữ", "Language"),
    "frame.menu": ("Danh mục", "Shop"),
    "frame.trail": ("Bạn đang ở đây", "You are here"),
    "frame.classes": ("Lịch lớp", "Classes"),
    "frame.home": ("Trang chủ", "Home"),
    "frame.cart": ("Giỏ hàng", "Cart"),
    "frame.cart_count": ("Giỏ hàng, {count} món", "Cart, {count} items"),
    "frame.sign_in": ("Đăng nhập", "Sign in"),
    "frame.account": ("Tài khoản: {name}", "Account: {name}"),
    "frame.staff": ("Dành cho nhân viên", "For staff"),
    "frame.privacy": ("Quyền riêng tư", "Privacy"),
    "foot.visit": ("Ghé cửa hàng", "Visit us"),
    "foot.address": ("26 đường Sớm Mai, Thảo Điền, TP. Hồ Chí Minh", "26 Sớm Mai Street, Thảo Điền, Ho Chi Minh City"),
    "foot.hours": ("Mỗi ngày, 5:00 – 21:00", "Every day, 5 a.m. – 9 p.m."),
    "foot.help": ("Mua hàng", "Shopping"),
    "foot.house": ("Sân Sớm", "Sân Sớm"),
    "foot.note": (
        "Cửa hàng mẫu: hàng, giá và người đều là ví dụ; không có gì được bán thật.",
        "A sample shop: goods, prices and people are examples; nothing is really for sale.",
    ),
    # home
    "home.title": ("Đồ golf và phòng tập mở từ sớm", "Golf gear and a gym that opens early"),
    "home.head": ("Ngày bắt đầu từ 5 giờ sáng", "The day starts at 5 a.m."),
    "home.line": (
        "Gậy cho sân cỏ, tạ cho phòng khách, và một phòng tập sáng đèn trước cả thành phố.",
        "Clubs for the course, weights for the living room, and a gym lit before the city wakes.",
    ),
    "home.buy": ("Xem đồ golf", "Shop golf"),
    "home.train": ("Xem lịch lớp", "See the classes"),
    "home.shelves": ("Mua theo nhu cầu", "Shop by need"),
    "home.window": ("Đang được chọn nhiều", "Picked most this week"),
    "home.gym_head": ("Phòng tập ngay trên cửa hàng", "A gym right above the shop"),
    "home.gym_line": (
        "Bốn lớp mỗi ngày, mười hai người một lớp, giáo viên sửa từng động tác. Hội viên vào mọi lớp.",
        "Four classes a day, twelve people in each, teachers who correct every move. Members join them all.",
    ),
    "home.teachers": ("Người đứng lớp", "Who teaches"),
    "home.strip": (
        "Thử gậy miễn phí mỗi sáng, từ 5 đến 8 giờ, ngay tại cửa hàng.",
        "Try any club free, every morning from 5 to 8, in the shop.",
    ),
    "promise.try": ("Thử trước khi mua", "Try before you buy"),
    "promise.try_line": ("Lồng tập swing và sàn tập ngay tại cửa hàng", "A swing cage and a gym floor in the shop"),
    "promise.return": ("Đổi trả 30 ngày", "30-day returns"),
    "promise.return_line": ("Kể cả khi đã ra sân một lần", "Even after a first round"),
    "promise.ship": ("Giao trong ngày nội thành", "Same-day in the city"),
    "promise.ship_line": ("Miễn phí cho đơn từ {amount}", "Free for orders from {amount}"),
    # category and product
    "shelf.count": ("{count} món", "{count} items"),
    "shelf.order": ("Sắp xếp", "Sort"),
    "shelf.order_": ("Nổi bật", "Featured"),
    "shelf.order_up": ("Giá tăng dần", "Price, low to high"),
    "shelf.order_down": ("Giá giảm dần", "Price, high to low"),
    "product.was": ("Giá trước: {amount}", "Was {amount}"),
    "badge.new": ("Mới về", "New"),
    "badge.few": ("Còn ít", "Last few"),
    "product.size": ("Chọn cỡ", "Choose a size"),
    "product.quantity": ("Số lượng", "Quantity"),
    "product.add": ("Thêm vào giỏ", "Add to cart"),
    "product.details": ("Thông tin", "Details"),
    "product.code": ("Mã hàng", "Item code"),
    "product.in_stock": ("Còn hàng, nhận tại cửa hàng sau 1 giờ", "In stock, ready to collect in 1 hour"),
    "product.instant": ("Có hiệu lực ngay khi đặt mua", "Starts as soon as you order"),
    "product.beside": ("Cùng kệ", "From the same shelf"),
    # cart
    "cart.title": ("Giỏ hàng", "Your cart"),
    "cart.empty": ("Giỏ hàng còn trống", "Your cart is empty"),
    "cart.empty_line": ("Chọn một món rồi quay lại đây.", "Pick something and come back."),
    "cart.look": ("Bắt đầu mua sắm", "Start shopping"),
    "cart.size": ("Cỡ {size}", "Size {size}"),
    "cart.quantity_of": ("Số lượng: {name}", "Quantity: {name}"),
    "cart.update": ("Cập nhật", "Update"),
    "cart.remove": ("Bỏ món này", "Remove"),
    "cart.remove_of": ("Bỏ {name} khỏi giỏ", "Remove {name}"),
    "cart.summary": ("Tóm tắt đơn", "Summary"),
    "cart.subtotal": ("Tạm tính", "Subtotal"),
    "cart.discount": ("Mã {code}", "Code {code}"),
    "cart.shipping": ("Giao hàng", "Delivery"),
    "cart.free": ("Miễn phí", "Free"),
    "cart.total": ("Tổng cộng", "Total"),
    "cart.vat": ("Đã gồm VAT", "VAT included"),
    "cart.more_for_free": ("Mua thêm {amount} để được giao miễn phí", "Add {amount} more for free delivery"),
    "cart.free_now": ("Đơn này được giao miễn phí", "This order ships free"),
    "cart.coupon": ("Mã ưu đãi", "Offer code"),
    "cart.apply": ("Áp dụng", "Apply"),
    "cart.coupon_on": ("Đã áp dụng mã {code}.", "Code {code} is applied."),
    "cart.coupon_off": ("Mã {code} không dùng được.", "Code {code} cannot be used."),
    "cart.coupon_idle": ("Mã {code} giảm giá đồ golf.", "Code {code} takes money off golf gear."),
    "cart.checkout": ("Thanh toán", "Check out"),
    "cart.added": ("Đã thêm {name} vào giỏ.", "{name} is in your cart."),
    "cart.continue": ("Tiếp tục mua sắm", "Continue shopping"),
    # checkout and order
    "checkout.title": ("Thanh toán", "Checkout"),
    "checkout.who": ("Người nhận", "Who receives it"),
    "checkout.name": ("Họ và tên", "Full name"),
    "checkout.phone": ("Số điện thoại", "Phone number"),
    "checkout.address": ("Địa chỉ giao hàng", "Delivery address"),
    "checkout.how": ("Nhận hàng", "How you get it"),
    "checkout.deliver": ("Giao tận nơi", "Delivered to you"),
    "checkout.deliver_line": ("Trong ngày ở TP. Hồ Chí Minh", "Same day in Ho Chi Minh City"),
    "checkout.collect": ("Nhận tại Sân Sớm", "Collect at Sân Sớm"),
    "checkout.collect_line": ("Sẵn sàng sau 1 giờ", "Ready in 1 hour"),
    "checkout.pay": ("Trả tiền", "Payment"),
    "checkout.cash": ("Tiền mặt khi nhận", "Cash on receipt"),
    "checkout.transfer": ("Chuyển khoản", "Bank transfer"),
    "checkout.place": ("Đặt hàng", "Place order"),
    "checkout.quiet": ("Không có gì chen ngang ở bước này.", "Nothing interrupts you here."),
    "checkout.need_name": ("Xin cho biết tên người nhận.", "Please give the receiver’s name."),
    "checkout.need_phone": (
        "Số điện thoại này chưa đúng, ví dụ 0905 123 456.",
        "This phone number is not right; for example 0905 123 456.",
    ),
    "checkout.need_address": ("Xin cho biết địa chỉ giao hàng.", "Please give a delivery address."),
    "checkout.mend": ("Còn vài chỗ cần sửa", "A few things to mend"),
    "order.title": ("Cảm ơn bạn", "Thank you"),
    "order.line": ("Đơn {order} đã được ghi nhận.", "Order {order} is placed."),
    "order.next": ("Bước tiếp theo", "What happens next"),
    "order.next_deliver": (
        "Chúng tôi gọi số {phone} trước khi giao tới {address}.",
        "We call {phone} before delivering to {address}.",
    ),
    "order.next_collect": (
        "Đến quầy và đọc mã đơn; hàng sẵn sàng sau 1 giờ. Số của bạn: {phone}.",
        "Give the order number at the counter; it is ready in 1 hour. Your number: {phone}.",
    ),
    "order.joined": (
        "Thẻ tập đã có hiệu lực: bạn vào được mọi lớp từ hôm nay.",
        "Your gym card is live: every class is yours from today.",
    ),
    "order.home": ("Về trang chủ", "Back to the shop"),
    # classes
    "classes.title": ("Lịch lớp trong tuần", "This week’s classes"),
    "classes.line": (
        "Mười hai chỗ mỗi lớp. Đến trước 10 phút, mang theo nước; thảm và tạ có sẵn.",
        "Twelve places in each. Come 10 minutes early and bring water; mats and weights are here.",
    ),
    "classes.minutes": ("{count} phút", "{count} min"),
    "classes.with": ("với {name}", "with {name}"),
    "classes.today": ("Hôm nay", "Today"),
    "classes.join_head": ("Vào hội tập", "Become a member"),
    "classes.join_line": (
        "{amount} mỗi tháng, mọi lớp, hủy lúc nào cũng được. Trả tại quầy buổi đầu tiên.",
        "{amount} a month, every class, cancel any time. Pay at the desk on your first visit.",
    ),
    "classes.join": ("Vào hội ngay", "Join now"),
    "classes.sign_in_first": ("Đăng nhập để vào hội", "Sign in to join"),
    "classes.joined": ("Chào mừng {name}, bạn đã là hội viên.", "Welcome {name}, you are a member now."),
    "classes.member": ("Bạn là hội viên", "You are a member"),
    "classes.member_line": (
        "Mọi lớp dưới đây đều mở cho bạn. Hẹn gặp trên sàn tập.",
        "Every class below is open to you. See you on the floor.",
    ),
    # sign-in and account
    "people.title": ("Bạn là ai hôm nay?", "Who are you today?"),
    "people.line": (
        "Cửa hàng mẫu có ba người sẵn sàng. Chọn một người để xem trang đổi theo họ.",
        "The sample shop has three people ready. Choose one and watch the pages follow.",
    ),
    "people.become": ("Vào với tên {name}", "Sign in as {name}"),
    "people.now": ("Đang là bạn", "That is you"),
    "people.leave": ("Đăng xuất", "Sign out"),
    "people.welcome": ("Chào {name}.", "Hello {name}."),
    "people.left": ("Bạn đã đăng xuất.", "You are signed out."),
    "people.nobody": ("Khách vãng lai", "Just visiting"),
    "people.nobody_line": ("Không cần tài khoản để xem và mua.", "No account is needed to look or to buy."),
    # staff
    "staff.title": ("Ghi nhận khách ghé cửa hàng", "Record a visitor"),
    "staff.line": (
        "Ba ô, mười giây. Lần sau khách mở trang, cửa hàng đã biết họ thích gì.",
        "Three fields, ten seconds. Next time they open the site, the shop knows what they like.",
    ),
    "staff.name": ("Tên khách", "Name"),
    "staff.phone": ("Số điện thoại", "Phone number"),
    "staff.interest": ("Quan tâm", "Interested in"),
    "staff.record": ("Ghi nhận", "Record"),
    "staff.done": ("Đã ghi nhận {name}.", "{name} is recorded."),
    "staff.later": (
        "Đã nhận {name}; máy chủ đang bận nên sẽ ghi sau ít giây.",
        "{name} is taken down; the server is busy and will store it in a moment.",
    ),
    "staff.offer": ("Điều nên nói với khách này", "What to tell this visitor"),
    "staff.no_offer": ("Chưa có ưu đãi nào hợp với khách này.", "No offer is right for this visitor yet."),
    "staff.need_name": ("Xin ghi tên khách.", "Please write the visitor’s name."),
    "staff.need_interest": ("Xin chọn một mối quan tâm.", "Please choose an interest."),
    # privacy
    "privacy.title": ("Quyền riêng tư", "Privacy"),
    "privacy.line": (
        "Cửa hàng nhớ những trang bạn xem và những gì bạn mua để chọn ưu đãi hợp hơn. Bạn tắt được bất cứ lúc nào.",
        "The shop remembers the pages you see and what you buy, to choose better offers. Turn it off whenever you like.",
    ),
    "privacy.yes": ("Chọn ưu đãi hợp với tôi", "Choose offers for me"),
    "privacy.no": ("Đừng gửi ưu đãi cho tôi", "No offers for me"),
    "privacy.kept": ("Đã ghi nhận lựa chọn của bạn.", "Your choice is kept."),
    "privacy.not_kept": (
        "Chưa ghi được lựa chọn của bạn. Xin cho phép cookie rồi thử lại.",
        "Your choice could not be kept. Please allow cookies and try again.",
    ),
    # why
    "why.open": ("Vì sao tôi thấy điều này?", "Why do I see this?"),
    "why.title": ("Quyết định trên trang này", "Decided for this page"),
    "why.line": (
        "Máy chủ vừa trả lời cho đúng người và trang này, với từng chiến dịch một.",
        "The server’s answer for this person on this page, one campaign at a time.",
    ),
    "why.close": ("Đóng", "Close"),
    "why.asking": ("Đang hỏi máy chủ…", "Asking the server…"),
    "why.failed": (
        "Máy chủ quyết định không trả lời. Trang vẫn chạy như thường.",
        "The decision server did not answer. The page works all the same.",
    ),
    "why.empty": ("Chỗ này chưa có chiến dịch nào.", "No campaign has anything for this place."),
    "why.others": (
        "{count} chiến dịch không có nội dung cho chỗ này",
        "With nothing for this place: {count}",
    ),
    "why.person": ("Người", "Person"),
    "why.person_nobody": ("khách chưa đăng nhập", "a visitor, not signed in"),
    "why.page": ("Trang", "Page"),
    # faults
    "fault.not_found": ("Không có trang này", "There is no such page"),
    "fault.not_found_line": (
        "Có thể món hàng đã bán hết hoặc đường dẫn gõ sai.",
        "The item may be gone, or the address was mistyped.",
    ),
}
