"""What the inbox changes in one entity's table: new rows, changed rows, and nothing else.

The rows to write are computed set-wise, then the old ones are deleted and all inserted: several
times cheaper than an upsert, and it needs no primary key. Where nothing is stored yet, the inbox
goes in as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.merged_away import FORMER_IDS, both
from kpiloop.engine.pull.packed_store import Waiting
from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.report import Counts
from kpiloop.engine.pull.sighting import GIVES_LIFE, TIME_OF_ROW, Shape
from kpiloop.engine.pull.values import stored
from kpiloop.schema.record import Record, columns_of
from kpiloop.warehouse import sql
from kpiloop.warehouse.layout import pulled_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMerge:
    """One entity of one reading; each id stands once in the inbox."""

    entity: type[Record]
    reading: Reading
    shapes: Mapping[int, Shape]
    answers: bool
    """Whether the stream can tell that a record is gone, so that rows are to be known as its."""
    followers: Sequence[str]
    packed: Sequence[Waiting] = ()
    """What waits outside the inbox, of a merge that is simple."""

    def is_simple(self, writer: DuckDBPyConnection) -> bool:
        """Whether each sighting is a new row: nothing of the source is stored, no id comes twice.

        Ids are told apart by numbers made of them, which takes less memory. Should two be alike by
        chance, the way for ids that come twice is right as well, and only costs more.
        """
        if FORMER_IDS in self.entity.model_fields or self._has_stored(writer):
            return False
        ids = f"SELECT count(DISTINCT {_NUMBER}) FROM {self._sightings} AS i WHERE {_MINE}"
        return _number(writer, ids, self.reading.key) == self._total(writer)

    def run(self, writer: DuckDBPyConnection, now: datetime) -> Counts:
        """Write the rows; how many were new, changed, unchanged, deleted and restored."""
        key = self.reading.key
        total = self._total(writer)
        shapes = {number: self.shapes[number] for number in self._used(writer)}
        known = {**key, "now": stored(now)}
        if not self._has_stored(writer):
            self._insert(writer, f"({self._merged(shapes, old='false')})", known)
            return Counts(new=total)
        writer.execute(f"CREATE OR REPLACE TEMP TABLE merged AS {self._merged(shapes)}", known)
        counts = self._counts(writer, total)
        writer.execute(
            f"DELETE FROM {self._pulled} WHERE rowid IN"
            " (SELECT old_row FROM merged WHERE old_row IS NOT NULL)"
        )
        self._insert(writer, "merged", {})
        writer.execute("DROP TABLE merged")
        return counts

    def _has_stored(self, writer: DuckDBPyConnection) -> bool:
        query = f"SELECT EXISTS (FROM {self._pulled} WHERE source = $source)"
        return writer.execute(query, {"source": self.reading.source}).fetchone() == (True,)

    def _insert(self, writer: DuckDBPyConnection, merged: str, known: Mapping[str, object]) -> None:
        """Store merged rows, and queue the ids of living ones for the streams that follow."""
        columns = sql.names(pulled_columns(self.entity))
        writer.execute(
            f"INSERT INTO {self._pulled} ({columns}) SELECT {columns} FROM {merged}", known
        )
        for follower in self.followers:
            writer.execute(
                "INSERT INTO state.followed SELECT $source, $follower, id,"
                " (SELECT coalesce(max(queued), 0) + 1 FROM state.followed)"
                f" FROM {merged} WHERE deleted_at IS NULL",
                {**known, "source": self.reading.source, "follower": follower},
            )

    def _total(self, writer: DuckDBPyConnection) -> int:
        query = f"SELECT count(*) FROM {self._inbox} AS i WHERE {_MINE}"
        in_inbox = _number(writer, query, self.reading.key)
        return in_inbox + sum(each.number for each in self.packed)

    def _used(self, writer: DuckDBPyConnection) -> Collection[int]:
        """The numbers of the shapes that sightings have."""
        query = f"SELECT DISTINCT shape FROM {self._inbox} AS i WHERE {_MINE}"
        in_inbox = {number for (number,) in writer.execute(query, self.reading.key).fetchall()}
        return in_inbox.union(*(each.shapes for each in self.packed))

    @property
    def _sightings(self) -> str:
        """All that is to be merged, as a table."""
        if not self.packed:
            return self._inbox
        mine = f"SELECT * FROM {self._inbox} AS i WHERE {_MINE}"
        return f"({' UNION ALL BY NAME '.join([mine, *(each.sightings for each in self.packed)])})"

    @property
    def _inbox(self) -> str:
        return sql.table("inbox", self.entity.entity)

    @property
    def _pulled(self) -> str:
        return sql.table("pulled", self.entity.entity)

    def _merged(self, shapes: Mapping[int, Shape], old: str = "source = $source") -> str:
        """The rows to write: new ones, and those of which anything differs from the old ones."""
        values = {
            name: _given(name, shapes, self._new(name), f"p.{sql.name(name)}")
            for name in columns_of(self.entity)
        }
        deleted_at = _given(GIVES_LIFE, shapes, "i.deleted_at", "p.deleted_at")
        values |= {
            "source": "i.source",
            "stream": self._owner(deleted_at),
            "modified_at": _given(TIME_OF_ROW, shapes, "p.modified_at", _LATEST),
            "deleted_at": deleted_at,
            "first_seen_at": "coalesce(p.first_seen_at, $now)",
        }
        fields = ", ".join(f"{value} AS {sql.name(name)}" for name, value in values.items())
        compared = [*columns_of(self.entity), "deleted_at"]
        changed = " OR ".join(
            f"{values[name]} IS DISTINCT FROM p.{sql.name(name)}"
            for name in compared
            if values[name] != f"p.{sql.name(name)}"
        )
        touched = " OR ".join(
            f"{values[name]} IS DISTINCT FROM p.{sql.name(name)}"
            for name in ("modified_at", "stream")
        )
        is_stale = _given(TIME_OF_ROW, shapes, "false", _STALE)
        return (
            f"SELECT p.old_row, p.deleted_at AS old_deleted_at, {changed} AS is_changed, {fields}"
            f" FROM {self._sightings} AS i"
            f" LEFT JOIN (SELECT *, rowid AS old_row FROM {self._pulled}"
            f" WHERE {old}) AS p ON p.id = i.id WHERE {_MINE} AND (p.old_row IS NULL"
            f" OR (NOT {is_stale} AND ({changed} OR {touched})))"
        )

    def _new(self, name: str) -> str:
        """What a sighting says; of merges a stream that does not answer for the row tells some."""
        new = f"i.{sql.name(name)}"
        if name == FORMER_IDS and not self.answers:
            return both(new, f"p.{sql.name(name)}")
        return new

    def _owner(self, deleted_at: str) -> str:
        """The stream that answers for the row: the first that can, or the one that revives it."""
        if not self.answers:
            return "coalesce(p.stream, '')"
        return (
            "CASE WHEN coalesce(p.stream, '') = ''"
            f" OR (p.deleted_at IS NOT NULL AND {deleted_at} IS NULL)"
            " THEN $stream ELSE p.stream END"
        )

    def _counts(self, writer: DuckDBPyConnection, total: int) -> Counts:
        row = writer.execute(
            "SELECT count(*) FILTER (old_row IS NULL),"
            " count(*) FILTER (old_row IS NOT NULL AND is_changed),"
            " count(*) FILTER (deleted_at IS NOT NULL"
            " AND old_row IS NOT NULL AND old_deleted_at IS NULL),"
            " count(*) FILTER (deleted_at IS NULL AND old_deleted_at IS NOT NULL) FROM merged"
        ).fetchone()
        new, changed, deleted, restored = row or (0, 0, 0, 0)
        return Counts(
            new=new,
            changed=changed,
            unchanged=total - new - changed,
            deleted=deleted,
            restored=restored,
        )


_MINE = "i.source = $source AND i.stream = $stream"

_LATEST = "coalesce(i.modified_at, p.modified_at)"

# One hash alone is the same for many ids that differ in two of their digits.
_NUMBER = "xor(hash(i.id), hash('.' || i.id))"

# Older than what is stored; or from quarantine, without a time that could say how old it is.
_STALE = "coalesce(i.modified_at < p.modified_at, i.sighting = 0 AND i.modified_at IS NULL)"


def _given(name: str, shapes: Mapping[int, Shape], new: str, old: str) -> str:
    """The new value where the sighting gives the field, else the old one."""
    giving = [str(number) for number, fields in shapes.items() if name in fields]
    if len(giving) == len(shapes):
        return new
    if not giving:
        return old
    return f"CASE WHEN i.shape IN ({', '.join(giving)}) THEN {new} ELSE {old} END"


def _number(writer: DuckDBPyConnection, query: str, key: Mapping[str, object]) -> int:
    row = writer.execute(query, key).fetchone()
    return row[0] if row else 0
