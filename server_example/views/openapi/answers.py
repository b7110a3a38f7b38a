"""What the routes answer, as pydantic models: their JSON Schema is published, and tests hold every answer against it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from omnisdk.engine import phrases
from omnisdk.engine.reasons import ORDER
from omnisdk.engine.result import Reason
from omnisdk.events.model import Call, Role
from omnisdk.rules.model import Kind
from server_example.views.openapi.codes import CODES, OF_PIXEL, REFUSALS


def one_of(values: Iterable[str]) -> WithJsonSchema:
    """Return the schema of a text that is one of `values`."""
    return WithJsonSchema({"type": "string", "enum": list(values)})


PLACE = "#/components/schemas/"  # of a schema in the document

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Amount = Annotated[float, WithJsonSchema({"type": "number"})]


class Answer(BaseModel):
    model_config = ConfigDict(defer_build=True)


class Error(Answer):
    """What every answer other than 2xx and 304 says."""

    code: Annotated[str, one_of(sorted({code.code for code in (*CODES, *OF_PIXEL)}))] = Field(
        description="For programs; stable."
    )
    message: str = Field(description="For people: the place, the value found, what is due.")
    request_id: str = Field(description="As in `X-Request-Id`; the server's log has it.", examples=["9f2c41d07a6be835"])
    hint: str = Field(default="", description="What to do; there where it helps.")
    docs: str = Field(default="", description="Where to read on; there where it helps.")


# --- events -----------------------------------------------------------------------------------------------------------
_REFUSED = "\n".join(f"- `{refusal.code}`: {refusal.meaning}" for refusal in REFUSALS)


class Rejected(Answer):
    """One event that was not stored. Its neighbours were."""

    index: int = Field(ge=0, description="Its place in the batch, from 0.")
    messageId: str | None = Field(description="As it was sent, when it was a usable one.")  # noqa: N815 - the wire's name
    code: Annotated[str, one_of(refusal.code for refusal in REFUSALS)] = Field(
        description=f"Why, for programs:\n\n{_REFUSED}"
    )
    message: str = Field(description="Why, for people: the place, the value found, what to send instead.")


class Verdicts(Answer):
    """What became of the events that came along."""

    accepted: int = Field(ge=0, description="How many were stored.")
    duplicates: int = Field(
        ge=0, description="How many had been stored before, by key role, ids as sent and `messageId`."
    )
    rejected: list[Rejected] = Field(description="Those that were not, with the reason.")


class Ingested(Verdicts):
    """Answered after the commit: what is counted as accepted survives whatever happens to the server."""

    success: Literal[True] = Field(description="The body was read; each event has its own verdict.")


# --- decisions --------------------------------------------------------------------------------------------------------
_FIELD = re.compile(r"{(\w+)}")  # what a sentence names when the facts are at hand


def _told(reasons: tuple[Reason, ...]) -> str:
    sentences = {reason: _FIELD.sub(r"the \1", phrases.PHRASES[reason]["en"]) for reason in reasons}
    return "\n".join(f"- `{reason}`: {sentence}" for reason, sentence in sentences.items())


class Image(Answer):
    """The picture of a creative."""

    url: str = Field(description="Address of the picture.")
    alt: str = Field(default="", description="What it shows, in words.")
    width: int = Field(default=0, description="Pixels.")
    height: int = Field(default=0, description="Pixels.")


class Cta(Answer):
    """The button of a creative."""

    label: str = Field(default="", description="Text of the button.")
    url: str = Field(default="", description="Where it leads; never a script.")


class ShownProduct(Answer):
    """One product that the creative shows; what is not known of it is absent."""

    product_id: str = Field(default="", description="The shop's id of the product.")
    name: str = Field(default="", description="Its name for people.")
    price: Amount = Field(default=0, description="Price of one piece, in the site's currency.")
    image_url: str = Field(default="", description="Address of its picture.")
    url: str = Field(default="", description="Address of its page.")


class Content(Answer):
    """What to show: plain texts in one language, and addresses that are safe to follow."""

    title: str = Field(default="", description="Headline.")
    body: str = Field(default="", description="Text.")
    compact: str = Field(default="", description="Stands on narrow screens instead of title and body.")
    subject: str = Field(default="", description="Subject of an e-mail.")
    image: Image | None = Field(default=None, description="The picture.")
    cta: Cta | None = Field(default=None, description="The button.")
    countdown: bool = Field(default=False, description="Whether to show the time left until `ends_at`.")
    products: list[ShownProduct] = Field(
        default=[], description="Products of the person: looked at, in the cart or ordered."
    )
    data: dict[str, Any] = Field(default={}, description="Free values for the shop's own code, its texts filled in.")


class Trigger(Answer):
    """When a popup opens; one of these."""

    after: Amount = Field(default=0, description="So many seconds after the page loaded.")
    idle: Amount = Field(default=0, description="After so many seconds without a movement.")
    scroll: Amount = Field(default=0, ge=0, le=1, description="At this share of the page.")
    exit: bool = Field(default=False, description="As the pointer leaves the page.")
    event: str = Field(default="", description="When an event of this name is tracked.")


class Offer(Answer):
    """The terms of the campaign."""

    text: str = Field(default="", description="The offer in words.")
    discount: dict[str, Amount] = Field(
        default={}, description="`{percent: 20}`, or `{amount: 50000}` in the site's currency."
    )


class Decision(Answer):
    """What to show in one placement. `placement`, `campaign` and `reason` are always there; what does not apply is absent."""

    placement: str = Field(description="As asked.")
    campaign: str | None = Field(description="The campaign that won; null when none did.")
    reason: Annotated[str, one_of((*ORDER, Reason.NONE))] = Field(
        description="Why. The write key is told only `WON`, `GUARDED`, `UNKNOWN_PLACEMENT` or, for all others, `NONE`. "
        f"To the secret key an empty placement reports the reason nearest to being shown:\n\n{_told(ORDER)}"
    )
    id: str = Field(
        default="", description="Of this decision: the `decision_id` of Promotion Viewed, Clicked and Dismissed."
    )
    variant: str = Field(default="", description="The variant of the campaign.")
    kind: Kind = Field(default="banner", description="The kind of the placement.")
    ends_at: Instant = Field(default="", description="The first instant at which the campaign is no longer live.")
    coupon: str = Field(default="", description="The code to use.")
    content: Content | None = Field(default=None, description="What to show.")
    trigger: Trigger | None = Field(default=None, description="When a popup opens.")
    size: tuple[int, int] = Field(default=(0, 0), description="Width and height of the placement in pixels.")
    promotes: list[str] = Field(
        default=[], description="What the campaign is for: `membership:…`, `product:…`, `category:…`."
    )
    offer: Offer | None = Field(default=None, description="The terms of the campaign.")
    token: str = Field(
        default="",
        description="Proves the decision to the server later. It holds id, campaign, placement and variant, and nothing of the person.",
    )


class Decided(Answer):
    """A decision for each placement, in the order asked."""

    decisions: list[Decision] = Field(description="In the order asked.")
    state: str = Field(description='Changes with every change of the profile; `"0"`: nothing is known.')
    events: Verdicts | None = Field(default=None, description="Of the events in the request; there when it had some.")


class Sentence(Answer):
    """One sentence in each language."""

    en: str = Field(description="English.")
    vi: str = Field(description="Vietnamese.")
    th: str = Field(description="Thai.")


class Verdict(Answer):
    """What became of one campaign in one placement."""

    campaign: str = Field(description="Its name in the rules.")
    reason: Annotated[str, one_of(ORDER)] = Field(
        description=f"`WON`, or what kept it from being shown:\n\n{_told(ORDER)}"
    )
    text: Sentence = Field(description="The same for the shop owner.")
    facts: dict[str, Any] = Field(description="The values that decided, named as the rule writes them.")


class Explained(Answer):
    """Every campaign of each placement asked, in order of arbitration."""

    placements: dict[str, list[Verdict]] = Field(description="By placement; an unknown one has none.")


# --- people -----------------------------------------------------------------------------------------------------------
class Profile(Answer):
    """What is known of a person, folded from the person's events and nothing else."""

    id: str = Field(description="The server's own id of the person; it changes when people are joined.")
    identifiers: list[str] = Field(
        description="Names of this person, earliest received first.", examples=[["user:u1", "phone:+84901234567"]]
    )
    state: str = Field(description="Changes with every change of the profile.")
    facts: Annotated[dict[str, Any], WithJsonSchema({"allOf": [{"$ref": f"{PLACE}Facts"}]})] = Field(
        description="The facts that rules can use, nested by the parts of their names, read in the view `all`. Fixed counts and sums are there even at 0, open names once seen."
    )
    shop: Annotated[dict[str, Any], WithJsonSchema({"allOf": [{"$ref": f"{PLACE}ShopFacts"}]})] = Field(
        description="The families that browsers can lie about once more, as the shop vouches for them."
    )


