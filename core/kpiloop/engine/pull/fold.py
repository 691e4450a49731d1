"""Several sightings of one record become one: newest modification wins, then the later sighting."""

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.shapes import Shapes
from kpiloop.engine.pull.sighting import GIVES_LIFE
from kpiloop.schema.record import Record, columns_of
from kpiloop.warehouse import sql

_MINE = "source = $source AND stream = $stream"


def drop_repeated(
    writer: DuckDBPyConnection, entity: type[Record], reading: Reading, shapes: Shapes
) -> int:
    """Leave one sighting of each record in the inbox; how many were dropped.

    Sightings that give different fields are put together, field by field.
    """
    inbox = sql.table("inbox", entity.entity)
    count = f"SELECT count(*) FROM {inbox} WHERE {_MINE}"
    total = _count(writer, count, reading)
    if total == _count(writer, count.replace("count(*)", "count(DISTINCT id)"), reading):
        return 0
    _put_together(writer, entity, reading, shapes)
    writer.execute(
        f"DELETE FROM {inbox} WHERE rowid IN (SELECT rowid FROM"
        f" (SELECT rowid, row_number() OVER (PARTITION BY id ORDER BY modified_at DESC NULLS LAST,"
        f" sighting DESC) AS place FROM {inbox} WHERE {_MINE}) WHERE place > 1)",
        reading.key,
    )
    return total - _count(writer, count, reading)


def _put_together(
    writer: DuckDBPyConnection, entity: type[Record], reading: Reading, shapes: Shapes
) -> None:
    inbox = sql.table("inbox", entity.entity)
    writer.execute(
        "CREATE OR REPLACE TEMP TABLE mixed AS SELECT id, list_sort(list(DISTINCT shape)) AS shapes"
        f" FROM {inbox} WHERE {_MINE} GROUP BY id HAVING count(DISTINCT shape) > 1",
        reading.key,
    )
    mixes = writer.execute("SELECT DISTINCT shapes FROM mixed").fetchall()
    for (mix,) in mixes:
        known = shapes.of(entity.entity)
        union = frozenset[str]().union(*(known[number] for number in mix))
        number = shapes.number_of(writer, entity.entity, union)
        writer.execute(
            f"CREATE OR REPLACE TEMP TABLE folded AS {_folded(entity, shapes, mix, number)}",
            {**reading.key, "mix": mix},
        )
        writer.execute(
            f"DELETE FROM {inbox} WHERE {_MINE}"
            " AND id IN (SELECT id FROM mixed WHERE shapes = $mix)",
            {**reading.key, "mix": mix},
        )
        writer.execute(f"INSERT INTO {inbox} BY NAME FROM folded")


def _folded(entity: type[Record], shapes: Shapes, mix: Sequence[int], number: int) -> str:
    known = shapes.of(entity.entity)
    values: list[str] = []
    for name in [*columns_of(entity), GIVES_LIFE]:
        giving = ", ".join(str(each) for each in mix if name in known[each])
        column = sql.name(name)
        if name != "id":
            values.append(
                f"arg_max_null({column}, place) FILTER (shape IN ({giving})) AS {column}"
                if giving
                else f"any_value({column}) FILTER (false) AS {column}"
            )
    return (
        f"SELECT id, {', '.join(values)}, $source AS source, $stream AS stream,"
        f" max(sighting) AS sighting, {number} AS shape, max(modified_at) AS modified_at"
        " FROM (SELECT *, row_number() OVER (PARTITION BY id"
        " ORDER BY modified_at NULLS FIRST, sighting) AS place"
        f" FROM {sql.table('inbox', entity.entity)} WHERE {_MINE}"
        " AND id IN (SELECT id FROM mixed WHERE shapes = $mix)) GROUP BY id"
    )


def _count(writer: DuckDBPyConnection, query: str, reading: Reading) -> int:
    row = writer.execute(query, reading.key).fetchone()
    return row[0] if row else 0
