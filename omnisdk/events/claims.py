"""Judge who an event says it is from: user ids with their proof, and the shop's further identifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnisdk.events.ids import read_id
from omnisdk.events.model import Role

Normalise = Callable[[str, object], str | None]  # ("phone", "0901234567") → "phone:+84901234567"; None: unusable
Verify = Callable[[str], str | None]  # an identity token → the user id it proves, or None

REF_KINDS = ("phone", "email", "card")


def no_token(token: str) -> str | None:
    """Prove nothing: for a caller that has no identity key."""
    return None


class Witness:
    """Verifies the identity tokens of one request, each distinct one once."""

    def __init__(self, verify: Verify, role: Role, require_token: bool, envelope_token: object) -> None:
        self._verify = verify
        self._believed = role == "shop" or not require_token
        self._seen: dict[str, str | None] = {}
        self._envelope_user = self._user_of(envelope_token)

    def judge(self, user_id: str | None, token: object) -> tuple[str | None, bool]:
        """Return the user id of an event that says `user_id` and carries `token`, and whether it is proven.

        Without a user id the event's own token names the user. The token of the envelope only proves a user id that
        an event states: events from before the sign-in may travel in the same batch, and are not this user's.
        """
        if token is not None:
            proven_user = self._user_of(token)
            if proven_user is not None and (user_id is None or user_id == proven_user):
                return proven_user, True
        if user_id is None:
            return None, False
        return user_id, self._believed or user_id == self._envelope_user

    def _user_of(self, token: object) -> str | None:
        if not isinstance(token, str):
            return None
        if token not in self._seen:
            user = self._verify(token)
            self._seen[token] = None if user is None else read_id(user)
        return self._seen[token]


def refs_of(
    item: Mapping[str, Any], traits: Mapping[str, Any], context: Mapping[str, Any], normalise: Normalise
) -> tuple[tuple[str, ...], int]:
    """Return the further identifiers that the shop gives of a person, sorted, and how many given ones were unusable.

    They stand as arguments at the top of the event, in the person's traits, or in ``context.externalIds``.
    """
    given = [(kind, item[kind]) for kind in REF_KINDS if kind in item]
    given += [(kind, traits[kind]) for kind in REF_KINDS if kind in traits and traits[kind] != item.get(kind)]
    for name in ("externalIds", "externalId"):  # Segment's spelling and RudderStack's
        listed = context.get(name)
        if isinstance(listed, list):
            given += [
                (kind, one.get("id"))
                for one in listed
                if isinstance(one, dict) and isinstance(kind := one.get("type"), str) and kind in REF_KINDS
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
