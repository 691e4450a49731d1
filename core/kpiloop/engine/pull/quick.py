"""The quick way from a page's bytes into the inbox: no Python object is made for a row.

The page is taken apart by the database, as texts. A row goes in only where every text is of a form
for which the wire model is known to give exactly the same value; each other row goes the slow way,
through the model, which is the authority. Which is which is told by two patterns per row. A wire
model can be read quickly if it is an entity, all its fields have the schema's own types, and it
adds no rules of its own.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from pydantic import BaseModel

from kpiloop.engine.pull.false_values import is_flag
from kpiloop.engine.pull.quick_csv import lines_of
from kpiloop.engine.pull.quick_texts import MOST_KEYS, PlainTexts, Texts, TextsWithFalse
from kpiloop.engine.pull.sighting import Shape
from kpiloop.engine.pull.spelling import Path, Spelling
from kpiloop.schema import fields as schema
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Deleted, Modified, Wire, columns_of, kind_of
from kpiloop.schema.terms import FirstOf, IsWord, ItemKey, Joined, Key, Term, Word
from kpiloop.warehouse import sql

SIGHTINGS_PER_PAGE = 1 << 24
"""Sightings are numbered by page and place, so that later ones have higher numbers."""

DOUBTFUL = 0
"""The shape of rows that are not certain, until they are taken out again."""

MISREAD = -1
"""The shape of lines of CSV that show that their page was not taken apart rightly."""

MARK = sql.text("\x01")
"""Stands between the values of a row while the patterns look at them."""

# What may not have been a text, or is not stored as it stands: white space at the beginning,
# objects and lists, true and false, numbers with a fraction or an exponent, NaN and infinity.
# A whole number is the same text whether it was quoted or not.
_DOUBTFUL_TEXT = (
    r"\x01(?:[\x02-\x20\x7f-\x{bf}\x{1680}\x{2000}-\x{206f}\x{3000}\[{]|true\x01|false\x01"
    r"|-?[0-9]+(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)\x01"
    r"|-?[nN][aA][nN]\x01|-?[iI][nN][fF])"
)
_LONGEST = 4_000
"""Characters; Python refuses to turn longer whole numbers into text."""

_DAY = (
    r"(?:199\d|20\d\d)-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_TIME = r"[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3}|\.\d{6})?(?:Z|\+00:?00)?"
CERTAIN: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.WHOLE: r"-?\d{1,18}",
        Kind.NUMBER: r"-?\d{1,13}(?:\.\d{1,6})?",
        Kind.MONEY: r"-?\d{1,13}(?:\.\d{1,4})?",
        Kind.RATE: r"-?\d{1,12}(?:\.\d{1,12})?",
        Kind.FLAG: "true|false",
        Kind.INSTANT: _DAY + _TIME,
        Kind.DAY: _DAY,
    }
)
"""The texts of each kind that mean the same to the database and to the schema."""


class _OwnTypes(BaseModel):
    """A field of each of the schema's own types."""

    id: schema.Id
    text: schema.Text = None
    whole: schema.Whole = None
    number: schema.Number = None
    money: schema.Money = None
    rate: schema.Rate = None
    flag: schema.Flag = None
    instant: schema.Instant = None
    day: schema.Day = None


def is_quick(spelling: Spelling) -> bool:
    """Whether rows of a wire model can be read without the model."""
    return (
        spelling.is_itself
        and not spelling.model.omits_nulls
        and not spelling.has_choices
        and _adds_no_rules(spelling.reader)
        and all(_is_own(spelling, name) for name in spelling.paths)
        and _is_tree([path for name in spelling.paths for path in spelling.sources(name)])
        and (not spelling.model.false_is_null or _is_simple(spelling))
    )


def _is_simple(spelling: Spelling) -> bool:
    """Whether what is false can be told from what is a text without the model."""
    fields = spelling.reader.model_fields
    return (
        not spelling.model.made_keys
        and all(len(path) <= MOST_KEYS for path in spelling.paths.values())
        and all(fields[name].get_default() is None for name in spelling.paths if name != "id")
    )


def _adds_no_rules(model: type[Wire]) -> bool:
    rules = model.__pydantic_decorators__
    return (
        not (rules.validators or rules.field_validators)
        and not (rules.root_validators or rules.model_validators)
        and model.model_config == Wire.model_config
        and model.__init__ is Wire.__init__
        and model.model_post_init is Wire.model_post_init
    )


def _is_own(spelling: Spelling, name: str) -> bool:
    """Whether a field has the type that the schema itself gives to its kind."""
    field = spelling.reader.model_fields[name]
    own = _OwnTypes.model_fields["id" if name == "id" else kind_of(field).value]
    rules = [each for each in field.metadata if not isinstance(each, Modified | Deleted)]
    return field.annotation == own.annotation and rules == own.metadata


