"""The properties of our own events on top of Segment's: what happens in a store, in service and in messages."""

from __future__ import annotations

from typing import ClassVar

from omnisdk.events.base import EventProperties, Flag, Flags, Moment, Name, Number, Text, Texts, needed, said
from omnisdk.events.commerce import Products


# --- what several events share ----------------------------------------------------------------------------------------
class _InStore(EventProperties):
    store_id: Text = said("the shop's id of the store")
    method: Text = said("how it is known: `qr`, `wifi`, `pos`, `crm` or `staff`")
    evidence: Text = said("grade or reference of the proof, such as the receipt's number")
    staff_id: Text = said("who of the staff recorded it")


class _OfPromotion(EventProperties):
    promotion_id: Text = said("the campaign")
    creative: Text = said("the variant")
    position: Text = said("the placement")
    decision_id: Text = said("the decision it came from; a decision counts once however many events name it")


class _Membership(EventProperties):
    membership: Name = needed("what the person belongs to, such as `gym`; owned as `membership:gym`")
    since: Moment = said("when it began; absent: when the event happened")
    until: Moment = said("when it ends or ended; absent: open")
    method: Text = said("how it is known; `claimed` when the visitor says so")
    reason: Text = said("why")


class _Channel(EventProperties):
    channel: Text = said("`push`, `email`, `sms`, `zalo` …")
    reason: Text = said("why")


class _OrderInStore(_InStore):
    order_id: Text = said("the shop's number of the order")
    code: Text = said("the code that the customer shows")
    counter: Text = said("where in the store")
    products: Products = said("the lines concerned")


class _Appointment(_InStore):
    appointment_id: Text = said("id of the appointment")
    starts_at: Moment = said("when it begins")
    ends_at: Moment = said("when it ends")
    subject: Text = said("what it is about")
    lead_id: Text = said("the lead it came from")
    reason: Text = said("why it was moved or missed")


class _Case(_InStore):
    case_id: Text = said("id of the case")
    kind: Text = said("complaint, question, failed payment …")
    subject: Text = said("what it is about")
    order_id: Text = said("the order it is about")
    product_id: Text = said("the product it is about")
    channel: Text = said("how the customer came: chat, phone, counter …")


class _Voucher(_InStore):
    voucher_id: Text = said("id of the voucher")
    code: Text = said("the code, this person's alone")
    promotion_id: Text = said("the campaign that gave it")
    decision_id: Text = said("the decision it came from")
    order_id: Text = said("the order it was used on")
    value: Number = said("what it is worth")
    currency: Text = said("ISO 4217 code, such as `VND`; absent: the site's")
    expires_at: Moment = said("the first instant at which it is no longer good")


class _Message(_OfPromotion):
    channel: Text = said("`push`, `email`, `sms`, `zalo` …")
    journey: Text = said("the journey that sent it")
    step: Text = said("the step of the journey")


# --- campaigns --------------------------------------------------------------------------------------------------------
class PromotionDismissed(_OfPromotion):
    """A decision was closed or declined: the campaign rests for this person."""

    event_name: ClassVar[str] = "Promotion Dismissed"
    reason: Text = said("`owned` when the visitor says to have it already: the campaign then rests for good")


class PromotionTold(_OfPromotion, _InStore):
    """Staff told a customer of the campaign: an exposure like any other."""

    event_name: ClassVar[str] = "Promotion Told"


# --- belonging, points, consent, channels -----------------------------------------------------------------------------
class MembershipStarted(_Membership):
    """The person joined."""

    event_name: ClassVar[str] = "Membership Started"


class MembershipEnded(_Membership):
    """The person left, or the membership ran out."""

    event_name: ClassVar[str] = "Membership Ended"


class PointsChanged(EventProperties):
    """The balance of loyalty points changed."""

    event_name: ClassVar[str] = "Points Changed"
    balance: Number = said("points now")
    change: Number = said("points added, or taken when negative")
    redeemed: Number = said("points used up by this change")
    reason: Text = said("why")


class ConsentChanged(EventProperties):
    """The person allowed or refused purposes; the latest statement on each counts."""

    event_name: ClassVar[str] = "Consent Changed"
    purposes: Flags = needed("`{marketing: true, analytics: false}`")
    method: Text = said("how it is known: banner, preference page, paper …")
    text: Text = said("what the person was told")


class PushSubscribed(_Channel):
    """A browser or device may be reached by push."""

    event_name: ClassVar[str] = "Push Subscribed"


class PushUnsubscribed(_Channel):
    """A browser or device may no longer be reached by push."""

    event_name: ClassVar[str] = "Push Unsubscribed"


class ChannelUnsubscribed(_Channel):
    """The person wants nothing more in a channel."""

    event_name: ClassVar[str] = "Channel Unsubscribed"


# --- in the store -----------------------------------------------------------------------------------------------------
class StoreVisited(_InStore):
    """The person was in a store."""

    event_name: ClassVar[str] = "Store Visited"
    code: Text = said("the code that was shown or scanned")


