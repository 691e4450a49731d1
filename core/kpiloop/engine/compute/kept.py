"""Who was there at the start of a period and is still there at its end: the only look at ids.

A sum is kept by an id of its rows: what those rows were worth at the start whose id is there again.

Those who were there at the start, less those who left and are not there at the end. Only leaving
has to be looked at, which happens once for each stay: days and ids are joined for equality.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from kpiloop.engine.compute.asking import Asking, dimensions_of
from kpiloop.engine.compute.cells import Cell, Dimensions
from kpiloop.engine.compute.pieces import text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import group_by, listed, own
from kpiloop.engine.compute.stocks import boundary, states_of, stays_of
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.measure import Aggregate, Function, Measure, Part
from kpiloop.warehouse.sql import name


def compute_kept(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of stocks that were kept over a period, cut by what held at its start."""
    for measure in measures:
        at_start = replace(measure, part=Part.START)
        for cut in asking.cuts[measure.name]:
            states = states_of(at_start, cut, asking)
            lost = _lost(measure, cut, asking)
            for period in asking.periods:
                for dimensions, state in states.get(boundary(at_start, period), {}).items():
                    kept = _less(state, lost.get((period, dimensions)))
                    if kept.rows:
                        asking.cells.put(measure.name, cut, period, dimensions, kept)


def _less(state: Cell, lost: Cell | None) -> Cell:
    if lost is None:
        return state
    assert isinstance(state.value, Decimal)
    assert isinstance(lost.value, Decimal)
    return Cell(value=state.value - lost.value, rows=state.rows - lost.rows)


def _lost(measure: Measure, cut: Cut, asking: Asking) -> dict[tuple[Period, Dimensions], Cell]:
    """What of the start of a period is not there at its end."""
    rows = asking.guard.rows(_statement(measure, cut, asking), [measure.name])
    return {
        (asking.period(row[0]), dimensions_of(row[1:-2])): Cell(
            value=Decimal(str(row[-2])), rows=int(str(row[-1]))
        )
        for row in rows
    }


def _statement(measure: Measure, cut: Cut, asking: Asking) -> str:
    folded = "count(DISTINCT counted), count(DISTINCT counted)"
    more = {"counted": id_of(measure)}
    argument = measure.aggregate.argument
    if measure.aggregate.function is Function.SUM and argument is not None:
        # Whoever is there by a row of unknown amount is there; such a row is no part of the sum.
        folded = "sum(value), count(*) FILTER (is_known)"
        more["is_known"] = f"({text_of(argument)}) IS NOT NULL"
        known = exp.Coalesce(this=argument.copy(), expressions=[exp.Literal.number(0)])
        measure = replace(measure, aggregate=Aggregate(Function.SUM, known))
    stays = stays_of(measure, cut, asking, more=more)
    return (
        f"WITH stays AS ({stays}), "
        f"gone AS (SELECT asked_periods.period, asked_periods.last_day, stays.* FROM stays "
        "JOIN period_days ON period_days.day = stays.until_day "
        "JOIN asked_periods ON asked_periods.period = period_days.period "
        "WHERE stays.start_day < asked_periods.first_day) "
        f"SELECT period{listed(cut)}, {folded} FROM gone "
        "ANTI JOIN stays ON stays.counted = gone.counted AND stays.start_day <= gone.last_day "
        "AND (stays.until_day IS NULL OR stays.until_day > gone.last_day)"
        + group_by(["period", *map(name, cut)])
    )


def id_of(measure: Measure) -> str:
    """What must be there again: the id that a sum is kept by or that is counted, else the row."""
    argument = measure.aggregate.argument
    if measure.kept_by is not None:
        return f"coalesce({own(measure, measure.kept_by)}, {own(measure, 'id')})"
    if measure.aggregate.function is not Function.COUNT_DISTINCT or argument is None:
        return own(measure, "id")
    return text_of(argument)
