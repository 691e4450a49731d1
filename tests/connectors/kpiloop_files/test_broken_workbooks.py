"""Workbooks as other programs write them: with a wrong size, without their end."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from kpiloop import CheckStatus
from support.files_folder import COSTS, FilesFolder

SHEET = "xl/worksheets/sheet1.xml"
TABLE = COSTS | {"file": "costs.xlsx"}


def workbook(change: Callable[[bytes], bytes], months: int = 5) -> bytes:
    """A sound archive with five costs, whose sheet was changed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["month", "channel", "spent"])
    for month in range(1, months + 1):
        sheet.append([date(2026, month, 1), "email", month])
    saved, changed = BytesIO(), BytesIO()
    book.save(saved)
    book.close()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == SHEET else part)
    return changed.getvalue()


@pytest.mark.parametrize("size", [b"A1", b"A1:C2", b"A1:B6", b"A1:XFD9"])
def test_a_workbook_that_tells_a_wrong_size_is_read_whole(folder: FilesFolder, size: bytes) -> None:
    """Reporting tools write any, and spreadsheet programs never look at it."""

    def resized(sheet: bytes) -> bytes:
        changed = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + size + b'"', sheet)
        assert changed != sheet
        return changed

    folder.write("costs.xlsx", workbook(resized))
    folder.tables = [TABLE]
    folder.counts()
    assert folder.rows("amount") == [(Decimal(month),) for month in range(1, 6)]


def test_a_last_cell_that_was_emptied_is_empty(folder: FilesFolder) -> None:
    """A row that ends before its last column says so of what it leaves out."""
    table = TABLE | {"key": ("month",)}
    folder.write("costs.xlsx", workbook(bytes, months=1))
    folder.tables = [table]
    folder.counts()
    assert folder.rows("amount") == [(Decimal(1),)]
    folder.write("costs.xlsx", workbook(lambda sheet: re.sub(rb'<c r="C2".*?</c>', b"", sheet), 1))
    assert folder.counts().quarantined == 1
    (reason,) = folder.reasons()
    assert "column spent: must hold an amount" in reason


@pytest.mark.parametrize("months", [1, 12])
def test_a_cut_sheet_in_a_sound_archive_is_told_by_file_and_next_step(
    folder: FilesFolder, months: int
) -> None:
    """Nothing of it is read, and the doctor tells the same."""
    folder.write("costs.xlsx", workbook(lambda sheet: sheet[: len(sheet) * 2 // 3], months))
    folder.tables = [TABLE]
    assert f"costs.xlsx: {SHEET} in it is broken or was cut off" in folder.error()
    assert "correct the file" in folder.error()
    assert folder.rows("amount") == []
    (check,) = folder.connector().checks()
    assert check.status is CheckStatus.FAILED
    assert f"costs.xlsx: {SHEET} in it is broken" in check.found
    assert "correct the file" in check.todo


def test_a_sheet_that_is_no_xml_is_told(folder: FilesFolder) -> None:
    """Though it has its end: whatever the library says, it is one sentence."""
    folder.write("costs.xlsx", workbook(lambda sheet: sheet.replace(b"</row>", b"</ro>", 1)))
    folder.tables = [TABLE]
    assert "costs.xlsx: this is no Excel workbook (.xlsx), or a broken one" in folder.error()
    (check,) = folder.connector().checks()
    assert check.status is CheckStatus.FAILED


def test_an_archive_of_something_else_is_told(folder: FilesFolder) -> None:
    """A text document has the same form as a workbook."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    folder.write("costs.xlsx", packed.getvalue())
    folder.tables = [TABLE]
    assert "costs.xlsx: this is no Excel workbook" in folder.error()
