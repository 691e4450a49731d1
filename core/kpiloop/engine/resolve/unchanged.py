"""Whether anything changed since the tables were resolved: if nothing did, they stand as they are.

What the tables were made of is told by fingerprints: of the program's release, of the rules, of the
steps, and of every row that was pulled, whoever wrote it. Taking them is one pass over the records,
many times cheaper than resolving.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Self

from duckdb import DuckDBPyConnection
from pydantic import TypeAdapter, ValidationError

from kpiloop.engine.resolve import seen, ties
from kpiloop.engine.resolve.replacing import BESIDE
from kpiloop.engine.resolve.rules import Rules
from kpiloop.engine.resolve.steps import steps
from kpiloop.schema.registry import PULLED, RESOLVED, resolved_columns
from kpiloop.warehouse.sql import table

_KEY = "resolved"
_RELEASE = version("kpiloop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What the resolved tables follow from, in marks."""

    rules: str
    """Of the release, the steps, and all rules but stated costs and budgets, from which nothing
    else follows."""
    costs: str
    records: Mapping[str, str]
    """Entity → its rows, in whatever order they are."""

    @classmethod
    def of(cls, connection: DuckDBPyConnection, rules: Rules, release: str = _RELEASE) -> Self:
        """What the tables would follow from now."""
        return cls(
            rules=_short((release, repr(replace(rules, costs=(), budgets=())), *_definitions())),
            costs=_short((repr(rules.costs), repr(rules.budgets))),
            records={
                model.entity: _mark(connection, table("pulled", model.entity)) for model in PULLED
            },
        )

    def changed_since(self, before: Self) -> frozenset[str] | None:
        """The entities whose records are tied and changed; None where the rules changed."""
        if self.rules != before.rules:
            return None
        return frozenset(
            entity
            for entity, mark in self.records.items()
            if entity in ties.TIED and mark != before.records.get(entity)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of the last time."""

    fingerprint: Fingerprint
    report: str


_KEPT = TypeAdapter(Kept)


def remembered(connection: DuckDBPyConnection) -> Kept | None:
    """What was kept, if all that was made then is still there."""
    row = connection.execute("SELECT value FROM state.meta WHERE key = $key", {"key": _KEY})
    found = row.fetchone()
    if found is None or not _all_there(connection):
        return None
    try:
        return _KEPT.validate_json(found[0])
    except ValidationError:
        return None  # kept by another version


def remember(connection: DuckDBPyConnection, fingerprint: Fingerprint, report: str) -> None:
    """Keep a fingerprint, with what was reported."""
    connection.execute("DELETE FROM state.meta WHERE key = $key", {"key": _KEY})
    kept = _KEPT.dump_json(Kept(fingerprint=fingerprint, report=report)).decode()
    connection.execute("INSERT INTO state.meta VALUES ($key, $value)", {"key": _KEY, "value": kept})


def _definitions() -> Iterable[str]:
    """Everything that the tables are made by, beside the rules."""
    yield from (step.statements for step in steps())
    yield from (repr(dict(resolved_columns(model))) for model in RESOLVED)
    for entity in ties.TIED:
        yield ties.mark(entity)
        yield from ties.ties(entity, "pulled")
        yield from ties.readers(entity, "changed_names")


def _short(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _mark(connection: DuckDBPyConnection, records: str) -> str:
    asked = connection.execute(
        f"SELECT count(*), bit_xor(hash(row)), sum(hash(row)::HUGEINT) FROM {records} AS row"
    )
    return repr(asked.fetchone())


def _all_there(connection: DuckDBPyConnection) -> bool:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'resolved'"
    ).fetchall()
    return {row[0] for row in rows} >= {
        *(model.entity for model in RESOLVED),
        *BESIDE,
        *seen.TABLES,
    }
