"""From a definition of a measure to the measures that it stands for, checked against the schema."""

from collections.abc import Iterator
from dataclasses import replace

from kpiloop.errors import DefinitionError
from kpiloop.kpi.aggregate import CheckedAggregate, CheckedFilter, read_aggregate, read_filter
from kpiloop.kpi.allowed import canonical
from kpiloop.kpi.definition import MeasureDefinition
from kpiloop.kpi.measure import Absent, Basis, Function, Measure, Part
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.table import CHOSEN, MODEL, Table, Tables
from kpiloop.kpi.times import basis_of, days_of, moments_of
from kpiloop.kpi.units import RATIO, Unit, is_count, parse_unit
from kpiloop.kpi.version import version_of

IN_PERIOD = "_in_period"
"""The end of the name of a period twin."""

PARTS = {Part.START: "_at_start", Part.END: "_at_end", Part.KEPT: "_kept"}
"""The ends of the names of a stock's measures."""

_STOCK_FUNCTIONS = frozenset({Function.COUNT, Function.COUNT_DISTINCT, Function.SUM})


def build_measures(definition: MeasureDefinition, tables: Tables) -> Iterator[Measure]:
    """A flow; a cohort and, where it has a limit, its period twin; or the parts of a stock."""
    measure = _build(definition, tables)
    if measure.basis is Basis.STOCK:
        yield from _parts(measure, definition, tables)
        return
    if definition.kept_by is not None:
        raise _no_kept_by(definition)
    yield measure
    if measure.within_days is not None:
        yield _build(_twin(definition), tables)


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


def _parts(state: Measure, definition: MeasureDefinition, tables: Tables) -> Iterator[Measure]:
    if state.aggregate.function not in _STOCK_FUNCTIONS:
        raise DefinitionError(
            f"a stock cannot be an {state.aggregate.function}",
            where=definition.key("aggregate"),
            legal="count(*), count(x), count(distinct x), sum(x)",
        )
    kept_by = _kept_by(definition, state, tables[state.on])
    for part, ending in PARTS.items():
        meaning = [state.version, part]
        if part is Part.KEPT and state.aggregate.function is Function.SUM:
            if kept_by is None:
                continue  # only what has an id can be kept
            meaning.append(kept_by)
        yield replace(
            state,
            name=definition.name + ending,
            part=part,
            kept_by=kept_by,
            title=None,
            derived_from=definition.name,
            version=version_of(meaning),
        )


def _kept_by(definition: MeasureDefinition, state: Measure, table: Table) -> str | None:
    """The row's own id by which a sum is kept."""
    if definition.kept_by is None:
        return None
    if state.aggregate.function is not Function.SUM:
        raise _no_kept_by(definition)
    ids = [name for name in table.own if name == "id" or name.endswith("_id")]
    if definition.kept_by not in ids:
        raise DefinitionError(
            f"{definition.kept_by!r} is no id of {state.on}{did_you_mean(definition.kept_by, ids)}",
            where=definition.key("kept_by"),
            legal=", ".join(ids),
        )
    return definition.kept_by


def _no_kept_by(definition: MeasureDefinition) -> DefinitionError:
    return DefinitionError(
        "only a stock that is a sum is kept by an id: a count keeps what it counts",
        where=definition.key("kept_by"),
        legal='aggregate = "sum(x)", from, until and kept_by',
        todo="leave kept_by out",
    )


def _build(definition: MeasureDefinition, tables: Tables) -> Measure:
    table = _table(definition, tables)
    aggregate = read_aggregate(definition.aggregate, table, definition.key("aggregate"))
    is_survival = aggregate.aggregate.function is Function.MEDIAN_SURVIVAL
    basis = basis_of(definition, is_survival=is_survival)
    where = _where(definition, table)
    times = moments_of(definition, table)
    measure = Measure(
        name=definition.name,
        on=table.entity,
        row=table.row,
        basis=basis,
        aggregate=aggregate.aggregate,
        where=where.condition if where else None,
        when=times["when"],
        then=times["then"],
        within_days=days_of(definition.within, "within", definition),
        delay_days=days_of(definition.delay, "delay", definition) or 0,
        start=times["from"],
        until=times["until"],
        absent=_absent(table, aggregate.aggregate.function),
        unit=_unit(definition, aggregate),
        columns=tuple(dict.fromkeys((*aggregate.columns, *(where.columns if where else ())))),
        dimensions=table.dimensions(),
        # A median over rows that still wait needs many of them: no record has one of its own.
        records={} if is_survival else table.records(),
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
        **({"delay": measure.delay_days} if measure.delay_days else {}),
    }


def _absent(table: Table, function: Function) -> Absent:
    is_count = function in {Function.COUNT, Function.COUNT_DISTINCT}
    is_sold = function is Function.SUM and table.absent_is_zero
    return Absent.ZERO if is_count or is_sold else Absent.NONE


def _where(definition: MeasureDefinition, table: Table) -> CheckedFilter | None:
    where = definition.where
    read = read_filter(where, table, definition.key("where")) if where else None
    if not table.has_models or (read and any(each.column == MODEL for each in read.columns)):
        return read
    # The same facts stand there once for each model: who asks for no other means the chosen one.
    chosen = f"({where}\n) AND {CHOSEN}" if where else CHOSEN
    return read_filter(chosen, table, definition.key("where"))


def _table(definition: MeasureDefinition, tables: Tables) -> Table:
    table = tables.get(definition.on)
    if table is None:
        raise DefinitionError(
            f"there is no table {definition.on!r}{did_you_mean(definition.on, tables)}",
            where=definition.key("on"),
            legal=", ".join(tables),
        )
    return table


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
