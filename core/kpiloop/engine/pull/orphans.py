"""Children of records that are gone: a full read would not give them, so they are gone as well."""

from collections.abc import Collection
from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.values import stored
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql


def mark(
    writer: DuckDBPyConnection,
    entities: Collection[type[Record]],
    *,
    source: str,
    stream: str,
    parent: type[Record],
    now: datetime,
) -> int:
    """Mark the children that a stream read of deleted parents; how many records.

    When a parent comes back to life, its children are read again, and with them it is.
    """
    return sum(
        _mark(
            writer,
            f"UPDATE {sql.table('pulled', child.entity)} SET deleted_at = $now"
            " WHERE source = $source AND stream = $stream AND deleted_at IS NULL"
            f" AND parent_id IN (SELECT id FROM {sql.table('pulled', parent.entity)}"
            " WHERE source = $source AND deleted_at IS NOT NULL)",
            {"source": source, "stream": stream, "now": stored(now)},
        )
        for child in entities
        if "parent_id" in child.model_fields
    )


def _mark(writer: DuckDBPyConnection, statement: str, known: dict[str, object]) -> int:
    row = writer.execute(statement, known).fetchone()
    return row[0] if row else 0
