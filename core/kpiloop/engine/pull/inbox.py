"""The inbox: sightings stored together with the checkpoints of the pages that gave them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from kpiloop.clock import Clock
from kpiloop.connector.reading import Absent, Stream
from kpiloop.engine.pull.quarantine import Quarantine, Waiting
from kpiloop.engine.pull.readers import PageRead
from kpiloop.engine.pull.reading import Reading, Slice
from kpiloop.engine.pull.rows import rows_of
from kpiloop.engine.pull.shapes import Shapes
from kpiloop.engine.pull.sighting import GIVES_LIFE, Broken, Sighting
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.engine.pull.validation import Validator
from kpiloop.engine.pull.values import as_text
from kpiloop.errors import PluginError
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql
from kpiloop.warehouse.layout import inbox_columns
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page

RETRIED = 0
"""The number of sightings that come from quarantine: before all that the vendor gives now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How many records came with some pages."""

    read: int = 0
    quarantined: int = 0


def answers_for(stream: Stream, entity: type[Record]) -> bool:
    """Whether a stream can tell that a record of the entity is gone."""
    return stream.absent is Absent.DELETED or "parent_id" in entity.model_fields


class Inbox:
    """Where one reading puts what it reads; every call is a transaction or a part of one."""

    def __init__(
        self,
        warehouse: Warehouse,
        reading: Reading,
        spellings: Sequence[Spelling],
        clock: Clock,
    ) -> None:
        self._warehouse = warehouse
        self._reading = reading
        self._clock = clock
        self._spellings = {each.model: each for each in spellings}
        self._validators = {each.model: Validator(each) for each in spellings}
        with warehouse.cursor() as cursor:
            self.shapes = Shapes(cursor)
            self.quarantine = Quarantine(cursor, reading.source, reading.stream.name)
            self._last = max(_last_sighting(cursor, each, reading) for each in warehouse.entities)

    def store(self, pages: Sequence[PageRead], done: Iterable[Slice]) -> Stored:
        """Store pages and the ends of slices, all or nothing."""
        with self._warehouse.transaction() as writer:
            stored = [self._store_page(writer, each) for each in pages]
            for each in done:
                self._finish(writer, each)
        return Stored(
            read=sum(each.read for each in stored),
            quarantined=sum(each.quarantined for each in stored),
        )

    def retry(self, writer: DuckDBPyConnection) -> int:
        """Take in rows from quarantine that are sound under today's models; how many records."""
        models = {model.__name__: model for model in self._spellings}
        sightings: list[Sighting] = []
        sound: list[Waiting] = []
        for waiting in self.quarantine.waiting(writer, self._reading.started_at):
            if waiting.model in models:
                rows = self._validators[models[waiting.model]].check([waiting.row])
                if not rows.broken:
                    sightings += rows.sightings
                    sound.append(waiting)
        self._insert(writer, sightings, retried=True)
        self.quarantine.release_tried(writer, sound)
        return len(sightings)

    def _store_page(self, writer: DuckDBPyConnection, read: PageRead) -> Stored:
        page = read.page
        spelling = self._spelling(page)
        source, stream = self._reading.source, self._reading.stream.name
        rows = self._validators[spelling.model].check(rows_of(page, source=source, stream=stream))
        self._insert(writer, rows.sightings)
        model = spelling.model.__name__
        entity = spelling.entity.entity if spelling.entity else ""
        self.quarantine.release(writer, model, rows.sound_ids)
        self.quarantine.set_aside(writer, model, entity, rows.broken, self._clock.now())
        self._note_replaced(writer, page, rows.broken)
        stored = Stored(read=rows.read, quarantined=rows.quarantined)
        self._advance(writer, read, stored)
        return stored

    def _spelling(self, page: Page) -> Spelling:
        model = page.of or self._reading.stream.models[0]
        for known, spelling in self._spellings.items():
            if known is model:
                return spelling
        names = ", ".join(each.__name__ for each in self._spellings)
        raise PluginError(
            f"a page of stream {self._reading.stream.name} is of {model.__name__}",
            where=self._reading.source,
            legal=f"one of the models that @reads names: {names}",
            todo="tell the author of the connector",
        )

    def _insert(
        self, writer: DuckDBPyConnection, sightings: Iterable[Sighting], *, retried: bool = False
    ) -> None:
        rows: dict[str, list[Mapping[str, str | None]]] = {}
        for each in sightings:
            self._last += 1
            number = RETRIED if retried else self._last
            entity = each.entity.entity
            rows.setdefault(entity, []).append(self._row(writer, each, number))
        for entity, inbox_rows in rows.items():
            insert_rows(writer, self._warehouse.entities[entity], inbox_rows)

    def _row(
        self, writer: DuckDBPyConnection, sighting: Sighting, number: int
    ) -> Mapping[str, str | None]:
        entity = sighting.entity
        if entity.entity not in self._warehouse.entities:
            raise PluginError(
                f"stream {self._reading.stream.name} gives records of {entity.entity}",
                where=self._reading.source,
                legal=", ".join(self._warehouse.entities),
                todo="tell the author of the connector: a new entity is announced by its hook",
            )
        given = frozenset(sighting.values)
        if sighting.says_deleted or answers_for(self._reading.stream, entity):
            given |= {GIVES_LIFE}
        values: dict[str, object] = {
            **sighting.values,
            "source": self._reading.source,
            "stream": self._reading.stream.name,
            "sighting": number,
            "shape": self.shapes.number_of(writer, entity.entity, given),
            "modified_at": sighting.modified_at,
            "deleted_at": sighting.deleted_at,
        }
        return {name: as_text(value) for name, value in values.items()}

    def _note_replaced(
        self, writer: DuckDBPyConnection, page: Page, broken: Sequence[Broken]
    ) -> None:
        """Remember whose children the page gave; not where a broken row may hide one of them."""
        hidden = {each.record_id for each in broken}
        if not hidden <= set(page.replaces):
            return
        ids = [each for each in page.replaces if each not in hidden]
        writer.execute(
            "INSERT INTO state.replaced SELECT $source, $stream, unnest($ids::VARCHAR[])",
            {**self._reading.key, "ids": ids},
        )

    def _advance(self, writer: DuckDBPyConnection, read: PageRead, stored: Stored) -> None:
        checkpoint = read.page.checkpoint
        writer.execute(
            "UPDATE state.slices SET read = read + $read, quarantined = quarantined + $quarantined,"
            " checkpoint = coalesce($checkpoint, checkpoint)"
            " WHERE source = $source AND stream = $stream AND position = $position",
            {
                **self._reading.key,
                "position": read.slice.position,
                "read": stored.read,
                "quarantined": stored.quarantined,
                "checkpoint": None if checkpoint is None else json.dumps(checkpoint),
            },
        )

    def _finish(self, writer: DuckDBPyConnection, each: Slice) -> None:
        writer.execute(
            "UPDATE state.slices SET done = true"
            " WHERE source = $source AND stream = $stream AND position = $position",
            {**self._reading.key, "position": each.position},
        )


def insert_rows(
    writer: DuckDBPyConnection, entity: type[Record], rows: Sequence[Mapping[str, str | None]]
) -> None:
    """Put rows of texts into an entity's inbox, cast to the types of its columns."""
    columns = inbox_columns(entity)
    shape = json.dumps([dict.fromkeys(columns, "VARCHAR")])
    values = ", ".join(f"row.{sql.name(name)}::{sql.TYPES[kind]}" for name, kind in columns.items())
    # unnest keeps the text out of the planner, which would otherwise take it apart value by value.
    writer.execute(
        f"INSERT INTO {sql.table('inbox', entity.entity)} ({sql.names(columns)}) SELECT {values}"
        " FROM (SELECT unnest(from_json(body, $shape)) AS row"
        " FROM (SELECT unnest([$rows]) AS body))",
        {"shape": shape, "rows": json.dumps(rows, ensure_ascii=False)},
    )


def _last_sighting(cursor: DuckDBPyConnection, entity: str, reading: Reading) -> int:
    row = cursor.execute(
        f"SELECT coalesce(max(sighting), 0) FROM {sql.table('inbox', entity)}"
        " WHERE source = $source AND stream = $stream",
        reading.key,
    ).fetchone()
    return row[0] if row else 0
