"""The SQLite database under a simulated account: one connection, one lock, whole transactions."""

import json
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import Self

DOCUMENTS = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_in_order ON documents (collection, position);
"""
"""The table that `Documents` keeps its own in."""
_SETTINGS = """
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -131072;
"""


class Closing(ABC):
    """What is closed when done, at the latest by the block that it is used in."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Free what is held; later calls fail."""


class Database(Closing):
    """A connection that server and tests share across threads.

    `script` makes the account's tables where they are missing. Durability is not wanted: a
    simulated account that a power cut harms is seeded again.
    """

    def __init__(self, path: str, script: str) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(_SETTINGS + script)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """All or nothing; within another transaction, a part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """The connection while nobody else uses it."""
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Free the connection; later calls fail."""
        with self._lock:
            self._connection.close()


class Documents:
    """Small JSON documents by collection and id, in order of arrival."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, collection: str, key: str, body: object) -> None:
        """Add a document, or replace it where it stands."""
        text = json.dumps(body, ensure_ascii=False)
        with self._database.transaction() as db:
            db.execute(
                "INSERT INTO documents VALUES (?1, ?2,"
                " (SELECT coalesce(max(position), 0) + 1 FROM documents WHERE collection = ?1), ?3)"
                " ON CONFLICT DO UPDATE SET body = excluded.body",
                (collection, key, text),
            )

    def all(self, collection: str) -> list[str]:
        """The texts of a collection's documents."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT body FROM documents WHERE collection = ? ORDER BY position", (collection,)
            )
            return [str(body) for (body,) in rows]

    def get(self, collection: str, key: str) -> str | None:
        """The text of one document."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT body FROM documents WHERE collection = ? AND id = ?", (collection, key)
            ).fetchone()
        return None if row is None else str(row[0])

    def remove(self, collection: str, key: str) -> bool:
        """Delete a document; False where there is none."""
        with self._database.transaction() as db:
            gone = db.execute(
                "DELETE FROM documents WHERE collection = ? AND id = ?", (collection, key)
            )
            return gone.rowcount > 0
