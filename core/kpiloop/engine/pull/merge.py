"""The merge: what a finished reading changes, in one transaction.

Rows, bookmark, counts, followed ids, releases from quarantine and the clearing of the inbox are
stored together or not at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Cursor
from kpiloop.engine.pull import gone, merged_away
from kpiloop.engine.pull.fold import drop_repeated
from kpiloop.engine.pull.holdings import answered_for, in_inbox
from kpiloop.engine.pull.inbox import Inbox
from kpiloop.engine.pull.merge_entity import EntityMerge
from kpiloop.engine.pull.orphans import PARENT, families_of
from kpiloop.engine.pull.packed_store import PackedStore
from kpiloop.engine.pull.reading import Reading, clear, parent_entity
from kpiloop.engine.pull.report import Counts
from kpiloop.engine.pull.values import stored
from kpiloop.errors import UntrustedAnswerError
from kpiloop.schema.record import Record
from kpiloop.warehouse.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge stored, and what it did not believe."""

    counts: Counts
    refusal: UntrustedAnswerError | None = None
    """Why nothing was taken as deleted: ids that named too few of what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One reading on its way from the inbox into the tables."""

    warehouse: Warehouse
    connector: Connector[Any]
    reading: Reading
    inbox: Inbox
    accept_deletes: bool = False

    def run(self) -> Merged:
        """Merge everything and forget the reading.

        Raises UntrustedAnswerError where a full read would delete most of what is stored; then
        nothing is merged. Where a list of ids would, the changes are merged, and nothing deleted.
        """
        try:
            return self._run()
        except UntrustedAnswerError:
            # Going on with this reading would be refused again: the next pull begins a new one.
            with self.warehouse.transaction() as writer:
                clear(writer, self.reading.key, self.warehouse.entities)
            raise

    def _run(self) -> Merged:
        now = self.connector.source.clock.now()
        with self.warehouse.transaction() as writer:
            counts = self._counts_of_slices(writer)
            released = self.inbox.retry(writer)
            counts = replace(counts, read=counts.read + released, released=released)
            entities = self.warehouse.entities
            held = in_inbox(writer, self.reading, entities)
            lasting = answered_for(writer, self.reading, entities)
            merged = {entities[name]: self._merge(writer, entities[name], now) for name in held}
            refusal: UntrustedAnswerError | None = None
            for entity in (entities[name] for name in lasting):
                try:
                    merged[entity] = merged.get(entity, Counts()) + self._gone(writer, entity, now)
                except UntrustedAnswerError as error:
                    if self.reading.gives_all:
                        raise
                    refusal = error
            counts = sum(merged.values(), start=counts)
            newest = max((each.newest for each in held.values() if each.newest), default=None)
            counts = replace(counts, deleted=counts.deleted + self._orphans(writer, merged, now))
            certain = refusal is None and gone.is_certain(writer, self.reading)
            self._advance(writer, newest, now, self.reading.fingerprint if certain else None)
            self._remember_slices(writer)
            self._forget_followed(writer)
            self._log(writer, counts, now)
            clear(writer, self.reading.key, held)
        return Merged(counts=counts, refusal=refusal)

    def _merge(self, writer: DuckDBPyConnection, entity: type[Record], now: datetime) -> Counts:
        packed = self.inbox.packed(entity, writer)
        if packed:
            merge = self._entity_merge(writer, entity, packed)
            if merge.is_simple(writer):
                return merge.run(writer, now)
            for each in packed:
                each.unpack(writer)
        repeated = drop_repeated(writer, entity, self.reading, self.inbox.rows.shapes)
        answers = self.inbox.rows.answers_for(entity)
        merged_away.let_go(writer, entity, self.reading, answers=answers)
        counts = replace(self._entity_merge(writer, entity).run(writer, now), repeated=repeated)
        return counts + Counts(deleted=merged_away.mark(writer, entity, self.reading, now=now))

    def _entity_merge(
        self, writer: DuckDBPyConnection, entity: type[Record], packed: Sequence[PackedStore] = ()
    ) -> EntityMerge:
        waiting = [each.waiting(writer) for each in packed]
        return EntityMerge(
            entity=entity,
            reading=self.reading,
            shapes=self.inbox.rows.shapes.of(entity.entity),
            answers=self.inbox.rows.answers_for(entity),
            followers=self._followers(entity),
            packed=waiting,
        )

    def _gone(self, writer: DuckDBPyConnection, entity: type[Record], now: datetime) -> Counts:
        accept = self.accept_deletes
        return Counts(deleted=gone.mark(writer, entity, self.reading, now=now, accept=accept))

    def _orphans(
        self,
        writer: DuckDBPyConnection,
        merged: Mapping[type[Record], Counts],
        now: datetime,
    ) -> int:
        """Mark the children of what was lost just now, and what was read of parents lost before."""
        losing = {entity for entity, its in merged.items() if its.deleted}
        has_children = any(PARENT in entity.model_fields for entity in merged)
        entities = self.warehouse.entities.values()
        count = 0
        for stream in self.connector.all_streams().values():
            is_own = stream.name == self.reading.stream.name
            for each in families_of(self.connector, stream, entities):
                is_read = is_own and (not each.in_rows or (has_children and each.parent in merged))
                if is_read or each.parent in losing:
                    count += each.mark(writer, entities, now=now)
        return count

    def _followers(self, entity: type[Record]) -> Sequence[str]:
        """The streams that read the children of what this one changes."""
        return [
            stream.name
            for stream in self.connector.all_streams().values()
            if stream.follows == self.reading.stream.name
            and parent_entity(self.connector, stream) is entity
        ]

    def _counts_of_slices(self, writer: DuckDBPyConnection) -> Counts:
        row = writer.execute(
            "SELECT coalesce(sum(read), 0)::BIGINT, coalesce(sum(quarantined), 0)::BIGINT"
            " FROM state.slices WHERE source = $source AND stream = $stream",
            self.reading.key,
        ).fetchone()
        read, quarantined = row or (0, 0)
        return Counts(read=read, quarantined=quarantined)

    def _advance(
        self,
        writer: DuckDBPyConnection,
        newest: datetime | None,
        now: datetime,
        fingerprint: str | None,
    ) -> None:
        """Set the bookmark: what is newer is read next time, and a little before it again."""
        row = writer.execute(
            "DELETE FROM state.bookmarks WHERE source = $source AND stream = $stream"
            " RETURNING read_to",
            self.reading.key,
        ).fetchone()
        read_to = self._read_to(row[0] if row else None, newest)
        end = stored(self.reading.window.end)
        writer.execute(
            "INSERT INTO state.bookmarks BY NAME SELECT $source AS source, $stream AS stream,"
            " $read_to AS read_to, $end AS window_end, $now AS merged_at,"
            " $fingerprint AS fingerprint",
            {
                **self.reading.key,
                "read_to": read_to,
                "end": end,
                "now": stored(now),
                "fingerprint": fingerprint,
            },
        )

    def _read_to(self, before: datetime | None, newest: datetime | None) -> datetime | None:
        if self.reading.stream.cursor is Cursor.NONE:
            return None
        if newest is None:
            return before
        lag: timedelta = self.connector.index_lag
        return min(stored(self.reading.started_at), newest) - lag

    def _forget_followed(self, writer: DuckDBPyConnection) -> None:
        writer.execute(
            "DELETE FROM state.followed WHERE source = $source AND stream = $stream"
            " AND queued <= $upto",
            {**self.reading.key, "upto": self.reading.queued_to},
        )

    def _remember_slices(self, writer: DuckDBPyConnection) -> None:
        """Note which slices need not be read again."""
        if not self.reading.stream.once or self.reading.is_skipped:
            return
        key = self.reading.key
        mine = "FROM state.slices_read WHERE source = $source AND stream = $stream"
        if self.reading.gives_all:
            writer.execute(f"DELETE {mine}", key)
        writer.execute(
            "INSERT INTO state.slices_read SELECT $source, $stream, slice"
            f" FROM (SELECT unnest($names::VARCHAR[]) AS slice EXCEPT SELECT slice {mine})",
            {**key, "names": [each.name for each in self.reading.slices]},
        )

    def _log(self, writer: DuckDBPyConnection, counts: Counts, now: datetime) -> None:
        start = self.reading.window.start
        writer.execute(
            "INSERT INTO state.merges VALUES ($source, $stream, $now, $start, $end, $counts)",
            {
                **self.reading.key,
                "now": stored(now),
                "start": start and stored(start),
                "end": stored(self.reading.window.end),
                "counts": json.dumps(dict(counts.items())),
            },
        )
