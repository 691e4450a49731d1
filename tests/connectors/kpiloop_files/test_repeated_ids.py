"""Ids that stand twice: in one file, in two, in long ones, and after an interruption."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kpiloop import Page, Read, UntrustedAnswerError, Window
from kpiloop_files.reads import Files
from kpiloop_files.seen import Seen
from support.files_folder import COSTS, FilesFolder

HEADING = "month,channel,spent\n"
WINDOW = Window(start=None, end=datetime(2026, 1, 1, tzinfo=UTC))


def test_of_two_files_with_one_id_the_first_by_name_counts_and_the_other_row_is_set_aside(
    folder: FilesFolder,
) -> None:
    """Which is right nobody knows: the same one counts in every pull, and the other is told."""
    folder.write("costs 2.csv", f"{HEADING}2026-02,email,6\n2026-01,email,7\n")
    folder.write("costs 1.csv", f"{HEADING}2026-01,email,5\n")
    folder.tables = [COSTS]
    for counts in (folder.counts(), folder.pull(full=True).counts):
        assert (counts.read, counts.quarantined) == (3, 1)
        assert folder.rows("amount") == [(Decimal(5),), (Decimal(6),)]
        (reason,) = folder.reasons()
        assert reason.startswith("costs 2.csv, row 3: must have an id that no earlier row has")
        assert "(row 2 of costs 1.csv has this one)" in reason


def test_an_id_that_was_taken_out_of_the_first_file_is_read_from_the_second(
    folder: FilesFolder,
) -> None:
    """Nothing of the earlier pull stands against it."""
    folder.write("costs 1.csv", f"{HEADING}2026-01,email,5\n2026-02,email,5\n")
    folder.write("costs 2.csv", f"{HEADING}2026-01,email,7\n")
    folder.tables = [COSTS]
    folder.counts()
    folder.write("costs 1.csv", f"{HEADING}2026-02,email,5\n")
    folder.counts()
    assert folder.rows("amount") == [(Decimal(7),), (Decimal(5),)]
    assert folder.reasons() == []


def test_in_a_table_that_is_kept_the_later_file_replaces_what_the_earlier_told(
    folder: FilesFolder,
) -> None:
    """Exports of the last weeks overlap, and the newest knows best."""
    folder.write("costs 1.csv", f"{HEADING}2026-01,email,5\n")
    folder.write("costs 2.csv", f"{HEADING}2026-01,email,7\n2026-01,email,8\n")
    folder.tables = [COSTS | {"absent": "kept"}]
    counts = folder.counts()
    assert (counts.repeated, counts.quarantined) == (1, 1)
    assert folder.rows("amount") == [(Decimal(7),)]


def test_parts_of_a_key_cannot_be_mistaken_for_those_of_another(folder: FilesFolder) -> None:
    """`a/b` with `c` is not `a` with `b/c`, whatever stands in the cells."""
    rows = ("a/b,c", "a,b/c", "a\\,b", "a,\\b", "a\\/b,c", "a\\,b/c")
    lines = "\n".join(f"{row},{number}" for number, row in enumerate(rows))
    columns = {"channel": "channel", "amount": "spent"}
    counts = folder.costs(f"month,channel,spent\n{lines}\n", columns=columns, day="")
    assert (counts.new, counts.quarantined) == (len(rows), 0)


def test_two_tables_without_ids_may_read_one_file(folder: FilesFolder) -> None:
    """A row of one is no row of the other, as with two sheets of a workbook."""
    folder.write("costs.csv", "month,channel,spent,planned\n2026-01,email,5,6\n")
    table = COSTS | {"key": ()}
    planned = {"name": "planned", "columns": {"amount": "planned"}}
    folder.tables = [table, table | planned]
    assert folder.counts().new == 2


@pytest.fixture
def two_files(folder: FilesFolder) -> Iterator[Files]:
    """A connector that begins in the middle, as after an interruption: nothing was seen yet."""
    folder.write("costs 1.csv", f"{HEADING}2026-01,email,5\n")
    folder.write("costs 2.csv", f"{HEADING}2026-01,email,7\n")
    folder.tables = [COSTS]
    with closing(folder.connector()) as connector:
        yield connector


def slices(folder: FilesFolder) -> list[str]:
    """What a pull would read."""
    with closing(folder.connector()) as connector:
        cut = connector.all_streams()["costs"].slices
        assert cut is not None
        return list(cut(connector, Read(window=WINDOW)))


def read(connector: Files, name: str) -> list[Page]:
    """The pages of one file."""
    stream = connector.all_streams()["costs"]
    return list(connector.read_stream(stream, Read(window=WINDOW, slice=name)))


def test_a_pull_that_goes_on_with_the_second_file_knows_the_ids_of_the_first(
    folder: FilesFolder, two_files: Files
) -> None:
    """They count whether or not a pull was interrupted between the two."""
    (page,) = read(two_files, slices(folder)[1])
    assert page.items is not None
    assert "(row 2 of costs 1.csv has this one)" in str(page.items[0]["problem"])


def test_a_pull_that_goes_on_with_the_second_file_tells_that_the_first_cannot_be_read(
    folder: FilesFolder, two_files: Files
) -> None:
    """By the name of the file that is wrong."""
    second = slices(folder)[1]
    folder.write("costs 1.csv", "nothing\n")
    with pytest.raises(UntrustedAnswerError, match=r"costs 1\.csv: line 1 has no column"):
        read(two_files, second)


def test_what_was_seen_is_known_in_memory_and_beyond() -> None:
    """A table of any length costs a bounded memory."""
    with closing(Seen(in_memory=3)) as seen:
        first = [seen.add(f"id {number}", number) for number in range(10)]
        again = [seen.add(f"id {number}", 99) for number in range(10)]
        third = [seen.add(f"id {number}", 99) for number in range(10)]
    assert first == [(number, 1) for number in range(10)]
    assert again == [(number, 2) for number in range(10)]
    assert third == [(number, 3) for number in range(10)]