class ReceivedEvent(Answer):
    """One event by the names of the Segment spec: ids and times as sent, and what was judged of it. Empty parts are absent."""

    type: Call = Field(description="The call.")
    messageId: str = Field(description="As sent, else made from the content.")  # noqa: N815 - the wire's name
    event: str = Field(default="", description="Name of a track call.")
    name: str = Field(default="", description="Name of a page or screen.")
    userId: str = Field(default="", description="As sent.")  # noqa: N815 - the wire's name
    anonymousId: str = Field(default="", description="As sent.")  # noqa: N815 - the wire's name
    previousId: str = Field(default="", description="Of an alias call.")  # noqa: N815 - the wire's name
    groupId: str = Field(default="", description="Of a group call.")  # noqa: N815 - the wire's name
    identifiers: list[str] = Field(default=[], description="Phone, e-mail and card from the shop, in their one form.")
    properties: dict[str, Any] = Field(
        default={}, description="As read: a known property of the wrong kind is left out."
    )
    traits: dict[str, Any] = Field(default={}, description="Of the person, or of the group.")
    context: dict[str, Any] = Field(default={}, description="The event's over the batch's, without token and traits.")
    timestamp: Instant = Field(description="When it happened, by our clock.")
    receivedAt: Instant = Field(description="When it came.")  # noqa: N815 - the wire's name
    sent: dict[str, str] = Field(default={}, description="The times as the client wrote them.")
    role: Role = Field(description="Whose key it came with: `shop` (secret key) or `browser` (write key).")
    proven: bool = Field(description="Whether its user id was proven then.")
    vouched: bool = Field(
        description="Whether the shop vouches for it: the secret key, or a name under `trust:` in the rules."
    )


