"""Tables in spreadsheets and in Parquet files."""

import zipfile
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


def excel_rows(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a sheet; a formula counts as what the spreadsheet program last made of it.

    Raises UnreadableError where it is no workbook, or has no such sheet or column.
    """
    _refuse_a_bomb(path)
    with path.open("rb") as file:
        try:
            # The library's own types are Any to the checkers: it ships none.
            book: Any = load_workbook(file, read_only=True, data_only=True)
        except (KeyError, ValueError, OSError, zipfile.BadZipFile):
            raise UnreadableError("this is no Excel workbook (.xlsx)") from None
        try:
            rows = _sheet(book, table).iter_rows(min_row=table.header, values_only=True)
            heading = ["" if cell is None else str(cell).strip() for cell in next(rows, ())]
            check_heading(heading, table)
            for line, cells in enumerate(rows, start=table.header + 1):
                if any(cell is not None for cell in cells):
                    yield Row(line, _named(heading, cells))
        finally:
            book.close()


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


def _sheet(book: Any, table: Table) -> Any:
    names: list[str] = book.sheetnames
    if table.sheet and table.sheet not in names:
        raise UnreadableError(f"it has no sheet {table.sheet!r}; it has {', '.join(names)}")
    return book[table.sheet or names[0]]


def _named(heading: Sequence[str], cells: Sequence[object]) -> dict[str, object]:
    return {name: cell for name, cell in zip(heading, cells, strict=False) if name}


def _refuse_a_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile:
        raise UnreadableError("this is no Excel workbook (.xlsx)") from None
    if size > _MOST_UNPACKED:
        raise UnreadableError(f"unpacked it has more than {_MOST_UNPACKED >> 30} GB")
