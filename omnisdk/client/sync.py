"""`Omni`: the client of a program that calls and goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from omnisdk import clock, safety
from omnisdk.client import shared
from omnisdk.client.asking import Asker
from omnisdk.client.decision import NO_REASON, SERVER_UNAVAILABLE, TIMEOUT, Decision
from omnisdk.client.faults import Faults
from omnisdk.client.intake import Intake
from omnisdk.client.who import Id, Person, Who, read_id
from omnisdk.delivery.line import Dialler
from omnisdk.delivery.losses import Stats
from omnisdk.delivery.notices import Notices
from omnisdk.delivery.outbox import Outbox
from omnisdk.errors import AfterClose, MissingId, UsageError, WrongArgument
from omnisdk.options import Tuning, read_options

if TYPE_CHECKING:
    from pydantic import BaseModel

    from omnisdk.events import EventProperties

    Data: TypeAlias = Mapping[str, Any] | BaseModel | None  # a dict or a model; dataclasses are taken too


class Omni:
    """Reports what people do and asks what to show them. Make one per process and share it: it is thread-safe.

    The event verbs (`identify`, `track`, `page`, `screen`, `group`, `alias`) put the event into a queue and return at
    once; a daemon thread delivers it. `decide` waits for its answer, never longer than its deadline. Nothing here
    raises into the program but a faulty call under ``strict=True``; `stats` counts everything.

    Every event verb takes the person as `user_id`, `anonymous_id`, `phone`, `email` or `card` (several join them),
    and `timestamp`, `context` and `message_id` as Segment's libraries do.
    """

    def __init__(
        self,
        url: str | None = None,
        secret_key: str | None = None,
        identity_key: str | None = None,
        *,
        strict: bool = False,
        timeout_seconds: float = 0.25,
        **tuning: Unpack[Tuning],
    ) -> None:
        """Start from arguments, else from OMNI_URL, OMNI_SECRET_KEY and OMNI_IDENTITY_KEY; connects when first needed.

        `timeout_seconds` is the deadline of `decide`; `strict` raises UsageError for a faulty call; the further
        options are described in `omnisdk.options.Options`. Raises ConfigurationError without a secret key or with an
        option out of range.
        """
        self._options = read_options(
            url, secret_key, identity_key, strict=strict, timeout_seconds=timeout_seconds, **tuning
        )
        release = version("omnisdk")
        dialler = Dialler(self._options, release)
        self._notices = Notices()
        self._faults = Faults(strict)
        self._outbox = Outbox(dialler, self._options, release, self._notices)
        self._intake = Intake(self._outbox, self._faults)
        self._asker = Asker(dialler)

    # Events

    def identify(self, user_id: Id | None = None, traits: Data = None, **who: Unpack[Who]) -> None:
        """Say who somebody is and what is known of them: ``identify("u1", {"phone": "0901234567"})``."""
        self._intake.take(shared.identify, who, user_id, traits)

    def track(
        self,
        user_id: Id | None = None,
        event: str | EventProperties | None = None,
        properties: Data = None,
        **who: Unpack[Who],
    ) -> None:
        """Say what somebody did: ``track("u1", OrderCompleted(order_id="A1"))`` or ``track("u1", "Name", {…})``."""
        self._intake.take(shared.track, who, user_id, event, properties)

    def page(
        self,
        user_id: Id | None = None,
        name: str | None = None,
        properties: Data = None,
        *,
        category: str | None = None,
        **who: Unpack[Who],
    ) -> None:
        """Say which page of the web site somebody looked at."""
        self._intake.take(shared.page, who, user_id, name, category, properties)

    def screen(
        self,
        user_id: Id | None = None,
        name: str | None = None,
        properties: Data = None,
        *,
        category: str | None = None,
        **who: Unpack[Who],
    ) -> None:
        """Say which screen of an app somebody looked at."""
        self._intake.take(shared.screen, who, user_id, name, category, properties)

    def group(
        self,
        user_id: Id | None = None,
        group_id: Id | None = None,
        traits: Data = None,
        **who: Unpack[Who],
    ) -> None:
        """Say which company or other group somebody belongs to; `traits` are the group's."""
        self._intake.take(shared.group, who, user_id, group_id, traits)

    def alias(self, previous_id: Id | None = None, user_id: Id | None = None, **who: Unpack[Who]) -> None:
        """Say that the person known as `previous_id` is `user_id`."""
        self._intake.take(shared.alias, who, previous_id, user_id)

    # Decisions

    def decide(
        self,
        user_id: Id | None = None,
        placement: str = "",
        *,
        context: Mapping[str, Any] | None = None,
        timeout_seconds: float | None = None,
        **who: Unpack[Person],
    ) -> Decision:
        """Return what to show in `placement`, by the deadline; an empty Decision with its `reason` when nothing.

        `context` is what is known of the request: ``{"page": {"path": "/golf"}, "locale": "vi", "userAgent": …}``. The
        person's events that are still unsent go along, so a join is seen by the decide that follows it. Without any
        id it asks for what anybody may see. Raises nothing (WrongArgument when strict).
        """
        (decision,) = self._decide([placement], user_id, who, context, timeout_seconds).values()
        return decision

    def decide_all(
        self,
        placements: Iterable[str],
        user_id: Id | None = None,
        *,
        context: Mapping[str, Any] | None = None,
        timeout_seconds: float | None = None,
        **who: Unpack[Person],
    ) -> dict[str, Decision]:
        """Return a Decision for each of `placements`, by its name and in that order, in one request: see `decide`."""
        names: list[str] = []
        with safety.guard("decide"):
            if not isinstance(placements, Iterable):
                self._faults.report(WrongArgument(f"placements must be a list; found {type(placements).__name__}"))
                return {}
            names = [placements] if isinstance(placements, str) else list(placements)
        return self._decide(names, user_id, who, context, timeout_seconds) if names else {}

    def identity_token(self, user_id: Id, ttl_seconds: float = 3600) -> str:
        """Return a token that proves to the server that a browser belongs to `user_id`, for `ttl_seconds` (≤ 24 h).

        Give it to the page of a signed-in person. Needs the identity key; without it, and for a wrong argument, the
        token is empty, with which the browser counts as anonymous (when strict, the fault is raised).
        """
        with safety.guard("identity_token"):
            try:
                person = read_id("user_id", user_id)
                if person is None:
                    raise MissingId("identity_token names nobody; pass the user_id of the signed-in person")
                key = self._options.identity_key
                if key is None:
                    raise WrongArgument(
                        "identity_token needs the identity key; found none in Omni(identity_key=…) nor in "
                        "OMNI_IDENTITY_KEY; take it from the server's data directory"
                    )
                lifetime = _seconds("ttl_seconds", ttl_seconds, 86_400)
                from omnisdk.identity import tokens

                return tokens.mint(person, key, now=clock.now(), ttl=int(lifetime * clock.SECOND))
            except UsageError as fault:
                self._faults.report(fault)
        return ""

    # Delivery

    def flush(self, timeout_seconds: float = 5) -> bool:
        """Send now what waits, and wait until it has arrived, events in flight included; whether it has in time."""
        with safety.guard("flush"):
            return self._outbox.flush(time.monotonic() + timeout_seconds)
        return False

    def close(self, timeout_seconds: float = 5) -> bool:
        """Deliver what waits, count as lost what could not be in time, and end the threads; whether all was delivered.

        Events after it are lost and counted, decisions are empty.
        """
        deadline = time.monotonic() + timeout_seconds
        with safety.guard("close"):
            done = self._outbox.close(deadline)
            self._asker.close(max(deadline, time.monotonic() + 0.2))
            return done
        return False

    def stats(self) -> Stats:
        """Return the counters: at every moment ``enqueued == delivered + sum(lost.values()) + queued``."""
        enqueued, delivered, queued, lost, rejected = self._outbox.queue.read()
        return Stats(enqueued, delivered, queued, lost, rejected, dict(self._faults.counts))

    def __enter__(self) -> Omni:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _decide(
        self, placements: list[str], user_id: Id | None, who: Person, context: object, timeout_seconds: float | None
    ) -> dict[str, Decision]:
        started = time.monotonic()
        with safety.guard("decide"):
            try:
                if self._outbox.queue.closed:
                    raise AfterClose("decide was called after close(); nothing is shown")
                patience = self._options.timeout_seconds
                if timeout_seconds is not None:
                    patience = _seconds("timeout_seconds", timeout_seconds, 3600)
                question = shared.question(placements, user_id, who, context)
            except AfterClose as fault:
                self._faults.report(fault)
                return shared.unanswered(placements, SERVER_UNAVAILABLE)
            except UsageError as fault:
                self._faults.report(fault)
                return shared.unanswered(placements, NO_REASON)
            return self._ask(question, started + patience, user_id, who)
        return shared.unanswered(placements, SERVER_UNAVAILABLE)

    def _ask(self, question: shared.Question, deadline: float, user_id: Id | None, who: Person) -> dict[str, Decision]:
        carried = self._outbox.queue.unsent_of(question.refs, shared.MOST_CARRIED_EVENTS, shared.MOST_CARRIED_BYTES)
        answer = self._asker.ask(question.body([item.body for item in carried]), deadline)
        if answer is None:
            return shared.unanswered(question.placements, TIMEOUT)

        def report(event: str, properties: dict[str, Any]) -> None:
            self.track(user_id, event, properties, **who)

        decisions = None
        if answer.status == 200:
            decisions = shared.read_answer(answer.content, question.placements, report)
        if decisions is None:
            self._notices.warn(
                "decide",
                "omnisdk: %s did not answer a decide (%s); nothing is shown",
                self._options.host,
                f"status {answer.status}" if answer.status else answer.error,
                every_seconds=60,
            )
            # A phase that ran into the deadline inside the connection is the same lateness as one cut off outside.
            late = answer.error.endswith("Timeout")
            return shared.unanswered(question.placements, TIMEOUT if late else SERVER_UNAVAILABLE)
        return decisions


def _seconds(argument: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise WrongArgument(f"{argument} must be a number of seconds above 0 and up to {most:g}; found {value!r}")
    return float(value)