class CodeScanned(_InStore):
    """The person scanned a code: on a shelf, a poster, a receipt."""

    event_name: ClassVar[str] = "Code Scanned"
    code: Text = said("the code")
    promotion_id: Text = said("the campaign that the code belongs to")
    product_id: Text = said("the product that the code belongs to")


class OrderReady(_OrderInStore):
    """An order can be collected."""

    event_name: ClassVar[str] = "Order Ready"
    promised_at: Moment = said("when it was promised for")
    keep_until: Moment = said("until when it is kept")


class OrderCollected(_OrderInStore):
    """An order was handed over."""

    event_name: ClassVar[str] = "Order Collected"


class PaymentFailed(EventProperties):
    """A payment did not go through."""

    event_name: ClassVar[str] = "Payment Failed"
    order_id: Text = said("the shop's number of the order")
    checkout_id: Text = said("id of this passage through the checkout")
    payment_method: Text = said("way of paying")
    total: Number = said("what was to be paid")
    currency: Text = said("ISO 4217 code, such as `VND`; absent: the site's")
    reason: Text = said("why, as the bank says")


class VoucherIssued(_Voucher):
    """The person got a voucher."""

    event_name: ClassVar[str] = "Voucher Issued"


class VoucherRedeemed(_Voucher):
    """The voucher was used."""

    event_name: ClassVar[str] = "Voucher Redeemed"


# --- leads and service ------------------------------------------------------------------------------------------------
class LeadCaptured(_InStore):
    """The person left contact details and an interest."""

    event_name: ClassVar[str] = "Lead Captured"
    lead_id: Text = said("id of the lead")
    form_id: Text = said("the form that was sent")
    interest: Text = said("what the person is interested in")
    category: Text = said("the category it belongs to")
    score: Number = said("how interested, on the shop's scale")
    consent: Flag = said("whether the person may be contacted")
    promotion_id: Text = said("the campaign it came from")
    decision_id: Text = said("the decision it came from")
    tags: Texts = said("words of your own")


class ConsultationHeld(_InStore):
    """Staff advised the person."""

    event_name: ClassVar[str] = "Consultation Held"
    consultation_id: Text = said("id of the talk")
    subject: Text = said("what it was about")
    category: Text = said("the category it belongs to")
    outcome: Text = said("what came of it")
    duration: Number = said("seconds")


class AppointmentBooked(_Appointment):
    """An appointment was made."""

    event_name: ClassVar[str] = "Appointment Booked"


class AppointmentKept(_Appointment):
    """The person came."""

    event_name: ClassVar[str] = "Appointment Kept"


class AppointmentMissed(_Appointment):
    """The person did not come."""

    event_name: ClassVar[str] = "Appointment Missed"


class ContactStarted(_OfPromotion):
    """The person opened a way of contact."""

    event_name: ClassVar[str] = "Contact Started"
    channel: Text = said("`chat`, `zalo`, `messenger`, `phone` or `form`")
    case_id: Text = said("the case it belongs to")
    store_id: Text = said("the shop's id of the store")


class CaseOpened(_Case):
    """A complaint or question was opened."""

    event_name: ClassVar[str] = "Case Opened"


class CaseClosed(_Case):
    """A complaint or question was settled."""

    event_name: ClassVar[str] = "Case Closed"
    outcome: Text = said("what came of it")


class RatingGiven(_InStore):
    """The person rated an order, a talk or a store."""

    event_name: ClassVar[str] = "Rating Given"
    rating: Number = said("points given")
    best: Number = said("points possible")
    comment: Text = said("what was written")
    subject: Text = said("what was rated")
    order_id: Text = said("the order it is about")
    case_id: Text = said("the case it is about")
    product_id: Text = said("the product it is about")


# --- messages ---------------------------------------------------------------------------------------------------------
class MessageSent(_Message):
    """A message of a campaign went out: it spends the caps."""

    event_name: ClassVar[str] = "Message Sent"


class MessageOpened(_Message):
    """A message was opened."""

    event_name: ClassVar[str] = "Message Opened"


class MessageClicked(_Message):
    """A link in a message was followed."""

    event_name: ClassVar[str] = "Message Clicked"
    url: Text = said("the link")


EVENTS: tuple[type[EventProperties], ...] = (
    PromotionDismissed,
    PromotionTold,
    MembershipStarted,
    MembershipEnded,
    PointsChanged,
    ConsentChanged,
    PushSubscribed,
    PushUnsubscribed,
    ChannelUnsubscribed,
    StoreVisited,
    CodeScanned,
    OrderReady,
    OrderCollected,
    PaymentFailed,
    VoucherIssued,
    VoucherRedeemed,
    LeadCaptured,
    ConsultationHeld,
    AppointmentBooked,
    AppointmentKept,
    AppointmentMissed,
    ContactStarted,
    CaseOpened,
    CaseClosed,
    RatingGiven,
    MessageSent,
    MessageOpened,
    MessageClicked,
)
