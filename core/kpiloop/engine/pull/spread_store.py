"""The quick way for rows with items at work: pages go in, what is doubtful is handed back."""

from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.quick import DOUBTFUL, SIGHTINGS_PER_PAGE
from kpiloop.engine.pull.quick_store import NumberedPage, Taken
from kpiloop.engine.pull.sighting import GIVES_LIFE
from kpiloop.engine.pull.sighting_rows import SightingRows
from kpiloop.engine.pull.spread import SpreadPath
from kpiloop.warehouse import sql
from kpiloop.warehouse.statements import Statements


class SpreadStore:
    """Puts pages of one wire model, whose items become records, into the inbox."""

    def __init__(self, path: SpreadPath, rows: SightingRows) -> None:
        self._path = path
        self._rows = rows
        self._statements = Statements()
        self._texts: dict[str, str] = {}

    def take_in(self, writer: DuckDBPyConnection, pages: Sequence[NumberedPage]) -> Taken:
        """Store the records of the certain rows of the pages."""
        taken = Taken()
        places: dict[str, list[NumberedPage]] = {}
        for number, page in pages:
            if page.body is None or page.is_csv or {*page.adds} != {*self._path.given}:
                taken.refused.append((number, page))
            else:
                places.setdefault(page.rows_at, []).append((number, page))
        for rows_at, group in places.items():
            self._insert(writer, rows_at, group, taken)
        return taken

    def _insert(
        self, writer: DuckDBPyConnection, rows_at: str, pages: Sequence[NumberedPage], taken: Taken
    ) -> None:
        if rows_at not in self._texts:
            self._texts[rows_at] = self._path.statement(rows_at)
        known = self._parameters(pages)
        about = {**self._rows.reading.key, **self._shapes(writer)}
        self._statements.execute(writer, self._texts[rows_at], {**known, **about})
        seen = self._judge(writer, [number for number, _ in pages], taken)
        without_rows = [each for each in pages if each[0] not in seen]
        if without_rows:
            query = self._path.refusals(rows_at)
            found = writer.execute(query, self._parameters(without_rows)).fetchall()
            refused = {number for (number,) in found}
            taken.refused += [each for each in without_rows if each[0] in refused]

    def _parameters(self, pages: Sequence[NumberedPage]) -> Mapping[str, object]:
        return {
            "pages": [page.body for _, page in pages],
            "numbers": [number for number, _ in pages],
            "skips": [page.skip for _, page in pages],
            **{key: [page.adds[key] for _, page in pages] for key in self._path.given},
        }

    def _shapes(self, writer: DuckDBPyConnection) -> Mapping[str, int]:
        entity = self._path.entity
        life = frozenset({GIVES_LIFE} if self._rows.answers_for(entity) else ())
        return {
            name: self._rows.shapes.number_of(writer, entity.entity, shape | life)
            for name, shape in self._path.shapes.items()
        }

    def _judge(
        self, writer: DuckDBPyConnection, numbers: Sequence[int], taken: Taken
    ) -> Sequence[int]:
        """Count what was stored, and take out what is doubtful; the pages that have rows."""
        mine = (
            f"FROM {sql.table('inbox', self._path.entity.entity)}"
            " WHERE source = $source AND stream = $stream AND sighting >= $first"
        )
        known = {**self._rows.reading.key, "first": min(numbers) * SIGHTINGS_PER_PAGE}
        counts = f"count(*), count(*) FILTER (shape = {DOUBTFUL})"
        query = f"SELECT sighting // {SIGHTINGS_PER_PAGE} AS page, {counts} {mine} GROUP BY page"
        rows = self._statements.execute(writer, query, known).fetchall()
        found = [each for each in rows if each[0] in numbers]
        taken.certain += sum(records for _, records, _ in found)
        if any(doubtful for *_, doubtful in found):
            self._take_out(writer, mine, known, taken)
        return [page for page, *_ in found]

    def _take_out(
        self, writer: DuckDBPyConnection, mine: str, known: Mapping[str, object], taken: Taken
    ) -> None:
        """Remove all records of rows that gave a doubtful one, and note where the rows stood."""
        doubtful = f"SELECT sighting {mine} AND shape = {DOUBTFUL}"
        places = writer.execute(
            f"DELETE {mine} AND sighting IN ({doubtful}) RETURNING sighting", known
        ).fetchall()
        taken.certain -= len(places)
        for (sighting,) in sorted({*places}):
            page, place = divmod(sighting, SIGHTINGS_PER_PAGE)
            taken.doubtful.setdefault(page, []).append(place)
