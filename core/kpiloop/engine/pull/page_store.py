"""Pages of one wire model on their way into the inbox: quickly where that is certain, or slowly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from duckdb import DuckDBPyConnection

from kpiloop.clock import Clock
from kpiloop.engine.pull.packed_store import PackedStore
from kpiloop.engine.pull.quarantine import Quarantine
from kpiloop.engine.pull.quick import SIGHTINGS_PER_PAGE, QuickPath, is_quick
from kpiloop.engine.pull.quick_store import NumberedPage, QuickStore
from kpiloop.engine.pull.rows import rows_of, weight_of
from kpiloop.engine.pull.sighting import Broken, Sighting
from kpiloop.engine.pull.sighting_rows import SightingRows
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.engine.pull.spread import SpreadPath
from kpiloop.engine.pull.spread_store import SpreadStore
from kpiloop.engine.pull.validation import Validator
from kpiloop.web_api.page import Page

_PART_BYTES = 2 << 20
"""How much the database takes apart at a time: more would cost memory and save nothing."""


@dataclass(slots=True)
class Stored:
    """How many records came with some pages, and whose children they replace."""

    read: int = 0
    quarantined: int = 0
    replaced: list[str] = field(default_factory=list[str])


class PageStore:
    """Where the pages of one wire model of a reading go."""

    def __init__(
        self,
        spelling: Spelling,
        rows: SightingRows,
        quarantine: Quarantine,
        clock: Clock,
        *,
        packs: bool = False,
    ) -> None:
        self._rows = rows
        self._quarantine = quarantine
        self._clock = clock
        self._model = spelling.model.__name__
        self._entity = spelling.entity.entity if spelling.entity else ""
        self._validator = Validator(spelling)
        self._quick = _quick_store(spelling, rows)
        spread = spelling.model.spread
        self.packed = PackedStore(SpreadPath(spread), rows) if spread else None
        """Where rows with items may wait; what is there from before is merged in any case."""
        self._packs = packs

    def store(
        self, writer: DuckDBPyConnection, pages: Sequence[NumberedPage], *, quickly: bool
    ) -> Stored:
        """Store pages as a part of a transaction."""
        stored = Stored()
        if not (quickly and self._quick):
            for number, page in pages:
                self._store_slowly(writer, number, page, stored)
            return stored
        for part in _parts(pages):
            # Which records are sound again, of those in quarantine, is seen in the inbox alone.
            packs = self._packs and not self._quarantine.holds(self._model)
            self._store_quickly((packs and self.packed) or self._quick, writer, part, stored)
        return stored

    def check_again(self, row: object) -> Sequence[Sighting]:
        """What a row from quarantine holds; nothing where it is still wrong."""
        rows = self._validator.check([row])
        return () if rows.broken else rows.sightings

    def _store_quickly(
        self,
        quick: QuickStore | SpreadStore,
        writer: DuckDBPyConnection,
        pages: Sequence[NumberedPage],
        stored: Stored,
    ) -> None:
        taken = quick.take_in(writer, pages)
        stored.read += taken.certain
        first = pages[0][0] * SIGHTINGS_PER_PAGE
        self._quarantine.release_stored(writer, self._model, self._entity, first)
        refused = {number for number, _ in taken.refused}
        for number, page in pages:
            if number in refused:
                self._store_slowly(writer, number, page, stored)
            else:
                self._store_doubtful(writer, number, page, taken.doubtful.get(number, ()), stored)

    def _store_slowly(
        self, writer: DuckDBPyConnection, number: int, page: Page, stored: Stored
    ) -> None:
        rows = self._validator.check(self._take_apart(page)[page.skip :])
        first = number * SIGHTINGS_PER_PAGE
        self._rows.insert(writer, list(enumerate(rows.sightings, start=first)))
        self._quarantine.release(writer, self._model, rows.sound_ids)
        self._set_aside(writer, page, rows.broken, stored)
        stored.read += rows.read

    def _store_doubtful(
        self,
        writer: DuckDBPyConnection,
        number: int,
        page: Page,
        places: Sequence[int],
        stored: Stored,
    ) -> None:
        """Let the wire model decide about the rows of a page that are left."""
        broken: Sequence[Broken] = ()
        if places:
            all_rows = self._take_apart(page)
            rows = self._validator.check([all_rows[place] for place in places])
            first = number * SIGHTINGS_PER_PAGE
            self._rows.insert(
                writer, [(first + places[each.place], each) for each in rows.sightings]
            )
            self._quarantine.release(writer, self._model, rows.sound_ids)
            stored.read += rows.read
            broken = rows.broken
        self._set_aside(writer, page, broken, stored)

    def _set_aside(
        self, writer: DuckDBPyConnection, page: Page, broken: Sequence[Broken], stored: Stored
    ) -> None:
        now = self._clock.now()
        self._quarantine.set_aside(writer, self._model, self._entity, broken, now)
        stored.quarantined += sum(each.count for each in broken)
        hidden = {each.record_id for each in broken}
        if hidden <= set(page.replaces):  # else a broken row may hide a child of any parent
            stored.replaced += [each for each in page.replaces if each not in hidden]

    def _take_apart(self, page: Page) -> Sequence[object]:
        reading = self._rows.reading
        return rows_of(page, source=reading.source, stream=reading.stream.name)


def _parts(pages: Sequence[NumberedPage]) -> Iterator[Sequence[NumberedPage]]:
    """The pages a few at a time; a page stays whole."""
    part: list[NumberedPage] = []
    size = 0
    for number, page in pages:
        part.append((number, page))
        size += weight_of(page)
        if size >= _PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _quick_store(spelling: Spelling, rows: SightingRows) -> QuickStore | SpreadStore | None:
    """The quick way for a wire model, where it has one."""
    if spelling.model.spread:
        return SpreadStore(SpreadPath(spelling.model.spread), rows)
    if spelling.entity and is_quick(spelling):
        return QuickStore(QuickPath(spelling), spelling.entity, rows)
    return None
