"""Forgetting a person for good (law 10)."""

from __future__ import annotations

from sqlalchemy import Connection

from server_example.storage import events, identifiers, links, people, tombstones


def forget(connection: Connection, ref: str, now: int, secret: bytes) -> bool:
    """Delete the events, identifiers, links and document of the person of `ref`; return whether there was anybody.

    Keyed hashes of the identifiers and of the events' keys remain: an event for them from before `now` (microseconds),
    and a late retry of an old one, are refused as forgotten.
    """
    while True:
        found = identifiers.find(connection, [ref])
        if ref not in found:
            return False
        person = found[ref].person
        locked = people.get(connection, [person], lock=True)
        if person in locked and identifiers.find(connection, [ref]) == found:
            break  # else a join moved the identifier while we waited: look again
    refs = [each.ref for each in identifiers.of_people(connection, [person])]
    gone: list[str | bytes] = [*refs, *events.keys_of(connection, refs)]
    tombstones.add(connection, (tombstones.hashed(secret, value) for value in gone), now)
    events.delete_of(connection, refs)
    links.remove(connection, refs)
    identifiers.remove(connection, refs)
    people.remove(connection, [person])
    return True
