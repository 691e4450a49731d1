"""What a stream has in the warehouse, asked once for all entities."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.packed import packed_tables
from kpiloop.engine.pull.reading import Reading
from kpiloop.warehouse import sql

_MINE = "source = $source AND stream = $stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What waits in the inbox of one entity."""

    rows: int
    last: int
    """The highest number of a sighting."""
    newest: datetime | None
    """The latest modification time, naive."""


def in_inbox(
    cursor: DuckDBPyConnection, reading: Reading, entities: Iterable[str]
) -> Mapping[str, Held]:
    """The entities of which sightings of a reading wait to be merged."""
    query = " UNION ALL ".join(
        f"SELECT {sql.text(entity)}, count(*), max(sighting), max(modified_at)"
        f" FROM {sql.table('inbox', entity)} WHERE {_MINE}"
        for entity in entities
    )
    packed = "".join(
        f" UNION ALL SELECT {sql.text(entity)}, count(*), max(sighting), NULL"
        f" FROM {sql.table('packed', table)} WHERE {_MINE}"
        for table, entity in packed_tables(cursor).items()
    )
    rows = cursor.execute(
        "SELECT entity, sum(number), max(last), max(newest) FROM"
        f" ({query}{packed}) AS held (entity, number, last, newest) GROUP BY entity",
        reading.key,
    ).fetchall()
    return {
        entity: Held(rows=int(number), last=last, newest=newest)
        for entity, number, last, newest in rows
        if number
    }


def answered_for(
    cursor: DuckDBPyConnection, reading: Reading, entities: Iterable[str]
) -> Collection[str]:
    """The entities that have living rows for which the reading's stream answers."""
    query = " UNION ALL ".join(
        f"SELECT {sql.text(entity)} WHERE EXISTS (FROM {sql.table('pulled', entity)}"
        f" WHERE {_MINE} AND deleted_at IS NULL)"
        for entity in entities
    )
    return {entity for (entity,) in cursor.execute(query, reading.key).fetchall()}


def stored_of(cursor: DuckDBPyConnection, source: str, entities: Iterable[str]) -> Collection[str]:
    """The entities that have rows of a source."""
    query = " UNION ALL ".join(
        f"SELECT {sql.text(entity)} WHERE EXISTS (FROM {sql.table('pulled', entity)}"
        " WHERE source = $source)"
        for entity in entities
    )
    return {entity for (entity,) in cursor.execute(query, {"source": source}).fetchall()}
