"""Tables: rows of files on their way to the core, each with an id and its place."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

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
        self.has_ids = bool(table.id or table.key)
        self.model: type[Record] = wire_of(table)
        self.version = hashlib.sha256(table.model_dump_json().encode()).hexdigest()[:8]
        """Changes with the mapping: then all files are read again."""
        self._table = table

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The rows of one file with their lines, as the wire model reads them."""
        for row in self._read(path, name):
            record_id = self._id(row, name)
            problem = row.problem or ("" if record_id else self._no_id)
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
        suffix = Path(name).suffix.lower()
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
            return "/".join(map(_escaped, parts)) if any(parts) else ""
        return f"{self._scope}{name}:{row.line}"

    @property
    def _no_id(self) -> str:
        columns = " and ".join(self._table.key or (self._table.id,))
        return f"must have a value in {columns}"

    @property
    def _scope(self) -> str:
        """Tells places apart of several tables that read one file as one entity."""
        table = self._table
        return "" if table.stream == table.entity else f"{table.stream}:"


def _escaped(part: str) -> str:
    """A part of a key in which no `/` can be taken for the one between two parts."""
    return part.replace("\\", "\\\\").replace("/", "\\/")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).replace("\x00", "").strip()
