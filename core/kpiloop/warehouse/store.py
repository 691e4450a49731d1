"""The warehouse as the rest of kpiloop uses it: opened for one cycle, closed afterwards."""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb
from duckdb import DuckDBPyConnection

from kpiloop.errors import StoreError
from kpiloop.schema.record import Record
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse import files
from kpiloop.warehouse.layout import VERSION, lay_out

_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of a Ctrl-C that comes while it works."""


class Warehouse:
    """One open DuckDB file; only one process can have it open.

    All writing is done by one thread through `transaction`; reading may use a `cursor` of its own.
    Instants are stored as naive UTC.
    """

    def __init__(
        self, connection: DuckDBPyConnection, path: Path, entities: Sequence[type[Record]]
    ) -> None:
        self.path = path
        self.entities: Mapping[str, type[Record]] = {each.entity: each for each in entities}
        self._connection = connection

    @classmethod
    @contextmanager
    def open(
        cls,
        path: Path,
        *,
        entities: Sequence[type[Record]] = PULLED,
        memory_limit: str = "1GB",
        threads: int | None = None,
    ) -> Generator[Self]:
        """Open the file, made if it is missing, with a table for each entity.

        What it writes can be read by its owner alone. Raises BusyError where another process has
        it, StoreError where it cannot be read or was made by a newer kpiloop.
        """
        mask = os.umask(0o077)
        try:
            _make_if_missing(path, entities)
            connection = files.connect(path, memory_limit=memory_limit, threads=threads)
            try:
                _bring_up_to_date(connection, path, entities)
                yield cls(connection, path, entities)
            finally:
                connection.close()
        except RuntimeError as error:
            if str(error) == _INTERRUPTED:
                raise KeyboardInterrupt from error
            raise
        finally:
            os.umask(mask)

    @contextmanager
    def cursor(self) -> Generator[DuckDBPyConnection]:
        """A cursor for one unit of reading; an unfinished result never blocks another's."""
        with self._connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def transaction(self) -> Generator[DuckDBPyConnection]:
        """The one connection that writes; its changes are all stored at the end, or none.

        Temporary tables live on between transactions.
        """
        writer = self._connection
        writer.execute("BEGIN TRANSACTION")
        try:
            yield writer
            writer.execute("COMMIT")
        except BaseException as error:
            _roll_back(writer)
            if isinstance(error, duckdb.Error):
                raise _explain_write(error, self.path) from error
            raise


def _make_if_missing(path: Path, entities: Sequence[type[Record]]) -> None:
    """Make the file under another name first: one that dies half-made could never be opened."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    files.clear_unfinished(path)
    unfinished = files.unfinished(path)
    connection = files.connect(unfinished, memory_limit="1GB", threads=1)
    try:
        lay_out(connection, entities)
        connection.execute("INSERT INTO state.meta VALUES ('version', ?)", [str(VERSION)])
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    files.put_in_place(unfinished, path)


def _bring_up_to_date(
    connection: DuckDBPyConnection, path: Path, entities: Sequence[type[Record]]
) -> None:
    version = _version(connection)
    if version is None or version > VERSION:
        found = "no warehouse of kpiloop" if version is None else f"of layout {version}"
        raise StoreError(
            f"the file is {found}, and this kpiloop knows layouts up to {VERSION}",
            where=str(path),
            legal="a warehouse that this or an older version of kpiloop made",
            todo="update kpiloop, or move the file away and pull anew",
        )
    lay_out(connection, entities)
    if version < VERSION:
        connection.execute("UPDATE state.meta SET value = ? WHERE key = 'version'", [str(VERSION)])


def _version(connection: DuckDBPyConnection) -> int | None:
    try:
        row = connection.execute("SELECT value FROM state.meta WHERE key = 'version'").fetchone()
    except duckdb.CatalogException:
        return None
    return int(row[0]) if row else None


def _roll_back(writer: DuckDBPyConnection) -> None:
    try:
        writer.execute("ROLLBACK")
    except duckdb.Error:
        return  # the failure has rolled back already


def _explain_write(error: duckdb.Error, path: Path) -> Exception:
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return StoreError(
            f"the warehouse could not be written: {str(error).splitlines()[0]}",
            where=str(path),
            todo="make room on the disk, or allow more memory; what was stored before is safe",
        )
    return error
