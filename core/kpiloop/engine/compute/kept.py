"""Who was there at the start of a period and is still there at its end: the only look at ids."""

from collections.abc import Sequence
from decimal import Decimal

from kpiloop.engine.compute.asking import Asking, dimensions_of
from kpiloop.engine.compute.cells import Cell
from kpiloop.engine.compute.pieces import text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import dimension_columns, from_clause, group_by, listed, own
from kpiloop.kpi.measure import Measure
from kpiloop.warehouse.sql import name


def compute_kept(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of stocks that were kept over a period, cut by what held at its start."""
    for measure in measures:
        for cut in asking.cuts[measure.name]:
            for row in asking.guard.rows(_statement(measure, cut, asking), [measure.name]):
                count = int(str(row[-1]))
                cell = Cell(value=Decimal(count), rows=count)
                key = (str(row[0]), str(row[1]))
                asking.cells.put(measure.name, cut, key, dimensions_of(row[2:-1]), cell)


def _statement(measure: Measure, cut: Cut, asking: Asking) -> str:
    start_day, until_day = own(measure, measure.start_day), own(measure, measure.until_day)
    start, until = own(measure, measure.start), own(measure, measure.until)
    argument = measure.aggregate.argument
    where = text_of(measure.where) if measure.where is not None else "TRUE"
    counted = own(measure, "id") if argument is None else text_of(argument)
    columns = [
        f"{counted} AS counted",
        f"{start_day} AS start_day",
        f"CASE WHEN {until} < {asking.as_of} THEN {until_day} END AS until_day",
        *dimension_columns(measure, cut),
    ]
    return (
        f"WITH stays AS (SELECT {', '.join(columns)} {from_clause([measure], cut)} "
        f"WHERE {start} < {asking.as_of} AND {counted} IS NOT NULL AND ({where})), "
        f"at_start AS ({_state('first_day', listed(cut, before='stays'))}), "
        f"at_end AS ({_state('last_day + 1', '')}) "
        f"SELECT grain, period{listed(cut)}, count(DISTINCT counted) FROM at_start "
        "SEMI JOIN at_end ON at_end.grain = at_start.grain AND at_end.period = at_start.period "
        "AND at_end.counted = at_start.counted" + group_by(["grain", "period", *map(name, cut)])
    )


def _state(day: str, dimensions: str) -> str:
    return (
        f"SELECT grain, period, stays.counted{dimensions} FROM stays "
        f"JOIN asked_periods ON stays.start_day < asked_periods.{day} "
        f"WHERE stays.until_day IS NULL OR stays.until_day >= asked_periods.{day}"
    )
