"""One look at a profile: the document in one of its two views, with what only the moment and the rules know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, Final, Literal, Protocol

from omnisdk import clock
from omnisdk.profile import cart, orders, sessions, values

View = Literal["all", "shop"]


class _Missing:
    """The type of MISSING."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()  # the person lacks the fact: every comparison with it is false


class DeviceFacts(Protocol):
    """What `device.*` reads; `omnisdk.engine.result.Device` is one."""

    @property
    def kind(self) -> str: ...

    @property
    def os(self) -> str: ...

    @property
    def browser(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FactContext:
    """What facts need besides the document: the moment, the site, its rules, and the request."""

    now: int  # microseconds
    timezone: str = "UTC"  # the site's
    currency: str = ""  # the site's; "": amounts of every currency are summed
    grants: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)  # product_id → (entitlement, µs or None)
    path: str | None = None
    url: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None
    device: DeviceFacts | None = None
    open_now: bool | None = None  # None: the site states no opening hours
    # Told by whoever knows the rules: when the person converted for a campaign, and the segments they are in.
    converted: Callable[[Reading, str], Sequence[int]] | None = None
    segments: Callable[[Reading], Collection[str]] | None = None


class Reading:
    """A document in one view at one moment. What several facts need is worked out once and kept."""

    def __init__(self, document: dict[str, Any], view: View, context: FactContext) -> None:
        self.document = document
        self.view = view
        self.context = context
        self.kept: dict[str, Any] = {}  # what modules that read through this one work out once, by their name

    @cached_property
    def now(self) -> int:
        """The moment of which states are read: never before the person's last event, which another server's clock,
        a little ahead of this one, may have timed. Windows count from `context.now` itself."""
        last: int = self.document.get("last", self.context.now)
        return max(self.context.now, last)

    @cached_property
    def orders(self) -> list[orders.Order]:
        """The orders of which something is left, by time."""
        return orders.read(self.document, self.view)

    @cached_property
    def cart(self) -> cart.Cart:
        return cart.read(self.document)

    @cached_property
    def session(self) -> sessions.Session | None:
        """The visit that goes on."""
        return sessions.current(self.document, self.now)

    @cached_property
    def zone(self) -> tzinfo:
        """The site's time zone."""
        return values.zone(self.context.timezone)

    @cached_property
    def local(self) -> datetime:
        """The moment in the site's time zone."""
        return clock.to_datetime(self.context.now).astimezone(self.zone)
