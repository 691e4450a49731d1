"""What is wrong with a file: each case has its outcome, and the sums close."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kpiloop import Read, RefusedError, Window
from support.files_folder import COSTS, FilesFolder

HEADING = "month,channel,spent\n"


def test_row_and_column_of_a_rejected_value_are_named(folder: FilesFolder) -> None:
    """So that it is found in the file; the other rows are read."""
    counts = folder.costs(f"{HEADING}2026-01,email,5\n2026-02,email,five\n2026-03,email,6\n")
    assert (counts.new, counts.quarantined) == (2, 1)
    assert folder.reasons() == [
        "costs.csv, row 3, column spent: not a number with a decimal point, not 'five'"
    ]


def test_a_cost_without_an_amount_is_set_aside(folder: FilesFolder) -> None:
    """Stored, it would count nowhere, and nobody would know."""
    counts = folder.costs(f"{HEADING}2026-01,email,\n2026-02,email, \n2026-03,email,0\n")
    assert (counts.new, counts.quarantined) == (1, 2)
    assert sorted(folder.reasons()) == [
        "costs.csv, row 2, column spent: must hold an amount, not ''",
        "costs.csv, row 3, column spent: must hold an amount, not ' '",
    ]


def test_channels_are_the_same_however_they_are_capitalised(folder: FilesFolder) -> None:
    """In cells and in what the settings say of every row."""
    folder.costs(f"{HEADING}2026-01,Email,5\n2026-02,EMAIL,6\n")
    assert set(folder.rows("channel")) == {("email",)}
    columns = {"first_day": "month", "last_day": "month", "amount": "spent"}
    folder.costs(f"{HEADING}2026-03,-,5\n", columns=columns, constants={"channel": "Events"})
    assert set(folder.rows("channel")) == {("events",)}


def test_every_rejected_value_of_a_row_is_named(folder: FilesFolder) -> None:
    """One look at the quarantine is enough to correct the row."""
    folder.costs(f"{HEADING}May,email,five\n")
    (reason,) = folder.reasons()
    assert "row 2, column month: not of the form %Y-%m, not 'May'" in reason
    assert "row 2, column spent: not a number" in reason


def test_the_row_is_the_line_of_the_file_where_texts_have_line_ends(folder: FilesFolder) -> None:
    """As an editor counts them."""
    folder.costs(f'{HEADING}2026-01,"two\nlines",5\n2026-02,email,five\n')
    assert folder.reasons()[0].startswith("costs.csv, row 4, column spent")


@pytest.mark.parametrize(("row", "cells"), [("2026-01,email", 2), ("2026-01,email,5,6", 4)])
def test_a_row_of_too_few_or_too_many_cells_is_set_aside(
    folder: FilesFolder, row: str, cells: int
) -> None:
    """A decimal comma without quotes moves all that follows it."""
    counts = folder.costs(f"{HEADING}{row}\n2026-02,email,6\n")
    assert (counts.new, counts.quarantined) == (1, 1)
    assert folder.reasons() == [
        f"costs.csv, row 2: must have 3 cells, as the heading has, not {cells}"
    ]


def test_the_second_row_of_an_id_is_set_aside(folder: FilesFolder) -> None:
    """Which of the two is right nobody knows; the first counts, and the second is told."""
    counts = folder.costs(f"{HEADING}2026-01,email,5\n2026-01,email,6\n")
    assert (counts.new, counts.quarantined) == (1, 1)
    assert folder.rows("amount") == [(Decimal(5),)]
    (reason,) = folder.reasons()
    assert reason.startswith("costs.csv, row 3: must have an id that no earlier row has (row 2 ")
    assert reason.endswith("not '2026-01/email'")


def test_a_row_without_an_id_is_set_aside(folder: FilesFolder) -> None:
    """Nothing could be said of it again."""
    counts = folder.costs(f"{HEADING},,5\n2026-01,email,5\n")
    assert (counts.new, counts.quarantined) == (1, 1)
    assert "must have a value in month and channel" in folder.reasons()[0]


def test_a_corrected_row_leaves_quarantine(folder: FilesFolder) -> None:
    """The next pull takes it in."""
    folder.costs(f"{HEADING}2026-01,email,five\n")
    assert folder.costs(f"{HEADING}2026-01,email,5\n").new == 1
    assert folder.reasons() == []


def test_nul_bytes_in_a_text_say_nothing_and_in_a_number_are_refused(folder: FilesFolder) -> None:
    """A text is kept without them; a number with one in it may have lost a digit."""
    counts = folder.costs(f"{HEADING}2026-01,e\0mail,5\n2026-02,email,5\0\n")
    assert (counts.new, counts.quarantined) == (1, 1)
    assert folder.rows("channel") == [("email",)]


def test_a_text_of_a_megabyte_is_kept_whole(folder: FilesFolder) -> None:
    """The csv module alone would stop at 128 KB."""
    folder.costs(f"{HEADING}2026-01,{'x' * 1_000_000},5\n", key=("month",))
    assert folder.rows("length(channel)") == [(1_000_000,)]


@pytest.mark.parametrize("rows_after", [1, 1_100_000])
def test_a_quote_that_is_never_closed_stops_the_file_and_is_told(
    folder: FilesFolder, rows_after: int
) -> None:
    """Nobody knows what follows it; what was read before stays, however long the file is."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    rest = "2026-03,email,6\n" * rows_after
    folder.write("costs.csv", f'{HEADING}2026-02,"email,5\n{rest}')
    assert "costs.csv: row 2 opens a quote that is never closed" in folder.error()
    assert folder.rows("amount") == [(Decimal(5),)]


