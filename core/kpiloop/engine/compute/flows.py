"""Flows and cohorts that add up: one question per table and day column, by day, then by period.

The base holds one row per day and combination of dimensions; every grain and cut is rolled up from
it, which is several times faster than asking the rows for each.
"""

from collections.abc import Sequence

from kpiloop.engine.compute.asking import Asking, cell_of, dimensions_of, grouped
from kpiloop.engine.compute.pieces import ROWS, Piece, pieces, selected
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import (
    counted_day,
    dimension_columns,
    dimensions_in,
    from_clause,
    group_by,
    listed,
)
from kpiloop.kpi.measure import Function, Measure
from kpiloop.warehouse.sql import name

ROLLED_UP = frozenset({Function.COUNT, Function.SUM, Function.AVG, Function.MIN, Function.MAX})
"""The functions whose value for a period follows from those of its days."""


def compute_flows(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of flows and cohorts that can be rolled up from days."""
    for (_, _, cuts), group in grouped(measures, asking).items():
        columns = [piece for measure in group for piece in pieces(measure)]
        asking.guard.run(
            base_statement(group, columns, cuts, asking), [each.name for each in group]
        )
        for cut in cuts:
            _roll_up(group, columns, cut, asking)


def base_statement(
    measures: Sequence[Measure], columns: Sequence[Piece], cuts: Sequence[Cut], asking: Asking
) -> str:
    """One row per day and combination of dimensions, with every column of the measures."""
    cut_by = dimensions_in(cuts)
    day = counted_day(measures[0])
    keys = [f"{day} AS day", *dimension_columns(measures[0], cut_by)]
    aggregates = [selected(each.by_day, each.column) for each in columns]
    return (
        f"CREATE OR REPLACE TEMP TABLE base AS SELECT {', '.join([*keys, *aggregates])} "
        f"{from_clause(measures, cut_by)} "
        f"WHERE {day} BETWEEN {asking.first_day} AND {asking.last_day}"
        + group_by(str(number) for number in range(1, len(keys) + 1))
    )


def _roll_up(
    measures: Sequence[Measure], columns: Sequence[Piece], cut: Cut, asking: Asking
) -> None:
    folded = ", ".join(
        f"{each.roll_up}({name(each.column)}) AS {name(each.column)}" for each in columns
    )
    by_day = f"SELECT day{listed(cut)}, {folded} FROM base" + group_by(["day", *map(name, cut)])
    statement = (
        f"SELECT period_days.period{listed(cut, before='days')}, "
        + ", ".join(f"{each.roll_up}(days.{name(each.column)})" for each in columns)
        + f" FROM ({by_day}) AS days JOIN period_days ON period_days.day = days.day"
        + group_by(["1", *(f"days.{name(each)}" for each in cut)])
    )
    places = {each.column: 1 + len(cut) + place for place, each in enumerate(columns)}
    for row in asking.guard.rows(statement, [each.name for each in measures]):
        period = asking.period(row[0])
        dimensions = dimensions_of(row[1 : 1 + len(cut)])
        for measure in measures:
            value = row[places[measure.name]]
            rows = row[places.get(measure.name + ROWS, places[measure.name])]
            cell = cell_of(measure, value, rows)
            if cell:
                asking.cells.put(measure.name, cut, period, dimensions, cell)
