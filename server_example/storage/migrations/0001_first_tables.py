"""Events, identifiers, links, people, tombstones, rulesets."""

from __future__ import annotations

from sqlalchemy import Connection, text

# Written out, not taken from schema.py: a released step must not change when the tables do.
_TABLES = """
CREATE TABLE events (key {blob} NOT NULL PRIMARY KEY, owner TEXT NOT NULL, timestamp BIGINT NOT NULL, body {blob} NOT NULL);
CREATE INDEX events_by_owner ON events (owner, timestamp);
CREATE TABLE identifiers (ref TEXT NOT NULL PRIMARY KEY, person {blob} NOT NULL, received_at BIGINT NOT NULL);
CREATE INDEX identifiers_by_person ON identifiers (person);
CREATE TABLE links (low TEXT NOT NULL, high TEXT NOT NULL, at BIGINT NOT NULL, told_at BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  PRIMARY KEY (low, high));
CREATE INDEX links_by_high ON links (high);
CREATE TABLE people (id {blob} NOT NULL PRIMARY KEY, document {blob} NOT NULL, fold_version INTEGER NOT NULL,
  version BIGINT NOT NULL, events BIGINT NOT NULL, linked_at BIGINT NOT NULL, seed TEXT NOT NULL);
CREATE TABLE tombstones (hash {blob} NOT NULL PRIMARY KEY, forgotten_at BIGINT NOT NULL);
CREATE TABLE rulesets (number BIGINT NOT NULL PRIMARY KEY, host TEXT NOT NULL, hash TEXT NOT NULL, files TEXT NOT NULL,
  submitted_at BIGINT NOT NULL);
CREATE INDEX rulesets_by_host ON rulesets (host, number)
"""


def upgrade(connection: Connection) -> None:
    postgresql = connection.dialect.name == "postgresql"
    for statement in _TABLES.replace("{blob}", "BYTEA" if postgresql else "BLOB").split(";"):
        connection.execute(text(statement))
    if postgresql:
        # A document is rewritten with every event: room on its page lets PostgreSQL update without touching the index.
        connection.execute(text("ALTER TABLE people SET (fillfactor = 80)"))
