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


def mark(
    writer: DuckDBPyConnection, entity: type[Record], reading: Reading, *, now: datetime
) -> int:
    """Mark what living records say they were made of as deleted; how many records."""
    if FORMER_IDS not in entity.model_fields:
        return 0
    statement = _MARK.format(pulled=sql.table("pulled", entity.entity))
    row = writer.execute(statement, {"source": reading.source, "now": stored(now)}).fetchone()
    return row[0] if row else 0
