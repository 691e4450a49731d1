"""What one stream reads now: its window and slices, stored before the first page.

A reading lives until its merge. A pull that finds one goes on with it, with the same window and
slices, each from its last checkpoint.
"""

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Absent, Cursor, Read, Stream, Window
from kpiloop.engine.pull.packed import clear_packed, has_packed, packed_tables
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.engine.pull.spread import SpreadPath
from kpiloop.engine.pull.strangers import explain
from kpiloop.engine.pull.values import aware, stored
from kpiloop.errors import KpiloopError
from kpiloop.schema.record import Record, entity_of
from kpiloop.warehouse import sql
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One part of a reading, and how far it got."""

    name: str
    position: int
    ids: tuple[str, ...] = ()
    checkpoint: Checkpoint = None
    is_done: bool = False
    lists_ids: bool = False
    """Whether it gives the ids that there are, and no records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One stream's work until its next merge."""

    source: str
    stream: Stream
    started_at: datetime
    window: Window
    slices: tuple[Slice, ...]
    queued_to: int = 0
    """For a stream that follows another: up to where the queue of ids is being read."""
    resumed: bool = False
    fingerprint: str | None = None
    """What the stream's fingerprint was before the first page."""

    @property
    def key(self) -> Mapping[str, object]:
        """What all its rows in the warehouse have in common."""
        return {"source": self.source, "stream": self.stream.name}

    @property
    def is_skipped(self) -> bool:
        """Whether the slices are those that were read before: what is stored stays as it is."""
        return self.stream.once and not self.slices

    @property
    def gives_all(self) -> bool:
        """Whether a stored record that it does not give is gone."""
        is_whole = self.window.is_full and not self.stream.follows and not self.is_skipped
        return is_whole and self.stream.absent is Absent.DELETED

    @property
    def lists_ids(self) -> bool:
        """Whether a stored record that its ids do not name is gone."""
        return any(each.lists_ids for each in self.slices)


def parent_entity(connector: Connector[Any], stream: Stream) -> type[Record] | None:
    """The entity whose ids a stream reads by: that of the other stream's first wire model."""
    parent = connector.all_streams().get(stream.follows or stream.each)
    models = parent.models if parent else ()
    return next((entity_of(each) for each in models if issubclass(each, Record)), None)