def _is_tree(paths: Iterable[Path]) -> bool:
    """Whether the paths can be the fields of one nested structure."""
    folded: set[tuple[str, ...]] = set()
    spelled: set[Path] = set()
    for path in paths:
        if not all(isinstance(key, str) and key.isascii() and key for key in path):
            return False
        for length in range(1, len(path) + 1):
            spelled.add(path[:length])
            folded.add(tuple(str(key).lower() for key in path[:length]))
    leaves = set(paths)
    inner = {path[:length] for path in leaves for length in range(1, len(path))}
    return len(spelled) == len(folded) and not leaves & inner


def _texts_of(spelling: Spelling) -> Texts:
    if not spelling.model.false_is_null:
        return PlainTexts()
    kept = [name for name in spelling.paths if name == "id" or is_flag(spelling, name)]
    return TextsWithFalse(frozenset(spelling.paths[name] for name in kept))


class QuickPath:
    """How the rows of one wire model get from pages into the inbox."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._absent: frozenset[str] = frozenset()
        self._where = _texts_of(spelling)

    def fields_of(self, body: bytes) -> Shape:
        """The fields that the rows of a page should have, by what the last pages had."""
        back = {name for name in self._absent if self._is_in(body, name)}
        self._absent -= back
        return frozenset(self.spelling.paths) - self._absent

    def without_absent(self, body: bytes) -> Shape | None:
        """The fields of a page that does not have all that were expected; None: no telling."""
        paths = self.spelling.paths
        absent = frozenset(name for name in paths if not self._is_in(body, name))
        if not absent or "id" in absent or b"\\u" in body:
            return None
        if any(self.spelling.made(name) for name in absent):
            return None
        self._absent = absent
        return frozenset(paths) - absent

    def _is_in(self, body: bytes, name: str) -> bool:
        return all(self._where.key(path) in body for path in self.spelling.sources(name))

    def statement(self, rows_at: str, fields: Shape) -> str:
        """The statement that puts the certain rows of pages into the inbox.

        Its parameters: pages, their numbers, shape, source, stream. Rows that are not certain get
        the shape DOUBTFUL; pages that have not all the fields, or are broken, give no rows.
        """
        texts = self._texts(fields)
        certain = " AND ".join([*self._where.are_found(texts), self._is_certain(fields)])
        named = ", ".join(f"{self._where.text(path)} AS {text}" for path, text in texts.items())
        rows = (
            f"SELECT page, place, row, {named} FROM"
            " (SELECT page, skip, unnest(rows) AS row, unnest(range(len(rows))) AS place FROM"
            f" ({self._pages(rows_at, fields)})) WHERE place >= skip"
        )
        return self._insertion(rows, fields, f"CASE WHEN {certain} THEN $shape ELSE {DOUBTFUL} END")

    def csv_statement(self, columns: Sequence[Path], fields: Shape, *, is_plain: bool) -> str:
        """The same for pages of CSV with these columns.

        Its parameters: pages, their numbers, between, shape, source, stream. Lines that show that
        their page must be read another way get the shape MISREAD. In plain pages most rows are
        certain by the first letters of their texts.
        """
        by_letters = f"WHEN {self._is_certain_by_letters(fields)} THEN $shape" if is_plain else ""
        shape = (
            f"CASE WHEN NOT is_even THEN {MISREAD} {by_letters}"
            f" WHEN {self._is_certain(fields)} THEN $shape ELSE {DOUBTFUL} END"
        )
        rows = lines_of(columns, self._texts(fields), is_plain=is_plain)
        return self._insertion(rows, fields, shape)

    def _insertion(self, rows: str, fields: Shape, shape: str) -> str:
        """The statement that stores rows of texts, each with the shape that an expression tells."""
        spelling = self.spelling
        assert spelling.entity is not None
        texts = self._texts(fields)
        columns = {
            name: kind for name, kind in columns_of(spelling.entity).items() if name in fields
        }
        values = {
            name: value_of_text(self._text(name, texts), kind) for name, kind in columns.items()
        }
        values |= {
            "source": "$source",
            "stream": "$stream",
            "sighting": f"page * {SIGHTINGS_PER_PAGE} + place",
            "shape": shape,
        }
        for fact, name in (("modified_at", spelling.modified), ("deleted_at", spelling.deleted)):
            if name in fields:
                values[fact] = value_of_text(self._text(name, texts), Kind.INSTANT)
        return (
            f"INSERT INTO {sql.table('inbox', spelling.entity.entity)} ({sql.names(values)})"
            f" SELECT {', '.join(values.values())} FROM ({rows})"
        )

    def refusals(self, rows_at: str, fields: Shape) -> str:
        """The query for the numbers of pages that lack some of the fields, or are broken."""
        return f"SELECT page FROM ({self._pages(rows_at, fields)}) WHERE rows IS NULL"

    def _pages(self, rows_at: str, fields: Shape) -> str:
        """Pages by number, each with the list of its rows."""
        place = "".join(f".{sql.name(key)}" for key in rows_at.split(".") if key)
        shape = structure(rows_at, self._where.structure(self._texts(fields)))
        return (
            f"SELECT page, skip, (TRY(from_json_strict(TRY(decode(body)),"
            f" {sql.text(json.dumps(shape))}))){place} AS rows"
            " FROM (SELECT unnest($pages::BLOB[]) AS body, unnest($numbers::BIGINT[]) AS page,"
            " unnest($skips::BIGINT[]) AS skip)"
        )

    def _texts(self, fields: Shape) -> Mapping[Path, str]:
        """The texts of a row by their path, each under a short name."""
        paths = sorted({path for name in fields for path in self.spelling.sources(name)})
        return {path: f"t{place}" for place, path in enumerate(paths)}

    def _text(self, name: str, texts: Mapping[Path, str]) -> str:
        """The text of a field."""
        term = self.spelling.made(name)
        if term is None:
            return texts[self.spelling.paths[name]]
        return text_of(term, lambda key: texts[(key.name,)])

    def _is_certain(self, fields: Shape) -> str:
        """The condition under which all values of a row are certain."""
        joined = f"concat({MARK}, concat_ws({MARK}, {', '.join(self._free(fields))}), {MARK})"
        return " AND ".join([*self._has_id(fields), *are_plain(joined), *self._are_formed(fields)])

    def _is_certain_by_letters(self, fields: Shape) -> str:
        """One that is quicker, for rows of what certainly are texts, without NUL.

        Such a text is stored as it stands unless it is blank, and none is that begins with a
        letter, a figure or another mark of ASCII.
        """
        free = ", ".join(self._free(fields))
        by_letters = (f"least({free}) >= '!'", f"greatest({free}) < '~'")
        return " AND ".join([*self._has_id(fields), *by_letters, *self._are_formed(fields)])

    def _free(self, fields: Shape) -> Sequence[str]:
        """The texts that may be of any form."""
        texts = self._texts(fields)
        names = [
            each for each in fields if self._kind(each) is Kind.TEXT or self.spelling.made(each)
        ]
        return sorted({texts[path] for name in names for path in self.spelling.sources(name)})

    def _has_id(self, fields: Shape) -> Iterator[str]:
        texts = self._texts(fields)
        yield from (f"{texts[path]} <> ''" for path in self.spelling.sources("id"))

    def _are_formed(self, fields: Shape) -> Iterator[str]:
        """The condition under which the values that are no texts are certain, if there are any."""
        texts = self._texts(fields)
        kinds = {name: self._kind(name) for name in fields}
        typed = sorted(
            {
                (self._text(name, texts), kind)
                for name, kind in kinds.items()
                if kind is not Kind.TEXT
            }
        )
        if typed:
            forms = r"\x01".join(f"(?:{CERTAIN[kind]})?" for _, kind in typed)
            joined = f"concat({f', {MARK}, '.join(text for text, _ in typed)}, '')"
            yield f"regexp_full_match({joined}, {sql.text(forms)})"

    def _kind(self, name: str) -> Kind:
        return kind_of(self.spelling.reader.model_fields[name])


def value_of_text(text: str, kind: Kind) -> str:
    """A certain text as an expression of the type of its kind."""
    if kind is Kind.TEXT:
        return f"nullif({text}, '')"
    return f"TRY_CAST({text} AS {sql.TYPES[kind]})"


def structure(rows_at: str, row: object) -> object:
    """The structure of a page of such rows."""
    page: object = [row]
    for key in reversed(rows_at.split(".") if rows_at else []):
        page = {key: page}
    return page


def are_plain(joined: str) -> tuple[str, ...]:
    """The conditions under which texts, with marks around them, are stored as they stand."""
    return (
        f"NOT regexp_matches({joined}, {sql.text(_DOUBTFUL_TEXT)})",
        f"NOT contains({joined}, chr(0))",
        f"strlen({joined}) < {_LONGEST}",
    )


def text_of(term: Term, place: Callable[[Key | ItemKey], str]) -> str:
    """A term as an expression of the database; `place` tells where the texts of keys are."""
    match term:
        case Key() | ItemKey():
            return place(term)
        case Word(word):
            return sql.text(word)
        case Joined(parts):
            # No value where one part has none: `concat_ws` would give the others.
            texts = (f"nullif({text_of(part, place)}, '')" for part in parts)
            joined = " || ':' || ".join(texts)
            return f"({joined})"
        case FirstOf(keys):
            found = ", ".join(f"nullif({place(key)}, '')" for key in keys)
            return f"coalesce({found})"
        case IsWord(key, word):
            return f"({place(key)} = {sql.text(word)})::VARCHAR"
