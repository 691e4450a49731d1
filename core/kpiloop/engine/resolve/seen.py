"""The records as they were resolved last, so that the next time finds what has changed since.

resolved.seen(entity, node, mark)   each record, by the number of its name, and a mark of its state
resolved.ties(entity, node, tie)    what each record is tied to
"""

from collections.abc import Collection

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.ties import TIED, mark, node, ties
from kpiloop.warehouse.sql import table

TABLES = ("seen", "ties")


def keep_all(connection: DuckDBPyConnection) -> None:
    """Remember every record as it is."""
    connection.execute(_NOTHING_SEEN)
    for entity in TIED:
        records = table("pulled", entity)
        if connection.execute(f"SELECT 1 FROM {records} LIMIT 1").fetchone():
            _add(connection, entity, records)


def find_changes(connection: DuckDBPyConnection, entities: Collection[str]) -> bool:
    """Make `changed(entity, node, place)` of the records that are new or not as they were.

    False where a record is there no more, not even as a deleted one.
    """
    connection.execute(_NOTHING_CHANGED)
    for entity in entities:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE present AS SELECT {node(entity)} AS node,"
            f" {mark(entity)} AS mark, rowid AS place FROM {table('pulled', entity)}"
        )
        connection.execute(_ODD, {"entity": entity})
        if connection.execute(_VANISHED, {"entity": entity}).fetchone():
            return False
        connection.execute(_CHANGED, {"entity": entity})
    connection.execute("DROP TABLE IF EXISTS present; DROP TABLE IF EXISTS odd")
    return True


def follow_ties(connection: DuckDBPyConnection) -> None:
    """Make `part(tie)` of the changed records and what they were and are tied to.

    What is kept of them is as of today afterwards.
    """
    connection.execute(_PART)
    found = connection.execute("SELECT DISTINCT entity FROM changed ORDER BY entity").fetchall()
    for (entity,) in found:
        _keep(connection, entity)
    connection.execute(f"INSERT INTO part {_TIES_OF_CHANGED}")


_NOTHING_CHANGED = """
CREATE OR REPLACE TEMP TABLE changed (entity VARCHAR, node UINTEGER, place BIGINT)
"""

# States of records that are only of today or only of the last time.
_ODD = """
CREATE OR REPLACE TEMP TABLE odd AS
SELECT coalesce(present.node, before.node) AS node
FROM present
FULL JOIN (SELECT node, mark FROM resolved.seen WHERE entity = $entity) AS before
    ON before.node = present.node AND before.mark = present.mark
WHERE present.node IS NULL OR before.node IS NULL
"""

# Counted, because two records may have one number.
_VANISHED = """
SELECT 1
FROM (
    SELECT node, count(*) AS records
    FROM resolved.seen SEMI JOIN odd USING (node)
    WHERE entity = $entity
    GROUP BY node
) AS before
LEFT JOIN (
    SELECT node, count(*) AS records FROM present SEMI JOIN odd USING (node) GROUP BY node
) AS now ON now.node = before.node
WHERE before.records > coalesce(now.records, 0)
LIMIT 1
"""

_CHANGED = """
INSERT INTO changed SELECT $entity, node, place FROM present SEMI JOIN odd USING (node)
"""

_TIES_OF_CHANGED = """
SELECT tie
FROM resolved.ties
SEMI JOIN changed ON changed.entity = ties.entity AND changed.node = ties.node
"""

_PART = f"""
CREATE OR REPLACE TEMP TABLE part AS SELECT node AS tie FROM changed UNION {_TIES_OF_CHANGED}
"""


def _keep(connection: DuckDBPyConnection, entity: str) -> None:
    """Remember the changed records of an entity as they are."""
    mine = f"(SELECT node FROM changed WHERE entity = '{entity}')"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE changed_records AS FROM {table('pulled', entity)}"
        f" WHERE rowid IN (SELECT place FROM changed WHERE entity = '{entity}')"
    )
    for name in TABLES:
        connection.execute(
            f"DELETE FROM resolved.{name} WHERE entity = '{entity}' AND node IN {mine}"
        )
    _add(connection, entity, "changed_records")
    connection.execute("DROP TABLE changed_records")


def _add(connection: DuckDBPyConnection, entity: str, records: str) -> None:
    states = f"SELECT '{entity}', {node(entity)}, {mark(entity)} FROM {records}"
    connection.execute(f"INSERT INTO resolved.seen {states}")
    for query in ties(entity, records):
        connection.execute(f"INSERT INTO resolved.ties {query}")


_NOTHING_SEEN = """
CREATE OR REPLACE TABLE resolved.seen (entity VARCHAR, node UINTEGER, mark UBIGINT);
CREATE OR REPLACE TABLE resolved.ties (entity VARCHAR, node UINTEGER, tie UINTEGER);
"""
