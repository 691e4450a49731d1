"""Flows and cohorts that add up: one question per table and day column, for all cuts and periods.

Rows are looked at once, and counted by span for each cut; periods are then made of spans. One row
per combination of all dimensions would be nearly as many rows again.
"""

from collections.abc import Mapping, Sequence

from kpiloop.engine.compute.asking import Asking, cell_of, dimensions_of, grouped
from kpiloop.engine.compute.pieces import ROWS, Piece, pieces, selected
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import counted_day, dimensions_in, from_clause, listed, reached
from kpiloop.kpi.measure import Function, Measure
from kpiloop.warehouse.sql import name

ROLLED_UP = frozenset({Function.COUNT, Function.SUM, Function.AVG, Function.MIN, Function.MAX})
"""The functions whose value for a period follows from those of its days."""

_SPAN = "span_days.span"


def compute_flows(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of flows and cohorts that can be rolled up from days."""
    for (_, _, cuts), group in grouped(measures, asking).items():
        columns = [piece for measure in group for piece in pieces(measure)]
        dimensions = dimensions_in(cuts)
        cut_of = {_mask(cut, dimensions): cut for cut in cuts}
        statement = _statement(group, columns, cuts)
        for row in asking.guard.rows(statement, [each.name for each in group]):
            cut = cut_of[int(str(row[1]))]
            told = dict(zip(dimensions, row[2:], strict=False))
            values = dict(zip((each.column for each in columns), row[-len(columns) :], strict=True))
            _put(group, cut, (row[0], [told[each] for each in cut]), values, asking)


def _put(
    measures: Sequence[Measure],
    cut: Cut,
    place: tuple[object, Sequence[object]],
    values: Mapping[str, object],
    asking: Asking,
) -> None:
    """Put the cells of one row of the answer; `place` is the period and the dimension values."""
    period, dimensions = asking.period(place[0]), dimensions_of(place[1])
    for measure in measures:
        value = values[measure.name]
        cell = cell_of(measure, value, values.get(measure.name + ROWS, value))
        if cell:
            asking.cells.put(measure.name, cut, period, dimensions, cell)


def _mask(cut: Cut, dimensions: Sequence[str]) -> int:
    """What GROUPING says of a cut: a bit for each dimension that it leaves out, the last lowest."""
    return sum(1 << place for place, each in enumerate(reversed(dimensions)) if each not in cut)


def _statement(measures: Sequence[Measure], columns: Sequence[Piece], cuts: Sequence[Cut]) -> str:
    """One row per period, cut and dimension values, with every column of the measures."""
    dimensions = dimensions_in(cuts)
    spelled = {each: reached(measures[0].dimensions[each]) for each in dimensions}
    sets = {frozenset(cut): ", ".join([_SPAN, *(spelled[each] for each in cut)]) for cut in cuts}
    mask = f"grouping({', '.join(spelled.values())})" if spelled else "0"
    keys = [f"{each} AS {name(dimension)}" for dimension, each in spelled.items()]
    by_span = (
        f"SELECT {', '.join([_SPAN, f'{mask} AS cut', *keys])}, "
        + ", ".join(selected(each.by_day, each.column) for each in columns)
        + f" {from_clause(measures, dimensions)} "
        f"JOIN span_days ON span_days.day = {counted_day(measures[0])} "
        f"GROUP BY GROUPING SETS ({', '.join(f'({each})' for each in sets.values())})"
    )
    folded = ", ".join(f"{each.roll_up}({name(each.column)})" for each in columns)
    return (
        f"SELECT period, cut{listed(dimensions)}, {folded} FROM ({by_span}) "
        f"JOIN span_periods USING (span) GROUP BY period, cut{listed(dimensions)}"
    )
