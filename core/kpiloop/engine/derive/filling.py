"""From the rows that a derivation gives to its table in the warehouse."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.engine.derive.reading import table_of
from kpiloop.errors import PluginError
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import columns_of
from kpiloop.schema.registry import resolved_columns
from kpiloop.schema.resolved import Resolved
from kpiloop.warehouse.sql import TYPES, definitions, name, text

_AT_ONCE = 20_000
"""Rows that are written by one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One derived table that is made anew."""

    connection: DuckDBPyConnection
    table: type[Resolved]
    zone: ZoneInfo

    def make(self) -> None:
        """Make the table, without rows, in place of what stood there."""
        columns = definitions(resolved_columns(self.table))
        self.connection.execute(f"CREATE OR REPLACE TABLE {self._name} ({columns})")

    def fill(self, rows: Iterable[Resolved]) -> int:
        """Write every row; how many there were. PluginError where one is of another kind."""
        statement, number = self._insert(), 0
        for batch in _batches(rows):
            self.connection.execute(statement, self._columns(batch))
            number += len(batch)
        self._refuse_doubles(number)
        return number

    @property
    def _name(self) -> str:
        return table_of(self.table.entity)

    def _insert(self) -> str:
        given: list[str] = []
        listed: list[str] = []
        for column, kind in columns_of(self.table).items():
            given.append(f"unnest(?::{TYPES[kind]}[]) AS {name(column)}")
            listed.append(name(column))
            if kind is Kind.INSTANT:
                at_home = f"timezone({text(self.zone.key)}, timezone('UTC', {name(column)}))"
                listed.append(f"{at_home}::DATE")
        return (
            f"INSERT INTO {self._name} SELECT {', '.join(listed)} FROM (SELECT {', '.join(given)})"
        )

    def _columns(self, batch: Sequence[Resolved]) -> list[list[object]]:
        """The values of a batch, column by column, which is many times faster than by row."""
        for row in batch:
            if type(row) is not self.table:
                raise PluginError(
                    f"it gave a {type(row).__name__}",
                    legal=f"rows of its own model, {self.table.__name__}",
                    todo="Correct what the function yields.",
                )
        values = [vars(row) for row in batch]
        return [
            [_in_utc(row[column]) for row in values]
            if kind is Kind.INSTANT
            else [row[column] for row in values]
            for column, kind in columns_of(self.table).items()
        ]

    def _refuse_doubles(self, number: int) -> None:
        asked = self.connection.execute(f"SELECT count(DISTINCT id) FROM {self._name}").fetchone()
        if asked is not None and asked[0] != number:
            raise PluginError(
                f"{number - int(asked[0])} of its rows have the id of another one",
                legal="an id for each row",
                todo="Correct the ids that the function gives.",
            )


def _batches(rows: Iterable[Resolved]) -> Iterator[list[Resolved]]:
    left = iter(rows)
    while batch := list(islice(left, _AT_ONCE)):
        yield batch


def _in_utc(value: object) -> object:
    """As the warehouse keeps instants: in UTC, without a zone; one without is in UTC already."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
