"""Events in: read, judged one by one, stored; the sender learns each refusal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from omnisdk.delivery.losses import Loss
from omnisdk.events import Batch, read_batch, read_call
from omnisdk.identity import tokens
from server_example.services.server import Server

Role = Literal["shop", "browser"]

_LOSSES = frozenset(loss.value for loss in Loss)


def ingest(server: Server, payload: object, role: Role, now: int, call: str | None = None) -> dict[str, Any]:
    """Store the events of `payload`, a batch or, given `call`, one call of that type, and return the answer.

    Raises BadBody, NoRules, StorageUnavailable.
    """
    batch = read(server, payload, role, now, call)
    outcomes = server.people.ingest([event for _, event in batch.events]) if batch.events else []
    return {"success": True, **verdicts(server, batch, outcomes)}


def count_losses(server: Server, told: str) -> None:
    """Count what an SDK says it had to drop, as in ``expired=1, queue_full=12``. Reasons that none of ours has are passed over."""
    for item in told[:500].split(","):
        reason, _, number = item.strip().partition("=")
        if reason in _LOSSES and number.isascii() and number.isdigit():
            server.metrics.count("omni_sdk_lost_total", int(number[:9]), reason=reason)


def read(server: Server, payload: object, role: Role, now: int, call: str | None = None, place: str = "batch") -> Batch:
    """Return the events of `payload` as they would be stored, and what is refused; `place` is what their list is called.

    Raises BadBody, NoRules.
    """
    rules = server.rules
    reader = partial(read_batch, place=place) if call is None else partial(read_call, call=call)
    return reader(
        payload,
        role=role,
        received_at=now,
        normalise=rules.normalise,
        trust=rules.compiled.ruleset.trust,
        allow=rules.compiled.ruleset.allow,
        verify=lambda token: tokens.verify(token, server.config.identity_key, now=now),
        require_token=rules.compiled.ruleset.require_token,
        new_id=server.new_id,
    )


def verdicts(server: Server, batch: Batch, outcomes: Sequence[str]) -> dict[str, Any]:
    """Return how many events were accepted or duplicates, and each one refused; count them all."""
    refused: list[dict[str, Any]] = [
        {"index": it.index, "messageId": it.message_id, "code": it.code, "message": it.message} for it in batch.rejected
    ]
    refused += [
        {
            "index": index,
            "messageId": event.message_id,
            "code": "FORGOTTEN",
            "message": "this person was forgotten after the event happened; it is not stored",
        }
        for (index, event), outcome in zip(batch.events, outcomes, strict=True)
        if outcome == "forgotten"
    ]
    refused.sort(key=lambda one: one["index"])
    accepted, duplicates = outcomes.count("stored"), outcomes.count("duplicate")
    metrics = server.metrics
    for name, number in (("accepted", accepted), ("duplicates", duplicates)):
        if number:
            metrics.count(f"omni_events_{name}_total", number)
    for one in refused:
        metrics.count("omni_events_rejected_total", code=one["code"])
    for note, number in batch.notes.items():
        metrics.count("omni_event_notes_total", number, note=note)
    return {"accepted": accepted, "duplicates": duplicates, "rejected": refused}
