"""CSV taken apart by the database, where every value stands in quotes.

Such a text is cut at `"`, line end, `"` into lines, and a line at `","` into values. That is right
exactly if each line then has a value for each column, and quotes stand in values only doubled: so
each line tells whether it is even, and a page with one that is not is left to the slow way.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from kpiloop.engine.pull.csv_text import NotCsvError, columns_of_names
from kpiloop.engine.pull.spelling import Path
from kpiloop.warehouse import sql

_QUOTE, _COMMA, _LINE_END, _BETWEEN, _NUL = '"', '","', b"\n", "\x01", b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedCsv:
    """What a body holds: the path that each column's name means, and the text of all lines."""

    columns: tuple[Path, ...]
    text: bytes
    """Without the first quote and the last one; empty where there are no lines."""
    between: str
    """What stands between the last value of a line and the first of the next."""

    @property
    def is_plain(self) -> bool:
        """Whether no quote and no NUL stands in a value, if each line is even.

        Then there are just the quotes around the values, but for the first and the last one.
        """
        lines = self.text.count(self.between.encode()) + 1
        around = 2 * (len(self.columns) * lines - 1)
        return self.text.count(_QUOTE.encode()) == around and _NUL not in self.text

    @classmethod
    def of(cls, body: bytes) -> Self | None:
        """The table in a body; None where not every value is quoted, or the text is broken."""
        head = body.find(_LINE_END) + 1
        columns = _columns(body[:head])
        end = b"\r\n" if body[:head].endswith(b"\r\n") else _LINE_END
        stop = len(body) - len(end) if body.endswith(end) else len(body)
        if columns is None or (stop > head and not _is_in_quotes(body, head, stop)):
            return None
        text = body[head + 1 : stop - 1]
        return cls(columns=columns, text=text, between=f'"{end.decode()}"')


def _columns(head: bytes) -> tuple[Path, ...] | None:
    try:
        names = next(csv.reader(io.StringIO(head.decode("utf-8-sig")), strict=True), None)
        return columns_of_names(names) if names else None
    except (UnicodeDecodeError, csv.Error, NotCsvError):
        return None


def _is_in_quotes(body: bytes, start: int, stop: int) -> bool:
    return stop - start > len(_QUOTE * 2) and body[start] == body[stop - 1] == ord(_QUOTE)


def lines_of(columns: Sequence[Path], texts: Mapping[Path, str], *, is_plain: bool) -> str:
    """The query for the lines of pages: page, place, is_even, and values under short names.

    An empty value is none. Its parameters: the pages' texts, their numbers, and what stands between
    lines.
    """
    named = ", ".join(
        f"nullif({_value(columns.index(path) + 1, is_plain=is_plain)}, '') AS {text}"
        for path, text in texts.items()
    )
    is_even = f"len(found) = {len(columns)}"
    if not is_plain:
        is_even += f" AND {_has_only_doubled_quotes()}"
    return (
        f"SELECT page, place, {is_even} AS is_even, {named} FROM"
        f" (SELECT page, place, string_split(line, {sql.text(_COMMA)}) AS found FROM"
        " (SELECT page, unnest(lines) AS line, unnest(range(len(lines))) AS place FROM"
        " (SELECT page, string_split(TRY(decode(body)), $between) AS lines FROM"
        " (SELECT unnest($pages::BLOB[]) AS body, unnest($numbers::BIGINT[]) AS page))))"
    )


def _value(place: int, *, is_plain: bool) -> str:
    found = f"found[{place}]"
    return found if is_plain else f"replace({found}, {sql.text(_QUOTE * 2)}, {sql.text(_QUOTE)})"


def _has_only_doubled_quotes() -> str:
    joined = f"array_to_string(found, {sql.text(_BETWEEN)})"
    pairs = sql.text('[^"]*(?:(?:"")+[^"]*)*')
    return f"(NOT contains({joined}, {sql.text(_QUOTE)}) OR regexp_full_match({joined}, {pairs}))"
