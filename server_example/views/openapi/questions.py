"""What a decide or explain request may say, as pydantic models: their JSON Schema is published, `services.asking` reads.

Where a value of any kind is taken, the schema says so and what it then means; where one is refused, it says that.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from omnisdk.events.envelope import MOST_EVENTS
from omnisdk.events.ids import LONGEST_ID
from server_example.services.asking import MOST_PLACEMENTS

ANY_EVENT = "#/components/schemas/AnyEvent"  # written by `schemas`


def lenient(otherwise: str, *shapes: dict[str, Any]) -> WithJsonSchema:
    """Return a schema that shows `shapes` and takes everything; `otherwise` says what a value of no shape means."""
    return WithJsonSchema({"anyOf": [*shapes, {"title": "Anything else", "description": otherwise}]})


_ABSENT = "Counts as absent."
_TEXT: dict[str, Any] = {"type": "string"}
Id = Annotated[
    Any, lenient("Counts as absent, and so do placeholders such as `undefined` and `guest`.", _TEXT, {"type": "number"})
]
Token = Annotated[Any, lenient("Proves nothing; the answer is the anonymous one.", _TEXT)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True, defer_build=True)


class AskedPage(_Wire):
    """The page that asks. Without one, campaigns limited to pages are not held back by theirs."""

    url: str | None = Field(
        default=None, description="Its whole address.", examples=["https://shop.example/golf?utm_source=zalo"]
    )
    path: str | None = Field(default=None, description="Its path; absent: that of `url`.", examples=["/golf"])
    search: str | None = Field(
        default=None, description="Its query; absent: that of `url`.", examples=["?utm_source=zalo"]
    )


class AskedContext(_Wire):
    """Where the question is asked from."""

    page: AskedPage | None = Field(default=None, description="The page that asks.")
    locale: str | None = Field(
        default=None,
        description="The language of the texts; absent: the person's, else the site's.",
        examples=["vi-VN"],
    )
    timezone: str | None = Field(default=None, description="IANA name.", examples=["Asia/Ho_Chi_Minh"])
    utc_offset: Annotated[
        Any, lenient("Counts as absent.", {"type": "integer", "minimum": -840, "maximum": 840, "multipleOf": 60})
    ] = Field(
        default=None, description="Minutes east of UTC, whole hours; read where `timezone` is absent.", examples=[420]
    )
    user_agent: str | None = Field(
        default=None,
        description="Of the visitor's browser; absent, with the write key: the request's own `User-Agent`.",
    )
    identity_token: Token = Field(default=None, description="As at the top, where it is absent there.")


class DecideRequest(_Wire):
    """What to show, for whom, and where. Only `placements` is needed; null is absent everywhere else."""

    placements: list[str] = Field(
        max_length=MOST_PLACEMENTS,
        description="Names of placements of the rules; answered in this order.",
        examples=[["home-hero", "popup"]],
    )
    anonymous_id: Id = Field(
        default=None, description=f"The browser's id, at most {LONGEST_ID} characters.", examples=["a1"]
    )
    user_id: Id = Field(
        default=None,
        description=f"The shop's id of the customer, at most {LONGEST_ID} characters. From a browser it counts only as `identityToken` proves it.",
        examples=["u1"],
    )
    person: str | None = Field(
        default=None,
        description="Secret key only: names anybody, such as `phone:+84901234567`. Before `userId` and `anonymousId`.",
        examples=["phone:+84901234567"],
    )
    identity_token: Token = Field(
        default=None,
        description="JWT (HS256, `sub`, `exp` at most 24 hours ahead) signed with OMNI_IDENTITY_KEY: proves who the browser's user is.",
    )
    write_key: Annotated[Any, lenient("No key.", _TEXT)] = Field(
        default=None, description="The key, where the client sets no header."
    )
    context: AskedContext | None = Field(default=None, description="Where the question is asked from.")
    events: Annotated[
        list[Any] | None,
        WithJsonSchema(
            {"anyOf": [{"type": "array", "maxItems": MOST_EVENTS, "items": {"$ref": ANY_EVENT}}, {"type": "null"}]}
        ),
    ] = Field(
        default=None,
        description="Stored and folded before deciding, in the same transaction, so the decision is true to them.",
    )
    sent_at: Annotated[Any, lenient("Corrects nothing.", _TEXT, {"type": "number"})] = Field(
        default=None,
        description="When it was sent by the client's clock, which corrects the times of `events`.",
        examples=["2026-11-22T10:00:00.000Z"],
    )


class ExplainRequest(DecideRequest):
    """A decide request, of which every campaign is to be explained. Nothing is stored."""

    events: list[Any] | None = Field(default=None, description="Passed over: what they would change is not seen.")
