"""The tables of the simulated account; times are whole seconds since 1970.

A member's `body` is its JSON, the other columns are what it is found by. `recipients` are in
the order in which a campaign was sent to them.
"""

from kpiloop_sandbox.serving.database import DOCUMENTS

_TABLES = """
CREATE TABLE IF NOT EXISTS members (
    place INTEGER PRIMARY KEY, list_id TEXT NOT NULL, hash TEXT NOT NULL,
    contact_id TEXT NOT NULL, email TEXT NOT NULL, status TEXT NOT NULL,
    changed INTEGER NOT NULL, opted INTEGER, signed_up INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS members_by_hash ON members (list_id, hash);
CREATE INDEX IF NOT EXISTS members_by_contact ON members (list_id, contact_id);
CREATE INDEX IF NOT EXISTS members_by_status ON members (list_id, status, place);
CREATE INDEX IF NOT EXISTS members_by_change ON members (list_id, changed, place);
CREATE TABLE IF NOT EXISTS forgotten (
    list_id TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (list_id, hash)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tagged (
    segment_id INTEGER NOT NULL, list_id TEXT NOT NULL, hash TEXT NOT NULL,
    added INTEGER NOT NULL, PRIMARY KEY (segment_id, hash)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_of_member ON tagged (list_id, hash);

CREATE TABLE IF NOT EXISTS recipients (
    campaign_id TEXT NOT NULL, place INTEGER NOT NULL, hash TEXT NOT NULL, email TEXT NOT NULL,
    status TEXT NOT NULL, variant TEXT NOT NULL, PRIMARY KEY (campaign_id, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_by_hash ON recipients (campaign_id, hash);
CREATE TABLE IF NOT EXISTS acts (
    campaign_id TEXT NOT NULL, place INTEGER NOT NULL, number INTEGER NOT NULL,
    at INTEGER NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL,
    ip TEXT NOT NULL, machine INTEGER NOT NULL, PRIMARY KEY (campaign_id, place, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leavings (
    campaign_id TEXT NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (campaign_id, kind, place)
) WITHOUT ROWID;
"""
SCRIPT = _TABLES + DOCUMENTS
