"""Records that became part of another one: the vendor never says that they are gone."""

from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.values import stored
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql

FORMER_IDS = "merged_ids"
"""The field in which a record names those that it was made of."""

# Of records that name each other in a circle none is marked, so that nobody vanishes.
_MARK = """
WITH RECURSIVE told AS (
    SELECT id AS new_id, trim(unnest(string_split(merged_ids, ';'))) AS old_id
    FROM {pulled} WHERE source = $source AND deleted_at IS NULL AND merged_ids IS NOT NULL
), chain AS (
    SELECT old_id, new_id FROM told
    UNION
    SELECT chain.old_id, told.new_id FROM chain JOIN told ON told.old_id = chain.new_id
)
UPDATE {pulled} SET deleted_at = $now WHERE source = $source AND deleted_at IS NULL AND id IN (
    SELECT chain.old_id FROM chain
    ANTI JOIN chain AS back ON back.old_id = chain.new_id AND back.new_id = chain.old_id
)
"""


# Who else was seen: restored after the deletion that the merge was, or under another record.
_RESTORED = """
SELECT told.former, NULL AS heir FROM told
JOIN {inbox} AS i ON i.id = told.former AND i.source = $source AND i.stream = $stream
JOIN {pulled} AS p ON p.id = told.former AND p.source = $source
WHERE i.deleted_at IS NULL AND i.modified_at > p.deleted_at
"""
_TOLD_ANEW = """
SELECT trim(unnest(string_split(merged_ids, ';'))) AS former, id AS heir
FROM {inbox} WHERE source = $source AND stream = $stream AND merged_ids IS NOT NULL
"""
_LET_GO = """
WITH told AS (
    SELECT rowid AS place, id, trim(unnest(string_split(merged_ids, ';'))) AS former
    FROM {pulled} WHERE source = $source AND merged_ids IS NOT NULL
), moved AS (
    {moved}
), lost AS (
    SELECT DISTINCT told.place, told.former FROM told JOIN moved ON moved.former = told.former
    WHERE NOT EXISTS (FROM moved AS m WHERE m.former = told.former AND m.heir = told.id)
), kept AS (
    SELECT place, string_agg(former, ';' ORDER BY former) AS merged_ids
    FROM told ANTI JOIN lost USING (place, former) GROUP BY place
)
UPDATE {pulled} AS p SET merged_ids = new.merged_ids
FROM (SELECT DISTINCT place, kept.merged_ids FROM lost LEFT JOIN kept USING (place)) AS new
WHERE p.rowid = new.place
"""


def both(new: str, old: str) -> str:
    """The SQL of what two lists of former ids name together."""
    ids = f"string_split(concat_ws(';', {new}, {old}), ';')"
    return f"nullif(array_to_string(list_sort(list_distinct({ids})), ';'), '')"


def let_go(
    writer: DuckDBPyConnection, entity: type[Record], reading: Reading, *, answers: bool
) -> None:
    """Before a merge: a record that is somebody of its own again, or another's, leaves its heir.

    A stream that answers for the records sees restored ones alive; any other adds to what is known
    of merges, and a record has become one other at most.
    """
    if FORMER_IDS not in entity.model_fields:
        return
    tables = {
        "pulled": sql.table("pulled", entity.entity),
        "inbox": sql.table("inbox", entity.entity),
    }
    moved = (_RESTORED if answers else _TOLD_ANEW).format(**tables)
    writer.execute(_LET_GO.format(moved=moved, **tables), reading.key)


def mark(
    writer: DuckDBPyConnection, entity: type[Record], reading: Reading, *, now: datetime
) -> int:
    """Mark what living records say they were made of as deleted; how many records."""
    if FORMER_IDS not in entity.model_fields:
        return 0
    statement = _MARK.format(pulled=sql.table("pulled", entity.entity))
    row = writer.execute(statement, {"source": reading.source, "now": stored(now)}).fetchone()
    return row[0] if row else 0