class Readings:
    """Opens the readings of one source's streams."""

    def __init__(self, warehouse: Warehouse, connector: Connector[Any]) -> None:
        self._warehouse = warehouse
        self._connector = connector
        self._source = connector.source.name
        self._clock = connector.source.clock

    def open(self, stream: Stream, spellings: Sequence[Spelling], *, full: bool) -> Reading:
        """The reading that an earlier pull left, or a new one, stored with all its slices.

        Who asks for a full one gets a new one: what was left may be what has to be repaired.
        """
        with self._warehouse.cursor() as cursor:
            left = self._left(cursor, stream)
            is_known = left is None or _is_understood(cursor, left, spellings)
        if left and is_known and not full:
            return left
        return self._stored(self._begin(stream, spellings, full=full), left)

    def instead_of(self, left: Reading, spellings: Sequence[Spelling]) -> Reading:
        """A new reading for one that cannot be finished: cut anew, and full if that was."""
        is_full = left.window.is_full and left.stream.cursor is not Cursor.NONE
        return self._stored(self._begin(left.stream, spellings, full=is_full), left)

    def _stored(self, reading: Reading, left: Reading | None) -> Reading:
        with self._warehouse.transaction() as writer:
            if left:
                clear(writer, left.key, self._warehouse.entities)
            _store(writer, reading)
        return reading

    def _left(self, cursor: DuckDBPyConnection, stream: Stream) -> Reading | None:
        key = [self._source, stream.name]
        row = cursor.execute(
            "SELECT started_at, window_start, window_end, queued_to, fingerprint"
            " FROM state.readings"
            " WHERE source = ? AND stream = ?",
            key,
        ).fetchone()
        if row is None:
            return None
        slices = cursor.execute(
            "SELECT slice, position, ids, checkpoint, done, coalesce(lists_ids, false)"
            " FROM state.slices"
            " WHERE source = ? AND stream = ? ORDER BY position",
            key,
        ).fetchall()
        started_at, start, end, queued_to, fingerprint = row
        return Reading(
            source=self._source,
            stream=stream,
            started_at=_known(started_at),
            window=Window(start=aware(start), end=_known(end)),
            slices=tuple(_slice(*each) for each in slices),
            queued_to=queued_to,
            resumed=True,
            fingerprint=fingerprint,
        )

    def _begin(self, stream: Stream, spellings: Sequence[Spelling], *, full: bool) -> Reading:
        now = self._clock.now()
        bookmark, known = self._bookmark(stream)
        start = None if full or stream.cursor is Cursor.NONE else bookmark
        window = Window(start=start, end=now)
        fingerprint = self._fingerprint(stream, window, spellings)
        queued_to = 0
        if stream.follows or stream.each:
            ids, queued_to = self._ids(stream, every=full or bool(stream.each))
            size = stream.ids_per_slice
            parts = [ids[at : at + size] for at in range(0, len(ids), size)]
            slices = [
                Slice(name=str(place), position=place, ids=part) for place, part in enumerate(parts)
            ]
        else:
            names = self._cut(stream, window, spellings)
            names = names if full else self._not_read_before(stream, names)
            slices = [Slice(name=name, position=place) for place, name in enumerate(names)]
        if stream.ids and start and (fingerprint is None or fingerprint != known):
            slices.append(Slice(name="ids", position=len(slices), lists_ids=True))
        return Reading(
            source=self._source,
            stream=stream,
            started_at=now,
            window=window,
            slices=tuple(slices),
            queued_to=queued_to,
            fingerprint=fingerprint,
        )

    def _bookmark(self, stream: Stream) -> tuple[datetime | None, str | None]:
        """Where the stream was read to, and its fingerprint then."""
        with self._warehouse.cursor() as cursor:
            row = cursor.execute(
                "SELECT read_to, fingerprint FROM state.bookmarks WHERE source = ? AND stream = ?",
                [self._source, stream.name],
            ).fetchone()
        return (aware(row[0]), row[1]) if row else (None, None)

    def _cut(self, stream: Stream, window: Window, spellings: Sequence[Spelling]) -> Sequence[str]:
        if stream.slices is None:
            return ("",)
        read = read_of(window, spellings)
        with self._explained(f"cutting stream {stream.name}"):
            return tuple(dict.fromkeys(stream.slices(self._connector, read)))

    def _fingerprint(
        self, stream: Stream, window: Window, spellings: Sequence[Spelling]
    ) -> str | None:
        """Taken before the first page: what goes after that makes it another one."""
        if stream.fingerprint is None:
            return None
        read = read_of_ids(window, spellings)
        with self._explained(f"the fingerprint of stream {stream.name}"):
            return stream.fingerprint(self._connector, read)

    @contextmanager
    def _explained(self, doing: str) -> Generator[None]:
        """Turn what a stranger's code raises into an error that says where."""
        try:
            yield
        except KpiloopError:
            raise
        except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything
            doing = f"{doing} of connector {self._connector.name}"
            raise explain(error, doing=doing, source=self._source) from None

    def _not_read_before(self, stream: Stream, names: Sequence[str]) -> Sequence[str]:
        if not stream.once:
            return names
        with self._warehouse.cursor() as cursor:
            rows = cursor.execute(
                "SELECT slice FROM state.slices_read WHERE source = ? AND stream = ?",
                [self._source, stream.name],
            ).fetchall()
        known = {name for (name,) in rows}
        if stream.absent is Absent.DELETED:
            return () if known == set(names) else names
        return [name for name in names if name not in known]

    def _ids(self, stream: Stream, *, every: bool) -> tuple[tuple[str, ...], int]:
        entity = parent_entity(self._connector, stream)
        queue = "SELECT id FROM state.followed WHERE source = $source AND stream = $stream"
        living = "SELECT NULL::VARCHAR AS id WHERE false"
        if entity and every:
            living = (
                f"SELECT id FROM {sql.table('pulled', entity.entity)}"
                " WHERE source = $source AND deleted_at IS NULL"
            )
        key = {"source": self._source, "stream": stream.name}
        with self._warehouse.cursor() as cursor:
            rows = cursor.execute(
                f"SELECT DISTINCT id FROM ({queue} UNION ALL {living}) ORDER BY id",
                key,
            ).fetchall()
            last = cursor.execute(
                "SELECT coalesce(max(queued), 0) FROM state.followed"
                " WHERE source = $source AND stream = $stream",
                key,
            ).fetchone()
        return tuple(record_id for (record_id,) in rows), last[0] if last else 0


