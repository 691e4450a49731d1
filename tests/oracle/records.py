"""The pulled records as plain dicts, read from the warehouse or written into it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.schema.record import columns_of
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.layout import lay_out

Row = dict[str, Any]
Records = Mapping[str, list[Row]]
"""Entity → its rows, those included that their vendor deleted."""


def read_records(connection: DuckDBPyConnection) -> Records:
    """Every row of every pulled table, in no particular order."""
    return {model.entity: rows_of(connection, f"pulled.{model.entity}") for model in PULLED}


def rows_of(connection: DuckDBPyConnection, table: str) -> list[Row]:
    """All rows of a table; instants are naive UTC."""
    asked = connection.execute(f"SELECT * FROM {table}")
    names = [each[0] for each in asked.description or ()]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def store_records(connection: DuckDBPyConnection, records: Records) -> None:
    """Fill the pulled tables of an empty database; what a row does not name is NULL."""
    lay_out(connection, PULLED)
    for model in PULLED:
        names = ("source", "deleted_at", *columns_of(model))
        connection.execute(f"DELETE FROM pulled.{model.entity}")
        rows = [[row.get(name) for name in names] for row in records.get(model.entity, ())]
        if rows:
            marks = ", ".join("?" * len(names))
            connection.executemany(
                f"INSERT INTO pulled.{model.entity} ({', '.join(names)}) VALUES ({marks})", rows
            )


def whole(rows: Iterable[Row], entity: str) -> list[Row]:
    """Rows with every column of their entity, None where they do not name one."""
    model = next(each for each in PULLED if each.entity == entity)
    names = ("source", "deleted_at", *columns_of(model))
    return [{name: row.get(name) for name in names} for row in rows]


def key_of(row: Row) -> str:
    """How resolved tables name a record."""
    return f"{row['source']}:{row['id']}"


def day_in(zone: ZoneInfo, moment: datetime | None) -> date | None:
    """The local day of an instant."""
    return None if moment is None else moment.replace(tzinfo=UTC).astimezone(zone).date()
