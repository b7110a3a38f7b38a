"""What the person saw, got, clicked and waved away, by campaign.

    campaigns  {"shop" | "other": {"viewed" | "sent": {campaign: {id: [timestamp, position]}},
                                   "clicked" | "dismissed": {campaign: {id: [timestamp]}},
                                   "owned": {campaign: timestamp}, "variant": {campaign: [key…, creative]}}}

Both kinds of sender count alike, but each has bounds of its own: invented names cannot push out what the shop reported.
An id is eight bytes of hash of the decision_id, or of the messageId where an event names no decision: a decision
counts once however many events name it, with the time of its latest.
"""

from __future__ import annotations

from base64 import b85encode
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, Literal, TypeAlias

from omnisdk.events.model import Event
from omnisdk.profile import values
from omnisdk.profile.latest import Key, keep_latest, keep_smallest, key_of

MOST_CAMPAIGNS = 300  # per kind of sender and of act: one cannot crowd out another
MOST_EXPOSURES = 300  # views, and sends, per campaign: no cap may allow more
MOST_ACTS = 100  # clicks, dismissals per campaign

Act = Literal["viewed", "sent", "clicked", "dismissed"]

_ACTS: dict[str, Act] = {
    "Promotion Viewed": "viewed",
    "Promotion Told": "viewed",  # staff showed it: an exposure like any other
    "Promotion Clicked": "clicked",
    "Message Clicked": "clicked",
    "Promotion Dismissed": "dismissed",
    "Message Sent": "sent",
}
EVENTS = frozenset(_ACTS)

_Exposures: TypeAlias = dict[str, list[Any]]  # by id: [timestamp, position]


def take(document: dict[str, Any], event: Event, key: Key, limit: int = MOST_EXPOSURES) -> None:
    """Take in a Promotion event, a `Message Sent` or `Message Clicked`; without a promotion_id it belongs to no campaign."""
    said = event.properties
    campaign = values.name(said.get("promotion_id"))
    if campaign is None:
        return
    act = _ACTS[event.name]
    sections = document.setdefault("campaigns", {}).setdefault("shop" if event.vouched else "other", {})
    held = sections.setdefault(act, {})
    which = _id(said.get("decision_id"), event.message_id)
    if act in ("viewed", "sent"):
        _keep(held.setdefault(campaign, {}), which, [key[0], values.name(said.get("position")) or ""], limit)
        if variant := values.name(said.get("creative")):
            keep_latest(sections.setdefault("variant", {}), campaign, key, [variant], MOST_CAMPAIGNS)
    else:
        _keep(held.setdefault(campaign, {}), which, [key[0]], min(limit, MOST_ACTS))
        if act == "dismissed" and said.get("reason") == "owned":
            owned = sections.setdefault("owned", {})
            owned[campaign] = min(owned.get(campaign, key[0]), key[0])
            keep_smallest(owned, MOST_CAMPAIGNS)
    keep_smallest(held, MOST_CAMPAIGNS)


def exposures(
    document: dict[str, Any], campaign: str | None, since: int | None, now: int
) -> Iterator[tuple[str, int, str]]:
    """Yield (campaign, timestamp, position) of each view and send with ``since < timestamp <= now``, once a decision.

    `campaign` None: of all campaigns; `since` None: for ever. In no particular order. This is what caps count.
    """
    if "campaigns" not in document:
        return
    after = -(2**63) if since is None else since
    for name in known(document) if campaign is None else (campaign,):
        # What was sent comes last: a decision both sent and seen counts where it was sent, so that a page which names
        # it elsewhere does not move it to the cap of another kind; and what the shop says comes after what others say.
        views_and_sends = _held(document, "viewed", name) + _held(document, "sent", name)
        for stamp, position in _once(views_and_sends):
            if after < stamp <= now:
                yield name, stamp, position


def times(document: dict[str, Any], act: Act, campaign: str) -> list[int]:
    """Return when the campaign was viewed, sent, clicked or dismissed, once a decision, sorted."""
    return sorted(entry[0] for entry in _once(_held(document, act, campaign)))


def variant(document: dict[str, Any], campaign: str) -> str | None:
    """Return the variant shown last, None when none was named."""
    entries = [
        entry for sections in _by_sender(document) if (entry := sections.get("variant", {}).get(campaign)) is not None
    ]
    return max(entries, key=key_of)[3] if entries else None


def dismissed_for_good(document: dict[str, Any], campaign: str) -> bool:
    """Return whether the person said that they own what the campaign promises."""
    return any(campaign in sections.get("owned", ()) for sections in _by_sender(document))


def last_dismissed(document: dict[str, Any], campaign: str) -> int | None:
    """Return when the person last waved the campaign away, None when never."""
    return max((entry[0] for held in _held(document, "dismissed", campaign) for entry in held.values()), default=None)


def known(document: dict[str, Any]) -> list[str]:
    """Return the campaigns of which anything is known."""
    return sorted({name for sections in _by_sender(document) for section in sections.values() for name in section})


def _by_sender(document: dict[str, Any]) -> list[dict[str, Any]]:
    held = document.get("campaigns", {})
    return [held[sender] for sender in ("other", "shop") if sender in held]


def _held(document: dict[str, Any], act: Act, campaign: str) -> list[_Exposures]:
    return [held for sections in _by_sender(document) if (held := sections.get(act, {}).get(campaign))]


def _id(decision: object, message: str) -> str:
    named = values.name(decision)
    text = f"d{named}" if named is not None else f"m{message}"
    return b85encode(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()).decode()


def _keep(held: dict[str, list[Any]], which: str, entry: list[Any], limit: int) -> None:
    if which in held and held[which] >= entry:
        return
    held[which] = entry
    if len(held) > limit:
        del held[min(held, key=lambda each: (held[each], each))]


def _once(held: list[_Exposures]) -> Iterable[list[Any]]:
    """Return the entry of each decision once, at its latest time; the rest of it is from the last that names it."""
    if len(held) == 1:
        return held[0].values()
    found: _Exposures = {}
    for entries in held:
        for which, (stamp, *rest) in entries.items():
            found[which] = [max(found[which][0], stamp) if which in found else stamp, *rest]
    return found.values()
