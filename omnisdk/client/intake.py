"""From a call to a queued event, on the caller's thread. Shared by the synchronous and the asynchronous client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnisdk import clock, safety
from omnisdk.client.faults import Faults
from omnisdk.client.shared import Message, Stamp
from omnisdk.delivery.batching import LARGEST_EVENT_BYTES
from omnisdk.delivery.encode import encode
from omnisdk.delivery.ids import message_id
from omnisdk.delivery.losses import Loss
from omnisdk.delivery.outbox import Outbox
from omnisdk.errors import AfterClose, TooLarge, Unserialisable, UsageError

_LOSS_OF = {Unserialisable: Loss.UNSERIALISABLE, TooLarge: Loss.TOO_LARGE}


class Intake:
    """Every call ends as one count: queued, or lost for a reason."""

    def __init__(self, outbox: Outbox, faults: Faults) -> None:
        self._outbox = outbox
        self._faults = faults

    def take(self, build: Callable[..., Message], who: Any, *arguments: object) -> None:
        """Build the message of a call and queue it. Raises nothing but UsageError, and that only when strict."""
        try:
            instant = clock.now()
            message = build(Stamp(instant, message_id(instant)), who, *arguments)
            body = encode(message.body)
            if len(body) > LARGEST_EVENT_BYTES:
                raise TooLarge(
                    f"{message.name!r} is {len(body):,} bytes as JSON; an event may have {LARGEST_EVENT_BYTES:,}; "
                    "send ids instead of whole records"
                )
            if not self._outbox.put(body, message.refs, message.name) and self._outbox.queue.closed:
                self._faults.report(AfterClose(f"{build.__name__} was called after close(); the event is lost"))
        except AfterClose:
            raise
        except UsageError as fault:
            self._outbox.queue.refuse(_LOSS_OF.get(type(fault), Loss.INVALID))
            self._faults.report(fault)
        except Exception as fault:
            self._outbox.queue.refuse(Loss.INTERNAL)
            safety.swallow(build.__name__, fault)
