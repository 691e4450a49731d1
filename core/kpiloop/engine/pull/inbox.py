"""The inbox: what was read is stored together with how far the reading got."""

import json
from collections.abc import Collection, Mapping, Sequence

import duckdb
from duckdb import DuckDBPyConnection

from kpiloop.clock import Clock
from kpiloop.engine.pull.holdings import in_inbox, stored_of
from kpiloop.engine.pull.listed import IdList
from kpiloop.engine.pull.packed_store import PackedStore
from kpiloop.engine.pull.page_store import PageStore, Stored
from kpiloop.engine.pull.quarantine import Quarantine, Waiting
from kpiloop.engine.pull.quick import SIGHTINGS_PER_PAGE
from kpiloop.engine.pull.quick_store import NumberedPage
from kpiloop.engine.pull.readers import PageRead
from kpiloop.engine.pull.reading import Reading, Slice
from kpiloop.engine.pull.shapes import Shapes
from kpiloop.engine.pull.sighting import Sighting
from kpiloop.engine.pull.sighting_rows import SightingRows
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.errors import PluginError
from kpiloop.schema.record import Record, Wire
from kpiloop.warehouse.statements import Statements
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page

RETRIED = 0
"""The number of sightings that come from quarantine: before all that the vendor gives now."""

_ADVANCE = (
    "UPDATE state.slices AS s SET read = s.read + n.read,"
    " quarantined = s.quarantined + n.quarantined, done = s.done OR n.done,"
    " checkpoint = coalesce(n.checkpoint, s.checkpoint)"
    " FROM (SELECT unnest($positions::BIGINT[]) AS position,"
    " unnest($checkpoints::VARCHAR[]) AS checkpoint, unnest($done::BOOLEAN[]) AS done,"
    " unnest($read::BIGINT[]) AS read, unnest($quarantined::BIGINT[]) AS quarantined) AS n"
    " WHERE s.source = $source AND s.stream = $stream AND s.position = n.position"
)


