"""Tables in Excel workbooks and Parquet files, written by the libraries that everybody uses."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from pyarrow import parquet

from support.files_folder import COSTS, FilesFolder

MORNING = datetime(2026, 2, 1, 8)  # noqa: DTZ001 - a cell of a spreadsheet has no zone
HEADING = ("month", "channel", "spent")


def workbook(path: Path, rows: list[tuple[Any, ...]], sheet: str = "Costs") -> None:
    """A workbook whose second sheet has these rows."""
    book = Workbook()
    book.active.title = "Read me"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)
    book.close()


def test_a_sheet_is_read_with_its_own_days_and_numbers(folder: FilesFolder) -> None:
    """No format is needed where the cells have one."""
    rows = [HEADING, (date(2026, 1, 1), "email", 12.5), (MORNING, "events", 7)]
    workbook(folder.root / "costs.xlsx", rows)
    folder.tables = [COSTS | {"file": "costs.xlsx", "sheet": "Costs", "day": ""}]
    folder.counts()
    assert folder.rows("first_day, amount") == [
        (date(2026, 1, 1), Decimal("12.5")),
        (date(2026, 2, 1), Decimal(7)),
    ]


def test_row_and_column_of_a_rejected_cell_are_named(folder: FilesFolder) -> None:
    """As the spreadsheet program counts them."""
    workbook(folder.root / "costs.xlsx", [("May",), HEADING, ("2026-01", "email", "?")])
    folder.tables = [COSTS | {"file": "costs.xlsx", "sheet": "Costs", "header": 2}]
    assert folder.counts().quarantined == 1
    assert folder.reasons()[0].startswith("costs.xlsx, row 3, column spent: not a number")


def test_a_sheet_or_column_that_is_not_there_is_told(folder: FilesFolder) -> None:
    """With those that are."""
    workbook(folder.root / "costs.xlsx", [HEADING])
    folder.tables = [COSTS | {"file": "costs.xlsx", "sheet": "Kosten"}]
    assert "it has no sheet 'Kosten'; it has Read me, Costs" in folder.error()
    folder.tables = [COSTS | {"file": "costs.xlsx"}]
    assert "line 1 has no column 'month'; it has nothing" in folder.error()


def test_what_is_no_workbook_is_told(folder: FilesFolder) -> None:
    """A page of a login form, for instance."""
    folder.write("costs.xlsx", "<html>Please sign in</html>")
    folder.tables = [COSTS | {"file": "costs.xlsx"}]
    assert "costs.xlsx: this is no Excel workbook" in folder.error()


def table(path: Path, columns: dict[str, Any]) -> None:
    """A Parquet file of these columns."""
    parquet.write_table(pa.table(columns), path)


def test_a_parquet_file_is_read(folder: FilesFolder) -> None:
    """With its own types."""
    columns = {"month": [date(2026, 1, 1)], "channel": ["email"], "spent": [Decimal("12.50")]}
    table(folder.root / "costs.parquet", columns | {"other": [b"\xff"]})
    folder.tables = [COSTS | {"file": "costs.parquet", "day": ""}]
    folder.counts()
    assert folder.rows("first_day, amount") == [(date(2026, 1, 1), Decimal("12.5"))]


def test_a_column_whose_type_has_changed_sets_its_rows_aside(folder: FilesFolder) -> None:
    """Row and column are named, and the rest of the file is read."""
    columns = {"month": ["2026-01"] * 2, "channel": ["a", "b"], "spent": ["5", "unknown"]}
    table(folder.root / "costs.parquet", columns)
    folder.tables = [COSTS | {"file": "costs.parquet"}]
    counts = folder.counts()
    assert (counts.new, counts.quarantined) == (1, 1)
    assert folder.reasons()[0].startswith("costs.parquet, row 2, column spent: not a number")


def test_what_is_no_parquet_file_is_told(folder: FilesFolder) -> None:
    """In one sentence, whatever the library says."""
    folder.write("costs.parquet", "month,channel,spent\n")
    folder.tables = [COSTS | {"file": "costs.parquet"}]
    assert "costs.parquet: this is no Parquet file" in folder.error()
