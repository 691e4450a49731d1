"""What each cycle publishes: the values that can be shown at any time, without the warehouse."""

from collections.abc import Iterable
from datetime import timedelta

from kpiloop.engine.compute.question import Question
from kpiloop.engine.cycle.horizon import Horizon
from kpiloop.kpi.calendar import Calendar, Grain
from kpiloop.kpi.catalog import Catalog

CUT_BY = ("channel", "product")
DAYS = timedelta(days=92)
"""For how long back single days are published."""


def published_questions(catalog: Catalog, horizon: Horizon) -> list[Question]:
    """Totals of every KPI at every grain, and by channel and by product from months on.

    Days are published for the last three months; older ones and other cuts are computed when asked.
    """
    totals = Question(
        kpis=tuple(catalog.kpis),
        grains=_total_grains(horizon.moment.calendar),
        first_day=horizon.first_day,
        last_day=horizon.last_day,
    )
    days = Question(
        kpis=tuple(catalog.kpis),
        grains=(Grain.DAY,),
        first_day=max(horizon.first_day, horizon.last_day - DAYS),
        last_day=horizon.last_day,
    )
    return [totals, days, *_cuts(catalog, horizon)]


def _cuts(catalog: Catalog, horizon: Horizon) -> Iterable[Question]:
    for dimension in CUT_BY:
        kpis = tuple(each for each in catalog.kpis if dimension in catalog.dimensions_of(each))
        yield Question(
            kpis=kpis,
            grains=_cut_grains(horizon.moment.calendar),
            first_day=horizon.first_day,
            last_day=horizon.last_day,
            cuts=((dimension,),),
        )


def is_published(grain: Grain, by: tuple[str, ...], calendar: Calendar) -> bool:
    """Whether the ledger holds the values of a grain and cut."""
    if not by:
        return grain in calendar.grains
    return len(by) == 1 and by[0] in CUT_BY and grain in _cut_grains(calendar)


def _total_grains(calendar: Calendar) -> tuple[Grain, ...]:
    return tuple(grain for grain in calendar.grains if grain is not Grain.DAY)


def _cut_grains(calendar: Calendar) -> tuple[Grain, ...]:
    return tuple(grain for grain in _total_grains(calendar) if grain is not Grain.WEEK)


def whole_periods(grain: Grain, horizon: Horizon) -> Question:
    """A question without KPIs over every period of a grain."""
    period = horizon.moment.calendar.period_of(grain, horizon.first_day)
    first = horizon.first_day if grain is Grain.EVER else period.first_day
    return Question(kpis=(), grains=(grain,), first_day=first, last_day=horizon.last_day)
