"""Tables in spreadsheets and in Parquet files."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from kpiloop import ConfigError
from kpiloop_files.csv_rows import check_heading
from kpiloop_files.settings import Table
from kpiloop_files.text import UnreadableError
from kpiloop_files.wire import Row

_MOST_UNPACKED = 2 << 30
_BATCH = 1_000
_CHUNK = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_END_OF_SHEET = re.compile(rb"</(?:[\w.-]+:)?worksheet\s*>")
_LONGEST_END = 256
_NO_WORKBOOK = "this is no Excel workbook (.xlsx), or a broken one: save or export it again"


def excel_rows(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a sheet; a formula counts as what the spreadsheet program last made of it.

    Raises UnreadableError where it is no workbook, or has no such sheet or column.
    """
    _check_archive(path)
    try:
        yield from _sheet_rows(path, table)
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - of a broken file the library may raise anything
        raise UnreadableError(_NO_WORKBOOK) from None


def parquet_rows(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a Parquet file; only the mapped columns are read.

    Raises ConfigError where the library is missing, UnreadableError where it is no such file.
    """
    if find_spec("pyarrow") is None:
        raise ConfigError(
            "Parquet files need one more library",
            where=f"table {table.stream}",
            todo="pip install 'kpiloop[parquet]'",
        )
    # Imported here and not above: it is an extra, and takes its time.
    parquet = import_module("pyarrow.parquet")
    errors = import_module("pyarrow").ArrowException
    try:
        with parquet.ParquetFile(path, memory_map=False) as file:
            check_heading([str(each) for each in file.schema_arrow.names], table)
            line = 0
            for batch in file.iter_batches(batch_size=_BATCH, columns=list(table.wanted)):
                for cells in batch.to_pylist():
                    line += 1
                    yield Row(line, cells)
    except errors:
        raise UnreadableError("this is no Parquet file, or it is broken") from None


def _sheet_rows(path: Path, table: Table) -> Iterator[Row]:
    with path.open("rb") as file:
        # The library's own types are Any to the checkers: it ships none.
        book: Any = load_workbook(file, read_only=True, data_only=True)
        try:
            sheet = _sheet(book, table)
            # Some programs tell a wrong size: then rows would be passed over.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(min_row=table.header, values_only=True)
            heading = ["" if cell is None else str(cell).strip() for cell in next(rows, ())]
            check_heading(heading, table)
            for line, cells in enumerate(rows, start=table.header + 1):
                if any(cell is not None for cell in cells):
                    yield Row(line, _named(heading, cells))
        finally:
            book.close()


def _sheet(book: Any, table: Table) -> Any:
    names: list[str] = book.sheetnames
    if table.sheet and table.sheet not in names:
        raise UnreadableError(f"it has no sheet {table.sheet!r}; it has {', '.join(names)}")
    return book[table.sheet or names[0]]


def _named(heading: Sequence[str], cells: Sequence[object]) -> dict[str, object]:
    """Cells by heading; those that a row leaves out at its end are empty."""
    all_cells = (*cells, *[None] * (len(heading) - len(cells)))
    return {name: cell for name, cell in zip(heading, all_cells, strict=False) if name}


def _check_archive(path: Path) -> None:
    """Raise UnreadableError where it is no workbook, is too large, or a sheet lacks its end.

    A cut sheet is found before its first row is read: half a table is not read as if it were whole.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
                raise UnreadableError(f"unpacked it has more than {_MOST_UNPACKED >> 30} GB")
            sheets = [each for each in packed.namelist() if _SHEET.fullmatch(each)]
            broken = next((each for each in sheets if not _is_whole(packed, each)), "")
            if broken:
                what = f"{broken} in it is broken or was cut off"
                raise UnreadableError(f"{what}: save or export the workbook again")
    except zipfile.BadZipFile:
        raise UnreadableError(_NO_WORKBOOK) from None


def _is_whole(packed: zipfile.ZipFile, name: str) -> bool:
    end = b""
    try:
        with packed.open(name) as sheet:
            while chunk := sheet.read(_CHUNK):
                end = (end + chunk)[-_LONGEST_END:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return False
    return b"\0" in end or _END_OF_SHEET.search(end) is not None  # else it is UTF-16
