"""The quick way at work: pages go into the inbox, and what is doubtful is handed back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.csv_text import NotCsvError, parse_csv
from kpiloop.engine.pull.quick import DOUBTFUL, MISREAD, SIGHTINGS_PER_PAGE, QuickPath
from kpiloop.engine.pull.quick_csv import QuotedCsv
from kpiloop.engine.pull.sighting import GIVES_LIFE, TIME_OF_ROW, Shape
from kpiloop.engine.pull.sighting_rows import SightingRows
from kpiloop.engine.pull.spelling import Path
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql
from kpiloop.warehouse.statements import Statements
from kpiloop.web_api.page import Page

NumberedPage: TypeAlias = tuple[int, Page]
"""A page and its place in the order of reading."""


_LONGEST_PAGE = 16 << 20
"""Bytes; a longer page is stored piece by piece, so that memory stays within its limit."""


@dataclass(slots=True)
class Taken:
    """What became of some pages."""

    certain: int = 0
    """How many rows are in the inbox."""
    doubtful: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    """Page → the places of rows that the wire model is to look at."""
    refused: list[NumberedPage] = field(default_factory=list[NumberedPage])
    """Pages of which nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Pages that one statement can store."""

    rows_at: str
    fields: Shape
    pages: tuple[NumberedPage, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """The pages as a statement takes them."""
        return {
            "pages": [page.body for _, page in self.pages],
            "numbers": [number for number, _ in self.pages],
            "skips": [page.skip for _, page in self.pages],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _QuotedLike:
    """What pages of quoted CSV have in common that one statement can store."""

    columns: tuple[Path, ...]
    fields: Shape
    between: str
    is_plain: bool


def _as_json(page: Page) -> Page | None:
    """A page whose body the database can take apart; None where it has no such body."""
    if page.body is None or page.adds or len(page.body) > _LONGEST_PAGE:
        return None
    if not page.is_csv:
        return page
    try:
        table = parse_csv(page.body)
    except NotCsvError:  # the slow way says what is wrong
        return None
    return replace(page, body=table.as_json(), is_csv=False) if table.is_even else None


class QuickStore:
    """Puts pages of one wire model into its entity's inbox."""

    def __init__(self, path: QuickPath, entity: type[Record], rows: SightingRows) -> None:
        self._path = path
        self._rows = rows
        self._entity = entity
        self._statements = Statements()
        self._texts: dict[tuple[str, Shape], str] = {}
        self._quoted: dict[_QuotedLike, str] = {}

    def take_in(self, writer: DuckDBPyConnection, pages: Sequence[NumberedPage]) -> Taken:
        """Store the certain rows of the pages."""
        taken = Taken()
        stored = self._insert_quoted(writer, pages, taken)
        others = [each for each in pages if each[0] not in stored]
        for group in self._grouped(others, taken):
            for refused in self._insert(writer, group, taken):
                if not self._insert_with_fewer_fields(writer, group, refused, taken):
                    taken.refused.append(refused)
        return taken

    def _grouped(self, pages: Sequence[NumberedPage], taken: Taken) -> Sequence[_Group]:
        groups: dict[tuple[str, Shape], list[NumberedPage]] = {}
        for number, original in pages:
            page = _as_json(original)
            if page is None or page.body is None:
                taken.refused.append((number, original))
            else:
                key = (page.rows_at, self._path.fields_of(page.body))
                groups.setdefault(key, []).append((number, page))
        return [
            _Group(rows_at=rows_at, fields=fields, pages=tuple(group))
            for (rows_at, fields), group in groups.items()
        ]

    def _insert_with_fewer_fields(
        self, writer: DuckDBPyConnection, group: _Group, refused: NumberedPage, taken: Taken
    ) -> bool:
        fewer = self._path.without_absent(refused[1].body or b"")
        if fewer is None:
            return False
        alone = replace(group, fields=fewer, pages=(refused,))
        return not self._insert(writer, alone, taken)

    def _insert_quoted(
        self, writer: DuckDBPyConnection, pages: Sequence[NumberedPage], taken: Taken
    ) -> Collection[int]:
        """Store the pages of CSV whose values are all in quotes; which those are."""
        stored: set[int] = set()
        groups: dict[_QuotedLike, list[tuple[int, bytes]]] = {}
        for number, page in pages:
            table = QuotedCsv.of(page.body) if page.is_csv and page.body else None
            if table is None or len(table.text) > _LONGEST_PAGE:
                continue
            like = self._like(table)
            if "id" in like.fields:
                if table.text:
                    groups.setdefault(like, []).append((number, table.text))
                else:
                    stored.add(number)
        for like, group in groups.items():
            stored.update(self._insert_like(writer, like, group, taken))
        return stored

    def _like(self, table: QuotedCsv) -> _QuotedLike:
        paths = self._path.spelling.paths
        return _QuotedLike(
            columns=table.columns,
            fields=frozenset(name for name, path in paths.items() if path in table.columns),
            between=table.between,
            is_plain=table.is_plain,
        )

    def _insert_like(
        self,
        writer: DuckDBPyConnection,
        like: _QuotedLike,
        pages: Sequence[tuple[int, bytes]],
        taken: Taken,
    ) -> Collection[int]:
        """Store pages of quoted CSV that are alike; those that have been."""
        if like not in self._quoted:
            self._quoted[like] = self._path.csv_statement(
                like.columns, like.fields, is_plain=like.is_plain
            )
        numbers, texts = zip(*pages, strict=True)
        known = {"pages": texts, "numbers": numbers, "between": like.between}
        self._run(writer, self._quoted[like], like.fields, known)
        return self._judge(writer, numbers, taken)

    def _insert(
        self, writer: DuckDBPyConnection, group: _Group, taken: Taken
    ) -> Sequence[NumberedPage]:
        """Store the certain rows; the pages that lack some of the fields, or are broken."""
        self._run(writer, self._statement(group), group.fields, group.parameters)
        seen = self._judge(writer, [number for number, _ in group.pages], taken)
        return self._refused(writer, group, [each for each in group.pages if each[0] not in seen])

    def _run(
        self, writer: DuckDBPyConnection, text: str, fields: Shape, known: Mapping[str, object]
    ) -> None:
        """Run a statement that stores rows with these fields."""
        shape = fields.intersection(self._entity.model_fields)
        if self._path.spelling.deleted or self._rows.answers_for(self._entity):
            shape |= {GIVES_LIFE}
        if self._path.spelling.of_row:
            shape |= {TIME_OF_ROW}
        number = self._rows.shapes.number_of(writer, self._entity.entity, shape)
        self._statements.execute(writer, text, {**known, **self._rows.reading.key, "shape": number})

    def _statement(self, group: _Group) -> str:
        key = (group.rows_at, group.fields)
        if key not in self._texts:
            self._texts[key] = self._path.statement(*key)
        return self._texts[key]

    def _judge(
        self, writer: DuckDBPyConnection, numbers: Sequence[int], taken: Taken
    ) -> Sequence[int]:
        """Count what was stored, and take out what is doubtful; the pages that have rows."""
        inbox = sql.table("inbox", self._entity.entity)
        mine = f"FROM {inbox} WHERE source = $source AND stream = $stream AND sighting >= $first"
        known = {**self._rows.reading.key, "first": min(numbers) * SIGHTINGS_PER_PAGE}
        found = self._statements.execute(
            writer,
            f"SELECT sighting // {SIGHTINGS_PER_PAGE} AS page, count(*),"
            f" count(*) FILTER (shape = {DOUBTFUL}), bool_or(shape = {MISREAD})"
            f" {mine} GROUP BY page",
            known,
        ).fetchall()
        misread = [page for page, *_, is_misread in found if is_misread]
        for page in misread:
            page_of = f"sighting // {SIGHTINGS_PER_PAGE} = $page"
            writer.execute(f"DELETE {mine} AND {page_of}", {**known, "page": page})
        found = [each for each in found if each[0] in numbers and each[0] not in misread]
        taken.certain += sum(rows - doubtful for _, rows, doubtful, _ in found)
        if any(doubtful for _, _, doubtful, _ in found):
            self._take_out(writer, mine, known, taken)
        return [page for page, *_ in found]

    def _take_out(
        self, writer: DuckDBPyConnection, mine: str, known: Mapping[str, object], taken: Taken
    ) -> None:
        """Remove the doubtful rows again, and note where in their pages they stood."""
        places = writer.execute(
            f"DELETE {mine} AND shape = {DOUBTFUL} RETURNING sighting", known
        ).fetchall()
        for (sighting,) in sorted(places):
            page, place = divmod(sighting, SIGHTINGS_PER_PAGE)
            taken.doubtful.setdefault(page, []).append(place)

    def _refused(
        self, writer: DuckDBPyConnection, group: _Group, without_rows: Sequence[NumberedPage]
    ) -> Sequence[NumberedPage]:
        """Of the pages that gave no rows, those that are not simply empty."""
        if not without_rows:
            return ()
        asked = replace(group, pages=tuple(without_rows))
        query = self._path.refusals(group.rows_at, group.fields)
        numbers = {number for (number,) in writer.execute(query, asked.parameters).fetchall()}
        return [each for each in without_rows if each[0] in numbers]
