"""What is known of the derived tables in the warehouse: what they were made of, and what failed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from pydantic import TypeAdapter, ValidationError

_KEY = "derived"
_RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One derived table as it was made last."""

    mark: str
    """Changes with anything that its rows follow from."""
    rows: int = 0
    problem: str = ""
    """Why it has no rows; empty: it was made."""
    is_waiting: bool = False
    """Whether that is no fault: it will have rows once more is known."""


_KEPT = TypeAdapter(dict[str, Standing])


def standing(connection: DuckDBPyConnection) -> dict[str, Standing]:
    """The derived tables that were made, by name."""
    kept = _value(connection, _KEY)
    try:
        return _KEPT.validate_json(kept) if kept else {}
    except ValidationError:
        return {}  # kept by another version


def remember(connection: DuckDBPyConnection, tables: Mapping[str, Standing]) -> None:
    """Keep what is known of all derived tables."""
    connection.execute("DELETE FROM state.meta WHERE key = $key", {"key": _KEY})
    kept = _KEPT.dump_json(dict(tables)).decode()
    connection.execute("INSERT INTO state.meta VALUES ($key, $value)", {"key": _KEY, "value": kept})


def mark_of_resolved(connection: DuckDBPyConnection) -> str:
    """Changes with the resolved tables."""
    return _value(connection, _RESOLVED)


def short(parts: Iterable[object]) -> str:
    """A mark that changes with any of its parts."""
    return hashlib.sha256(json.dumps([str(each) for each in parts]).encode()).hexdigest()


def _value(connection: DuckDBPyConnection, key: str) -> str:
    asked = connection.execute("SELECT value FROM state.meta WHERE key = $key", {"key": key})
    row = asked.fetchone()
    return str(row[0]) if row else ""
