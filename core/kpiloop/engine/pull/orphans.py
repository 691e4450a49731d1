"""Children of records that are gone: a full read would not give them, so they are gone as well."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.values import stored
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What a stream reads of records of another entity."""

    source: str
    stream: str
    parent: type[Record]

    def mark(
        self, writer: DuckDBPyConnection, entities: Iterable[type[Record]], *, now: datetime
    ) -> int:
        """Mark the children of deleted parents as deleted; how many records.

        When a parent comes back to life, its children are read again, and with them it is.
        """
        known = {"source": self.source, "stream": self.stream, "now": stored(now)}
        children = [each for each in entities if "parent_id" in each.model_fields]
        return sum(_count(writer, self._statement(child), known) for child in children)

    def _statement(self, child: type[Record]) -> str:
        return (
            f"UPDATE {sql.table('pulled', child.entity)} SET deleted_at = $now"
            " WHERE source = $source AND stream = $stream AND deleted_at IS NULL"
            f" AND parent_id IN (SELECT id FROM {sql.table('pulled', self.parent.entity)}"
            " WHERE source = $source AND deleted_at IS NOT NULL)"
        )


def _count(writer: DuckDBPyConnection, statement: str, known: Mapping[str, object]) -> int:
    row = writer.execute(statement, known).fetchone()
    return row[0] if row else 0
