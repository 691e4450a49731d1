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

    _records = "count(*)"
    """How many records some rows of the table stand for."""
    _is_doubtful = f"shape = {DOUBTFUL}"

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

    @property
    def _table(self) -> str:
        return sql.table("inbox", self._path.entity.entity)

    def _statement(self, rows_at: str) -> str:
        return self._path.statement(rows_at)

    def _prepare(self, writer: DuckDBPyConnection) -> Mapping[str, object]:
        """Make ready for the statement; its parameters that no page tells."""
        return {**self._rows.reading.key, **self.shapes(writer)}

    def shapes(self, writer: DuckDBPyConnection) -> Mapping[str, int]:
        """The numbers of the shapes that sightings have, by the parameter that stands for each."""
        entity = self._path.entity
        life = frozenset({GIVES_LIFE} if self._rows.answers_for(entity) else ())
        return {
            name: self._rows.shapes.number_of(writer, entity.entity, shape | life)
            for name, shape in self._path.shapes.items()
        }

    def _insert(
        self, writer: DuckDBPyConnection, rows_at: str, pages: Sequence[NumberedPage], taken: Taken
    ) -> None:
        if rows_at not in self._texts:
            self._texts[rows_at] = self._statement(rows_at)
        known = {**self._parameters(pages), **self._prepare(writer)}
        self._statements.execute(writer, self._texts[rows_at], known)
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

    def _judge(
        self, writer: DuckDBPyConnection, numbers: Sequence[int], taken: Taken
    ) -> Sequence[int]:
        """Count what was stored, and take out what is doubtful; the pages that have rows."""
        mine = f"FROM {self._table} WHERE source = $source AND stream = $stream"
        mine += " AND sighting >= $first"
        known = {**self._rows.reading.key, "first": min(numbers) * SIGHTINGS_PER_PAGE}
        query = (
            f"SELECT sighting // {SIGHTINGS_PER_PAGE} AS page, ({self._records})::BIGINT,"
            f" count(*) FILTER ({self._is_doubtful}) {mine} GROUP BY page"
        )
        found = self._statements.execute(writer, query, known).fetchall()
        left = found
        if any(doubtful for page, _, doubtful in found if page in numbers):
            self._take_out(writer, mine, known, taken)
            left = self._statements.execute(writer, query, known).fetchall()
        taken.certain += sum(records for page, records, _ in left if page in numbers)
        return [page for page, *_ in found]

    def _take_out(
        self, writer: DuckDBPyConnection, mine: str, known: Mapping[str, object], taken: Taken
    ) -> None:
        """Remove all records of rows that gave a doubtful one, and note where the rows stood."""
        doubtful = f"SELECT sighting {mine} AND {self._is_doubtful}"
        places = writer.execute(
            f"DELETE {mine} AND sighting IN ({doubtful}) RETURNING sighting", known
        ).fetchall()
        for (sighting,) in sorted({*places}):
            page, place = divmod(sighting, SIGHTINGS_PER_PAGE)
            taken.doubtful.setdefault(page, []).append(place)