class Inbox:
    """Where one reading puts what it reads."""

    def __init__(
        self,
        warehouse: Warehouse,
        reading: Reading,
        spellings: Sequence[Spelling],
        clock: Clock,
    ) -> None:
        self._warehouse = warehouse
        self._reading = reading
        self._spellings = {each.model: each for each in spellings}
        self._clock = clock
        self._statements = Statements()
        self._look()

    def _look(self) -> None:
        """Learn what the warehouse holds: shapes, quarantine, and the last page's number."""
        reading = self._reading
        with self._warehouse.cursor() as cursor:
            shapes = Shapes(cursor)
            self._quarantine = Quarantine(cursor, reading.source, reading.stream.name)
            held = in_inbox(cursor, reading, self._warehouse.entities)
            last = max((each.last for each in held.values()), default=0)
            self._next_page = last // SIGHTINGS_PER_PAGE + 1
            stored = stored_of(cursor, reading.source, self._warehouse.entities)
        self.rows = SightingRows(reading=reading, entities=self._warehouse.entities, shapes=shapes)
        self._stores: Mapping[type[Wire], PageStore] = {
            model: PageStore(
                spelling,
                self.rows,
                self._quarantine,
                self._clock,
                packs=not _fills_one_of(model, stored),
            )
            for model, spelling in self._spellings.items()
        }

    def packed(self, entity: type[Record], cursor: DuckDBPyConnection) -> Sequence[PackedStore]:
        """Where rows of the reading wait packed that become records of an entity."""
        stores = [each.packed for each in self._stores.values() if each.packed]
        tables = {each.table: each for each in stores if each.entity is entity}
        return [each for each in tables.values() if each.is_waiting(cursor)]

    def store(self, pages: Sequence[PageRead], done: Sequence[Slice]) -> Stored:
        """Store pages, their checkpoints and the ends of slices: all, or nothing."""
        try:
            return self._store(pages, done, quickly=True)
        except duckdb.Error:
            # Should the quick way ever fail, the slow one decides.
            self._look()
            return self._store(pages, done, quickly=False)

    def retry(self, writer: DuckDBPyConnection) -> int:
        """Take in rows from quarantine that are sound under today's models; how many records.

        What a reading that gives all has not given is gone, and with it what was wrong there. Of a
        slice that is read once, all rows come again as soon as they are read in another way.
        """
        reading = self._reading
        if reading.gives_all:
            self._quarantine.forget(writer, reading.started_at)
        if reading.gives_all or reading.stream.once:
            return 0
        models = {model.__name__: model for model in self._spellings}
        sightings: list[Sighting] = []
        sound: list[Waiting] = []
        for waiting in self._quarantine.waiting(writer, reading.started_at):
            model = models.get(waiting.model)
            found = self._stores[model].check_again(waiting.row) if model else ()
            if found:
                sightings += found
                sound.append(waiting)
        self.rows.insert(writer, [(RETRIED, each) for each in sightings])
        self._quarantine.release_tried(writer, sound)
        return len(sightings)

    def _store(self, pages: Sequence[PageRead], done: Sequence[Slice], *, quickly: bool) -> Stored:
        by_model: dict[type[Wire], list[NumberedPage]] = {}
        records = [each for each in pages if not each.slice.lists_ids]
        for number, each in enumerate(records, start=self._next_page):
            by_model.setdefault(self._model_of(each.page), []).append((number, each.page))
        self._next_page += len(records)
        total = Stored()
        with self._warehouse.transaction() as writer:
            for model, numbered in by_model.items():
                stored = self._stores[model].store(writer, numbered, quickly=quickly)
                total.read += stored.read
                total.quarantined += stored.quarantined
                total.replaced += stored.replaced
            self._note_replaced(writer, total.replaced)
            self._note_listed(writer, [each.page for each in pages if each.slice.lists_ids])
            self._advance(writer, pages, done, total)
        return total

    def _model_of(self, page: Page) -> type[Wire]:
        wanted = page.of or self._reading.stream.models[0]
        for model in self._spellings:
            if model is wanted:
                return model
        names = ", ".join(each.__name__ for each in self._spellings)
        raise PluginError(
            f"a page of stream {self._reading.stream.name} is of {wanted.__name__}",
            where=self._reading.source,
            legal=f"one of the models that @reads names: {names}",
            todo="tell the author of the connector",
        )

    def _note_listed(self, writer: DuckDBPyConnection, pages: Sequence[Page]) -> None:
        if pages:
            [spelling] = self._spellings.values()
            IdList(self._reading, spelling).store(writer, pages)

    def _note_replaced(self, writer: DuckDBPyConnection, parents: Sequence[str]) -> None:
        if parents:
            writer.execute(
                "INSERT INTO state.replaced SELECT $source, $stream, unnest($parents::VARCHAR[])",
                {**self._reading.key, "parents": parents},
            )

    def _advance(
        self,
        writer: DuckDBPyConnection,
        pages: Sequence[PageRead],
        done: Sequence[Slice],
        total: Stored,
    ) -> None:
        checkpoints = dict.fromkeys([each.slice.position for each in pages])
        checkpoints |= dict.fromkeys([each.position for each in done])
        for each in pages:
            if each.page.checkpoint is not None:
                checkpoints[each.slice.position] = json.dumps(each.page.checkpoint)
        if not checkpoints:
            return
        ended = {each.position for each in done}
        others = [0] * (len(checkpoints) - 1)
        self._statements.execute(
            writer,
            _ADVANCE,
            {
                **self._reading.key,
                "positions": list(checkpoints),
                "checkpoints": list(checkpoints.values()),
                "done": [position in ended for position in checkpoints],
                # Only their sums over all slices are ever asked for.
                "read": [total.read, *others],
                "quarantined": [total.quarantined, *others],
            },
        )


def _fills_one_of(model: type[Wire], entities: Collection[str]) -> bool:
    """Whether items of a model become records of one of these entities."""
    entity = model.spread.entity if model.spread else None
    return bool(entity and issubclass(entity, Record) and entity.entity in entities)
