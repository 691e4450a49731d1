"""Sightings as rows of the inbox."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from kpiloop.connector.reading import Absent
from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.shapes import Shapes
from kpiloop.engine.pull.sighting import GIVES_LIFE, TIME_OF_ROW, Sighting
from kpiloop.engine.pull.values import as_text
from kpiloop.errors import PluginError
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql
from kpiloop.warehouse.layout import inbox_columns

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRows:
    """Puts one reading's sightings into the inboxes of their entities."""

    reading: Reading
    entities: Mapping[str, type[Record]]
    shapes: Shapes

    def answers_for(self, entity: type[Record]) -> bool:
        """Whether the stream can tell that a record of the entity is gone."""
        is_child = "parent_id" in entity.model_fields
        return is_child or self.reading.stream.absent is Absent.DELETED

    def insert(self, writer: DuckDBPyConnection, sightings: Iterable[tuple[int, Sighting]]) -> None:
        """Store sightings, each with its number: its place in the order of reading."""
        rows: dict[str, list[Mapping[str, str | None]]] = {}
        for number, each in sightings:
            row = self._row(writer, each, number)
            rows.setdefault(each.entity.entity, []).append(row)
        for entity, its_rows in rows.items():
            for start in range(0, len(its_rows), _AT_ONCE):
                _insert(writer, self.entities[entity], its_rows[start : start + _AT_ONCE])

    def _row(
        self, writer: DuckDBPyConnection, sighting: Sighting, number: int
    ) -> Mapping[str, str | None]:
        entity = sighting.entity
        if entity.entity not in self.entities:
            raise PluginError(
                f"stream {self.reading.stream.name} gives records of {entity.entity}",
                where=self.reading.source,
                legal=", ".join(self.entities),
                todo="tell the author of the connector: a new entity is announced by its hook",
            )
        given = frozenset(sighting.values)
        if sighting.says_deleted or self.answers_for(entity):
            given |= {GIVES_LIFE}
        if sighting.of_row:
            given |= {TIME_OF_ROW}
        values: dict[str, object] = {
            **sighting.values,
            **self.reading.key,
            "sighting": number,
            "shape": self.shapes.number_of(writer, entity.entity, given),
            "modified_at": sighting.modified_at,
            "deleted_at": sighting.deleted_at,
        }
        return {name: as_text(value) for name, value in values.items()}


def _insert(
    writer: DuckDBPyConnection, entity: type[Record], rows: Sequence[Mapping[str, str | None]]
) -> None:
    columns = inbox_columns(entity)
    shape = json.dumps([dict.fromkeys(columns, "VARCHAR")])
    values = ", ".join(f"row.{sql.name(name)}::{sql.TYPES[kind]}" for name, kind in columns.items())
    # unnest keeps the text out of the planner, which would otherwise take it apart value by value.
    writer.execute(
        f"INSERT INTO {sql.table('inbox', entity.entity)} ({sql.names(columns)}) SELECT {values}"
        " FROM (SELECT unnest(from_json(body, $shape)) AS row"
        " FROM (SELECT unnest([$rows]) AS body))",
        {"shape": shape, "rows": json.dumps(rows, ensure_ascii=False)},
    )
