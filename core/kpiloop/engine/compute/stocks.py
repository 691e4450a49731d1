"""Stocks: entries less exits by day, summed up to the boundaries of periods.

State at the midnight that begins day X: entered before X, and not left before X; both are sums over
the days up to X - 1. So no id has to be looked at, as long as an id is there with one row at most.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kpiloop.engine.compute.asking import Asking, dimensions_of
from kpiloop.engine.compute.cells import Cell, Dimensions
from kpiloop.engine.compute.overlap import is_alone, joined_stays
from kpiloop.engine.compute.pieces import text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import dimension_columns, from_clause, group_by, listed, own
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.measure import Function, Measure, Part
from kpiloop.warehouse.sql import name

_DAY = timedelta(days=1)


def compute_stocks(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of stocks at the start or the end of periods."""
    for measure in measures:
        for cut in asking.cuts[measure.name]:
            states = states_of(measure, cut, asking)
            for period in asking.periods:
                _put(measure, cut, period, states, asking)


def boundary(measure: Measure, period: Period) -> date:
    """The last day whose entries and exits count."""
    return period.first_day - _DAY if measure.part is Part.START else period.last_day


def _put(
    measure: Measure,
    cut: Cut,
    period: Period,
    states: dict[date, dict[Dimensions, Cell]],
    asking: Asking,
) -> None:
    for dimensions, cell in states.get(boundary(measure, period), {}).items():
        if cell.rows:
            asking.cells.put(measure.name, cut, period, dimensions, cell)


def states_of(measure: Measure, cut: Cut, asking: Asking) -> dict[date, dict[Dimensions, Cell]]:
    """Boundary day → dimension values → state after that day."""
    states: dict[date, dict[Dimensions, Cell]] = {}
    for row in asking.guard.rows(_statement(measure, cut, asking), [measure.name]):
        day, value, rows = row[0], row[-2], int(str(row[-1]))
        assert isinstance(day, date)
        cell = Cell(value=Decimal(str(value or 0)), rows=rows)
        states.setdefault(day, {})[dimensions_of(row[1:-2])] = cell
    return states


def _statement(measure: Measure, cut: Cut, asking: Asking) -> str:
    keys = ["day", *map(name, cut)]
    boundaries = {boundary(measure, period) for period in asking.periods}
    marks = ", ".join(f"(DATE '{each.isoformat()}')" for each in sorted(boundaries))
    partition = f"PARTITION BY {', '.join(map(name, cut))} " if cut else ""
    return (
        f"WITH deltas AS ({_deltas(measure, cut, asking)}), "
        f"days AS (SELECT {', '.join(keys)}, sum(value) AS value, sum(rows) AS rows, FALSE AS mark "
        f"FROM deltas{group_by(keys)}), "
        f"marks AS (SELECT boundaries.day{listed(cut, before='cuts')}, NULL, NULL, TRUE "
        f"FROM (VALUES {marks}) AS boundaries(day) "
        f"CROSS JOIN (SELECT DISTINCT {', '.join(map(name, cut)) or '1'} FROM days) AS cuts) "
        f"SELECT day{listed(cut)}, total, number FROM ("
        f"SELECT *, sum(value) OVER state AS total, coalesce(sum(rows) OVER state, 0) AS number "
        f"FROM (FROM days UNION ALL FROM marks) "
        f"WINDOW state AS ({partition}ORDER BY day RANGE UNBOUNDED PRECEDING)) WHERE mark"
    )


def _deltas(measure: Measure, cut: Cut, asking: Asking) -> str:
    """What enters and what leaves by day; nothing of it after the as-of time."""
    if is_alone(measure):
        stays = stays_of(measure, cut, asking, more={})
    else:
        ids = {"counted": _counted(measure), **_span(measure, asking)}
        stays = joined_stays(stays_of(measure, cut, asking, more=ids), cut)
    keys = f"start_day AS day{listed(cut)}"
    leaving = f"until_day{listed(cut)}"
    return (
        f"WITH stays AS ({stays}) SELECT {keys}, value, 1 AS rows FROM stays "
        f"UNION ALL SELECT {leaving}, -value, -1 FROM stays WHERE until_day IS NOT NULL"
    )


def stays_of(measure: Measure, cut: Cut, asking: Asking, *, more: Mapping[str, str]) -> str:
    """One row per stay that had begun by the as-of time; one that had not ended then is open."""
    start, until = own(measure, measure.start), own(measure, measure.until)
    where = text_of(measure.where) if measure.where is not None else "TRUE"
    counted = _counted(measure)
    until_day = own(measure, measure.until_day)
    columns = {
        "start_day": own(measure, measure.start_day),
        "until_day": f"CASE WHEN {until} < {asking.as_of} THEN {until_day} END",
        "value": counted if measure.aggregate.function is Function.SUM else "1",
        **more,
    }
    selected = [f"{each} AS {alias}" for alias, each in columns.items()]
    return (
        f"SELECT {', '.join([*selected, *dimension_columns(measure, cut)])} "
        f"{from_clause([measure], cut)} "
        f"WHERE {start} < {asking.as_of} AND ({until} IS NULL OR {until} >= {start}) "
        f"AND ({where}) AND ({counted}) IS NOT NULL"
    )


def _span(measure: Measure, asking: Asking) -> Mapping[str, str]:
    """The moments between which a stay lasts."""
    until = own(measure, measure.until)
    return {
        "start": own(measure, measure.start),
        "until": f"CASE WHEN {until} < {asking.as_of} THEN {until} END",
    }


def _counted(measure: Measure) -> str:
    argument = measure.aggregate.argument
    return "1" if argument is None else text_of(argument)
