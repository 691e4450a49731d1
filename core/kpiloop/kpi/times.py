"""The times of a measure: which of its keys go together, and what basis they make."""

import re
from collections.abc import Iterator

from kpiloop.errors import DefinitionError
from kpiloop.kpi.definition import MeasureDefinition
from kpiloop.kpi.measure import Basis
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.table import Table
from kpiloop.schema.fields import Kind

_DAYS = re.compile(r"(\d{1,4}) days?")
_NO_COLUMNS = ("within", "delay")
_SHAPES: tuple[tuple[frozenset[str], Basis], ...] = (
    (frozenset({"when"}), Basis.FLOW),
    (frozenset({"when", "delay"}), Basis.FLOW),
    (frozenset({"when", "then", "within"}), Basis.COHORT),
    (frozenset({"from", "until"}), Basis.STOCK),
)
_SURVIVAL = (frozenset({"when", "then"}), frozenset({"when", "then", "until"}))
_LEGAL = (
    "when (a flow, with delay a later one); when, then and within (a cohort); from and until (a "
    "stock); of median_survival(): when, then and, where rows leave otherwise, until"
)


def basis_of(definition: MeasureDefinition, *, is_survival: bool) -> Basis:
    """What its times make of it; DefinitionError where they do not go together."""
    given = frozenset(key for key, value in _times(definition).items() if value is not None)
    if is_survival and given in _SURVIVAL:
        return Basis.COHORT
    found = None if is_survival else next((each for keys, each in _SHAPES if keys == given), None)
    if found is None:
        told = " and ".join(sorted(given)) or "no time"
        made = "median_survival()" if is_survival else "a measure"
        raise DefinitionError(f"{told} does not make {made}", where=definition.place, legal=_LEGAL)
    return found


def moments_of(definition: MeasureDefinition, table: Table) -> dict[str, str | None]:
    """Key → the column that it names, one of the row's own that holds a time or a day."""
    return {
        key: None if column is None else _moment(column, key, table, definition)
        for key, column in _columns(definition)
    }


def days_of(text: str | None, key: str, definition: MeasureDefinition) -> int | None:
    """The number of days that a key says; DefinitionError where it is none."""
    if text is None:
        return None
    days = _DAYS.fullmatch(text)
    if days is None:
        raise DefinitionError(
            f"{text!r} is no number of days",
            where=definition.key(key),
            legal=f'{key} = "90 days"',
        )
    return int(days[1])


def _times(definition: MeasureDefinition) -> dict[str, str | None]:
    return {
        "when": definition.when,
        "then": definition.then,
        "within": definition.within,
        "delay": definition.delay,
        "from": definition.start,
        "until": definition.until,
    }


def _columns(definition: MeasureDefinition) -> Iterator[tuple[str, str | None]]:
    return (each for each in _times(definition).items() if each[0] not in _NO_COLUMNS)


def _moment(column: str, key: str, table: Table, definition: MeasureDefinition) -> str:
    reach = table.own.get(column)
    moments = [name for name, own in table.own.items() if own.kind in {Kind.INSTANT, Kind.DAY}]
    if reach is None or column not in moments:
        what = "is neither a time nor a day" if reach else "is no column"
        raise DefinitionError(
            f"{column!r} {what} of {table.entity}{did_you_mean(column, moments)}",
            where=definition.key(key),
            legal=", ".join(moments) or "a table whose rows have a time",
        )
    return column
