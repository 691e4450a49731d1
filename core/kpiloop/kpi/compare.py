"""Period over period: which period a number is compared with, and by how much it changed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import ROLLING, TO_DATE, Calendar, Grain, Period
from kpiloop.kpi.fiscal import shift_months
from kpiloop.kpi.value import Number

_DAY = timedelta(days=1)
_YEAR_IN_MONTHS = 12
_YEAR_IN_WEEKS = timedelta(weeks=52)


class Against(StrEnum):
    """Which period a number is compared with."""

    PREVIOUS = "previous"
    """The one before; of a period to date, as many days of it."""
    YEAR = "year"
    """The same one of the year before; of a week, the one 52 weeks before."""


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a number changed; a part is None where it cannot be told."""

    difference: Number | None
    share: float | None
    """The difference as a share of what was before, whatever its sign; not of 0."""


def compared_period(period: Period, against: Against, calendar: Calendar) -> Period:
    """The period that one is compared with; ConfigError where it is the whole time."""
    if period.grain is Grain.EVER:
        raise ConfigError(
            "the whole time cannot be compared with any other", todo="choose another --grain"
        )
    if period.grain in TO_DATE:
        whole = calendar.period_of(TO_DATE[period.grain], period.last_day)
        other = compared_period(whole, against, calendar)
        return calendar.period_of(period.grain, _as_far(period.last_day, whole, other))
    if against is Against.PREVIOUS:
        return calendar.period_of(period.grain, period.first_day - _DAY)
    return _year_before(period, calendar)


def change(before: Number | None, after: Number | None) -> Change:
    """From a number to another; exact where both are."""
    if before is None or after is None:
        return Change(None, None)
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        difference: Number = after - before
    else:
        difference = float(after) - float(before)
    return Change(difference, float(difference) / abs(float(before)) if before else None)


def _year_before(period: Period, calendar: Calendar) -> Period:
    grain, first = period.grain, period.first_day
    if grain is Grain.DAY or grain in ROLLING:
        return calendar.period_of(grain, _shifted(period.last_day, -_YEAR_IN_MONTHS))
    if grain is Grain.WEEK:
        return calendar.period_of(grain, first - _YEAR_IN_WEEKS)
    if grain in {Grain.FISCAL_MONTH, Grain.FISCAL_QUARTER, Grain.FISCAL_YEAR}:
        year = calendar.fiscal.year_of(first, calendar.week_starts)
        before = calendar.fiscal.year_of(year.first_day - _DAY, calendar.week_starts)
        return calendar.period_of(grain, before.bounds[year.month_of(first)])
    return calendar.period_of(grain, shift_months(first, -_YEAR_IN_MONTHS))


def _as_far(day: date, whole: Period, other: Period) -> date:
    """The day that lies as far in one period as a day does in another, or its last."""
    begins, starts = whole.first_day, other.first_day
    if begins.day == starts.day == 1:
        months = (starts.year - begins.year) * _YEAR_IN_MONTHS + starts.month - begins.month
        return min(_shifted(day, months), other.last_day)
    return min(starts + (day - begins), other.last_day)


def _shifted(day: date, months: int) -> date:
    """The same day of a month so many months away, or its last where it has none of that number."""
    first = shift_months(day.replace(day=1), months)
    return min(first + timedelta(days=day.day - 1), shift_months(first, 1) - _DAY)
