"""Children of records that are gone: a full read would not give them, so they are gone as well."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.connector.base import Connector
from kpiloop.connector.filled import entities_filled
from kpiloop.connector.reading import Stream
from kpiloop.engine.pull.reading import parent_entity
from kpiloop.engine.pull.values import stored
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql

PARENT = "parent_id"
_NAMES_OF_PARENTS = ("of_entity", "from_entity")
"""Columns in which children of several entities say whose they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The children that a stream gives of records of another entity."""

    source: str
    stream: str
    parent: type[Record]
    in_rows: bool = False
    """Whether the children come in the rows of their parents, not by a read of their ids."""
    answers: bool = False
    """Whether only parents count for which the stream answers: its models name no entity."""

    def mark(
        self, writer: DuckDBPyConnection, entities: Iterable[type[Record]], *, now: datetime
    ) -> int:
        """Mark the children of deleted parents as deleted; how many records.

        When a parent comes back to life, its children are read again, and with them it is.
        """
        known = {"source": self.source, "stream": self.stream, "now": stored(now)}
        children = [each for each in entities if self._may_be(each)]
        return sum(_count(writer, self._statement(child), known) for child in children)

    def _may_be(self, child: type[Record]) -> bool:
        is_child = PARENT in child.model_fields
        return is_child and (not self.in_rows or child.child_of in ("", self.parent.entity))

    def _statement(self, child: type[Record]) -> str:
        names = [name for name in _NAMES_OF_PARENTS if name in child.model_fields]
        parent = sql.text(self.parent.entity)
        whose = "".join(f" AND coalesce({name}, {parent}) = {parent}" for name in names)
        answered = " AND stream = $stream" if self.answers else ""
        return (
            f"UPDATE {sql.table('pulled', child.entity)} SET deleted_at = $now"
            f" WHERE source = $source AND stream = $stream AND deleted_at IS NULL{whose}"
            f" AND parent_id IN (SELECT id FROM {sql.table('pulled', self.parent.entity)}"
            f" WHERE source = $source AND deleted_at IS NOT NULL{answered})"
        )


def families_of(
    connector: Connector[Any], stream: Stream, entities: Iterable[type[Record]]
) -> Iterator[Family]:
    """The families whose children a stream gives: beside the parents, or read by their ids."""
    source = connector.source.name
    by_ids = parent_entity(connector, stream)
    if by_ids:
        yield Family(source=source, stream=stream.name, parent=by_ids)
    records = entities_filled([stream]).values()
    has_others = any(not issubclass(model, Record) for model in stream.models)
    for entity in entities:
        if PARENT not in entity.model_fields and (entity in records or has_others):
            yield Family(
                source=source,
                stream=stream.name,
                parent=entity,
                in_rows=True,
                answers=entity not in records,
            )


def _count(writer: DuckDBPyConnection, statement: str, known: Mapping[str, object]) -> int:
    row = writer.execute(statement, known).fetchone()
    return row[0] if row else 0
