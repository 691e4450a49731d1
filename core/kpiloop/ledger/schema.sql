CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    status TEXT NOT NULL,           -- running, green, not green, failed, interrupted
    report TEXT NOT NULL DEFAULT '{}'
) STRICT;

-- One row per time that KPIs were computed: a plan rests on one of them.
CREATE TABLE computed_sets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    computed_at TEXT NOT NULL,
    as_of TEXT NOT NULL,
    definitions TEXT NOT NULL
) STRICT;

-- Every value that was published, with what it was before: a new row only where something changed.
CREATE TABLE kpi_values (
    id INTEGER PRIMARY KEY,
    set_id INTEGER NOT NULL,
    kpi TEXT NOT NULL,
    grain TEXT NOT NULL,
    period TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    dimensions TEXT NOT NULL,       -- JSON, names in order
    cut TEXT NOT NULL,              -- the names of the dimensions, with commas
    value TEXT,
    numerator TEXT,
    denominator TEXT,
    sample_size INTEGER,
    completeness TEXT NOT NULL,
    reason TEXT,
    version TEXT NOT NULL,
    as_of TEXT NOT NULL,            -- the latest time for which it was computed to be so
    replaced_by INTEGER             -- the set in which another value took its place
) STRICT;
CREATE UNIQUE INDEX current_values ON kpi_values (kpi, grain, dimensions, period)
    WHERE replaced_by IS NULL;

CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    set_id INTEGER NOT NULL,
    definitions TEXT NOT NULL,      -- the hash that must still hold when it is applied
    status TEXT NOT NULL,           -- planned, applying, applied
    applied_at TEXT
) STRICT;

CREATE TABLE plan_fields (
    plan_id TEXT NOT NULL,
    target TEXT NOT NULL,
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    kpi TEXT NOT NULL,
    definition TEXT NOT NULL,       -- JSON
    is_automatic INTEGER NOT NULL,
    max_changes INTEGER,
    outcome TEXT NOT NULL DEFAULT 'planned',
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (plan_id, target, entity, field)
) STRICT;

-- The journal: one row per value to write, and what became of it.
CREATE TABLE plan_rows (
    plan_id TEXT NOT NULL,
    target TEXT NOT NULL,
    entity TEXT NOT NULL,
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    old_value TEXT,                 -- what was confirmed last
    new_value TEXT,
    found_value TEXT,               -- what the vendor held just before it was written
    outcome TEXT NOT NULL DEFAULT 'planned',  -- planned, sending, confirmed, rejected, conflict
    reason TEXT NOT NULL DEFAULT '',
    settled_at TEXT,
    PRIMARY KEY (plan_id, target, entity, record_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_rows ON plan_rows (plan_id, outcome);

-- Records of a plan that came out of a merge: what was written into their former selves before may
-- stand in them, and is no conflict.
CREATE TABLE plan_heirs (
    plan_id TEXT NOT NULL,
    target TEXT NOT NULL,
    entity TEXT NOT NULL,
    record_id TEXT NOT NULL,
    former_id TEXT NOT NULL,
    PRIMARY KEY (plan_id, target, entity, record_id, former_id)
) STRICT, WITHOUT ROWID;

-- The value that a vendor confirmed last for each field that kpiloop owns.
CREATE TABLE fingerprints (
    target TEXT NOT NULL,
    entity TEXT NOT NULL,
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT,
    plan_id TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    PRIMARY KEY (target, entity, record_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
