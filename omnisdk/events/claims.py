"""Judge who an event says it is from: user ids with their proof, and the shop's further identifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnisdk.events.ids import read_id
from omnisdk.events.model import Role

Normalise = Callable[[str, object], str | None]  # ("phone", "0901234567") → "phone:+84901234567"; None: unusable
# an identity token → the user id it proves and since when (microseconds), or None
Verify = Callable[[str], tuple[str, int] | None]

REF_KINDS = ("phone", "email", "card")


def no_token(token: str) -> tuple[str, int] | None:
    """Prove nothing: for a caller that has no identity key."""
    return None


class Witness:
    """Verifies the identity tokens of one request, each distinct one once."""

    def __init__(
        self, verify: Verify, role: Role, require_token: bool, envelope_token: object, received_at: int
    ) -> None:
        self._verify = verify
        self._believed = role == "shop" or not require_token
        self._believed_since = 0 if role == "shop" else received_at  # a mere claim says nothing of earlier times
        self._from_shop = role == "shop"
        self._seen: dict[str, tuple[str, int] | None] = {}
        self._envelope = self._proof_by(envelope_token)

    def judge(self, user_id: str | None, token: object) -> tuple[str | None, bool, int]:
        """Return the user id of an event that says `user_id` and carries `token`, whether it is proven, and since when.

        Without a user id the event's own token names the user. The token of the envelope only proves a user id that
        an event states: events from before the sign-in may travel in the same batch, and are not this user's.
        """
        own = self._proof_by(token) if token is not None else None
        if own is not None and user_id in (None, own[0]):
            return own[0], True, 0 if self._from_shop else own[1]
        if user_id is None:
            return None, False, 0
        if self._envelope is not None and user_id == self._envelope[0]:
            return user_id, True, 0 if self._from_shop else self._envelope[1]
        return user_id, self._believed, self._believed_since if self._believed else 0

    def _proof_by(self, token: object) -> tuple[str, int] | None:
        if not isinstance(token, str):
            return None
        if token not in self._seen:
            proof = self._verify(token)
            user = read_id(proof[0]) if proof is not None else None
            self._seen[token] = (user, proof[1]) if proof is not None and user is not None else None
        return self._seen[token]


def refs_of(
    item: Mapping[str, Any], traits: Mapping[str, Any], context: Mapping[str, Any], normalise: Normalise
) -> tuple[tuple[str, ...], int]:
    """Return the further identifiers that the shop gives of a person, sorted, and how many given ones were unusable.

    They stand as arguments at the top of the event, in the person's traits, or in ``context.externalIds``. There
    Segment says with each whose it is (``collection``; only ``users`` are people) and how it is written (``encoding``;
    what is hashed cannot be compared).
    """
    given = [(kind, item[kind]) for kind in REF_KINDS if kind in item]
    given += [(kind, traits[kind]) for kind in REF_KINDS if kind in traits and traits[kind] != item.get(kind)]
    for name in ("externalIds", "externalId"):  # Segment's spelling and RudderStack's
        listed = context.get(name)
        if isinstance(listed, list):
            given += [
                (kind, one.get("id"))
                for one in listed
                if isinstance(one, dict)
                and isinstance(kind := one.get("type"), str)
                and kind in REF_KINDS
                and one.get("collection") in (None, "", "users")
                and one.get("encoding") in (None, "", "none")
            ]
    if not given:
        return (), 0
    found = set()
    junk = 0
    for kind, value in given:
        if value is None:
            continue
        ref = normalise(kind, value)
        if ref is None:
            junk += 1
        else:
            found.add(ref)
    return tuple(sorted(found)), junk
