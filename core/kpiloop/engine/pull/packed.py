"""Rows with items wait packed: as the vendor gave them, one row each, until their merge.

So no record is stored twice, in the inbox and then in its table. A packed table's name tells the
entity, and how its rows were judged and become records: rows of another way are not understood.
"""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from kpiloop.warehouse import sql

MINE = "source = $source AND stream = $stream"


def packed_table(entity: str, way: str) -> str:
    """The name of a table of packed rows, within its schema."""
    return f"{entity}.{way}"


def packed_tables(cursor: DuckDBPyConnection) -> Mapping[str, str]:
    """The tables of packed rows, with the entities that these become."""
    rows = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'packed' ORDER BY ALL"
    ).fetchall()
    return {table: table.rpartition(".")[0] for (table,) in rows}


def has_packed(cursor: DuckDBPyConnection, table: str, key: Mapping[str, object]) -> bool:
    """Whether rows of a reading wait in a table."""
    query = f"SELECT EXISTS (FROM {sql.table('packed', table)} WHERE {MINE})"
    return cursor.execute(query, key).fetchone() == (True,)


def clear_packed(writer: DuckDBPyConnection, key: Mapping[str, object]) -> None:
    """Forget the packed rows of a reading; a table without rows of others goes away."""
    for table in packed_tables(writer):
        name = sql.table("packed", table)
        others = f"SELECT EXISTS (FROM {name} WHERE NOT ({MINE}))"
        if writer.execute(others, key).fetchone() == (True,):
            writer.execute(f"DELETE FROM {name} WHERE {MINE}", key)
        else:
            writer.execute(f"DROP TABLE {name}")
