"""What has to look at rows or ids for each cut: distinct counts, in two stages, and medians.

Counts of the same ids by the same days share the first stage: each id once for each span and
combination of dimensions, with which of the measures count it there.
"""

from collections.abc import Iterable, Sequence

from kpiloop.engine.compute.asking import Asking, cell_of, dimensions_of, grouped
from kpiloop.engine.compute.daily_distinct import compute_daily_distinct
from kpiloop.engine.compute.pieces import condition, text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import (
    counted_day,
    dimension_columns,
    from_clause,
    group_by,
    listed,
)
from kpiloop.engine.compute.shared_distinct import compute_shared_distinct
from kpiloop.kpi.measure import Function, Measure
from kpiloop.warehouse.sql import name

OF_ROWS = frozenset({Function.COUNT_DISTINCT, Function.MEDIAN})
"""The functions whose value for a period follows from its rows only."""


def compute_distinct(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of flows and cohorts that count ids or take a median."""
    for group in _sharing(measures, asking):
        if len(group) > 1:
            compute_shared_distinct(group, asking)
        else:
            _compute_alone(group[0], asking)
        for measure in group:
            for cut in asking.cuts[measure.name]:
                if measure.aggregate.function is Function.COUNT_DISTINCT:
                    compute_daily_distinct(measure, _rows(measure, cut, asking), cut, asking)


def _sharing(measures: Sequence[Measure], asking: Asking) -> Iterable[list[Measure]]:
    """Counts of the same ids of one table, by the same days and cuts; each median by itself."""
    found: dict[tuple[object, ...], list[Measure]] = {}
    for key, group in grouped(measures, asking).items():
        for measure in group:
            is_count = measure.aggregate.function is Function.COUNT_DISTINCT
            argument = measure.aggregate.argument
            counted = text_of(argument) if is_count and argument is not None else ""
            found.setdefault((*key, counted or measure.name), []).append(measure)
    return found.values()


def _compute_alone(measure: Measure, asking: Asking) -> None:
    for cut in asking.cuts[measure.name]:
        for row in asking.guard.rows(_statement(measure, cut, asking), [measure.name]):
            dimensions = dimensions_of(row[1 : 1 + len(cut)])
            cell = cell_of(measure, row[-2], row[-1])
            if cell:
                asking.cells.put(measure.name, cut, asking.period(row[0]), dimensions, cell)


def _statement(measure: Measure, cut: Cut, asking: Asking) -> str:
    """Distinct ids by period first, counted afterwards: several times faster than at once."""
    is_count = measure.aggregate.function is Function.COUNT_DISTINCT
    days = "tiling_days" if is_count else "period_days"
    keys = f"period_days.period{listed(cut, before='found')}"
    rows = (
        f"SELECT {'DISTINCT ' if is_count else ''}{keys}, found.argument "
        f"FROM ({_rows(measure, cut, asking)}) AS found "
        f"JOIN {days} AS period_days ON period_days.day = found.day"
    )
    fold = "count(*), count(*)" if is_count else "median(argument), count(*)"
    return f"SELECT period{listed(cut)}, {fold} FROM ({rows}) AS rows" + group_by(
        ["period", *map(name, cut)]
    )


def _rows(measure: Measure, cut: Cut, asking: Asking) -> str:
    argument = measure.aggregate.argument
    assert argument is not None
    day = counted_day(measure)
    spelled = text_of(argument)
    columns = [f"{day} AS day", *dimension_columns(measure, cut), f"{spelled} AS argument"]
    return (
        f"SELECT {', '.join(columns)} {from_clause([measure], cut)} "
        f"WHERE {day} BETWEEN {asking.first_day} AND {asking.last_day} "
        f"AND {text_of(condition(measure))} AND {spelled} IS NOT NULL"
    )