def test_a_row_with_a_stray_quote_is_set_aside_and_nothing_is_deleted(folder: FilesFolder) -> None:
    """It may have been any of the rows that are missing."""
    folder.costs(f"{HEADING}2026-01,email,5\n2026-02,email,5\n")
    counts = folder.costs(f'{HEADING}2026-01,"e"mail,5\n2026-03,email,7\n')
    assert (counts.new, counts.quarantined, counts.deleted) == (1, 1, 0)
    assert folder.reasons()[0].startswith("costs.csv, row 2: must have quotes around whole cells")


def test_an_epoch_is_read_in_seconds_and_in_milliseconds(folder: FilesFolder) -> None:
    """One that is neither is set aside."""
    times = ("1767225600", "1767225600000", "17672256000000000")
    rows = [f"{number},{epoch}" for number, epoch in enumerate(times)]
    folder.write("people.csv", "\n".join(["no,since", *rows]))
    columns = {"created_at": "since"}
    folder.tables = [{"file": "people.csv", "entity": "contacts", "id": "no", "columns": columns}]
    assert (folder.counts().new, len(folder.reasons())) == (2, 1)
    assert folder.rows("created_at::VARCHAR", "contacts") == [("2026-01-01 00:00:00",)] * 2


def test_a_column_that_has_disappeared_is_told_with_those_that_are_there(
    folder: FilesFolder,
) -> None:
    """Nothing is read of such a file, and what was read before stays as it is."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    folder.write("costs.csv", "month,channel,cost\n2026-01,email,5\n")
    error = folder.error()
    assert "line 1 has no column 'spent'; it has 'month', 'channel', 'cost'" in error
    assert folder.rows("amount") == [(Decimal(5),)]


def test_a_column_that_is_there_twice_is_told(folder: FilesFolder) -> None:
    """Neither of the two is taken by chance."""
    folder.write("costs.csv", "month,channel,spent,spent\n2026-01,email,5,6\n")
    folder.tables = [COSTS]
    assert "more than one column 'spent'" in folder.error()


def test_a_file_that_is_gone_deletes_nothing_where_it_was_the_only_one(
    folder: FilesFolder,
) -> None:
    """A folder that is not mounted looks just like that."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    (folder.root / "costs.csv").unlink()
    assert "'costs*.csv' matches no file" in folder.error()
    assert folder.rows("amount") == [(Decimal(5),)]


def test_a_file_that_goes_away_while_a_pull_is_interrupted_is_gone(folder: FilesFolder) -> None:
    """The next pull goes on with the others, and asks for it no more."""
    folder.write("costs 1.csv", f"{HEADING}2026-01,email,5\n")
    broken = folder.write("costs 2.csv", "no heading at all\n")
    folder.tables = [COSTS]
    assert "costs 2.csv: line 1 has no column" in folder.error()
    broken.unlink()
    assert folder.counts().new == 1


def test_a_folder_that_is_not_there_is_told(folder: FilesFolder) -> None:
    """With where it was looked for."""
    folder.tables, folder.settings = [COSTS], {"folder": "nowhere"}
    assert "there is no folder" in folder.error()


def test_one_broken_table_costs_no_other(folder: FilesFolder) -> None:
    """Each table is a stream of its own."""
    folder.write("costs.csv", f"{HEADING}2026-01,email,5\n")
    folder.tables = [COSTS | {"file": "none.csv", "name": "first"}, COSTS]
    report = folder.pull()
    assert list(report.failed) == ["first"]
    assert report.counts.new == 1


def test_no_file_outside_of_the_folder_is_read(folder: FilesFolder) -> None:
    """Neither by a path nor by a link."""
    outside = folder.root.parent / "costs of others.csv"
    outside.write_text(f"{HEADING}2026-01,email,5\n", encoding="utf-8")
    (folder.root / "costs.csv").symlink_to(outside)
    for pattern in ("../costs*.csv", "costs.csv"):
        folder.tables = [COSTS | {"file": pattern}]
        assert "matches no file" in folder.error()


def test_a_packed_file_that_was_cut_off_is_told(folder: FilesFolder) -> None:
    """Half a file is not read as if it were whole."""
    packed = gzip.compress(f"{HEADING}2026-01,email,5\n".encode() * 100)
    folder.write("costs.csv.gz", packed[: len(packed) // 2])
    folder.tables = [COSTS | {"file": "costs.csv.gz"}]
    assert "the packed file is broken or was cut off" in folder.error()


def test_a_checkpoint_of_a_file_that_has_changed_is_refused(folder: FilesFolder) -> None:
    """The core then reads it from the beginning: an expired bookmark costs no row."""
    folder.costs(f"{HEADING}2026-01,email,5\n")
    connector = folder.connector()
    stream = connector.all_streams()["costs"]
    window = Window(start=None, end=datetime(2026, 1, 1, tzinfo=UTC))
    assert stream.slices is not None
    (name,) = stream.slices(connector, Read(window=window))
    folder.write("costs.csv", f"{HEADING}2026-02,email,5\n")
    with pytest.raises(RefusedError, match="it has changed"):
        list(connector.read_stream(stream, Read(window=window, slice=name, checkpoint=2)))
