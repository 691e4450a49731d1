"""The tables of the simulated account.

`objects` holds the truth, `shadows` what the search index still believes while it lags behind,
`aliases` the ids that merges have ended, `happenings` what never changes once it is there. Times
are epoch milliseconds, ids integers.
"""

from kpiloop_sandbox.serving.database import DOCUMENTS

_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    kind TEXT NOT NULL, id INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    archived INTEGER, properties TEXT NOT NULL, history TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS objects_by_id ON objects (kind, id);
CREATE INDEX IF NOT EXISTS live_by_id ON objects (kind, id) WHERE archived IS NULL;
CREATE INDEX IF NOT EXISTS live_by_time ON objects (kind, updated, id) WHERE archived IS NULL;
CREATE INDEX IF NOT EXISTS archived_by_id ON objects (kind, id) WHERE archived IS NOT NULL;

CREATE TABLE IF NOT EXISTS shadows (
    seq INTEGER PRIMARY KEY, until INTEGER NOT NULL, existed INTEGER NOT NULL,
    kind TEXT NOT NULL, id INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    archived INTEGER, properties TEXT NOT NULL, history TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS shadows_by_id ON shadows (kind, id, seq);
CREATE VIEW IF NOT EXISTS search_view AS
    SELECT kind, id, created, updated, archived, properties, history FROM objects AS o
    WHERE NOT EXISTS (SELECT 1 FROM shadows AS s WHERE s.kind = o.kind AND s.id = o.id)
    UNION ALL
    SELECT kind, id, created, updated, archived, properties, history FROM shadows AS s
    WHERE s.existed AND s.seq = (
        SELECT min(seq) FROM shadows AS t WHERE t.kind = s.kind AND t.id = s.id
    );

CREATE TABLE IF NOT EXISTS aliases (
    kind TEXT NOT NULL, old_id INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, old_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unique_values (
    kind TEXT NOT NULL, property TEXT NOT NULL, value TEXT NOT NULL, id INTEGER NOT NULL,
    PRIMARY KEY (kind, property, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unique_values_by_id ON unique_values (kind, id);
CREATE TABLE IF NOT EXISTS sequences (kind TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS links (
    from_kind TEXT NOT NULL, from_id INTEGER NOT NULL, to_kind TEXT NOT NULL,
    to_id INTEGER NOT NULL, category TEXT NOT NULL, type_id INTEGER NOT NULL, label TEXT,
    PRIMARY KEY (from_kind, from_id, to_kind, to_id, category, type_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS happenings (
    collection TEXT NOT NULL, happened INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (collection, happened, id)
) WITHOUT ROWID;
"""
SCRIPT = _TABLES + DOCUMENTS