class Exported(Profile):
    """The profile, and every event as it was received."""

    events: list[ReceivedEvent] = Field(description="In the order of the person's life.")


class Forgotten(Answer):
    """All that was stored of the person is deleted. Keyed hashes remain, so that events from before stay refused."""

    forgotten: Literal[True] = Field(description="Done, for good.")


# --- stock clients ----------------------------------------------------------------------------------------------------
class SegmentIo(Answer):
    """Where Segment's browser client is to send its events."""

    apiKey: str = Field(description="The write key.")  # noqa: N815 - the wire's name
    apiHost: str = Field(  # noqa: N815 - the wire's name
        description="Host and path of this server as the page reaches it.", examples=["shop.example/omni/v1"]
    )
    protocol: Literal["http", "https"] = Field(description="How the page reaches it.")


class SegmentIntegrations(Answer):
    """The destinations of Segment's client: this server and no other."""

    segment_io: SegmentIo = Field(alias="Segment.io", description="Where the events go.")


class SegmentMetrics(Answer):
    """How often Segment's client reports on itself: never."""

    sampleRate: Literal[0] = Field(description="Never.")  # noqa: N815 - the wire's name
    host: str = Field(description="Where it would report to.")


class SegmentSettings(Answer):
    """What Segment's browser client asks for before it sends anything."""

    integrations: SegmentIntegrations = Field(description="Where the events go.")
    metrics: SegmentMetrics = Field(description="What the client tells of itself.")


class RudderSource(Answer):
    """The source, as RudderStack's control plane would describe it."""

    id: str = Field(description="Always the same.")
    name: str = Field(description="Always the same.")
    enabled: Literal[True] = Field(description="Events are taken.")
    config: dict[str, Any] = Field(description="The client is to report nothing on itself.")
    destinations: list[dict[str, Any]] = Field(max_length=0, description="None: events go to this server only.")


class RudderSettings(Answer):
    """What RudderStack's browser client asks for before it sends anything."""

    source: RudderSource = Field(description="The source that the write key stands for.")


class Counted(Answer):
    """The report was counted and is not kept."""

    success: Literal[True] = Field(description="Always so.")


# --- operations -------------------------------------------------------------------------------------------------------
class Alive(Answer):
    """The process lives."""

    status: Literal["ok"] = Field(description="Always so.")


class RulesInForce(Answer):
    """The rules that this process decides by."""

    number: int = Field(
        ge=1, description="The ruleset's number; it grows with every change, and is the same on every host."
    )
    faults: int = Field(
        ge=0, description="What is wrong with this host's rules file as it stands now; the lines are in the log."
    )


class Ready(Answer):
    """The database answers and there are rules."""

    status: Literal["ready"] = Field(description="Always so.")
    rules: RulesInForce = Field(description="The rules in force.")


ANSWERS: tuple[type[Answer], ...] = (
    Error,
    Ingested,
    Decided,
    Explained,
    Profile,
    Exported,
    Forgotten,
    SegmentSettings,
    RudderSettings,
    Counted,
    Alive,
    Ready,
)
