"""omnisdk: report what people do, online and in the shop, and ask what to show them.

    from omnisdk import Omni, OrderCompleted

    omni = Omni(url="http://127.0.0.1:8000", secret_key="sk_…")
    omni.track("u1", OrderCompleted(order_id="A1", total=120))
    decision = omni.decide("u1", "home-hero")

Importing this loads next to nothing: each name brings its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omnisdk.client.decision import Content, Decision
    from omnisdk.client.sync import Omni
    from omnisdk.delivery.losses import Loss, Stats
    from omnisdk.engine.result import Reason
    from omnisdk.errors import (
        AfterClose,
        ConfigurationError,
        MissingId,
        OmniError,
        TooLarge,
        Unserialisable,
        UsageError,
        WrongArgument,
    )
    from omnisdk.events import (
        AppointmentBooked,
        AppointmentKept,
        AppointmentMissed,
        CartShared,
        CartViewed,
        CaseClosed,
        CaseOpened,
        ChannelUnsubscribed,
        CheckoutStarted,
        CheckoutStepCompleted,
        CheckoutStepViewed,
        CodeScanned,
        ConsentChanged,
        ConsultationHeld,
        ContactStarted,
        CouponApplied,
        CouponDenied,
        CouponEntered,
        CouponRemoved,
        EventProperties,
        LeadCaptured,
        MembershipEnded,
        MembershipStarted,
        MessageClicked,
        MessageOpened,
        MessageSent,
        OrderCancelled,
        OrderCollected,
        OrderCompleted,
        OrderReady,
        OrderRefunded,
        OrderUpdated,
        PaymentFailed,
        PaymentInfoEntered,
        PointsChanged,
        Product,
        ProductAdded,
        ProductAddedToWishlist,
        ProductClicked,
        ProductListFiltered,
        ProductListViewed,
        ProductRemoved,
        ProductRemovedFromWishlist,
        ProductReviewed,
        ProductShared,
        ProductsSearched,
        ProductViewed,
        PromotionClicked,
        PromotionDismissed,
        PromotionTold,
        PromotionViewed,
        PushSubscribed,
        PushUnsubscribed,
        RatingGiven,
        StoreVisited,
        VoucherIssued,
        VoucherRedeemed,
        WishlistProductAddedToCart,
    )

    __version__: str

__all__ = [
    "AfterClose",
    "AppointmentBooked",
    "AppointmentKept",
    "AppointmentMissed",
    "CartShared",
    "CartViewed",
    "CaseClosed",
    "CaseOpened",
    "ChannelUnsubscribed",
    "CheckoutStarted",
    "CheckoutStepCompleted",
    "CheckoutStepViewed",
    "CodeScanned",
    "ConfigurationError",
    "ConsentChanged",
    "ConsultationHeld",
    "ContactStarted",
    "Content",
    "CouponApplied",
    "CouponDenied",
    "CouponEntered",
    "CouponRemoved",
    "Decision",
    "EventProperties",
    "LeadCaptured",
    "Loss",
    "MembershipEnded",
    "MembershipStarted",
    "MessageClicked",
    "MessageOpened",
    "MessageSent",
    "MissingId",
    "Omni",
    "OmniError",
    "OrderCancelled",
    "OrderCollected",
    "OrderCompleted",
    "OrderReady",
    "OrderRefunded",
    "OrderUpdated",
    "PaymentFailed",
    "PaymentInfoEntered",
    "PointsChanged",
    "Product",
    "ProductAdded",
    "ProductAddedToWishlist",
    "ProductClicked",
    "ProductListFiltered",
    "ProductListViewed",
    "ProductRemoved",
    "ProductRemovedFromWishlist",
    "ProductReviewed",
    "ProductShared",
    "ProductViewed",
    "ProductsSearched",
    "PromotionClicked",
    "PromotionDismissed",
    "PromotionTold",
    "PromotionViewed",
    "PushSubscribed",
    "PushUnsubscribed",
    "RatingGiven",
    "Reason",
    "Stats",
    "StoreVisited",
    "TooLarge",
    "Unserialisable",
    "UsageError",
    "VoucherIssued",
    "VoucherRedeemed",
    "WishlistProductAddedToCart",
    "WrongArgument",
    "__version__",
]

# Where the names are that are not events.
_HOMES = {
    "omnisdk.client.decision": ("Content", "Decision"),
    "omnisdk.client.sync": ("Omni",),
    "omnisdk.delivery.losses": ("Loss", "Stats"),
    "omnisdk.engine.result": ("Reason",),
    "omnisdk.errors": (
        "AfterClose",
        "ConfigurationError",
        "MissingId",
        "OmniError",
        "TooLarge",
        "Unserialisable",
        "UsageError",
        "WrongArgument",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # so that a type checker still finds misspelt names

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name == "__version__":
            from importlib.metadata import version

            found = version("omnisdk")
        else:
            found = getattr(import_module(_HOME_OF.get(name, "omnisdk.events")), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return __all__
