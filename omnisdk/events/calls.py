"""The six calls of the Segment spec as pydantic models: what a client may send. The server reads them by `reading`.

Fields are snake_case here and camelCase on the wire.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Id = str | int | None  # null is absent, a number is read as text
Time = str | int | float | None
_TIME = "RFC 3339 text, or seconds or milliseconds since 1970 as a number"
_CALL: Any = Field(description="the call")


class _Wire(BaseModel):
    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True, defer_build=True)


class ExternalId(_Wire):
    """A further identifier of the person; counted from the shop only."""

    type: str = Field(description="`phone`, `email` or `card`")
    id: Id = Field(default=None, description="its value; a phone number in any spelling")


class Page(_Wire):
    """The page that the event happened on."""

    url: str | None = Field(default=None, description="its whole address")
    path: str | None = Field(default=None, description="its path, such as `/golf`")
    referrer: str | None = Field(default=None, description="the address of the page before")
    title: str | None = Field(default=None, description="its title")
    search: str | None = Field(default=None, description="its query, such as `?utm_source=zalo`")


class CampaignSource(_Wire):
    """The advert that led here: the utm parameters of the landing page."""

    name: str | None = Field(default=None, description="`utm_campaign`")
    source: str | None = Field(default=None, description="`utm_source`")
    medium: str | None = Field(default=None, description="`utm_medium`")
    term: str | None = Field(default=None, description="`utm_term`")
    content: str | None = Field(default=None, description="`utm_content`")


class Context(_Wire):
    """Where and how it happened. On a batch it stands under the context of each event."""

    page: Page | None = Field(default=None, description="the page that it happened on")
    campaign: CampaignSource | None = Field(default=None, description="the advert that led here")
    locale: str | None = Field(default=None, description="such as `vi-VN`")
    timezone: str | None = Field(default=None, description="IANA name, such as `Asia/Ho_Chi_Minh`")
    user_agent: str | None = Field(default=None, description="of the browser or app")
    ip: str | None = Field(default=None, description="address of the client; kept with the event, and read by no rule")
    traits: dict[str, Any] | None = Field(default=None, description="traits of the person; those of the event win")
    external_ids: list[ExternalId] | None = Field(default=None, description="further identifiers of the person")
    identity_token: str | None = Field(default=None, description="proves `userId`; checked, never stored")


class Call(_Wire):
    """What all six calls share. Each needs an id: `userId`, `anonymousId`, or from the shop phone, email or card."""

    message_id: str | int | None = Field(
        default=None,
        description="at most 100 characters; a second event with the same one and the same ids is a duplicate",
    )
    user_id: Id = Field(
        default=None,
        description="the shop's id of the customer, at most 256 characters; from a browser a claim until proven",
    )
    anonymous_id: Id = Field(default=None, description="the browser's or device's id, at most 256 characters")
    identity_token: str | None = Field(default=None, description="proves `userId`; checked, never stored")
    phone: Id = Field(default=None, description="from the shop only: an identifier")
    email: str | None = Field(default=None, description="from the shop only: an identifier")
    card: Id = Field(default=None, description="from the shop only: an identifier")
    timestamp: Time = Field(default=None, description=f"when it happened, by the client's clock: {_TIME}")
    original_timestamp: Time = Field(default=None, description=f"the same, before `timestamp`: {_TIME}")
    sent_at: Time = Field(default=None, description=f"when it was sent, by the client's clock: {_TIME}")
    context: Context | None = Field(default=None, description="where and how it happened")
    write_key: str | None = Field(default=None, description="the key, where the client sets no header")
    integrations: dict[str, Any] | None = Field(default=None, description="ignored")


class IdentifyCall(Call):
    """Who somebody is, and what is known of them."""

    type: Literal["identify"] = _CALL
    traits: dict[str, Any] | None = Field(
        default=None, description="what is known of the person; the latest of each counts"
    )


class TrackCall(Call):
    """What somebody did. The properties of known events are described by their own schemas."""

    type: Literal["track"] = _CALL
    event: str = Field(min_length=1, max_length=200, description="the name of what happened, such as `Product Viewed`")
    properties: dict[str, Any] | None = Field(default=None, description="its details")


class PageCall(Call):
    """Somebody looked at a page of the web site."""

    type: Literal["page"] = _CALL
    name: str | None = Field(default=None, description="its name, at most 200 characters")
    category: str | None = Field(
        default=None, description="its category; stands among the properties where they have none"
    )
    properties: dict[str, Any] | None = Field(default=None, description="its details, such as `path` and `title`")


class ScreenCall(Call):
    """Somebody looked at a screen of an app."""

    type: Literal["screen"] = _CALL
    name: str | None = Field(default=None, description="its name, at most 200 characters")
    category: str | None = Field(
        default=None, description="its category; stands among the properties where they have none"
    )
    properties: dict[str, Any] | None = Field(default=None, description="its details, such as `path` and `title`")


class GroupCall(Call):
    """Somebody belongs to a company or other group; `traits` are the group's."""

    type: Literal["group"] = _CALL
    group_id: str | int = Field(description="the id of the group, at most 256 characters")
    traits: dict[str, Any] | None = Field(default=None, description="what is known of the group")


class AliasCall(Call):
    """Two ids are one person: `previousId` (else `anonymousId`) is from now on `userId`."""

    type: Literal["alias"] = _CALL
    previous_id: Id = Field(default=None, description="the id so far, at most 256 characters")


AnyCall = Annotated[
    IdentifyCall | TrackCall | PageCall | ScreenCall | GroupCall | AliasCall, Field(discriminator="type")
]
CALLS: tuple[type[Call], ...] = (IdentifyCall, TrackCall, PageCall, ScreenCall, GroupCall, AliasCall)
