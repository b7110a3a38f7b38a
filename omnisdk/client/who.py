"""Whom a call is about: the ids that every verb takes, as they are sent and as they are matched here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from omnisdk.errors import WrongArgument

Id = str | int | UUID


class Person(TypedDict, total=False):
    """The ids that name a person, besides `user_id`."""

    anonymous_id: Id | None
    phone: Id | None  # as people write it, in the shop's country or with +
    email: str | None
    card: Id | None  # a customer card of the shop


class Who(Person, total=False):
    """What every event verb takes."""

    timestamp: datetime | str | None  # when it happened, if not now; without a zone it is read as UTC
    context: Mapping[str, Any] | None  # page, locale, campaign … as in the Segment spec
    message_id: str | None  # the same for the same event, if the program may report it twice


class Ids(NamedTuple):
    """Ids as text, None where absent."""

    user_id: str | None = None
    anonymous_id: str | None = None
    phone: str | None = None
    email: str | None = None
    card: str | None = None

    def on_the_wire(self) -> dict[str, str]:
        """Return those given, under the names of the wire."""
        return {name: value for name, value in zip(_WIRE_NAMES, self, strict=True) if value is not None}

    def refs(self) -> frozenset[str]:
        """Return the keys by which this program's own unsent events are matched: see `ref`."""
        return frozenset([ref(kind, value) for kind, value in zip(_KINDS, self, strict=True) if value is not None])


_WIRE_NAMES = ("userId", "anonymousId", "phone", "email", "card")
_KINDS = ("user", "anonymous", "phone", "email", "card")
_PHONE_DIGITS = 8


def read_ids(
    user_id: object, anonymous_id: object = None, phone: object = None, email: object = None, card: object = None
) -> Ids:
    """Return the ids as text; an empty one is absent. Raises WrongArgument for what is no id."""
    return Ids(
        read_id("user_id", user_id),
        read_id("anonymous_id", anonymous_id),
        read_id("phone", phone),
        read_id("email", email),
        read_id("card", card),
    )


def read_id(argument: str, value: object) -> str | None:
    """Return `value` as text, None for None and blank. Raises WrongArgument unless it is text, a number or a UUID."""
    if value is None:
        return None
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():  # what a table with gaps makes of whole numbers
        return str(int(value))
    if isinstance(value, UUID):
        return str(value)
    # The type only, as a log line may repeat this: the value may be a person's.
    raise WrongArgument(
        f"{argument} must be a text, a whole number or a UUID; found {type(value).__name__}; pass its key as text"
    )


def ref(kind: str, value: str) -> str:
    """Return the key of an identifier for matching within this process.

    Phones match by their last 8 digits, as only the server knows the shop's country. A chance match is harmless: a
    decide then carries an event of somebody else, which is stored as theirs a moment earlier.
    """
    if kind == "phone":
        value = "".join([digit for digit in value if digit.isdigit()])[-_PHONE_DIGITS:]
    elif kind == "email":
        value = value.strip().lower()
    return f"{kind}:{value}"


def refs_in_traits(traits: Mapping[str, Any]) -> Iterable[str]:
    """Yield the keys of the identifiers that `traits` hold."""
    for kind in ("phone", "email", "card"):
        value = traits.get(kind)
        if isinstance(value, str | int) and value:
            yield ref(kind, str(value))
