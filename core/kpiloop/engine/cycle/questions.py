"""What each cycle publishes: the values that can be shown at any time, without the warehouse."""

from collections.abc import Iterable
from datetime import timedelta

from kpiloop.engine.compute.question import Question
from kpiloop.engine.cycle.horizon import Horizon
from kpiloop.kpi.calendar import Grain, period_of
from kpiloop.kpi.catalog import Catalog

PUBLISHED_GRAINS = (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.EVER)
CUT_GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.EVER)
CUT_BY = ("channel", "product")
DAYS = timedelta(days=92)
"""For how long back single days are published."""


def published_questions(catalog: Catalog, horizon: Horizon) -> list[Question]:
    """Totals of every KPI at every grain, and by channel and by product from months on.

    Days are published for the last three months; older ones and other cuts are computed when asked.
    """
    totals = Question(
        kpis=tuple(catalog.kpis),
        grains=PUBLISHED_GRAINS,
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
            grains=CUT_GRAINS,
            first_day=horizon.first_day,
            last_day=horizon.last_day,
            cuts=((dimension,),),
        )


def is_published(grain: Grain, by: tuple[str, ...]) -> bool:
    """Whether the ledger holds the values of a grain and cut."""
    if not by:
        return grain in PUBLISHED_GRAINS or grain is Grain.DAY
    return len(by) == 1 and by[0] in CUT_BY and grain in CUT_GRAINS


def whole_periods(grain: Grain, horizon: Horizon) -> Question:
    """A question without KPIs over every period of a grain."""
    first = (
        horizon.first_day if grain is Grain.EVER else period_of(grain, horizon.first_day).first_day
    )
    return Question(kpis=(), grains=(grain,), first_day=first, last_day=horizon.last_day)
