"""Distinct counts of several measures that count the same ids by the same days and cuts."""

from collections.abc import Sequence

from kpiloop.engine.compute.asking import Asking, cell_of, dimensions_of
from kpiloop.engine.compute.pieces import condition, text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import (
    counted_day,
    dimension_columns,
    dimensions_in,
    from_clause,
    group_by,
    listed,
)
from kpiloop.kpi.measure import Measure
from kpiloop.warehouse.sql import name


def compute_shared_distinct(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of periods that do not overlap; the measures differ in their filters only."""
    cuts = asking.cuts[measures[0].name]
    wanted = [each.name for each in measures]
    asking.guard.run(_found(measures, cuts), wanted)
    for cut in cuts:
        for row in asking.guard.rows(_statement(wanted, cut), wanted):
            period, dimensions = asking.period(row[0]), dimensions_of(row[1 : 1 + len(cut)])
            for measure, number in zip(measures, row[1 + len(cut) :], strict=True):
                cell = cell_of(measure, number, number)
                if cell:
                    asking.cells.put(measure.name, cut, period, dimensions, cell)


def _found(measures: Sequence[Measure], cuts: Sequence[Cut]) -> str:
    """Each id once for each span and combination of dimensions, and which measures count it."""
    argument = measures[0].aggregate.argument
    assert argument is not None
    cut_by = dimensions_in(cuts)
    keys = [
        "span_days.span",
        *dimension_columns(measures[0], cut_by),
        f"{text_of(argument)} AS argument",
    ]
    conditions = {each.name: text_of(condition(each)) for each in measures}
    counted = [
        f"coalesce(bool_or({each}), FALSE) AS {name(measure)}"
        for measure, each in conditions.items()
    ]
    any_counts = " OR ".join(f"({each})" for each in conditions.values())
    return (
        f"CREATE OR REPLACE TEMP TABLE found AS SELECT {', '.join([*keys, *counted])} "
        f"{from_clause(measures, cut_by)} "
        f"JOIN span_days ON span_days.day = {counted_day(measures[0])} "
        f"WHERE {text_of(argument)} IS NOT NULL AND ({any_counts})"
        + group_by(str(number) for number in range(1, len(keys) + 1))
    )


def _statement(measures: Sequence[str], cut: Cut) -> str:
    keys = f"period{listed(cut)}"
    whether = ", ".join(f"bool_or({name(each)}) AS {name(each)}" for each in measures)
    numbers = ", ".join(f"count(*) FILTER ({name(each)})" for each in measures)
    ids = (
        f"SELECT {keys}, argument, {whether} FROM found JOIN span_periods USING (span) "
        f"SEMI JOIN (FROM asked_periods WHERE NOT is_daily) AS tiling USING (period) "
        f"GROUP BY {keys}, argument"
    )
    return f"SELECT {keys}, {numbers} FROM ({ids}) GROUP BY {keys}"
