"""The ledger's file: SQLite in WAL mode, made whole or not at all, readable only by its owner."""

import json
import os
import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from kpiloop.errors import BusyError, KpiloopError, StoreError

VERSION = 1
_BUSY_SECONDS = 10.0
_PRIMARY = 0xFF
"""The part of SQLite's error codes that tells the kind."""
_NO_WRITING = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}

Parameters = Sequence[object] | Mapping[str, object]
Row = tuple[object, ...]


class Ledger:
    """One open ledger; safe to use from several threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._lock = RLock()
        self._depth = 0

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the ledger, or make a new one under a temporary name and rename it.

        Raises StoreError where the file is damaged or of a newer kpiloop.
        """
        if not path.exists():
            _make(path)
        connection = _connect(path)
        try:
            found = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _explain(error, path) from error
        if int(found[0]) > VERSION:
            connection.close()
            raise StoreError(
                f"was written by a newer kpiloop (version {found[0]}, this one knows {VERSION})",
                where=str(path),
                todo="use the newer kpiloop, or another [project] home",
            )
        return cls(connection, path)

    def __enter__(self) -> Self:
        """Itself, for `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All that is written inside is kept, or none of it; inner ones join the outer one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._begin()
            self._depth = 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth = 0

    def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise _explain(error, self.path) from error

    def write(self, statement: str, parameters: Parameters = ()) -> int:
        """Run one statement in a transaction; the number of rows that it touched."""
        with self.transaction(), self._explained():
            return self._connection.execute(statement, parameters).rowcount

    def write_many(self, statement: str, rows: Iterator[Parameters] | Sequence[Parameters]) -> int:
        """Run one statement for many rows in one transaction; the number of rows touched."""
        with self.transaction(), self._explained():
            return self._connection.executemany(statement, rows).rowcount

    def insert(self, statement: str, parameters: Parameters = ()) -> int:
        """Insert one row; its number."""
        with self.transaction(), self._explained():
            return self._connection.execute(statement, parameters).lastrowid or 0

    def rows(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a question."""
        with self._lock, self._explained():
            return self._connection.execute(statement, parameters).fetchall()

    @contextmanager
    def _explained(self) -> Generator[None]:
        """A full disk or a damaged file in the middle of the work, in words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise _explain(error, self.path) from error

    def row(self, statement: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a question."""
        found = self.rows(statement, parameters)
        return found[0] if found else None


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = _connect(draft)
    try:
        schema = files("kpiloop.ledger").joinpath("schema.sql").read_text(encoding="utf-8")
        connection.executescript(f"BEGIN;\n{schema}\nCOMMIT;")
        connection.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, so that one rename is all
    finally:
        connection.close()
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its ledger is the one
    except OSError:  # a file system without links
        draft.replace(path)
    draft.unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError as error:
        raise _explain(error, path) from error
    return connection


def _explain(error: sqlite3.DatabaseError, path: Path) -> KpiloopError:
    """What a failure of the database means to the person who meets it."""
    if error.sqlite_errorcode & _PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return BusyError(
            "another process is writing to the ledger",
            where=str(path),
            todo="wait for the other kpiloop to finish, then try again",
        )
    if error.sqlite_errorcode & _PRIMARY in _NO_WRITING:
        return StoreError(
            f"the ledger cannot be written: {error}",
            where=str(path),
            todo="check the file's rights and the space on the disk",
        )
    return StoreError(
        f"cannot be read as a ledger: {error}",
        where=str(path),
        todo="restore it from a backup, or move it away to begin a new one",
    )


def to_text(moment: datetime) -> str:
    """A moment as the ledger keeps it: UTC, to the microsecond, in an order that sorts."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_moment(text: object) -> datetime:
    """The moment that a text of the ledger means."""
    return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def to_json(value: object) -> str:
    """JSON with one spelling for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
