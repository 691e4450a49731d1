"""Whether anything changed since the tables were resolved: if nothing did, they stand as they are.

What the tables were made of is told by fingerprints: of the program's release, of the rules, of the
steps, and of every row that was pulled, whoever wrote it. Taking them is one pass over the records,
many times cheaper than resolving.
"""

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.rules import Rules
from kpiloop.schema.registry import PULLED, RESOLVED
from kpiloop.warehouse.sql import table

_KEY = "resolved"
_RELEASE = version("kpiloop")
_BESIDE = frozenset({"person_contacts", "record_ids", "joins"})
"""Tables that are made on the way, for whoever looks up who or why."""


def fingerprint(
    connection: DuckDBPyConnection, rules: Rules, steps: Iterable[str], release: str = _RELEASE
) -> str:
    """What the resolved tables follow from, as a short text."""
    marks = [release, repr(rules), *steps]
    marks += [_mark(connection, table("pulled", model.entity)) for model in PULLED]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()


def _mark(connection: DuckDBPyConnection, records: str) -> str:
    """A mark of all rows of a table, in whatever order they are."""
    asked = connection.execute(
        f"SELECT count(*), bit_xor(hash(row)), sum(hash(row)::HUGEINT) FROM {records} AS row"
    )
    return repr(asked.fetchone())


def remembered(connection: DuckDBPyConnection, mark: str) -> str | None:
    """What was kept with a fingerprint, if the tables that stand there are those of it."""
    row = connection.execute("SELECT value FROM state.meta WHERE key = $key", {"key": _KEY})
    found = row.fetchone()
    kept: dict[str, str] = json.loads(found[0]) if found else {}
    return kept.get("report") if kept.get("mark") == mark and _all_there(connection) else None


def remember(connection: DuckDBPyConnection, mark: str, report: str) -> None:
    """Keep a fingerprint, with what was reported."""
    connection.execute("DELETE FROM state.meta WHERE key = $key", {"key": _KEY})
    connection.execute(
        "INSERT INTO state.meta VALUES ($key, $value)",
        {"key": _KEY, "value": json.dumps({"mark": mark, "report": report})},
    )


def _all_there(connection: DuckDBPyConnection) -> bool:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'resolved'"
    ).fetchall()
    return {row[0] for row in rows} >= _BESIDE | {model.entity for model in RESOLVED}