def _is_understood(
    cursor: DuckDBPyConnection, left: Reading, spellings: Sequence[Spelling]
) -> bool:
    """Whether no packed rows of a reading are such that another version's code must unpack them."""
    spreads = [each.model.spread for each in spellings if each.model.spread]
    ours = {SpreadPath(each).packed_table for each in spreads}
    strange = packed_tables(cursor).keys() - ours
    return not any(has_packed(cursor, table, left.key) for table in strange)


def read_of(window: Window, spellings: Sequence[Spelling]) -> Read:
    """What a stream is asked for in each of its slices."""
    return Read(
        window=window,
        fields=MappingProxyType({each.model: each.needs for each in spellings}),
        mapped=MappingProxyType({each.model: each.mapped for each in spellings}),
    )


def read_of_ids(window: Window, spellings: Sequence[Spelling]) -> Read:
    """What a stream is asked for that lists the ids of all records: nothing but the ids."""
    return Read(
        window=replace(window, start=None),
        fields=MappingProxyType(
            {
                each.model: tuple(".".join(map(str, path)) for path in each.sources("id"))
                for each in spellings
                if each.entity
            }
        ),
    )


def clear(writer: DuckDBPyConnection, key: Mapping[str, object], entities: Iterable[str]) -> None:
    """Forget a stream's reading, with what it has put into the inboxes of these entities."""
    tables = [sql.table("inbox", entity) for entity in entities]
    tables += [sql.table("state", each) for each in ("readings", "slices", "replaced", "listed")]
    for table in tables:
        writer.execute(f"DELETE FROM {table} WHERE source = $source AND stream = $stream", key)
    clear_packed(writer, key)


def _store(writer: DuckDBPyConnection, reading: Reading) -> None:
    start, end = reading.window.start, reading.window.end
    key = [reading.source, reading.stream.name]
    writer.execute(
        "INSERT INTO state.readings BY NAME SELECT ? AS source, ? AS stream, ? AS started_at,"
        " ? AS window_start, ? AS window_end, ? AS queued_to, ? AS fingerprint",
        [
            *key,
            stored(reading.started_at),
            start and stored(start),
            stored(end),
            reading.queued_to,
            reading.fingerprint,
        ],
    )
    for each in reading.slices:
        writer.execute(
            "INSERT INTO state.slices BY NAME SELECT ? AS source, ? AS stream, ? AS slice,"
            " ? AS position, ? AS ids, ? AS lists_ids, false AS done, 0 AS read, 0 AS quarantined",
            [*key, each.name, each.position, json.dumps(each.ids), each.lists_ids],
        )


def _slice(  # noqa: PLR0913, PLR0917 - a row of the table
    name: str,
    position: int,
    ids: str,
    checkpoint: str | None,
    done: bool,  # noqa: FBT001
    lists_ids: bool,  # noqa: FBT001
) -> Slice:
    return Slice(
        name=name,
        position=position,
        ids=tuple(json.loads(ids)),
        checkpoint=None if checkpoint is None else json.loads(checkpoint),
        is_done=done,
        lists_ids=lists_ids,
    )


def _known(moment: datetime) -> datetime:
    found = aware(moment)
    assert found is not None
    return found
