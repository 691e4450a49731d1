"""Tables as comma-separated text."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from kpiloop_files.settings import Table
from kpiloop_files.text import LONGEST_LINE, UnreadableError, lines
from kpiloop_files.wire import Row

SEPARATORS = (",", ";", "\t", "|")

_ONE_ROW = "expected after"
"""What the module says where a text goes on after the quote that ends it."""

# The module's own limit is 128 KB for the whole process; a longer text is no reason to stop.
csv.field_size_limit(LONGEST_LINE)


def csv_rows(path: Path, table: Table) -> Iterator[Row]:
    """The rows below the heading; a row with too many or too few cells says so.

    Raises UnreadableError where the file has no such table.
    """
    text = _single(lines(path, table.encoding))
    for _ in range(table.header - 1):
        next(text, None)
    first = next(text, "")
    separator = _separator(first, table)
    heading = _cells(first, separator)
    check_heading(heading, table)
    reader = csv.reader(text, delimiter=separator, strict=True)
    while True:
        line = table.header + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _badly_quoted(line, str(error))
            continue
        if any(cell.strip() for cell in cells):
            yield _row(line, heading, cells)


def check_heading(heading: Sequence[str], table: Table) -> None:
    """Raise UnreadableError where a mapped column is missing, or is there twice."""
    for column in table.wanted:
        if heading.count(column) != 1:
            what = "has no column" if column not in heading else "has more than one column"
            there = ", ".join(repr(each) for each in heading if each) or "nothing"
            raise UnreadableError(f"line {table.header} {what} {column!r}; it has {there}")


def _row(line: int, heading: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) == len(heading):
        return Row(line, dict(zip(heading, cells, strict=True)))
    problem = f"must have {len(heading)} cells, as the heading has"
    return Row(line, dict(zip(heading, cells, strict=False)), problem, len(cells))


def _badly_quoted(line: int, reason: str) -> Row:
    """A row that alone is wrong; where a quote is never closed, nobody knows how many rows are."""
    if _ONE_ROW in reason:
        return Row(line, {}, "must have quotes around whole cells only", reason)
    raise UnreadableError(f"row {line} opens a quote that is never closed ({reason})")


def _separator(first: str, table: Table) -> str:
    """The separator that splits the heading into the most of the columns that are wanted."""
    if table.separator != "auto":
        return table.separator
    wanted = set(table.wanted)
    return max(SEPARATORS, key=lambda each: len(wanted.intersection(_cells(first, each))))


def _single(text: Iterator[str]) -> Iterator[str]:
    """Lines that hold no other line end within: some programs write a bare carriage return."""
    for line in text:
        if "\r" in line.removesuffix("\r\n"):
            yield from StringIO(line, newline="")
        else:
            yield line


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip() for cells in csv.reader([line], delimiter=separator) for cell in cells]
