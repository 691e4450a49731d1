"""A file that has not changed is not read again, and what is gone from a table is gone."""

import os

from kpiloop_files import text
from support.files_folder import COSTS, FilesFolder

HEADING = "month,channel,spent\n"


def test_an_unchanged_file_is_not_read_again(folder: FilesFolder) -> None:
    """Though somebody has touched it."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    os.utime(folder.root / "costs.csv", (1, 1))
    assert folder.counts().read == 0
    assert folder.rows("count(*) OVER ()") == [(1,)]


def test_a_change_that_keeps_size_and_time_is_seen(folder: FilesFolder) -> None:
    """Copying programs keep the time; what counts is what is in the file."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    os.utime(folder.root / "costs.csv", (1, 1))
    folder.counts()
    folder.write("costs.csv", f"{HEADING}2026-01,email,6\n")
    os.utime(folder.root / "costs.csv", (1, 1))
    assert folder.counts().changed == 1


def test_rows_that_are_gone_from_a_table_are_deleted(folder: FilesFolder) -> None:
    """Those of other files of the table stay."""
    folder.write("costs 2025.csv", f"{HEADING}2025-01,email,5\n")
    folder.costs(f"{HEADING}2026-01,email,5\n2026-02,email,5\n")
    assert folder.costs(f"{HEADING}2026-01,email,5\n").deleted == 1
    assert folder.rows("id") == [("2025-01/email",), ("2026-01/email",)]


def test_rows_of_a_file_that_is_gone_are_deleted(folder: FilesFolder) -> None:
    """As long as the table has another one."""
    folder.write("costs 2025.csv", f"{HEADING}2025-01,email,5\n")
    folder.costs(f"{HEADING}2026-01,email,5\n")
    (folder.root / "costs 2025.csv").unlink()
    assert folder.counts().deleted == 1


def test_a_table_that_is_kept_loses_nothing_and_reads_new_files_only(folder: FilesFolder) -> None:
    """Exports of the last month replace each other; what they told stays true."""
    folder.write("costs 2025.csv", f"{HEADING}2025-01,email,5\n")
    folder.costs(f"{HEADING}2026-01,email,5\n", absent="kept")
    counts = folder.costs(f"{HEADING}2026-02,email,5\n", absent="kept")
    assert (counts.read, counts.deleted) == (1, 0)
    assert len(folder.rows("id")) == 3


def test_a_new_mapping_reads_the_files_again(folder: FilesFolder) -> None:
    """A correction in kpiloop.toml takes effect at the next pull."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    folder.tables = [COSTS | {"constants": {"kind": "media"}}]
    assert folder.counts().changed == 1


def test_reading_everything_again_reads_unchanged_files(folder: FilesFolder) -> None:
    """`pull --full` means it."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    assert folder.pull(full=True).counts.unchanged == 1


def test_a_line_has_a_limit() -> None:
    """A file without line ends does not fill the memory."""
    assert text.LONGEST_LINE <= 16 << 20
