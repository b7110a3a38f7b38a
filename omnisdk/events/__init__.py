"""Events: what every touch with a customer is, read from any Segment client and modelled for those who send them.

Importing this is cheap: the pydantic models and the reading of requests load when one of their names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from omnisdk.events.model import Call, Event, Role
from omnisdk.events.verdicts import BadBody, Batch, Rejected, Unreadable

if TYPE_CHECKING:
    from omnisdk.events.base import EventProperties
    from omnisdk.events.catalogue import json_schema
    from omnisdk.events.commerce import (
        CartShared,
        CartViewed,
        CheckoutStarted,
        CheckoutStepCompleted,
        CheckoutStepViewed,
        CouponApplied,
        CouponDenied,
        CouponEntered,
        CouponRemoved,
        OrderCancelled,
        OrderCompleted,
        OrderRefunded,
        OrderUpdated,
        PaymentInfoEntered,
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
        PromotionViewed,
        WishlistProductAddedToCart,
    )
    from omnisdk.events.reading import read_batch, read_call
    from omnisdk.events.store import (
        AppointmentBooked,
        AppointmentKept,
        AppointmentMissed,
        CaseClosed,
        CaseOpened,
        ChannelUnsubscribed,
        CodeScanned,
        ConsentChanged,
        ConsultationHeld,
        ContactStarted,
        LeadCaptured,
        MembershipEnded,
        MembershipStarted,
        MessageClicked,
        MessageOpened,
        MessageSent,
        OrderCollected,
        OrderReady,
        PaymentFailed,
        PointsChanged,
        PromotionDismissed,
        PromotionTold,
        PushSubscribed,
        PushUnsubscribed,
        RatingGiven,
        StoreVisited,
        VoucherIssued,
        VoucherRedeemed,
    )

__all__ = [
    "AppointmentBooked",
    "AppointmentKept",
    "AppointmentMissed",
    "BadBody",
    "Batch",
    "Call",
    "CartShared",
    "CartViewed",
    "CaseClosed",
    "CaseOpened",
    "ChannelUnsubscribed",
    "CheckoutStarted",
    "CheckoutStepCompleted",
    "CheckoutStepViewed",
    "CodeScanned",
    "ConsentChanged",
    "ConsultationHeld",
    "ContactStarted",
    "CouponApplied",
    "CouponDenied",
    "CouponEntered",
    "CouponRemoved",
    "Event",
    "EventProperties",
    "LeadCaptured",
    "MembershipEnded",
    "MembershipStarted",
    "MessageClicked",
    "MessageOpened",
    "MessageSent",
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
    "Rejected",
    "Role",
    "StoreVisited",
    "Unreadable",
    "VoucherIssued",
    "VoucherRedeemed",
    "WishlistProductAddedToCart",
    "json_schema",
    "read_batch",
    "read_call",
]

_LATER = ("base", "catalogue", "commerce", "store", "reading")  # modules in which the other names are found


if not TYPE_CHECKING:  # so that a type checker still finds misspelt names

    def __getattr__(name: str) -> Any:
        if name in __all__:
            for module in _LATER:
                found = getattr(import_module(f"{__name__}.{module}"), name, None)
                if found is not None:
                    globals()[name] = found
                    return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
