"""Every table of the decision server. Times are microseconds since 1970-01-01 UTC.

One row of `events` is one event as it was received, for good. `identifiers` says which person each identifier belongs
to now, `links` what was proven about them, `people` holds each person's folded document. All but events, links and
tombstones can be computed again from them (`omnisdk rebuild`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("key", LargeBinary(16), primary_key=True, comment="of key role, ids as sent and messageId"),
    Column("owner", String, nullable=False, comment="the identifier it belongs to; never a person's id"),
    Column("timestamp", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="JSON of omnisdk.events.Event"),
    Index("events_by_owner", "owner", "timestamp"),
)

identifiers = Table(
    "identifiers",
    metadata,
    Column("ref", String, primary_key=True, comment='"user:u1", "phone:+84…"'),
    Column("person", LargeBinary(16), nullable=False),
    Column("received_at", BigInteger, nullable=False, comment="when it was first received"),
    Index("identifiers_by_person", "person"),
)

links = Table(
    "links",
    metadata,
    Column("low", String, primary_key=True, comment="of the two identifiers the lesser text"),
    Column("high", String, primary_key=True),
    Column("at", BigInteger, nullable=False, comment="since when the first proof of the pair can be true"),
    Column("told_at", BigInteger, nullable=False, comment="the earlier time its browser told, 0 for none"),
    Column("message_id", String, nullable=False),
    Index("links_by_high", "high"),
)

people = Table(
    "people",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("document", LargeBinary, nullable=False, comment="JSON, folded by omnisdk.profile"),
    Column("fold_version", Integer, nullable=False),
    Column("version", BigInteger, nullable=False, comment="grows with every change"),
    Column("events", BigInteger, nullable=False, comment="how many are folded in"),
    Column("linked_at", BigInteger, nullable=False, comment="time of the latest proof that touches the person"),
    Column("seed", String, nullable=False, comment="earliest received identifier: the input of stable hashes"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("hash", LargeBinary(16), primary_key=True, comment="keyed hash of an identifier or an event's key"),
    Column("forgotten_at", BigInteger, nullable=False),
)

rulesets = Table(
    "rulesets",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("host", String, nullable=False, comment="who submitted it"),
    Column("hash", String, nullable=False, comment="of the files' contents"),
    Column("files", Text, nullable=False, comment="JSON of omnisdk.rules.Source"),
    Column("submitted_at", BigInteger, nullable=False),
    Index("rulesets_by_host", "host", "number"),
)
