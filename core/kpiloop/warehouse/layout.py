"""What tables the warehouse has, and how an older file comes to have today's.

pulled.<entity>    records as the sources have them, one row per source and id
inbox.<entity>     sightings that were read and wait for their stream to be merged
packed.*           rows that wait as the vendor gave them, made and removed by pulls
resolved.*         made by resolving and deriving; computed.* by computing
state.*            how far each stream got, what waits to be read, what was set aside
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from duckdb import DuckDBPyConnection

from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Record, columns_of
from kpiloop.warehouse import sql

VERSION = 2
"""Of the layout; raised when an older kpiloop could no longer work with the file.

2: rows of a first load may wait packed, which one that knows layout 1 would leave out of its merge.
"""

SCHEMAS = ("pulled", "inbox", "packed", "resolved", "computed", "state")

ROW_FACTS: Mapping[str, Kind] = MappingProxyType(
    {
        "source": Kind.TEXT,
        "stream": Kind.TEXT,
        "modified_at": Kind.INSTANT,
        "deleted_at": Kind.INSTANT,
        "first_seen_at": Kind.INSTANT,
    }
)
"""What the core knows about a pulled row beside its fields. `stream` is the stream that answers for
the row: when its full read does not give the row any more, the row is gone; empty: none does."""

SIGHTING_FACTS: Mapping[str, Kind] = MappingProxyType(
    {
        "source": Kind.TEXT,
        "stream": Kind.TEXT,
        "sighting": Kind.WHOLE,
        "shape": Kind.WHOLE,
        "modified_at": Kind.INSTANT,
        "deleted_at": Kind.INSTANT,
    }
)
"""What a row of the inbox has beside its fields: the order in which it was read, and its shape:
which fields the vendor gave (state.shapes)."""

STATE: Mapping[str, Mapping[str, Kind]] = MappingProxyType(
    {
        "meta": {"key": Kind.TEXT, "value": Kind.TEXT},
        "bookmarks": {
            "source": Kind.TEXT,
            "stream": Kind.TEXT,
            "read_to": Kind.INSTANT,
            "window_end": Kind.INSTANT,
            "merged_at": Kind.INSTANT,
            "fingerprint": Kind.TEXT,
        },
        "readings": {
            "source": Kind.TEXT,
            "stream": Kind.TEXT,
            "started_at": Kind.INSTANT,
            "window_start": Kind.INSTANT,
            "window_end": Kind.INSTANT,
            "queued_to": Kind.WHOLE,
            "fingerprint": Kind.TEXT,
        },
        "slices": {
            "source": Kind.TEXT,
            "stream": Kind.TEXT,
            "slice": Kind.TEXT,
            "position": Kind.WHOLE,
            "ids": Kind.TEXT,
            "checkpoint": Kind.TEXT,
            "done": Kind.FLAG,
            "read": Kind.WHOLE,
            "quarantined": Kind.WHOLE,
            "lists_ids": Kind.FLAG,
        },
        "listed": {"source": Kind.TEXT, "stream": Kind.TEXT, "id": Kind.TEXT},
        "slices_read": {"source": Kind.TEXT, "stream": Kind.TEXT, "slice": Kind.TEXT},
        "replaced": {"source": Kind.TEXT, "stream": Kind.TEXT, "parent_id": Kind.TEXT},
        "followed": {
            "source": Kind.TEXT,
            "stream": Kind.TEXT,
            "id": Kind.TEXT,
            "queued": Kind.WHOLE,
        },
        "shapes": {"shape": Kind.WHOLE, "entity": Kind.TEXT, "fields": Kind.TEXT},
        "merges": {
            "source": Kind.TEXT,
            "stream": Kind.TEXT,
            "merged_at": Kind.INSTANT,
            "window_start": Kind.INSTANT,
            "window_end": Kind.INSTANT,
            "counts": Kind.TEXT,
        },
        "quarantine": {
            "source": Kind.TEXT,
            "stream": Kind.TEXT,
            "model": Kind.TEXT,
            "entity": Kind.TEXT,
            "record_id": Kind.TEXT,
            "raw": Kind.TEXT,
            "reason": Kind.TEXT,
            "first_seen_at": Kind.INSTANT,
            "last_seen_at": Kind.INSTANT,
            "times": Kind.WHOLE,
        },
    }
)
"""`followed.stream` is the stream that will read the children of the queued ids. `listed` are the
ids that a vendor has, as far as a reading has been told them; an empty one is one that could not be
read."""


def pulled_columns(model: type[Record]) -> Mapping[str, Kind]:
    """The columns of an entity's table: its fields, then what the core knows of the row."""
    return {**columns_of(model), **ROW_FACTS}


def inbox_columns(model: type[Record]) -> Mapping[str, Kind]:
    """The columns of an entity's inbox."""
    return {**columns_of(model), **SIGHTING_FACTS}


def lay_out(connection: DuckDBPyConnection, entities: Sequence[type[Record]]) -> None:
    """Make what is missing: schemas, tables, and columns that an entity has gained since."""
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {sql.name(schema)}")
    wanted = {("state", table): columns for table, columns in STATE.items()}
    for model in entities:
        wanted["pulled", model.entity] = pulled_columns(model)
        wanted["inbox", model.entity] = inbox_columns(model)
    present = _columns(connection)
    for (schema, table), columns in wanted.items():
        _make(connection, schema, table, columns, present.get((schema, table)))


def _make(
    connection: DuckDBPyConnection,
    schema: str,
    table: str,
    columns: Mapping[str, Kind],
    present: set[str] | None,
) -> None:
    if present is None:
        connection.execute(sql.create(schema, table, columns))
        return
    for column, kind in columns.items():
        if column not in present:
            definition = sql.definitions({column: kind})
            connection.execute(f"ALTER TABLE {sql.table(schema, table)} ADD COLUMN {definition}")


def _columns(connection: DuckDBPyConnection) -> dict[tuple[str, str], set[str]]:
    rows = connection.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in rows:
        found.setdefault((schema, table), set()).add(column)
    return found
