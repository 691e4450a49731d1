"""The org's records in SQLite: a table for each object, a column for each field."""

import json
import sqlite3
from array import array
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from kpiloop_sandbox.salesforce.catalogue.objects import OBJECTS, OBJECTS_BY_NAME
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.soql.compile import Plan
from kpiloop_sandbox.serving.database import Database

Value = str | int | float | None
Row = Mapping[str, Value]
_AT_ONCE = 5_000
_PURGED = "CREATE TABLE IF NOT EXISTS purged (object TEXT, id TEXT, at INTEGER)"


class Store(Database):
    """One org's records; `path` is a file that outlives it, or memory.

    Values are as SQLite keeps them: whole seconds since 1970 for times, ISO for dates, 0 and 1
    for flags. Durability is not wanted: an org that a power cut harms is seeded again.
    """

    def __init__(self, path: str = ":memory:") -> None:
        super().__init__(path, ";".join([_PURGED, *map(_table, OBJECTS)]))

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """All or nothing; within another transaction, a part of it that can fail alone."""
        with self.reading() as db:
            db.execute("SAVEPOINT part")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK TO part")
                raise
            finally:
                db.execute("RELEASE part")

    def load(self, name: str, rows: Iterable[Row]) -> None:
        """Add records of one object; what a row does not name has no value."""
        entity = OBJECTS_BY_NAME[name.lower()]
        names = [field.name for field in entity.stored]
        defaults = {field.name: 0 for field in entity.stored if field.kind.value == "boolean"}
        insert = _insert(entity, names)
        iterator = iter(rows)
        with self.transaction() as db:
            while batch := list(islice(iterator, _AT_ONCE)):
                db.executemany(
                    insert, ([row.get(n, defaults.get(n)) for n in names] for row in batch)
                )

    def count(self, name: str) -> int:
        """How many records of an object there are, deleted ones included."""
        with self.reading() as db:
            sql = " ".join(["SELECT count(*) FROM", _quoted(name)])
            return int(db.execute(sql).fetchone()[0])

    def find(self, entity: SObject, field: str, value: Value) -> dict[str, Value] | None:
        """The first record with this value."""
        names = [each.name for each in entity.stored]
        columns = ", ".join(map(_quoted, names))
        sql = " ".join(
            ["SELECT", columns, "FROM", _quoted(entity.name), "WHERE", _quoted(field), "= ?"]
        )
        with self.reading() as db:
            row = db.execute(sql, (value,)).fetchone()
        return None if row is None else dict(zip(names, row, strict=True))

    def set(self, entity: SObject, key: str, values: Row) -> None:
        """Write values into the record with this id."""
        self.set_all(entity, "Id", key, values)

    def set_all(self, entity: SObject, field: str, value: Value, values: Row) -> None:
        """Write values into all records that have one value in a field."""
        assignments = ", ".join(f"{_quoted(name)} = ?" for name in values)
        where = f"WHERE {_quoted(field)} = ?"
        sql = " ".join(["UPDATE", _quoted(entity.name), "SET", assignments, where])
        with self.transaction() as db:
            db.execute(sql, (*values.values(), value))

    def remove(self, entity: SObject, key: str, *, logged_at: int | None = None) -> None:
        """Forget a record for good; the log of deletions may keep when it was deleted."""
        with self.transaction() as db:
            db.execute(" ".join(["DELETE FROM", _quoted(entity.name), 'WHERE "Id" = ?']), (key,))
            if logged_at is not None:
                db.execute("INSERT INTO purged VALUES (?, ?, ?)", (entity.name, key, logged_at))

    def changed(
        self, entity: SObject, start: int, end: int, *, deleted: bool
    ) -> list[tuple[str, int]]:
        """Ids and times of what was changed, or deleted, from start up to, not including, end."""
        sql = [
            'SELECT "Id", "SystemModstamp" FROM',
            _quoted(entity.name),
            'WHERE "SystemModstamp" >= ? AND "SystemModstamp" < ? AND "IsDeleted" = ?',
            'ORDER BY "SystemModstamp", "Id"',
        ]
        with self.reading() as db:
            return db.execute(" ".join(sql), (start, end, int(deleted))).fetchall()

    def purged(self, entity: SObject, start: int, end: int) -> list[tuple[str, int]]:
        """Ids and times of what was deleted in the span, and is no longer in the recycle bin."""
        query = "SELECT id, at FROM purged WHERE object = ? AND at >= ? AND at < ? ORDER BY at, id"
        with self.reading() as db:
            return db.execute(query, (entity.name, start, end)).fetchall()

    def rows(self, plan: Plan) -> "array[int]":
        """The numbers of the rows that a query finds, or of a counting one their number."""
        with self.reading() as db:
            found = db.execute(plan.rows_sql, plan.rows_values)
            return array("q", (row for (row,) in found))

    def page(self, plan: Plan, rows: Sequence[int]) -> list[tuple[Value, ...]]:
        """The columns of rows that a query found, in their order; purged ones are left out."""
        with self.reading() as db:
            found = db.execute(plan.page_sql, (json.dumps(list(rows)),)).fetchall()
        by_row = {line[0]: line[1:] for line in found}
        return [by_row[row] for row in rows if row in by_row]

    def last_number(self, entity: SObject) -> int:
        """How many rows were ever added."""
        with self.reading() as db:
            sql = " ".join(["SELECT coalesce(max(row), 0) FROM", _quoted(entity.name)])
            return int(db.execute(sql).fetchone()[0])


def _quoted(name: str) -> str:
    return f'"{name}"'


def _table(entity: SObject) -> str:
    table = _quoted(entity.name)
    columns = ", ".join(f'"{field.name}" {field.kind.column}' for field in entity.stored)
    by_time = f'"{entity.cursor}", "Id"'
    prefix = f"CREATE INDEX IF NOT EXISTS {_quoted(entity.name + '_by_time')}"
    return ";".join(
        [
            f"CREATE TABLE IF NOT EXISTS {table} (row INTEGER PRIMARY KEY, {columns})",
            f'CREATE UNIQUE INDEX IF NOT EXISTS "{entity.name}_by_id" ON {table} ("Id")',
            f"{prefix} ON {table} ({by_time})",
        ]
    )


def _insert(entity: SObject, names: Sequence[str]) -> str:
    columns = ", ".join(map(_quoted, names))
    marks = ", ".join("?" * len(names))
    return " ".join(["INSERT INTO", _quoted(entity.name), f"({columns}) VALUES ({marks})"])
