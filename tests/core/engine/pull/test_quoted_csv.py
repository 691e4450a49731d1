"""CSV whose values are all in quotes: the database's lines are those of the CSV reader, or none."""

import csv
import io
from collections.abc import Iterator, Sequence

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.engine.pull.csv_text import NotCsvError, parse_csv
from kpiloop.engine.pull.quick_csv import QuotedCsv, lines_of

HEAD = '"Id","Account.Name"\n'
ID, NAME = ("Id",), ("Account", "Name")


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBPyConnection]:
    """A database without tables."""
    with duckdb.connect(config={"threads": 1}) as database:
        yield database


def cut(database: DuckDBPyConnection, body: bytes) -> list[list[str]] | None:
    """The lines as the database cuts them; None where it leaves them to the reader."""
    table = QuotedCsv.of(body)
    if table is None or not table.text:
        return None if table is None else []
    texts = {path: f"t{n}" for n, path in enumerate(table.columns)}
    query = lines_of(table.columns, texts, is_plain=table.is_plain)
    known = {"pages": [table.text], "numbers": [1], "between": table.between}
    rows = database.execute(f"SELECT * FROM ({query}) ORDER BY place", known).fetchall()
    is_even = rows and all(even for _, _, even, *_ in rows)
    return [[each or "" for each in values] for _, _, _, *values in rows] if is_even else None


def written(rows: Sequence[Sequence[str]], line_end: str) -> bytes:
    """The rows as CSV with every value in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=line_end)
    writer.writerows([["Id", "Account.Name"], *rows])
    return text.getvalue().encode()


@given(
    rows=st.lists(st.lists(st.text('a",\n\r\\é\x00\x01 ', max_size=5), min_size=2, max_size=2)),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_that_the_database_cuts_are_those_that_were_written(
    database: DuckDBPyConnection, rows: list[list[str]], line_end: str
) -> None:
    """Only where a value looks like the space between two values is a page left to the reader."""
    found = cut(database, written(rows, line_end))
    doubts = ('"', "\n", "\r")
    if found is None:
        assert any(mark in value for row in rows for value in row for mark in doubts)
    else:
        assert found == rows


@given(st.lists(st.sampled_from(['"', '""', "a", ",", '","', "\n", '"\n"', "\r\n", " "])))
def test_a_broken_text_is_read_as_the_reader_reads_it_or_left_to_it(
    database: DuckDBPyConnection, parts: list[str]
) -> None:
    """Whatever stands in the text, nothing is read otherwise than by the rules of CSV."""
    body = (HEAD + "".join(parts)).encode()
    found = cut(database, body)
    if found is not None:
        table = parse_csv(body)
        assert table.is_even
        assert found == table.rows


def test_names_of_columns_are_paths(database: DuckDBPyConnection) -> None:
    """A dot leads to a field of a parent; a mark of the byte order is no part of a name."""
    body = b"\xef\xbb\xbf" + written([["1", 'say ""hi""']], "\n")
    table = QuotedCsv.of(body)
    assert table is not None
    assert table.columns == (ID, NAME)
    assert cut(database, body) == [["1", 'say ""hi""']]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'"Id","Id"\n"1","2"\n',
        b'"Id","Name"\n1,2\n',
        b'"Id","Na\nme"\n"1","2"\n',
        b'"Id"\n""\n',
        b'"Id","N\xff"\n"1","2"\n',
    ],
)
def test_what_is_not_all_in_quotes_is_left_to_the_reader(body: bytes) -> None:
    """As is a text with names of columns that make no sense."""
    assert QuotedCsv.of(body) is None


def test_a_text_that_is_not_in_utf_8_gives_no_lines(database: DuckDBPyConnection) -> None:
    """So that the page goes the slow way, which says what is wrong."""
    body = b'"Id","Name"\n"1","\xff"\n'
    assert cut(database, body) is None
    with pytest.raises(NotCsvError):
        parse_csv(body)
