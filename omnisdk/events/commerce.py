"""The properties of Segment's commerce events (v2), one class per event.

Source: Segment, "Spec: V2 Ecommerce Events". A sale at the till is the same `OrderCompleted` with ``channel: "store"``.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from omnisdk.events.base import EventProperties, Number, Objects, Part, Text, Texts, kinds_of, said
from omnisdk.events.kinds import objects_of


# --- what several events share ----------------------------------------------------------------------------------------
class Product(Part):
    """One product: a line of an order or a cart, or the product that an event is about."""

    product_id: Text = said("the shop's id of the product")
    sku: Text = said("stock number")
    category: Text = said("category of the product")
    name: Text = said("name for people")
    brand: Text = said("maker")
    variant: Text = said("colour, size and the like")
    price: Number = said("price of one piece, in the event's currency")
    quantity: Number = said("pieces; 1 when absent")
    coupon: Text = said("code used on this product")
    position: Number = said("place in the list it was shown in")
    url: Text = said("address of its page")
    image_url: Text = said("address of its picture")
    tags: Texts = said("words of your own that rules can use, such as `new`")


Products = Annotated[list[Product] | None, objects_of("list of products", kinds_of(Product), {})]


class ProductEvent(Product, EventProperties):
    """An event about one product."""

    currency: Text = said("ISO 4217 code, such as `VND`")
    value: Number = said("worth of the whole: price × quantity")


class _Sum(EventProperties):
    order_id: Text = said("the shop's number of the order; an order sent again under it replaces the first")
    total: Number = said("what was paid or paid back, with shipping and tax, after discounts")
    currency: Text = said("ISO 4217 code, such as `VND`; absent: the site's")
    products: Products = said("the lines")


class _Order(_Sum):
    checkout_id: Text = said("id of this passage through the checkout")
    affiliation: Text = said("shop or partner that sold")
    value: Number = said("worth of the products, where the total is not known yet")
    subtotal: Number = said("after discounts, before shipping and tax")
    revenue: Number = said("before shipping and tax; the worth when `total` is absent")
    shipping: Number = said("cost of shipping")
    tax: Number = said("tax")
    discount: Number = said("all discounts together")
    coupon: Text = said("code used on the whole order")
    channel: Text = said("`web`, or `store` for a sale at the till")
    store_id: Text = said("the shop's id of the store")


class _CheckoutStep(EventProperties):
    checkout_id: Text = said("id of this passage through the checkout")
    order_id: Text = said("the shop's number of the order")
    step: Number = said("number of the step")
    shipping_method: Text = said("chosen way of delivery, such as collecting in store")
    payment_method: Text = said("chosen way of paying")


class _Coupon(EventProperties):
    order_id: Text = said("the shop's number of the order")
    cart_id: Text = said("id of the cart")
    coupon: Text = said("the code")
    coupon_id: Text = said("the shop's id of the coupon")
    coupon_name: Text = said("its name for people")


class _Promotion(EventProperties):
    promotion_id: Text = said("the campaign")
    creative: Text = said("the variant")
    name: Text = said("its name for people")
    position: Text = said("the placement")
    decision_id: Text = said("the decision it came from; a decision counts once however many events name it")


class _Wishlist(ProductEvent):
    wishlist_id: Text = said("id of the wishlist")
    wishlist_name: Text = said("its name for people")


class _Share(EventProperties):
    share_via: Text = said("the way: e-mail, Zalo and the like")
    share_message: Text = said("what was written with it")
    recipient: Text = said("to whom")


# --- browsing ---------------------------------------------------------------------------------------------------------
class ProductsSearched(EventProperties):
    """Somebody searched the shop."""

    event_name: ClassVar[str] = "Products Searched"
    query: Text = said("what was searched for")


class ProductListViewed(EventProperties):
    """A list of products was shown."""

    event_name: ClassVar[str] = "Product List Viewed"
    list_id: Text = said("id of the list")
    category: Text = said("category of the list")
    products: Products = said("the products shown")


class ProductListFiltered(EventProperties):
    """A list of products was narrowed or ordered."""

    event_name: ClassVar[str] = "Product List Filtered"
    list_id: Text = said("id of the list")
    category: Text = said("category of the list")
    filters: Objects = said("`{type, value}` of each filter")
    sorts: Objects = said("`{type, value}` of each order")
    products: Products = said("the products left")


class PromotionViewed(_Promotion):
    """A decision was in view: it spends the caps."""

    event_name: ClassVar[str] = "Promotion Viewed"


class PromotionClicked(_Promotion):
    """A decision was clicked."""

    event_name: ClassVar[str] = "Promotion Clicked"


class ProductClicked(ProductEvent):
    """A product was clicked in a list."""

    event_name: ClassVar[str] = "Product Clicked"


class ProductViewed(ProductEvent):
    """The page of a product was looked at."""

    event_name: ClassVar[str] = "Product Viewed"


# --- cart and checkout ------------------------------------------------------------------------------------------------
class ProductAdded(ProductEvent):
    """A product was put into the cart."""

    event_name: ClassVar[str] = "Product Added"
    cart_id: Text = said("id of the cart")


class ProductRemoved(ProductEvent):
    """A product was taken out of the cart."""

    event_name: ClassVar[str] = "Product Removed"
    cart_id: Text = said("id of the cart")


class CartViewed(EventProperties):
    """The cart was looked at; its products are the whole cart."""

    event_name: ClassVar[str] = "Cart Viewed"
    cart_id: Text = said("id of the cart")
    currency: Text = said("ISO 4217 code, such as `VND`; absent: the site's")
    value: Number = said("worth of the cart")
    products: Products = said("all that is in it; an empty list for an empty cart")


class CheckoutStarted(_Order):
    """The checkout began: nothing may interrupt until the order is completed."""

    event_name: ClassVar[str] = "Checkout Started"
    cart_id: Text = said("id of the cart")


class CheckoutStepViewed(_CheckoutStep):
    """A step of the checkout was looked at."""

    event_name: ClassVar[str] = "Checkout Step Viewed"


class CheckoutStepCompleted(_CheckoutStep):
    """A step of the checkout was done."""

    event_name: ClassVar[str] = "Checkout Step Completed"


class PaymentInfoEntered(_CheckoutStep):
    """The way of paying was entered."""

    event_name: ClassVar[str] = "Payment Info Entered"


# --- orders -----------------------------------------------------------------------------------------------------------
class OrderCompleted(_Order):
    """An order was placed, online or at the till."""

    event_name: ClassVar[str] = "Order Completed"
    cart_id: Text = said("id of the cart it came from")
    payment_method: Text = said("way of paying")
    shipping_method: Text = said("way of delivery")


class OrderUpdated(_Order):
    """An order changed; what is sent replaces it."""

    event_name: ClassVar[str] = "Order Updated"


class OrderRefunded(_Sum):
    """An order was paid back: the products named, or the whole of it when none are."""

    event_name: ClassVar[str] = "Order Refunded"
    reason: Text = said("why")


class OrderCancelled(_Order):
    """An order was cancelled: the products named, or the whole of it when none are."""

    event_name: ClassVar[str] = "Order Cancelled"
    reason: Text = said("why")


# --- coupons ----------------------------------------------------------------------------------------------------------
class CouponEntered(_Coupon):
    """A code was entered."""

    event_name: ClassVar[str] = "Coupon Entered"


class CouponApplied(_Coupon):
    """A code was accepted."""

    event_name: ClassVar[str] = "Coupon Applied"
    discount: Number = said("what it takes off")


class CouponDenied(_Coupon):
    """A code was refused."""

    event_name: ClassVar[str] = "Coupon Denied"
    reason: Text = said("why")


class CouponRemoved(_Coupon):
    """A code was taken back."""

    event_name: ClassVar[str] = "Coupon Removed"
    discount: Number = said("what it took off")


# --- wishlist, sharing, reviews ---------------------------------------------------------------------------------------
class ProductAddedToWishlist(_Wishlist):
    """A product was put on the wishlist."""

    event_name: ClassVar[str] = "Product Added to Wishlist"


class ProductRemovedFromWishlist(_Wishlist):
    """A product was taken off the wishlist."""

    event_name: ClassVar[str] = "Product Removed from Wishlist"


class WishlistProductAddedToCart(_Wishlist):
    """A product went from the wishlist into the cart."""

    event_name: ClassVar[str] = "Wishlist Product Added to Cart"
    cart_id: Text = said("id of the cart")


class ProductShared(_Share, ProductEvent):
    """A product was shared."""

    event_name: ClassVar[str] = "Product Shared"


class CartShared(_Share):
    """A cart was shared."""

    event_name: ClassVar[str] = "Cart Shared"
    cart_id: Text = said("id of the cart")
    products: Products = said("what is in it")


class ProductReviewed(EventProperties):
    """A product was reviewed."""

    event_name: ClassVar[str] = "Product Reviewed"
    product_id: Text = said("the shop's id of the product")
    review_id: Text = said("id of the review")
    review_body: Text = said("what was written")
    rating: Number = said("how many points of how many is the shop's own scale")


EVENTS: tuple[type[EventProperties], ...] = (
    ProductsSearched,
    ProductListViewed,
    ProductListFiltered,
    PromotionViewed,
    PromotionClicked,
    ProductClicked,
    ProductViewed,
    ProductAdded,
    ProductRemoved,
    CartViewed,
    CheckoutStarted,
    CheckoutStepViewed,
    CheckoutStepCompleted,
    PaymentInfoEntered,
    OrderCompleted,
    OrderUpdated,
    OrderRefunded,
    OrderCancelled,
    CouponEntered,
    CouponApplied,
    CouponDenied,
    CouponRemoved,
    ProductAddedToWishlist,
    ProductRemovedFromWishlist,
    WishlistProductAddedToCart,
    ProductShared,
    CartShared,
    ProductReviewed,
)
