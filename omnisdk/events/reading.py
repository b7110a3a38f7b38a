"""Read one decoded request body into events: each item is taken, or refused with a reason, by itself.

Hand-written over plain dicts: validating with the pydantic models costs several times more per event, and they judge
where this forgives (a numeric text for a number, a null id, traits in the context).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnisdk.events.catalogue import KINDS
from omnisdk.events.claims import REF_KINDS, Normalise, Verify, Witness, no_token, refs_of
from omnisdk.events.cleaning import Unfit, harmless, json_bytes, where_unfit
from omnisdk.events.envelope import MOST_EVENTS
from omnisdk.events.ids import LONGEST_ID, LONGEST_MESSAGE_ID, made_id, read_id
from omnisdk.events.kinds import read_fields
from omnisdk.events.model import Call, Event, Role
from omnisdk.events.refusals import CALLS, Refused, call_of, found, name_of, not_allowed, without_id
from omnisdk.events.times import corrected, read_instant, time_text
from omnisdk.events.verdicts import BadBody, Batch, Rejected, Unreadable

# The context of a batch is stored with each of its events: without a bound, half a megabyte could become eighty.
_MOST_SHARED_CONTEXT_BYTES = 4 * 1024 * 1024


def read_batch(
    payload: object,
    *,
    role: Role,
    received_at: int,
    normalise: Normalise,
    trust: frozenset[str] = frozenset(),
    allow: frozenset[str] | None = None,
    verify: Verify = no_token,
    require_token: bool = True,
    new_id: Callable[[], str],
    correct_clock: bool = True,
    place: str = "batch",
) -> Batch:
    """Read the body of ``POST /v1/batch``, already decoded from JSON. `payload` is not changed.

    `received_at` is the server's clock for the whole request, in microseconds; `trust` the event names believed even
    from a browser; `allow` the only ones taken from a browser (None: all); `place` what the list of events is called in
    messages, as the body may be made of another request's; `require_token` False takes a browser's user ids without proof; `new_id` makes the id of an event
    that has neither messageId nor time; `correct_clock` False takes times as they are (imports).
    Raises BadBody when there is no list of events in it; anything wrong with one event only refuses that one.
    """
    envelope = _object(payload)
    items = envelope.get("batch")
    if not isinstance(items, list):
        hint = "; send a single event to the path of its call, such as /v1/track" if "type" in envelope else ""
        raise BadBody("NO_BATCH", f'{place}: {found(items)}; a list of events is due, {{"batch": […]}}{hint}')
    if len(items) > MOST_EVENTS:
        raise BadBody("TOO_MANY_EVENTS", f"{place}: {len(items):,} events; at most {MOST_EVENTS:,} in one body")
    batch = Batch()
    context = _shared_context(envelope.get("context"), len(items), batch)
    stated = envelope.get("identityToken") or context.pop("identityToken", None)
    witness = Witness(verify, role, require_token, stated, received_at)
    sent_at = envelope.get("sentAt")
    reader = _Reader(
        batch, witness, role, received_at, normalise, trust, new_id, correct_clock, context, sent_at, allow, place
    )
    for index, item in enumerate(items):
        reader.take(index, item, None)
    return batch


def read_call(
    payload: object,
    call: str,
    *,
    role: Role,
    received_at: int,
    normalise: Normalise,
    trust: frozenset[str] = frozenset(),
    allow: frozenset[str] | None = None,
    verify: Verify = no_token,
    require_token: bool = True,
    new_id: Callable[[], str],
    correct_clock: bool = True,
) -> Batch:
    """Read the body of ``POST /v1/track`` and the like: one event, whose type is `call`. As `read_batch` otherwise.

    Raises ValueError when `call` is not one of the six: the path is the server's, not the client's.
    """
    if call not in CALLS:
        raise ValueError(f"{call!r} is no call; one of {', '.join(CALLS)}")
    item = _object(payload)
    batch = Batch()
    witness = Witness(verify, role, require_token, None, received_at)
    reader = _Reader(batch, witness, role, received_at, normalise, trust, new_id, correct_clock, {}, None, allow)
    reader.take(0, item, CALLS[call])
    return batch


def _object(payload: object) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise BadBody("NOT_AN_OBJECT", f"body: {found(payload)}; a JSON object is due")
    return payload


def _shared_context(context: object, events: int, batch: Batch) -> dict[str, Any]:
    if context is None:
        return {}
    if not isinstance(context, dict):
        batch.note("wrong_context")
        return {}
    try:
        clean = dict(harmless(context))
    except Unfit as unfit:
        raise BadBody(unfit.code, f"context{where_unfit(context) or ''}: {unfit.what}") from None
    if events > 100 and json_bytes(clean) * events > _MOST_SHARED_CONTEXT_BYTES:
        message = f"context: {json_bytes(clean):,} bytes for each of {events:,} events; send it with fewer events"
        raise BadBody("TOO_LARGE", message)
    return clean


class _Reader:
    """What the events of one request share while they are read."""

    __slots__ = (
        "_allow",
        "_batch",
        "_context",
        "_correct_clock",
        "_new_id",
        "_normalise",
        "_place",
        "_received_at",
        "_role",
        "_sent_at",
        "_sent_text",
        "_trust",
        "_witness",
    )

    def __init__(
        self,
        batch: Batch,
        witness: Witness,
        role: Role,
        received_at: int,
        normalise: Normalise,
        trust: frozenset[str],
        new_id: Callable[[], str],
        correct_clock: bool,
        context: dict[str, Any],
        sent_at: object,
        allow: frozenset[str] | None,
        place: str = "batch",
    ) -> None:
        self._allow = allow if role == "browser" else None
        self._place = place
        self._batch = batch
        self._witness = witness
        self._role = role
        self._received_at = received_at
        self._normalise = normalise
        self._trust = trust
        self._new_id = new_id
        self._correct_clock = correct_clock
        self._context = context
        self._sent_text = None if sent_at is None else time_text(sent_at)
        self._sent_at = None if sent_at is None else self._instant(sent_at)

    def take(self, index: int, item: object, call: Call | None) -> None:
        """Read one item into the batch: as an event, or as a refusal. `call` is None for an item of a batch."""
        try:
            event = self._read(item, call)
        except Refused as refused:
            sent = item.get("messageId") if isinstance(item, dict) else None
            message_id = None if sent is None else read_id(sent)
            if message_id is not None and len(message_id) > LONGEST_MESSAGE_ID:
                message_id = None
            place = f"{self._place}[{index}]" if call is None else "event"
            message = f"{place}{refused.path}: {refused.message}"
            self._batch.rejected.append(Rejected(index, message_id, refused.code, message))
        else:
            self._batch.events.append((index, event))

    def _read(self, raw: object, call: Call | None) -> Event:
        if not isinstance(raw, dict):
            if isinstance(raw, Unreadable):
                raise Refused(raw.code, "", raw.what)
            raise Refused("NOT_AN_OBJECT", "", f"{found(raw)}; an event is a JSON object")
        try:
            item = harmless(raw)
        except Unfit as unfit:
            path = "" if unfit.code == "TOO_LARGE" else where_unfit(raw) or ""
            raise Refused(unfit.code, path, unfit.what) from None
        if call is None:
            call = call_of(item)
        name = name_of(item, call)
        if call == "track" and self._allow is not None and name not in self._allow:
            raise not_allowed(name)

        # Ids are read from the item as it came: a number beyond 64 bits has lost digits in the harmless copy.
        user_id = self._id(raw, "userId")
        anonymous_id = self._id(raw, "anonymousId")
        previous_id = self._id(raw, "previousId") if call == "alias" else None
        group_id = self._id(raw, "groupId") if call == "group" else None

        own_context = self._mapping(item, "context")
        token = item.get("identityToken")
        if token is None:
            token = own_context.get("identityToken")
        user_id, proven, proven_since = self._witness.judge(user_id, token)
        context, traits = self._merged(item, own_context, call)

        from_shop = self._role == "shop"
        refs: tuple[str, ...] = ()
        if from_shop:
            persons = context.get("traits") if call == "group" else traits  # a group's phone is nobody's
            refs, junk = refs_of(item, persons if isinstance(persons, dict) else {}, context, self._normalise)
            for _ in range(junk):
                self._batch.note("junk_id")
        if anonymous_id is None and not refs and not proven:
            raise without_id(raw, user_id)
        if call == "alias":
            if previous_id is None:
                previous_id = anonymous_id
            if previous_id is None:
                raise Refused("NO_PREVIOUS_ID", ".previousId", f"{found(raw.get('previousId'))}; the id so far is due")
        elif call == "group" and group_id is None:
            raise Refused("NO_GROUP_ID", ".groupId", f"{found(raw.get('groupId'))}; the id of the group is due")

        timestamp, own_time, sent = self._times(item)
        properties = self._mapping(item, "properties")
        if call == "track":
            kinds = KINDS.get(name)
            if kinds is not None and properties:
                wrong: list[str] = []
                properties = read_fields(kinds, properties, name, wrong)
                for path in wrong:
                    self._batch.note(f"wrong_property:{path}")
        elif "category" in item and "category" not in properties and isinstance(item["category"], str):
            properties = {**properties, "category": item["category"]}  # an argument of Segment's page and screen
        return Event(
            type=call,
            message_id=self._message_id(raw, item, call, own_time),
            timestamp=timestamp,
            received_at=self._received_at,
            role=self._role,
            name=name,
            user_id=user_id,
            anonymous_id=anonymous_id,
            previous_id=previous_id,
            group_id=group_id,
            refs=refs,
            proven=proven,
            proven_since=proven_since,
            vouched=from_shop or (call == "track" and name in self._trust),
            properties=properties,
            traits=traits,
            context=context,
            sent=sent,
        )

    def _id(self, raw: Mapping[str, Any], name: str) -> str | None:
        value = raw.get(name)
        if value is None:
            return None
        text = read_id(value)
        if text is None:
            self._batch.note("junk_id")
        elif len(text) > LONGEST_ID:
            raise Refused("ID_TOO_LONG", f".{name}", f"{len(text):,} characters; an id may have {LONGEST_ID}")
        return text

    def _mapping(self, item: Mapping[str, Any], name: str) -> dict[str, Any]:
        value = item.get(name)
        if type(value) is dict:
            return value
        if value is not None:
            self._batch.note(f"wrong_{name}")
        return {}

    def _merged(
        self, item: Mapping[str, Any], own: dict[str, Any], call: Call
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the context over that of the envelope, without token, and the person's traits.

        Traits come from the event, else its context, else the envelope's; phone, email and card given as arguments
        count among them. A group's traits are the group's: there those of the person stay in the context.
        """
        traits = self._mapping(item, "traits")
        shared = self._context
        if shared or "identityToken" in own or "traits" in own:
            context = {**shared, **own}
            context.pop("identityToken", None)
            carried = self._carried(own.get("traits"), shared.get("traits"))
            if call == "group":
                return ({**context, "traits": carried} if carried else context), traits
            context.pop("traits", None)
            if carried:
                traits = {**carried, **traits}
        else:
            context = own
        if call != "group":
            for kind in REF_KINDS:
                if item.get(kind) is not None and kind not in traits:
                    traits = {**traits, kind: item[kind]}
        return context, traits

    def _carried(self, own: object, shared: object) -> dict[str, Any]:
        carried: dict[str, Any] = {}
        for traits in (shared, own):
            if isinstance(traits, dict):
                carried.update(traits)
            elif traits is not None:
                self._batch.note("wrong_traits")
        return carried

    def _times(self, item: Mapping[str, Any]) -> tuple[int, bool, dict[str, str]]:
        """Return the time of the event, whether it is the event's own, and the times as they were sent."""
        sent: dict[str, str] = {}
        original: int | None = None
        timestamp = item.get("timestamp")
        if timestamp is not None:
            sent["timestamp"] = time_text(timestamp)
            original = self._instant(timestamp)
        earlier = item.get("originalTimestamp")  # RudderStack's, and what the spec calls the client's time
        if earlier is not None:
            sent["originalTimestamp"] = time_text(earlier)
            read = self._instant(earlier)
            original = original if read is None else read
        sent_at = self._sent_at
        own_sent_at = item.get("sentAt")
        if own_sent_at is not None:
            sent["sentAt"] = time_text(own_sent_at)
            read = self._instant(own_sent_at)
            sent_at = sent_at if read is None else read
        elif self._sent_text is not None:
            sent["sentAt"] = self._sent_text
        if original is None:
            return self._received_at, False, sent
        if not self._correct_clock:
            sent_at = None
        timestamp = corrected(original, sent_at, self._received_at)
        if timestamp <= 0:  # the two clocks together lead to before 1970: one of them is broken
            self._batch.note("wrong_timestamp")
            timestamp = self._received_at
        return timestamp, True, sent

    def _instant(self, value: object) -> int | None:
        instant = read_instant(value)
        if instant is None:
            self._batch.note("wrong_timestamp")
        return instant

    def _message_id(self, raw: Mapping[str, Any], item: Mapping[str, Any], call: Call, own_time: bool) -> str:
        value = raw.get("messageId")
        if value is not None:
            text = read_id(value)
            if text is None:
                self._batch.note("junk_id")
            elif len(text) > LONGEST_MESSAGE_ID:
                what = f"{len(text):,} characters; a messageId may have {LONGEST_MESSAGE_ID}"
                raise Refused("MESSAGE_ID_TOO_LONG", ".messageId", what)
            else:
                return text
        return made_id(call, item) if own_time else self._new_id()
