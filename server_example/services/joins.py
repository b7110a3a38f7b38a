"""Who is one person after this transaction: groups of identifiers, joined and split as new proofs say.

The pure rule is `omnisdk.identity.joining`. Here it is applied to what is stored: the usual new proof is later than
all others that touch its people, and then joining two groups is all there is to do; an earlier one (a late event) may
change who belongs to whom, and then everybody connected is computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from omnisdk.identity.joining import is_user, joins
from omnisdk.identity.joining import people as grouped
from omnisdk.identity.ownership import Proof
from server_example.storage import identifiers, links
from server_example.storage.identifiers import Identifier
from server_example.storage.people import PersonRow


class NeedsMore(Exception):
    """The change reaches `people` whose rows are not locked yet: lock them too and start over."""

    def __init__(self, people: set[bytes]) -> None:
        self.people = people


@dataclass(slots=True, eq=False)
class Group:
    """Identifiers that are one person, and the stored people they came from."""

    refs: set[str]
    stored: set[bytes] = field(default_factory=set)

    @property
    def has_user(self) -> bool:
        return any(map(is_user, self.refs))


def new_proofs(connection: Connection, first: Mapping[tuple[str, str], Proof]) -> list[Proof]:
    """Return those of the pairs `first` that are new or earlier than what is stored, in order of time."""
    stored = links.find(connection, sorted(first))
    return sorted(proof for pair, proof in first.items() if pair not in stored or proof < stored[pair])


def regroup(
    connection: Connection, proofs: Sequence[Proof], known: Mapping[str, Identifier], rows: Mapping[bytes, PersonRow]
) -> tuple[list[Group], dict[str, Identifier]]:
    """Return the groups that `proofs` touch as they are from now on, and every identifier in them.

    `known` has the identifiers of the transaction with their present people, `rows` the stored people it has locked.
    Raises NeedsMore when others are affected.
    """
    refs = {ref for proof in proofs for ref in (proof.low, proof.high)}
    involved = {known[ref].person for ref in refs} & rows.keys()
    late = any(
        proof.at <= rows[person].linked_at
        for proof in proofs
        for person in (known[proof.low].person, known[proof.high].person)
        if person in rows
    )
    if late:
        return _computed_anew(connection, proofs, refs, involved, known, rows)
    members = {**{ref: known[ref] for ref in refs}, **_members(connection, involved)}
    return _joined(proofs, members, rows), members


def _joined(proofs: Sequence[Proof], members: Mapping[str, Identifier], rows: Mapping[bytes, PersonRow]) -> list[Group]:
    by_person: dict[bytes, Group] = {}
    group: dict[str, Group] = {}
    for ref, identifier in members.items():
        if identifier.person in rows:
            group[ref] = by_person.setdefault(identifier.person, Group(set(), {identifier.person}))
            group[ref].refs.add(ref)
        else:
            group[ref] = Group({ref})  # first met in this transaction: nobody's yet
    for proof in proofs:
        low, high = group[proof.low], group[proof.high]
        if low is high or not joins(proof, low.has_user, high.has_user):
            continue
        low.refs |= high.refs
        low.stored |= high.stored
        for ref in high.refs:
            group[ref] = low
    return list({id(each): each for each in group.values()}.values())


def _computed_anew(
    connection: Connection,
    proofs: Sequence[Proof],
    refs: set[str],
    involved: set[bytes],
    known: Mapping[str, Identifier],
    rows: Mapping[bytes, PersonRow],
) -> tuple[list[Group], dict[str, Identifier]]:
    members = {**{ref: known[ref] for ref in refs}, **_members(connection, involved)}
    edges = set(proofs)
    fresh = set(members)
    while fresh:  # walk along all pairs, those that joined nothing included, to everybody connected
        found = links.touching(connection, sorted(fresh))
        edges.update(found)
        unseen = {ref for proof in found for ref in (proof.low, proof.high)} - members.keys()
        people = {identifier.person for identifier in identifiers.find(connection, sorted(unseen)).values()}
        if people - rows.keys():
            raise NeedsMore(people)
        more = _members(connection, people)
        fresh = more.keys() - members.keys()
        members.update(more)
    stored = {ref: {identifier.person} & rows.keys() for ref, identifier in members.items()}
    return [
        Group(set(refs), set().union(*(stored.get(ref, set()) for ref in refs))) for refs in grouped(members, edges)
    ], members


def _members(connection: Connection, people: Iterable[bytes]) -> dict[str, Identifier]:
    wanted = sorted(people)
    return {identifier.ref: identifier for identifier in identifiers.of_people(connection, wanted)} if wanted else {}
