"""The quick way for rows with a list of items, of which each becomes a record: its statements.

The wire model says in a `Spread` what its `records` does. A row is certain where all texts in it
are of forms for which both are known to give exactly the same. Of a key that stands twice in one
object, which no vendor sends, the first counts here.

What a row says once is computed once, before its items are spread; then each value is computed for
all items of all rows at a time, which costs a third of what it costs within lists.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from kpiloop.engine.pull.packed import packed_table
from kpiloop.engine.pull.quick import (
    CERTAIN,
    DOUBTFUL,
    MARK,
    SIGHTINGS_PER_PAGE,
    are_plain,
    structure,
    text_of,
    value_of_text,
)
from kpiloop.engine.pull.quick_texts import PlainTexts
from kpiloop.engine.pull.sighting import Shape
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.terms import ItemKey, Joined, Key, Spread, Term, Word, keys_of, leaves_of
from kpiloop.warehouse import sql

_BETWEEN = sql.text("\x02")
"""Stands between the values that tell two items apart."""

# A text that begins so is stored as it stands: nothing of JSON that is no text begins so.
_BY_LETTER = r"(?:[A-HJ-MO-Za-eg-mo-su-z][^\x00\x01]*)?"


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
        typed = {key.name: f"(?:{CERTAIN[kind]})?" for key, kind in self._typed(ItemKey)}
        self._forms: Mapping[str, str] = {**typed, **spread.plain}
        self._free = [key for key in self._item_keys if key not in self._forms]
        self._of_row: dict[str, str] = {}
        self._values = {name: self._value_of_records(name) for name in self._columns}

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Which fields sightings give, by the name of the parameter that stands for it."""
        return {f"shape{place}": frozenset(each) for place, each in enumerate(self._records)}

    def statement(self, rows_at: str) -> str:
        """The statement that puts pages into the inbox, every row with its records.

        Its parameters: pages, their numbers, how many rows they skip, what they give, shapes,
        source and stream. The records of rows that are not certain, and of items that are not,
        get the shape DOUBTFUL; then all records of the row are doubtful.
        """
        return self.insertion(self._records_of(self._rows(rows_at), self._certain, self._shape()))

    @cached_property
    def packed_table(self) -> str:
        """The table in which rows wait packed: another one where they are judged otherwise."""
        whole = self.packing("") + self._unpacking("", range(len(self._records)))
        return packed_table(self.entity.entity, hashlib.sha256(whole.encode()).hexdigest()[:16])

    def making(self) -> str:
        """The statement that makes the table of packed rows, if it is missing."""
        item = _struct(dict.fromkeys(self._item_keys, "VARCHAR"))
        texts = dict.fromkeys(self._row_keys, "VARCHAR")
        row = _struct({**texts, self._spread.items: f"{item}[]"})
        given = "".join(f", {name} VARCHAR" for name in self._given_columns.values())
        return (
            f"CREATE TABLE IF NOT EXISTS {sql.table('packed', self.packed_table)} (source VARCHAR,"
            f" stream VARCHAR, sighting BIGINT, records BIGINT, row {row}{given})"
        )

    def packing(self, rows_at: str) -> str:
        """The query for rows to be packed, with how many records each becomes; doubtful: NULL.

        Its parameters: pages, their numbers, how many rows they skip, what they give, source and
        stream.
        """
        items = f"list_transform(items, lambda item: coalesce({self._item_is_certain()}, false))"
        certain = f"is_given AND {self._certain} AND NOT list_contains({items}, false)"
        given = "".join(f", {sql.name(key)}" for key in self.given)
        return (
            f"SELECT $source, $stream, page * {SIGHTINGS_PER_PAGE} + place,"
            f" CASE WHEN {certain} THEN len(items) + {len(self._spread.alone)} END, row{given}"
            f" FROM ({self._rows(rows_at, more=', row')})"
        )

    def unpacking(self, shapes: Sequence[int]) -> str:
        """The query for the records of the packed rows of a source and stream."""
        return self._unpacking(self.packed_table, shapes)

    def _unpacking(self, table: str, shapes: Sequence[int]) -> str:
        given = "".join(f", {name} AS {sql.name(key)}" for key, name in self._given_columns.items())
        rows = (
            f"SELECT sighting // {SIGHTINGS_PER_PAGE} AS page,"
            f" sighting % {SIGHTINGS_PER_PAGE} AS place, true AS is_given{given}{self._texts}"
            f" FROM {sql.table('packed', table)}"
            " WHERE source = $source AND stream = $stream"
        )
        *alone, each = shapes
        whens = "".join(f" WHEN {place} THEN {shape}" for place, shape in enumerate(alone, 1))
        shape = f"CASE which{whens} ELSE {each} END" if alone else str(each)
        return self._records_of(rows, "true", shape)

    def insertion(self, records: str) -> str:
        """The statement that puts what a query gives into the inbox."""
        inbox = sql.table("inbox", self.entity.entity)
        columns = [*self._columns, "source", "stream", "sighting", "shape"]
        return f"INSERT INTO {inbox} ({sql.names(columns)}) {records}"

    def _records_of(self, rows: str, certain: str, shape: str) -> str:
        values = ", ".join(f"{self._values[name]} AS {sql.name(name)}" for name in self._columns)
        return (
            f"SELECT {values}, $source AS source, $stream AS stream,"
            f" page * {SIGHTINGS_PER_PAGE} + place AS sighting, {shape} AS shape"
            f" FROM ({self._items(rows, certain)})"
        )

    def refusals(self, rows_at: str) -> str:
        """The query for the numbers of pages that are broken."""
        return f"SELECT page FROM ({self._pages(rows_at)}) WHERE rows IS NULL"

    def _items(self, rows: str, certain: str) -> str:
        """The items of all rows, `which` telling the record that each becomes."""
        alone = ", ".join("NULL" for _ in self._spread.alone)
        items = f"list_concat([{alone}], items)"
        if not alone:  # a doubtful row without any is seen by one without values
            items = "CASE WHEN certain OR len(items) > 0 THEN items ELSE [NULL] END"
        values = "".join(f", {value} AS {name}" for value, name in self._of_row.items())
        return (
            "SELECT * EXCLUDE items, unnest(items) AS item,"
            " unnest(range(1, len(items) + 1)) AS which FROM"
            f" (SELECT * REPLACE ({items} AS items) FROM"
            f" (SELECT page, place, items, is_given AND {certain} AS certain{values}"
            f" FROM ({rows})))"
        )

    @cached_property
    def _certain(self) -> str:
        """What must hold so that all of a row but its items is certain."""
        return " AND ".join(self._conditions(self._row_keys, self._of_rows()))

    @property
    def _given_columns(self) -> Mapping[str, str]:
        """What packed rows call that which pages give: no key is called so by a vendor."""
        return {key: f"given{place}" for place, key in enumerate(self.given)}

    @property
    def _texts(self) -> str:
        """The texts of a row, and its items."""
        texts = "".join(f", row.{sql.name(key)} AS {sql.name(key)}" for key in self._row_keys)
        return f"{texts}, row.{sql.name(self._spread.items)} AS items"

    def _rows(self, rows_at: str, more: str = "") -> str:
        """Rows of pages, each text a column: functions that go through items copy what they use."""
        given = "".join(f", {sql.name(key)}" for key in self.given)
        return (
            f"SELECT page, place, is_given{given}{self._texts}{more}"
            " FROM (SELECT * EXCLUDE rows, unnest(rows) AS row, unnest(range(len(rows))) AS place"
            f" FROM ({self._pages(rows_at)})) WHERE place >= skip"
        )

    def _pages(self, rows_at: str) -> str:
        """Pages by number, each with the list of its rows; a key that is absent has no value."""
        place = "".join(f".{sql.name(key)}" for key in rows_at.split(".") if key)
        items = [PlainTexts().structure((key,) for key in self._item_keys)]
        row = {**dict.fromkeys(self._row_keys, "VARCHAR"), self._spread.items: items}
        shape = sql.text(json.dumps(structure(rows_at, row)))
        given = "".join(f", unnest(${key}::VARCHAR[]) AS {sql.name(key)}" for key in self.given)
        certain = " AND ".join(self._conditions(self.given, ())) if self.given else "true"
        return (
            f"SELECT * EXCLUDE body, {certain} AS is_given,"
            f" (TRY(from_json(TRY(decode(body)), {shape}))){place} AS rows"
            " FROM (SELECT unnest($pages::BLOB[]) AS body, unnest($numbers::BIGINT[]) AS page,"
            f" unnest($skips::BIGINT[]) AS skip{given})"
        )

    def _shape(self) -> str:
        """The shape of each record: by `which`, or DOUBTFUL."""
        *alone, each = self.shapes
        whens = " ".join(
            f"WHEN which = {place} THEN ${name}" for place, name in enumerate(alone, 1)
        )
        return (
            f"CASE WHEN NOT coalesce(certain, false) THEN {DOUBTFUL} {whens}"
            f" WHEN {self._item_is_certain()} THEN ${each} ELSE {DOUBTFUL} END"
        )

    def _item_is_certain(self) -> str:
        """Whether all texts of an item are of forms that are known."""
        form = "".join(rf"\x01(?:{form})" for form in self._forms.values())
        formed = f"regexp_full_match({self._told(self._forms)}, {sql.text(form)})"
        plain = are_plain(f"concat({self._told(self._free)}, {MARK})")
        letters = form + rf"\x01{_BY_LETTER}" * len(self._free)
        told = self._told([*self._forms, *self._free])
        is_usual = f"regexp_full_match({told}, {sql.text(letters)})"
        # The second question costs much more: it is asked only where the first is denied.
        return f"CASE WHEN {is_usual} THEN true ELSE {' AND '.join([formed, *plain])} END"

    def _told(self, keys: Iterable[str]) -> str:
        """The texts of an item under these keys, a mark before each."""
        marked = "".join(f", {MARK}, {_place(ItemKey(key))}" for key in keys)
        return f"concat(''{marked})"

    def _value_of_records(self, name: str) -> str:
        """A field of all records: each value once, where several have the same."""
        values = [self._value(self._kinds[name], each.get(name)) for each in self._records]
        if len({*values}) == 1:
            return values[0]
        *alone, each = values
        whens = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(alone, 1))
        return f"CASE which {whens} ELSE {each} END"

    def _value(self, kind: Kind, term: Term | None) -> str:
        if term is None:
            return f"NULL::{sql.TYPES[kind]}"
        if not any(isinstance(leaf, ItemKey) for leaf in leaves_of(term)):
            return self._once(value_of_text(text_of(term, _place), kind))
        if isinstance(term, Joined) and all(map(self._has_text, term.parts)):
            return self._joined(term.parts)
        return value_of_text(text_of(term, _place), kind)

    def _joined(self, parts: Sequence[Key | ItemKey | Word]) -> str:
        """Texts of which none is empty, with colons between them."""
        first = next(at for at, part in enumerate(parts) if isinstance(part, ItemKey))
        before = [text_of(part, _place) for part in parts[:first]]
        pieces = [text_of(part, _place) for part in parts[first:]]
        if before:
            pieces.insert(0, self._once(f"concat_ws(':', {', '.join(before)})"))
        return f"concat_ws(':', {', '.join(pieces)})"

    def _has_text(self, part: Key | ItemKey | Word) -> bool:
        """Whether a part has a text in every certain row."""
        match part:
            case Word(text):
                return bool(text)
            case Key(name):
                return any(name in keys_of(terms["id"]) for terms in self._records)
            case ItemKey(name):
                return name in self._forms and not re.fullmatch(self._forms[name], "")

    def _once(self, value: str) -> str:
        """The column in which a value of the row stands before its items are spread."""
        return self._of_row.setdefault(value, f"of_row{len(self._of_row)}")

    def _of_rows(self) -> Iterator[str]:
        """What must hold for a row beside its texts' forms."""
        yield "items IS NOT NULL"
        for terms in self._records:
            yield from (f"{_place(Key(key))} <> ''" for key in keys_of(terms["id"]))
        if self._spread.apart:
            names = f", {_BETWEEN}, ".join(_place(ItemKey(key)) for key in self._spread.apart)
            listed = f"list_transform(items, lambda item: concat({names}))"
            yield f"(len(items) < 2 OR list_unique({listed}) = len(items))"

    def _conditions(self, keys: Sequence[str], more: Iterable[str]) -> Iterable[str]:
        """What must hold so that values under some keys of a row are certain."""
        typed = [
            f"regexp_full_match(coalesce({_place(key)}, ''), {sql.text(f'(?:{CERTAIN[kind]})?')})"
            for key, kind in self._typed(Key)
            if key.name in keys
        ]
        places = ", ".join(_place(Key(key)) for key in keys)
        plain = are_plain(f"concat({MARK}, concat_ws({MARK}, {places}), {MARK})")
        return dict.fromkeys([*more, *typed, *plain])

    def _typed(self, of: type[Key | ItemKey]) -> Iterator[tuple[Key | ItemKey, Kind]]:
        """The keys that become something else than text."""
        for terms in self._records:
            for name, term in terms.items():
                if self._kinds[name] is not Kind.TEXT and isinstance(term, of):
                    yield term, self._kinds[name]


def _place(key: Key | ItemKey) -> str:
    if isinstance(key, ItemKey):
        return f"item.{sql.name(key.name)}"
    return sql.name(key.name)


def _struct(fields: Mapping[str, str]) -> str:
    return f"STRUCT({', '.join(f'{sql.name(key)} {kind}' for key, kind in fields.items())})"
