"""Tables: rows of files on their way to the core, each with an id and its place."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kpiloop import Record
from kpiloop_files.csv_rows import csv_rows
from kpiloop_files.settings import Table
from kpiloop_files.sheet_rows import excel_rows, parquet_rows
from kpiloop_files.wire import COLUMNS, CONSTANTS, Row, wire_of

_EXCEL = (".xlsx", ".xlsm")
_PARQUET = (".parquet", ".pq")


class TableInput:
    """One table of the settings."""

    def __init__(self, table: Table) -> None:
        self.file = table.file
        self.name = table.stream
        self.absent = table.absent
        self.model: type[Record] = wire_of(table)
        self.version = hashlib.sha256(table.model_dump_json().encode()).hexdigest()[:8]
        """Changes with the mapping: then all files are read again."""
        self._table = table

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The rows of one file with their lines, as the wire model reads them."""
        places: dict[int, int] = {}
        for row in self._read(path, name):
            record_id = self._id(row, name)
            problem = row.problem or self._repeats(places, record_id, row.line)
            found = row.found if row.problem else record_id
            yield (
                row.line,
                {
                    "id": record_id,
                    "file": name,
                    "row": row.line,
                    **({"problem": problem, "found": found} if problem else {}),
                    COLUMNS: row.cells,
                    CONSTANTS: self._table.constants,
                },
            )

    def _read(self, path: Path, name: str) -> Iterator[Row]:
        suffix = Path(urlsplit(name).path).suffix.lower()
        form = self._table.format
        if form == "excel" or (form == "auto" and suffix in _EXCEL):
            return excel_rows(path, self._table)
        if form == "parquet" or (form == "auto" and suffix in _PARQUET):
            return parquet_rows(path, self._table)
        return csv_rows(path, self._table)

    def _id(self, row: Row, name: str) -> str:
        if self._table.id:
            return _text(row.cells.get(self._table.id))
        if self._table.key:
            parts = [_text(row.cells.get(column)) for column in self._table.key]
            return "/".join(parts) if any(parts) else ""
        return f"{name}:{row.line}"

    def _repeats(self, places: dict[int, int], record_id: str, line: int) -> str:
        """Why a row cannot count: another one of its file has the same id."""
        if not (self._table.id or self._table.key):
            return ""
        if not record_id:
            columns = " and ".join(self._table.key or (self._table.id,))
            return f"must have a value in {columns}"
        first = places.setdefault(hash(record_id), line)
        return "" if first == line else f"must have an id of its own, row {first} has the same"


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).replace("\x00", "").strip()
