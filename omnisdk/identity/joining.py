"""Which identifiers are one person: a pure function of the proven pairs, whatever order they arrived in.

Pairs are taken by the time of their first proof, earliest first. A pair joins the two groups of its identifiers,
unless both already hold a user: then it is kept but joins nothing, so an anonymous id belongs to the user of its first
proven pair and to no other, and two known customers stay two. Only an alias from the shop (a pair of two users)
joins users. This is Kruskal's algorithm (1956) with a constraint; recomputing it from the pairs undoes a join exactly.
"""

from __future__ import annotations

from collections.abc import Iterable

from omnisdk.identity.ownership import Proof


def is_user(identifier: str) -> bool:
    """Return whether `identifier` is one that a known customer has at most one of."""
    return identifier.startswith("user:")


def joins(proof: Proof, low_has_user: bool, high_has_user: bool) -> bool:
    """Return whether `proof` makes the groups of its two identifiers one person."""
    return not (low_has_user and high_has_user) or (is_user(proof.low) and is_user(proof.high))


def earliest(pairs: Iterable[Proof]) -> dict[tuple[str, str], Proof]:
    """Return the first proof of each pair."""
    first: dict[tuple[str, str], Proof] = {}
    for proof in pairs:
        pair = (proof.low, proof.high)
        if pair not in first or proof < first[pair]:
            first[pair] = proof
    return first


def people(identifiers: Iterable[str], pairs: Iterable[Proof]) -> list[frozenset[str]]:
    """Return `identifiers` (and those of `pairs`) grouped into people, in the order of their first names."""
    group: dict[str, set[str]] = {identifier: {identifier} for identifier in identifiers}
    for proof in sorted(earliest(pairs).values()):
        low = group.setdefault(proof.low, {proof.low})
        high = group.setdefault(proof.high, {proof.high})
        if low is high or not joins(proof, any(map(is_user, low)), any(map(is_user, high))):
            continue
        small, large = sorted((low, high), key=len)
        large |= small
        for identifier in small:
            group[identifier] = large
    unique = {id(members): members for members in group.values()}
    return sorted((frozenset(members) for members in unique.values()), key=min)
