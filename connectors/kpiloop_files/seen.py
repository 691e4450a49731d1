"""What was seen before, however much that is: the first of it in memory, the rest on disk."""

import hashlib
import sqlite3
from dataclasses import dataclass, field

_IN_MEMORY = 50_000
_SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8192")
_TABLE = "CREATE TABLE seen (key BLOB PRIMARY KEY, place INTEGER, times INTEGER) WITHOUT ROWID"
_ADD = "INSERT OR IGNORE INTO seen VALUES (?, ?, 1)"
_COUNT = "UPDATE seen SET times = times + 1 WHERE key = ? RETURNING place, times"


@dataclass(slots=True)
class Seen:
    """Tells of each text where it stood first, and how often it was seen; close it at the end."""

    in_memory: int = _IN_MEMORY
    """How many texts are kept in memory."""
    _few: dict[bytes, tuple[int, int]] = field(default_factory=dict[bytes, tuple[int, int]])
    _many: sqlite3.Connection | None = None

    def add(self, text: str, place: int) -> tuple[int, int]:
        """The place where the text was seen first, and how many times by now."""
        key = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        known = self._few.get(key)
        if known is None and len(self._few) >= self.in_memory:
            return self._add_on_disk(key, place)
        first, times = known or (place, 0)
        self._few[key] = first, times + 1
        return first, times + 1

    def close(self) -> None:
        """Forget everything."""
        self._few.clear()
        if self._many is not None:
            self._many.close()
            self._many = None

    def _add_on_disk(self, key: bytes, place: int) -> tuple[int, int]:
        if self._many is None:
            self._many = _opened()
        if self._many.execute(_ADD, (key, place)).rowcount:
            return place, 1
        first, times = self._many.execute(_COUNT, (key,)).fetchone()
        return first, times


def _opened() -> sqlite3.Connection:
    """A database without a name: SQLite removes its file when it is closed, or the process ends."""
    # Each use is by one thread after another, never by two at once.
    many = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for each in _SETTINGS:
        many.execute(f"PRAGMA {each}")
    many.execute(_TABLE)
    many.execute("BEGIN")  # never committed: a commit for each row would cost more than the row
    return many
