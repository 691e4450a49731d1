"""A query as it was read."""

from dataclasses import dataclass
from enum import Enum


class Sort(Enum):
    """What a literal is."""

    TEXT = "string"
    NUMBER = "double"
    FLAG = "boolean"
    NULL = "null"
    DAY = "date"
    MOMENT = "dateTime"
    PERIOD = "period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value in a condition; of a period, the name and after a colon the number of units."""

    sort: Sort
    value: str | int | float | None
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A field, over parents where there are several names."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One condition; only IN and NOT IN have several values."""

    path: Path
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """Conditions of which all (`AND`) or any (`OR`) must hold."""

    word: str
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Negated:
    """A condition that must not hold."""

    part: "Condition"


Condition = Comparison | Combined | Negated


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """One key of the order; without a value in it, records come first unless said otherwise."""

    path: Path
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The whole of it; `counts` says that it asks for the number of records alone."""

    text: str
    fields: tuple[Path, ...]
    entity: Path
    counts: bool = False
    where: Condition | None = None
    order: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int = 0
