"""From a definition of a measure to the measures that it stands for, checked against the schema."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kpiloop.errors import DefinitionError
from kpiloop.kpi.aggregate import CheckedAggregate, CheckedFilter, read_aggregate, read_filter
from kpiloop.kpi.allowed import canonical
from kpiloop.kpi.definition import MeasureDefinition
from kpiloop.kpi.measure import Absent, Basis, Function, Measure, Part
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.table import Table, tables
from kpiloop.kpi.units import RATIO, Unit, is_count, parse_unit
from kpiloop.kpi.version import version_of
from kpiloop.schema.fields import Kind

IN_PERIOD = "_in_period"
"""The end of the name of a period twin."""

PARTS = {Part.START: "_at_start", Part.END: "_at_end", Part.KEPT: "_kept"}
"""The ends of the names of a stock's measures."""

_WITHIN = re.compile(r"(\d{1,4}) days?")
_KEYS = {
    Basis.FLOW: frozenset({"when"}),
    Basis.COHORT: frozenset({"when", "then", "within"}),
    Basis.STOCK: frozenset({"from", "until"}),
}
_STOCK_FUNCTIONS = frozenset({Function.COUNT, Function.COUNT_DISTINCT, Function.SUM})


def build_measures(definition: MeasureDefinition) -> Iterator[Measure]:
    """A flow; a cohort and its period twin; or the parts of a stock."""
    basis = _basis(definition)
    if basis is Basis.FLOW:
        yield _build(definition, basis)
    elif basis is Basis.COHORT:
        yield _build(definition, basis)
        yield _build(_twin(definition), Basis.FLOW)
    else:
        yield from _stock(definition)


def _basis(definition: MeasureDefinition) -> Basis:
    """What its times make of it; DefinitionError where they do not go together."""
    given = frozenset(key for key, value in _times(definition).items() if value is not None)
    for basis, keys in _KEYS.items():
        if given == keys:
            return basis
    raise DefinitionError(
        f"{' and '.join(sorted(given)) or 'no time'} does not make a measure",
        where=definition.place,
        legal="when (a flow); when, then and within (a cohort); from and until (a stock)",
    )


def _times(definition: MeasureDefinition) -> dict[str, str | None]:
    return {
        "when": definition.when,
        "then": definition.then,
        "within": definition.within,
        "from": definition.start,
        "until": definition.until,
    }


def _twin(definition: MeasureDefinition) -> MeasureDefinition:
    """Counts rows that have `when` by the day of their `then`, however long it took."""
    has_begun = f"{definition.when} IS NOT NULL"
    where = f"({definition.where}\n) AND {has_begun}" if definition.where else has_begun
    return definition.varied(
        name=definition.name + IN_PERIOD,
        where=where,
        when=definition.then,
        then=None,
        within=None,
        title=None,
    )


def _stock(definition: MeasureDefinition) -> Iterator[Measure]:
    state = _build(definition, Basis.STOCK)
    if state.aggregate.function not in _STOCK_FUNCTIONS:
        raise DefinitionError(
            f"a stock cannot be an {state.aggregate.function}",
            where=definition.key("aggregate"),
            legal="count(*), count(x), count(distinct x), sum(x)",
        )
    for part, ending in PARTS.items():
        if part is Part.KEPT and state.aggregate.function is Function.SUM:
            continue  # only what has an id can be kept
        yield replace(
            state,
            name=definition.name + ending,
            part=part,
            title=None,
            derived_from=definition.name,
            version=version_of([state.version, part]),
        )


def _build(definition: MeasureDefinition, basis: Basis) -> Measure:
    table = _table(definition)
    aggregate = read_aggregate(definition.aggregate, table, definition.key("aggregate"))
    where = _where(definition, table)
    times = {key: _moment(column, key, table, definition) for key, column in _moments(definition)}
    measure = Measure(
        name=definition.name,
        on=table.entity,
        row=table.row,
        basis=basis,
        aggregate=aggregate.aggregate,
        where=where.condition if where else None,
        when=times["when"],
        then=times["then"],
        within_days=_within(definition),
        start=times["from"],
        until=times["until"],
        absent=_absent(table, aggregate.aggregate.function),
        unit=_unit(definition, aggregate),
        columns=tuple(dict.fromkeys((*aggregate.columns, *(where.columns if where else ())))),
        dimensions=table.dimensions(),
        records=table.records(),
        title=definition.title,
        meaning=definition.meaning,
        derived_from=definition.derived_from,
        origin=definition.origin,
        version="",
    )
    return replace(measure, version=version_of(_meaning(measure)))


def _meaning(measure: Measure) -> object:
    return {
        "on": measure.on,
        "basis": measure.basis,
        "aggregate": [measure.aggregate.function, canonical(measure.aggregate.argument)],
        "where": canonical(measure.where),
        "times": [measure.when, measure.then, measure.start, measure.until],
        "within": measure.within_days,
        "unit": measure.unit.powers,
    }


def _absent(table: Table, function: Function) -> Absent:
    is_count = function in {Function.COUNT, Function.COUNT_DISTINCT}
    is_sold = function is Function.SUM and table.absent_is_zero
    return Absent.ZERO if is_count or is_sold else Absent.NONE


def _where(definition: MeasureDefinition, table: Table) -> CheckedFilter | None:
    if definition.where is None:
        return None
    return read_filter(definition.where, table, definition.key("where"))


def _table(definition: MeasureDefinition) -> Table:
    table = tables().get(definition.on)
    if table is None:
        raise DefinitionError(
            f"there is no table {definition.on!r}{did_you_mean(definition.on, tables())}",
            where=definition.key("on"),
            legal=", ".join(tables()),
        )
    return table


def _moments(definition: MeasureDefinition) -> Iterator[tuple[str, str | None]]:
    return ((key, column) for key, column in _times(definition).items() if key != "within")


def _moment(
    column: str | None, key: str, table: Table, definition: MeasureDefinition
) -> str | None:
    """The column, if it is one of the row's own that holds a time or a day."""
    if column is None:
        return None
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


def _within(definition: MeasureDefinition) -> int | None:
    if definition.within is None:
        return None
    days = _WITHIN.fullmatch(definition.within)
    if days is None:
        raise DefinitionError(
            f"{definition.within!r} is no number of days",
            where=definition.key("within"),
            legal='within = "90 days"',
        )
    return int(days[1])


def _unit(definition: MeasureDefinition, aggregate: CheckedAggregate) -> Unit:
    """The declared unit where it may be called so, else what the aggregate gives."""
    if definition.unit is None:
        return aggregate.unit
    unit = parse_unit(definition.unit, definition.key("unit"))
    may_rename = is_count(aggregate.unit) and is_count(unit)
    if unit == aggregate.unit or may_rename or aggregate.unit == RATIO:
        return unit
    raise DefinitionError(
        f"{definition.aggregate} is in {aggregate.unit}, not in {unit}",
        where=definition.key("unit"),
        legal=str(aggregate.unit),
    )
