"""The six calls of the Segment spec as pydantic models: what a client may send. The server reads them by `reading`.

Fields are snake_case here and camelCase on the wire.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Id = str | int | None  # null is absent, a number is read as text
Time = Annotated[
    str | int | float | None,
    Field(description="RFC 3339 text, or seconds or milliseconds since 1970 as a number"),
]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True, defer_build=True)


class ExternalId(_Wire):
    """A further identifier of the person; counted from the shop only."""

    type: str = Field(description="`phone`, `email` or `card`")
    id: Id = None


class Page(_Wire):
    """The page that the event happened on."""

    url: str | None = None
    path: str | None = None
    referrer: str | None = None
    title: str | None = None
    search: str | None = None


class CampaignSource(_Wire):
    """The advert that led here: the utm parameters of the landing page."""

    name: str | None = None
    source: str | None = None
    medium: str | None = None
    term: str | None = None
    content: str | None = None


class Context(_Wire):
    """Where and how it happened. On a batch it stands under the context of each event."""

    page: Page | None = None
    campaign: CampaignSource | None = None
    locale: str | None = Field(default=None, description="such as `vi-VN`")
    timezone: str | None = Field(default=None, description="IANA name, such as `Asia/Ho_Chi_Minh`")
    user_agent: str | None = None
    ip: str | None = None
    traits: dict[str, Any] | None = Field(default=None, description="traits of the person; those of the event win")
    external_ids: list[ExternalId] | None = None
    identity_token: str | None = Field(default=None, description="proves `userId`; checked, never stored")


class Call(_Wire):
    """What all six calls share. Each needs an id: `userId`, `anonymousId`, or from the shop phone, email or card."""

    message_id: str | int | None = Field(
        default=None,
        description="at most 100 characters; a second event with the same one and the same ids is a duplicate",
    )
    user_id: Id = None
    anonymous_id: Id = None
    identity_token: str | None = Field(default=None, description="proves `userId`; checked, never stored")
    phone: Id = Field(default=None, description="from the shop only: an identifier")
    email: str | None = Field(default=None, description="from the shop only: an identifier")
    card: Id = Field(default=None, description="from the shop only: an identifier")
    timestamp: Time = None
    original_timestamp: Time = None
    sent_at: Time = None
    context: Context | None = None
    integrations: dict[str, Any] | None = Field(default=None, description="ignored")


class IdentifyCall(Call):
    """Who somebody is, and what is known of them."""

    type: Literal["identify"]
    traits: dict[str, Any] | None = None


class TrackCall(Call):
    """What somebody did. The properties of known events are described by their own schemas."""

    type: Literal["track"]
    event: Annotated[str, Field(min_length=1, max_length=200)]
    properties: dict[str, Any] | None = None


class PageCall(Call):
    """Somebody looked at a page of the web site."""

    type: Literal["page"]
    name: str | None = None
    category: str | None = None
    properties: dict[str, Any] | None = None


class ScreenCall(Call):
    """Somebody looked at a screen of an app."""

    type: Literal["screen"]
    name: str | None = None
    category: str | None = None
    properties: dict[str, Any] | None = None


class GroupCall(Call):
    """Somebody belongs to a company or other group; `traits` are the group's."""

    type: Literal["group"]
    group_id: str | int
    traits: dict[str, Any] | None = None


class AliasCall(Call):
    """Two ids are one person: `previousId` (else `anonymousId`) is from now on `userId`."""

    type: Literal["alias"]
    previous_id: Id = None


AnyCall = Annotated[
    IdentifyCall | TrackCall | PageCall | ScreenCall | GroupCall | AliasCall, Field(discriminator="type")
]
CALLS: tuple[type[Call], ...] = (IdentifyCall, TrackCall, PageCall, ScreenCall, GroupCall, AliasCall)
