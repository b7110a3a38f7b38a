"""What the program gets for a placement: a campaign's content, or nothing and the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from omnisdk import clock

# Codes of `omnisdk.engine.result.Reason` that are said here. That module is not imported: its package brings the whole
# engine and pydantic, which a client that asks a server never needs (a test holds these to it).
NO_REASON = "NONE"
TIMEOUT = "TIMEOUT"
SERVER_UNAVAILABLE = "SERVER_UNAVAILABLE"


class Content(dict[str, Any]):
    """A dict that may be read without asking first what is there.

    ``content.title`` and ``content["title"]`` are the same. What is absent reads as an empty text, the parts `image`,
    `cta`, `data`, `compact`, `countdown` and `discount` as an empty Content, `products` as an empty list: so
    ``content.cta.url`` is ``""`` when nothing won. ``in``, ``get``, ``len`` and iteration tell what is really there,
    and it is written as JSON like any dict.
    """

    def __missing__(self, name: str) -> Any:
        if name in _PARTS:
            return Content()
        return [] if name == "products" else ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by copy, pickle and templates: it has no such protocol
            raise AttributeError(name)
        return self[name]


_PARTS = frozenset({"image", "cta", "data", "compact", "countdown", "discount"})


def read_content(value: object) -> Content:
    """Return the JSON object `value` as Content, and the objects inside it too; anything else is empty."""
    return Content({str(k): _safe(v) for k, v in value.items()}) if isinstance(value, Mapping) else Content()


def _safe(value: Any) -> Any:
    if isinstance(value, Mapping):
        return read_content(value)
    return [_safe(one) for one in value] if isinstance(value, list) else value


def _nobody_listens(event: str, properties: dict[str, Any]) -> None:
    """Do nothing: the decision was not made by a client."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one placement. False when nothing is to be shown; then `reason` says why.

    `viewed`, `clicked`, `dismissed` and `sent` report what became of it, as events of the person it was asked for.
    For an empty decision they do nothing, so a template need not ask.
    """

    placement: str
    reason: str  # a code of `omnisdk.Reason`: WON, GUARDED, TIMEOUT …
    campaign: str | None = None
    id: str | None = None
    variant: str | None = None
    kind: str | None = None  # of the placement: banner, popup, push …
    coupon: str | None = None
    ends_at: datetime | None = None  # aware, UTC: the first instant at which the campaign is no longer live
    show_before: datetime | None = None  # aware, UTC: not to be shown from then on
    content: Content = field(default_factory=Content)
    offer: Content = field(default_factory=Content)  # text, discount
    trigger: Content = field(default_factory=Content)  # of a popup: after, scroll, exit, idle or event
    size: tuple[int, int] | None = None  # width and height in CSS pixels
    promotes: tuple[str, ...] = ()
    token: str | None = None
    _report: Callable[[str, dict[str, Any]], Any] = field(default=_nobody_listens, repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.campaign is not None

    def viewed(self) -> None:
        """Report that the person saw it (`Promotion Viewed`). Spends one unit of the campaign's caps."""
        self._tell("Promotion Viewed")

    def clicked(self) -> None:
        """Report that the person followed it (`Promotion Clicked`)."""
        self._tell("Promotion Clicked")

    def dismissed(self, reason: str | None = None) -> None:
        """Report that the person sent it away (`Promotion Dismissed`), which rests the campaign for a time.

        `reason="owned"`, they have it already, rests it for good.
        """
        self._tell("Promotion Dismissed", reason=reason)

    def sent(self, channel: str | None = None) -> None:
        """Report that it went out as a message (`Message Sent`); `channel` is the placement's kind unless given.

        Spends one unit of the campaign's caps.
        """
        self._tell("Message Sent", channel=channel or self.kind)

    def _tell(self, event: str, **more: str | None) -> None:
        if self.campaign is None:
            return
        properties = {
            "promotion_id": self.campaign,
            "creative": self.variant,
            "position": self.placement,
            "decision_id": self.id,
            **more,
        }
        self._report(event, {name: value for name, value in properties.items() if value is not None})


def read_decision(raw: Mapping[str, Any], report: Callable[[str, dict[str, Any]], Any]) -> Decision:
    """Return the Decision that one object of the server's `decisions` says; what it does not say stays empty.

    A key of the wrong type counts as absent: a newer server never breaks a page.
    """
    size = raw.get("size")
    promotes = raw.get("promotes")
    return Decision(
        placement=str(raw.get("placement")),
        reason=_text(raw, "reason") or NO_REASON,
        campaign=_text(raw, "campaign"),
        id=_text(raw, "id"),
        variant=_text(raw, "variant"),
        kind=_text(raw, "kind"),
        coupon=_text(raw, "coupon"),
        ends_at=_moment(raw, "ends_at"),
        show_before=_moment(raw, "show_before"),
        content=read_content(raw.get("content")),
        offer=read_content(raw.get("offer")),
        trigger=read_content(raw.get("trigger")),
        size=(size[0], size[1]) if isinstance(size, list) and [type(n) for n in size] == [int, int] else None,
        promotes=tuple(one for one in promotes if isinstance(one, str)) if isinstance(promotes, list) else (),
        token=_text(raw, "token"),
        _report=report,
    )


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _moment(raw: Mapping[str, Any], key: str) -> datetime | None:
    text = _text(raw, key)
    try:
        return clock.to_datetime(clock.parse(text)) if text else None
    except (ValueError, OverflowError):
        return None
