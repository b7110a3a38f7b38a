"""The body of ``POST /v1/batch`` as a pydantic model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from omnisdk.events.calls import AnyCall, Context, Time

MOST_EVENTS = 2500


class Envelope(BaseModel):
    """Up to 2,500 events sent together, with what they share."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True, defer_build=True)

    batch: list[AnyCall] = Field(max_length=MOST_EVENTS, description="the events")
    sent_at: Time = Field(
        default=None, description="when it was sent, by the client's clock: corrects the events' times"
    )
    context: Context | None = Field(default=None, description="merged under the context of each event")
    write_key: str | None = Field(default=None, description="the key, where the client sets no header")
    identity_token: str | None = Field(default=None, description="proves the `userId` of the events; never stored")
