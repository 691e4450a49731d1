"""What has to look at rows or ids for each cut: distinct counts, in two stages, and medians."""

from collections.abc import Sequence

from kpiloop.engine.compute.asking import Asking, cell_of, dimensions_of
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
from kpiloop.kpi.measure import Function, Measure
from kpiloop.warehouse.sql import name

OF_ROWS = frozenset({Function.COUNT_DISTINCT, Function.MEDIAN})
"""The functions whose value for a period follows from its rows only."""


def compute_distinct(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of flows and cohorts that count ids or take a median."""
    for measure in measures:
        for cut in asking.cuts[measure.name]:
            for row in asking.guard.rows(_statement(measure, cut, asking), [measure.name]):
                dimensions = dimensions_of(row[1 : 1 + len(cut)])
                cell = cell_of(measure, row[-2], row[-1])
                if cell:
                    period = asking.period(row[0])
                    asking.cells.put(measure.name, cut, period, dimensions, cell)
            if measure.aggregate.function is Function.COUNT_DISTINCT:
                compute_daily_distinct(measure, _rows(measure, cut, asking), cut, asking)


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
