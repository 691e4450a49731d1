"""Where SQL text is put together: names are quoted here, and kinds of value get DuckDB's types.

Nothing else spells a DuckDB type or a quotation mark, so that another engine can take its place.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kpiloop.schema.fields import Kind

TYPES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TEXT: "VARCHAR",
        Kind.WHOLE: "BIGINT",
        Kind.NUMBER: "DECIMAL(20,6)",
        Kind.MONEY: "DECIMAL(18,4)",
        # A rupiah is worth little: what one converts with must not be rounded away.
        Kind.RATE: "DECIMAL(24,12)",
        Kind.FLAG: "BOOLEAN",
        # Naive, in UTC: the type with a zone would make answers depend on the machine's zone.
        Kind.INSTANT: "TIMESTAMP",
        Kind.DAY: "DATE",
    }
)


def name(identifier: str) -> str:
    """An identifier, quoted, whatever characters it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str], *, of: str = "") -> str:
    """Identifiers as a list for a statement; `of` is the alias that stands before each."""
    before = f"{of}." if of else ""
    return ", ".join(before + name(each) for each in identifiers)


def table(schema: str, identifier: str) -> str:
    """A table's name with its schema."""
    return f"{name(schema)}.{name(identifier)}"


def text(value: str) -> str:
    """A text as a literal; only for values that cannot be parameters, such as paths into JSON."""
    return "'" + value.replace("'", "''") + "'"


def definitions(columns: Mapping[str, Kind]) -> str:
    """Column names with their types, as CREATE TABLE wants them."""
    return ", ".join(f"{name(column)} {TYPES[kind]}" for column, kind in columns.items())


def create(schema: str, identifier: str, columns: Mapping[str, Kind]) -> str:
    """The statement that makes a table, if it is missing."""
    return f"CREATE TABLE IF NOT EXISTS {table(schema, identifier)} ({definitions(columns)})"
