"""Medians over rows that wait: after how many days half of those who entered have got there.

The estimate of Kaplan and Meier: on each day on which some get there, the share that goes on
waiting is multiplied by what is left of those still watched. Who left otherwise, or still waits at
the as-of time, was watched until then and says nothing of later days. The warehouse counts; the
curve is multiplied out in whole numbers, so that exactly one half is one half.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from kpiloop.engine.compute.asking import Asking, dimensions_of
from kpiloop.engine.compute.cells import Cell
from kpiloop.engine.compute.guard import Row
from kpiloop.engine.compute.pieces import condition, text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import dimension_columns, from_clause, group_by, listed, own
from kpiloop.kpi.measure import Function, Measure
from kpiloop.warehouse.sql import name

WAITED = frozenset({Function.MEDIAN_SURVIVAL})
"""The functions that look at how long rows take, and at those that are not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The rows that were watched for exactly so many days."""

    days: int
    arrived: int
    """Got there on the last of them."""
    left: int
    """Left otherwise: they will never get there."""
    waiting: int
    """Still wait at the as-of time."""


def compute_survival(measures: Sequence[Measure], asking: Asking) -> None:
    """Put the cells of medians over rows that wait."""
    for measure in measures:
        for cut in asking.cuts[measure.name]:
            key_length = 1 + len(cut)
            rows = asking.guard.rows(_statement(measure, cut, asking), [measure.name])
            for key, group in groupby(rows, key=itemgetter(slice(key_length))):
                cell = cell_of(measure.name, [_watched(row) for row in group])
                period, dimensions = asking.period(key[0]), dimensions_of(key[1:])
                asking.cells.put(measure.name, cut, period, dimensions, cell)


def median_days(curve: Iterable[Watched], rows: int) -> int | None:
    """The first day on which no more than half still wait; None where more than half always do.

    `curve` is ordered by days; `rows` are all that entered.
    """
    waiting, of = 1, 1
    for each in curve:
        waiting *= rows - each.arrived
        of *= rows
        if each.arrived and 2 * waiting <= of:
            return each.days
        rows -= each.arrived + each.left + each.waiting
    return None


def cell_of(measure: str, curve: Sequence[Watched]) -> Cell:
    """The median with its reason and whether it stands, whatever becomes of those who wait."""
    rows = sum(each.arrived + each.left + each.waiting for each in curve)
    days = median_days(curve, rows)
    may_come_before = [each for each in curve if days is None or each.days < days]
    is_final = not any(each.waiting for each in may_come_before)
    if days is not None:
        return Cell(value=Decimal(days), rows=rows, is_final=is_final)
    arrived = sum(each.arrived for each in curve)
    told = f"of {rows} only {arrived} got there" if arrived else f"none of {rows} got there"
    reason = f"{measure} has no median: {told}, too few to tell"
    return Cell(value=None, rows=rows, reason=reason, is_final=is_final)


def _watched(row: Row) -> Watched:
    days, arrived, left, waiting = (int(str(each)) for each in row[-4:])
    return Watched(days=days, arrived=arrived, left=left, waiting=waiting)


def _statement(measure: Measure, cut: Cut, asking: Asking) -> str:
    """Rows by day of entering and by days watched first, then by period."""
    today = f"DATE '{asking.moment.today.isoformat()}'"
    rows = watched_rows(measure, cut, as_of=asking.as_of, today=today)
    keys = ["period_days.period", *(f"found.{name(each)}" for each in cut), "found.days"]
    counted = ("arrived", "is_left", "is_waiting")
    by_day = ", ".join(f"count(*) FILTER ({each}) AS {each}" for each in counted)
    return (
        f"WITH rows AS ({rows}), "
        f"found AS (SELECT day{listed(cut)}, days, {by_day} FROM rows "
        f"WHERE day BETWEEN {asking.first_day} AND {asking.last_day}"
        f"{group_by(['day', *map(name, cut), 'days'])}) "
        f"SELECT {', '.join(keys)}, "
        f"{', '.join(f'sum(found.{each})' for each in counted)} "
        "FROM found JOIN period_days ON period_days.day = found.day"
        f"{group_by(keys)} ORDER BY {', '.join(keys)}"
    )


def watched_rows(measure: Measure, cut: Cut, *, as_of: str, today: str) -> str:
    """One row per row of the measure: the day of entering, the days watched, and how it ended.

    A row whose end lies before its beginning is an error of the records, and left out.
    """
    ends = ("NULL::TIMESTAMP", "NULL::DATE")
    if measure.until is not None:
        ends = (own(measure, measure.until), own(measure, measure.until_day))
    columns = {
        "entered": own(measure, measure.when),
        "day": own(measure, measure.when_day),
        "reached": own(measure, measure.then),
        "reached_day": own(measure, measure.then_day),
        "ended": ends[0],
        "ended_day": ends[1],
    }
    selected = [f"{each} AS {alias}" for alias, each in columns.items()]
    rows = (
        f"SELECT {', '.join([*selected, *dimension_columns(measure, cut)])} "
        f"{from_clause([measure], cut)} WHERE {text_of(condition(measure))}"
    )
    return (
        f"SELECT day{listed(cut)}, "
        f"coalesce(reached < {as_of} AND coalesce(reached <= ended, TRUE), FALSE) AS arrived, "
        f"NOT arrived AND coalesce(ended < {as_of}, FALSE) AS is_left, "
        "NOT (arrived OR is_left) AS is_waiting, "
        "greatest(CASE WHEN arrived THEN reached_day WHEN is_left THEN ended_day "
        f"ELSE {today} END - day, 0) AS days FROM ({rows}) "
        f"WHERE entered < {as_of} AND coalesce(reached >= entered, TRUE) "
        "AND coalesce(ended >= entered, TRUE)"
    )
