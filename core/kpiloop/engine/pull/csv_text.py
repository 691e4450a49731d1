"""CSV text taken apart: names of columns, and rows of texts."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpiloop.engine.pull.spelling import Path

_LONGEST_VALUE = 64 * 2**20
"""Bytes that a page has at most; the library's own limit would refuse what vendors do send."""


class NotCsvError(Exception):
    """A body that is no CSV; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """What a body holds: the path that each column's name means, and the rows, all of text."""

    columns: tuple[Path, ...]
    rows: Sequence[Sequence[str]]

    @property
    def is_even(self) -> bool:
        """Whether every row has a value for each column, no more and no less."""
        width = len(self.columns)
        return all(len(row) == width for row in self.rows)

    def as_objects(self) -> Sequence[object]:
        """The rows as a vendor's JSON would give them; an empty text is no value.

        A row that has not as many values as there are columns stays a list: no wire model takes
        that for a record, so it is set aside as it is.
        """
        width = len(self.columns)
        make = _maker(self.columns)
        return [make(row) if len(row) == width else row for row in self.rows]

    def as_json(self) -> bytes:
        """The rows of an even table as the text of a JSON list, with an empty text as it stands.

        Where the schema's own types read it, that is no value as well; so it costs nothing to say.
        """
        if all(len(path) == 1 for path in self.columns):
            names = [str(name) for (name,) in self.columns]
            rows: Sequence[object] = [dict(zip(names, row, strict=True)) for row in self.rows]
        else:
            rows = [_nested(self.columns, row) for row in self.rows]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def parse_csv(body: bytes) -> CsvTable:
    """The table in a body.

    Raises NotCsvError where it has no names of columns, a quote that is not closed, as where an
    answer was cut off, or is not in UTF-8.
    """
    csv.field_size_limit(_LONGEST_VALUE)
    try:
        text = body.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except UnicodeDecodeError:
        raise NotCsvError("it is not in UTF-8") from None
    except csv.Error as error:
        raise NotCsvError(str(error)) from None
    if not rows:
        raise NotCsvError("it has no names of columns")
    return CsvTable(columns=columns_of_names(rows[0]), rows=rows[1:])


def columns_of_names(names: Sequence[str]) -> tuple[Path, ...]:
    """The path that each name of a column means.

    Raises NotCsvError where two names cannot stand side by side.
    """
    columns = tuple(tuple(name.split(".")) for name in names)
    places = {path[:length] for path in columns for length in range(1, len(path))}
    if len({*columns}) < len(columns) or places.intersection(columns):
        raise NotCsvError("two columns have the same name, or one is named as a part of another")
    return columns


def _maker(columns: Sequence[Path]) -> Callable[[Sequence[str]], Mapping[str, object]]:
    names = [str(path[0]) for path in columns]
    if all(len(path) == 1 for path in columns):
        return lambda row: dict(zip(names, (value or None for value in row), strict=True))
    return lambda row: _nested(columns, row)


def _nested(columns: Sequence[Path], row: Sequence[str]) -> Mapping[str, object]:
    found: dict[str, Any] = {}
    for path, value in zip(columns, row, strict=True):
        inner = found
        for key in path[:-1]:
            inner = inner.setdefault(str(key), {})
        inner[str(path[-1])] = value or None
    return found
