"""The three people who are ready to be: their accounts at the shop, and what the shop already knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from omnisdk import MembershipStarted, Omni, OrderCompleted
from omnisdk import Product as Bought
from server_example.demo.catalogue import PRODUCTS
from server_example.demo.shelf import Words

GYM = "gym"  # the membership's name in events: rules say membership:gym


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    name: str
    first_name: str
    phone: str
    who: Words
    line: Words
    # What they bought before: days ago, and the products.
    orders: tuple[tuple[int, tuple[str, ...]], ...] = ()
    member_for_days: int = 0

    @property
    def known_for_days(self) -> int:
        """How long ago the shop first heard of them; 0: it has nothing to tell."""
        return max(self.member_for_days, *(days_ago for days_ago, _ in self.orders), 0)

    @property
    def picture(self) -> str:
        return f"img/people/{self.user_id}.svg"

    def traits(self) -> dict[str, object]:
        return {
            "name": self.name,
            "first_name": self.first_name,
            "phone": self.phone,
            "email": f"{self.user_id}@example.com",
        }


ACCOUNTS: Mapping[str, Account] = {
    account.user_id: account
    for account in (
        Account(
            "khoi",
            "Lê Minh Khôi",
            "Khôi",
            "0905 123 401",
            ("Người mới", "The newcomer"),
            (
                "Vừa lập tài khoản, chưa mua gì. Trang lịch lớp sẽ mời anh tập thử.",
                "Has just made an account and bought nothing. The class page offers him a free trial.",
            ),
        ),
        Account(
            "ha",
            "Nguyễn Thu Hà",
            "Hà",
            "0905 123 402",
            ("Hội viên", "The member"),
            (
                "Hội viên phòng tập. Lời mời tập thử không bao giờ hiện với chị.",
                "A member of the gym. The free trial never shows to her.",
            ),
            member_for_days=240,
        ),
        Account(
            "bao",
            "Trần Quốc Bảo",
            "Bảo",
            "0905 123 403",
            ("Khách quen", "The regular"),
            (
                "Mua đồ golf đều đặn, sáu đơn đến nay. Trang chủ chào anh theo cách khác.",
                "Buys golf gear steadily, six orders so far. The home page greets him in another way.",
            ),
            orders=(
                (205, ("G-DRIVER", "G-GLOVE")),
                (160, ("G-BALLS",)),
                (118, ("W-GOLFSHOE",)),
                (74, ("G-BALLS", "W-CAP")),
                (39, ("G-PUTTER",)),
                (11, ("G-BALLS", "W-POLO")),
            ),
        ),
    )
}


def seed(omni: Omni, now: datetime | None = None) -> None:
    """Tell the server, as real events, what the shop knows of the three: one membership and six orders.

    Every event has a messageId of its own, so however often the shop starts, each is stored once.
    """
    moment = now or datetime.now(UTC)
    for account in ACCOUNTS.values():
        if not account.known_for_days:
            continue
        name = account.user_id
        first_met = moment - timedelta(days=account.known_for_days)
        omni.identify(name, account.traits(), timestamp=first_met, message_id=f"demo-{name}-account")
        if account.member_for_days:
            joined = moment - timedelta(days=account.member_for_days)
            omni.track(name, MembershipStarted(membership=GYM), timestamp=joined, message_id=f"demo-{name}-membership")
        for order, placed in _orders(account, moment):
            omni.track(name, order, timestamp=placed, message_id=f"demo-{order.order_id}")


def _orders(account: Account, moment: datetime) -> Iterator[tuple[OrderCompleted, datetime]]:
    for number, (days_ago, product_ids) in enumerate(account.orders, start=1):
        products = [PRODUCTS[product_id] for product_id in product_ids]
        order = OrderCompleted(
            order_id=f"{account.user_id}-{number}",
            total=Decimal(sum(product.price for product in products)),
            currency="VND",
            products=[
                Bought(
                    product_id=product.product_id,
                    name=product.name[0],
                    category=product.category,
                    price=Decimal(product.price),
                    quantity=1,
                )
                for product in products
            ],
        )
        yield order, moment - timedelta(days=days_ago)
