"""Pages of a job's results as files: read piece by piece, whatever their size."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from kpiloop import Page
from kpiloop_salesforce.result_files import pieces

NAMES = ["Id", "Description"]


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as Salesforce writes them, with every value in quotes."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([NAMES, *rows])
    return text.getvalue().encode()


def read(body: bytes | None) -> list[list[str]]:
    """What stands in CSV."""
    return list(csv.reader(io.StringIO((body or b"").decode(), newline="")))


def cut(folder: Path, text: bytes, size: int) -> list[Page]:
    """The pieces of a file that holds a text."""
    path = folder / "0.csv"
    path.write_bytes(text)
    pages = list(pieces(path, checkpoint="next", size=size))
    assert not path.exists()
    return pages


@given(
    rows=st.lists(st.lists(st.text('a",\n', max_size=9), min_size=2, max_size=2), max_size=12),
    size=st.integers(1, 60),
)
def test_no_line_of_a_file_is_lost_or_cut_wherever_its_pieces_end(
    rows: list[list[str]], size: int
) -> None:
    """Long texts of Salesforce have line breaks and quotes in them."""
    with TemporaryDirectory() as folder:
        pages = [read(page.body) for page in cut(Path(folder), written(rows), size)]
    assert [page[0] for page in pages] == [NAMES] * len(pages)
    assert [row for page in pages for row in page[1:]] == rows


def test_only_the_last_piece_of_a_file_carries_the_checkpoint(tmp_path: Path) -> None:
    """Going on after an earlier one would leave out the rest."""
    text = written([["1", "a"], ["2", "b"], ["3", "c"]])
    checkpoints = [page.checkpoint for page in cut(tmp_path, text, size=16)]
    assert len(checkpoints) > 1
    assert checkpoints == [*[None] * (len(checkpoints) - 1), "next"]


def test_a_file_that_is_read_at_once_is_one_page(tmp_path: Path) -> None:
    """Also where it has no rows."""
    for text in (written([]), written([["1", "a"]])):
        assert [page.body for page in cut(tmp_path, text, size=1_000)] == [text]


def test_a_piece_is_never_much_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    """Memory stays flat, however many rows Salesforce puts into a page."""
    rows = [[str(number), "x" * 10] for number in range(1_000)]
    longest = len(written(rows[-1:]))
    sizes = [len(page.body or b"") for page in cut(tmp_path, written(rows), size=500)]
    assert max(sizes) < 500 + longest
