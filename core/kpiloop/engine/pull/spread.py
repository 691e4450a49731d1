"""The quick way for rows with a list of items, of which each becomes a record: its statements.

The wire model says in a `Spread` what its `records` does. A row is certain where all texts in it
are of forms for which both are known to give exactly the same. Of a key that stands twice in one
object, which no vendor sends, the first counts here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from kpiloop.engine.pull.quick import (
    CERTAIN,
    DOUBTFUL,
    MARK,
    SIGHTINGS_PER_PAGE,
    are_plain,
    row_structure,
    structure,
    text_of,
    value_of_text,
)
from kpiloop.engine.pull.sighting import Shape
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.terms import ItemKey, Key, Spread, Term, keys_of, leaves_of
from kpiloop.warehouse import sql

_BETWEEN = sql.text("\x02")
"""Stands between the values that tell two items apart."""


class SpreadPath:
    """How the rows of one wire model, and their items, get from pages into the inbox."""

    def __init__(self, spread: Spread) -> None:
        if not issubclass(spread.entity, Record):
            raise TypeError(f"{spread.entity.__name__} is no entity of the common schema")
        self.entity: type[Record] = spread.entity
        self.given = spread.given
        self._spread = spread
        self._records = (*spread.alone, spread.each)
        self._kinds = columns_of(self.entity)
        self._columns = sorted({name for each in self._records for name in each})
        leaves = {
            leaf for each in self._records for term in each.values() for leaf in leaves_of(term)
        }
        keys = {leaf.name for leaf in leaves if isinstance(leaf, Key)}
        self._row_keys = sorted(keys - {*self.given})
        of_items = {leaf.name for leaf in leaves if isinstance(leaf, ItemKey)}
        self._item_keys = sorted(of_items | {*spread.plain, *spread.free})
        self._common = {
            name: term
            for name, term in spread.each.items()
            if isinstance(term, Key) and all(each.get(name) == term for each in spread.alone)
        }
        typed = {key.name: f"(?:{CERTAIN[kind]})?" for key, kind in self._typed(ItemKey)}
        self._forms: Mapping[str, str] = {**typed, **spread.plain}

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Which fields sightings give, by the name of the parameter that stands for it."""
        return {f"shape{place}": frozenset(each) for place, each in enumerate(self._records)}

    def statement(self, rows_at: str) -> str:
        """The statement that puts pages into the inbox, every row with its records.

        Its parameters: pages, their numbers, how many rows they skip, what they give, shapes,
        source and stream. The records of rows that are not certain get the shape DOUBTFUL.
        """
        columns = sql.names([*self._columns, "source", "stream", "sighting", "shape"])
        values = ", ".join(
            self._value(self._kinds[name], self._common[name])
            if name in self._common
            else f"record.{sql.name(name)}"
            for name in self._columns
        )
        certain = " AND ".join(dict.fromkeys(self._conditions()))
        return (
            f"INSERT INTO {sql.table('inbox', self.entity.entity)} ({columns})"
            f" SELECT {values}, $source, $stream, page * {SIGHTINGS_PER_PAGE} + place,"
            f" CASE WHEN certain THEN record.shape ELSE {DOUBTFUL} END FROM"
            # Beside `unnest`, all would be computed once for each record.
            f" (SELECT * EXCLUDE records, unnest({self._shown()}) AS record FROM"
            f" (SELECT * EXCLUDE items, {certain} AS certain, {self._list()} AS records"
            f" FROM ({self._rows(rows_at)})))"
        )

    def refusals(self, rows_at: str) -> str:
        """The query for the numbers of pages that are broken."""
        return f"SELECT page FROM ({self._pages(rows_at)}) WHERE rows IS NULL"

    def _rows(self, rows_at: str) -> str:
        """Rows of pages, each text a column: functions that go through items copy what they use."""
        texts = "".join(f", row.{sql.name(key)} AS {sql.name(key)}" for key in self._row_keys)
        given = "".join(f", {sql.name(key)}" for key in self.given)
        return (
            f"SELECT page, place{given}{texts}, row.{sql.name(self._spread.items)} AS items"
            " FROM (SELECT * EXCLUDE rows, unnest(rows) AS row, unnest(range(len(rows))) AS place"
            f" FROM ({self._pages(rows_at)})) WHERE place >= skip"
        )

    def _pages(self, rows_at: str) -> str:
        """Pages by number, each with the list of its rows; a key that is absent has no value."""
        place = "".join(f".{sql.name(key)}" for key in rows_at.split(".") if key)
        items = [row_structure((key,) for key in self._item_keys)]
        row = {**dict.fromkeys(self._row_keys, "VARCHAR"), self._spread.items: items}
        shape = sql.text(json.dumps(structure(rows_at, row)))
        given = "".join(f", unnest(${key}::VARCHAR[]) AS {sql.name(key)}" for key in self.given)
        return (
            f"SELECT * EXCLUDE body, (TRY(from_json(TRY(decode(body)), {shape}))){place} AS rows"
            " FROM (SELECT unnest($pages::BLOB[]) AS body, unnest($numbers::BIGINT[]) AS page,"
            f" unnest($skips::BIGINT[]) AS skip{given})"
        )

    def _shown(self) -> str:
        """The records of a row: a doubtful one without any is seen by one without values."""
        if self._spread.alone:
            return "records"
        return "CASE WHEN certain OR len(records) > 0 THEN records ELSE [NULL] END"

    def _list(self) -> str:
        """The list of a row's records."""
        *alone, each = (
            self._record(terms, shape)
            for shape, terms in zip(self.shapes, self._records, strict=True)
        )
        of_items = f"list_transform(items, lambda item: {each})"
        return f"list_concat([{', '.join(alone)}], {of_items})"

    def _record(self, terms: Mapping[str, Term], shape: str) -> str:
        values = "".join(
            f"{sql.text(name)}: {self._value(self._kinds[name], terms.get(name))}, "
            for name in self._columns
            if name not in self._common
        )
        return f"{{{values}'shape': ${shape}::BIGINT}}"

    def _value(self, kind: Kind, term: Term | None) -> str:
        if term is None:
            return f"NULL::{sql.TYPES[kind]}"
        return value_of_text(text_of(term, self._place), kind)

    def _place(self, key: Key | ItemKey) -> str:
        if isinstance(key, ItemKey):
            return f"item.{sql.name(key.name)}"
        return sql.name(key.name)

    def _conditions(self) -> Iterator[str]:
        """What must hold so that all values of a row and its items are certain."""
        places = [self._place(Key(key)) for key in (*self._row_keys, *self.given)]
        of_items = self._told(key for key in self._item_keys if key not in self._forms)
        joined = f"concat({MARK}, concat_ws({MARK}, {', '.join(places)}), {of_items}, {MARK})"
        yield "items IS NOT NULL"
        for terms in self._records:
            yield from (f"{self._place(Key(key))} <> ''" for key in keys_of(terms["id"]))
        for key, kind in self._typed(Key):
            form = sql.text(f"(?:{CERTAIN[kind]})?")
            yield f"regexp_full_match(coalesce({self._place(key)}, ''), {form})"
        yield from are_plain(joined)
        forms = "".join(rf"\x01(?:{form})" for form in self._forms.values())
        yield f"regexp_full_match({self._told(self._forms)}, {sql.text(f'(?:{forms})*')})"
        if self._spread.apart:
            names = f", {_BETWEEN}, ".join(self._place(ItemKey(key)) for key in self._spread.apart)
            yield (f"list_unique(list_transform(items, lambda item: concat({names}))) = len(items)")

    def _typed(self, of: type[Key | ItemKey]) -> Iterator[tuple[Key | ItemKey, Kind]]:
        """The keys that become something else than text."""
        for terms in self._records:
            for name, term in terms.items():
                if self._kinds[name] is not Kind.TEXT and isinstance(term, of):
                    yield term, self._kinds[name]

    def _told(self, keys: Iterable[str]) -> str:
        """The texts of all items under these keys, one after the other, a mark before each."""
        marked = "".join(f", {MARK}, {self._place(ItemKey(key))}" for key in keys)
        each = f"lambda item: concat(''{marked})"
        return f"array_to_string(list_transform(items, {each}), '')"
