"""Long CSV texts in pieces: the same lines, each piece with the names of the columns."""

import csv
import io
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kpiloop.web_api import csv_pages

NAMES = ["Id", "Na,me"]


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as CSV, quoted where they need it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([NAMES, *rows])
    return text.getvalue().encode()


def read(body: bytes | None) -> list[list[str]]:
    """What stands in CSV."""
    return list(csv.reader(io.StringIO((body or b"").decode(), newline="")))


@given(
    rows=st.lists(st.lists(st.text('a",\n', max_size=6), min_size=2, max_size=2), max_size=12),
    piece=st.integers(1, 40),
)
def test_no_line_is_lost_or_cut_wherever_the_pieces_end(rows: list[list[str]], piece: int) -> None:
    """A line break within quotes is a part of the value."""
    pages = [read(page.body) for page in csv_pages(written(rows), piece=piece)]
    assert [page[0] for page in pages] == [NAMES] * len(pages)
    assert [row for page in pages for row in page[1:]] == read(written(rows))[1:]


def test_only_the_last_piece_carries_the_checkpoint() -> None:
    """Going on after an earlier one would leave out the rest."""
    pages = list(csv_pages(written([["1", "a"], ["2", "b"]]), checkpoint="next", piece=1))
    assert [page.checkpoint for page in pages] == [None, "next"]


def test_a_text_without_lines_is_one_piece() -> None:
    """Names of columns alone are a page without rows."""
    assert [page.body for page in csv_pages(b"Id,Name")] == [b"Id,Name"]
