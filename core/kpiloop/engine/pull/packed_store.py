"""Rows with items go into their packed table, and come out of it as records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.packed import MINE, has_packed, packed_tables
from kpiloop.engine.pull.spread_store import SpreadStore
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The records that packed rows of a reading become."""

    sightings: str
    """The query for them, as the inbox would have them."""
    number: int
    shapes: Sequence[int]


class PackedStore(SpreadStore):
    """Keeps pages of one wire model as rows that still have their items."""

    _records = "coalesce(sum(records), 0)"
    _is_doubtful = "records IS NULL"

    @property
    def entity(self) -> type[Record]:
        """What the rows become."""
        return self._path.entity

    @property
    def table(self) -> str:
        """The name of the table; models whose rows become records alike share one."""
        return self._path.packed_table

    def is_waiting(self, cursor: DuckDBPyConnection) -> bool:
        """Whether there are rows of the reading."""
        key = self._rows.reading.key
        return self.table in packed_tables(cursor) and has_packed(cursor, self.table, key)

    def waiting(self, writer: DuckDBPyConnection) -> Waiting:
        """What the rows become."""
        query = f"SELECT ({self._records})::BIGINT FROM {self._table} WHERE {MINE}"
        row = writer.execute(query, self._rows.reading.key).fetchone()
        shapes = [*self.shapes(writer).values()]
        return Waiting(
            sightings=self._path.unpacking(shapes), number=row[0] if row else 0, shapes=shapes
        )

    def unpack(self, writer: DuckDBPyConnection) -> None:
        """Put the records into the inbox."""
        sightings = self._path.unpacking([*self.shapes(writer).values()])
        writer.execute(self._path.insertion(sightings), self._rows.reading.key)

    @property
    def _table(self) -> str:
        return sql.table("packed", self.table)

    def _statement(self, rows_at: str) -> str:
        return f"INSERT INTO {self._table} {self._path.packing(rows_at)}"

    def _prepare(self, writer: DuckDBPyConnection) -> Mapping[str, object]:
        writer.execute(self._path.making())
        return self._rows.reading.key
