"""Distinct counts of periods that overlap: of the 28 days to each day, or of the year to each day.

An id counts in a period by its last day there. So each day of an id adds one to the periods that
end from then on, up to the id's next day, or to the last period that still holds the day: work for
each row once, not once for each of the periods that hold it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, groupby
from operator import itemgetter

from kpiloop.engine.compute.asking import Asking, dimensions_of
from kpiloop.engine.compute.cells import Cell
from kpiloop.engine.compute.guard import Row
from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import group_by, listed
from kpiloop.kpi.calendar import DAILY_GRAINS, Period
from kpiloop.kpi.measure import Measure
from kpiloop.warehouse.sql import name


def compute_daily_distinct(measure: Measure, rows: str, cut: Cut, asking: Asking) -> None:
    """Put the cells of the periods that overlap.

    `rows` is a query that gives the day, the dimensions of the cut and the argument of each row.
    """
    for places in _by_grain(asking):
        periods = [asking.periods[place] for place in places]
        found = asking.guard.rows(_statement(rows, cut, places), [measure.name])
        for key, group in groupby(found, key=itemgetter(slice(len(cut)))):
            for period, number in _states(list(group), periods):
                cell = Cell(value=Decimal(number), rows=number)
                asking.cells.put(measure.name, cut, period, dimensions_of(key), cell)


def _by_grain(asking: Asking) -> Iterator[list[int]]:
    """The places of the periods of each grain that has one for each day."""
    for grain in sorted(DAILY_GRAINS):
        places = [place for place, each in enumerate(asking.periods) if each.grain is grain]
        if places:
            yield places


def _states(changes: Sequence[Row], periods: Sequence[Period]) -> Iterator[tuple[Period, int]]:
    """How many ids each period holds, where it holds any; `changes` are ordered by day."""
    days = [str(row[-2]) for row in changes]
    numbers = list(accumulate(int(str(row[-1])) for row in changes))
    for period in periods:
        place = bisect_right(days, period.last_day.isoformat())
        if place and numbers[place - 1]:
            yield period, numbers[place - 1]


def _statement(rows: str, cut: Cut, places: Sequence[int]) -> str:
    """By how many each day changes the number of ids, for each value of the cut."""
    keys = [*map(name, cut), "argument"]
    asked = ", ".join(map(str, places))
    return (
        "WITH held AS (SELECT period_days.day, max(asked_periods.last_day) AS last_end "
        "FROM period_days JOIN asked_periods USING (period) "
        f"WHERE period IN ({asked}) GROUP BY 1), "
        f"days AS (SELECT DISTINCT day{listed(cut)}, argument FROM ({rows})), "
        f"stays AS (SELECT days.*, least(lead(day) OVER (PARTITION BY {', '.join(keys)} "
        "ORDER BY day), held.last_end + 1) AS after FROM days JOIN held USING (day)), "
        f"changes AS (SELECT day{listed(cut)}, 1 AS number FROM stays "
        f"UNION ALL SELECT after{listed(cut)}, -1 FROM stays) "
        f"SELECT {''.join(f'{name(each)}, ' for each in cut)}day, sum(number) FROM changes"
        f"{group_by([*map(name, cut), 'day'])} ORDER BY ALL"
    )
