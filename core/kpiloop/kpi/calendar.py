"""Periods: the grains of time that a KPI may be asked at, in days of the reporting time zone.

A period is half-open in time, from the start of its first day to the start of the day after its
last. Grains are data for the period_days table: computing joins days to it and knows no calendar.
Most grains tile the days. The rolling ones and those to date have a period for each day, which ends
on it: a day belongs to several of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kpiloop.kpi.fiscal import CALENDAR_YEARS, MONDAY, FiscalYears, shift_months

_DAY = timedelta(days=1)
_MIDWEEK = timedelta(days=3)
_MONTHS = 12
_QUARTER = 3


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    """Named by the year of its fourth day; from Monday that is ISO 8601."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_MONTH = "fiscal_month"
    FISCAL_QUARTER = "fiscal_quarter"
    FISCAL_YEAR = "fiscal_year"
    EVER = "ever"
    """All days that are asked about."""
    ROLLING_7_DAYS = "rolling_7_days"
    ROLLING_28_DAYS = "rolling_28_days"
    ROLLING_90_DAYS = "rolling_90_days"
    ROLLING_365_DAYS = "rolling_365_days"
    MONTH_TO_DATE = "month_to_date"
    QUARTER_TO_DATE = "quarter_to_date"
    YEAR_TO_DATE = "year_to_date"
    FISCAL_QUARTER_TO_DATE = "fiscal_quarter_to_date"
    FISCAL_YEAR_TO_DATE = "fiscal_year_to_date"


@dataclass(frozen=True, slots=True)
class Period:
    """One period; `first_day` and `last_day` both belong to it."""

    grain: Grain
    key: str
    """2026-03-02, 2026-W10, 2026-03, 2026-Q1, 2026, FY2026-M01, FY2026-Q1, FY2026 or ever.

    Of a grain that ends on each day, that day.
    """
    first_day: date
    last_day: date

    @property
    def next_day(self) -> date:
        """The day on which the period is over."""
        return self.last_day + _DAY

    def earlier(self, days: int) -> "Period":
        """As many days, so many days before: those whose rows count here after a delay."""
        if not days:
            return self
        shift = timedelta(days=days)
        return replace(self, first_day=self.first_day - shift, last_day=self.last_day - shift)


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """One row of the period_days table: a day and one of the periods that it belongs to."""

    grain: Grain
    key: str
    first_day: date
    last_day: date
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How a company cuts time into weeks and fiscal years."""

    week_starts: int = MONDAY
    """0 is Monday."""
    fiscal: FiscalYears = CALENDAR_YEARS

    @property
    def grains(self) -> tuple[Grain, ...]:
        """The grains worth publishing: those that tile the days.

        Fiscal ones only where they differ from the civil ones.
        """
        left_out = DAILY_GRAINS if not self.fiscal.is_civil else (*DAILY_GRAINS, *FISCAL_GRAINS)
        return tuple(grain for grain in Grain if grain not in left_out)

    def period_of(self, grain: Grain, day: date) -> Period:
        """The period of a grain that a day belongs to, or that ends on it.

        `ever` has no bounds of its own.
        """
        if grain is Grain.EVER:
            return Period(grain, "ever", date.min, date.max)
        if grain in DAILY_GRAINS:
            return Period(grain, day.isoformat(), self._begins(grain, day), day)
        if grain in FISCAL_GRAINS:
            return self._fiscal_period(grain, day)
        if grain is Grain.WEEK:
            return self._week(day)
        first = _FIRST_DAYS[grain](day)
        return Period(grain, _key(grain, first), first, _following(grain, first) - _DAY)

    def periods(self, grain: Grain, first: date, last: date) -> Iterator[Period]:
        """The periods of a grain that touch the days from first to last, or end on them, in order.

        `ever` is one period with exactly these days.
        """
        if first > last:
            return
        if grain is Grain.EVER:
            yield Period(grain, "ever", first, last)
            return
        period = self.period_of(grain, first)
        while (period.last_day if grain in DAILY_GRAINS else period.first_day) <= last:
            yield period
            period = self.period_of(grain, period.next_day)

    def period_days(self, grains: Iterable[Grain], first: date, last: date) -> Iterator[PeriodDay]:
        """Rows of the period_days table for the days from first to last: one per grain and day."""
        for grain in grains:
            for period in self.periods(grain, first, last):
                start, end = max(period.first_day, first), min(period.last_day, last)
                for offset in range((end - start).days + 1):
                    day = start + offset * _DAY
                    yield PeriodDay(grain, period.key, period.first_day, period.last_day, day)

    def _begins(self, grain: Grain, last: date) -> date:
        """The first day of a period that ends on a day."""
        if grain in ROLLING:
            return last - timedelta(days=ROLLING[grain] - 1)
        return self.period_of(TO_DATE[grain], last).first_day

    def _week(self, day: date) -> Period:
        first = day - timedelta(days=(day.weekday() - self.week_starts) % 7)
        middle = first + _MIDWEEK
        number = (middle - date(middle.year, 1, 1)).days // 7 + 1
        return Period(Grain.WEEK, f"{middle.year}-W{number:02}", first, first + 6 * _DAY)

    def _fiscal_period(self, grain: Grain, day: date) -> Period:
        year = self.fiscal.year_of(day, self.week_starts)
        if grain is Grain.FISCAL_YEAR:
            return Period(grain, year.name, year.first_day, year.next_day - _DAY)
        month = year.month_of(day)
        if grain is Grain.FISCAL_MONTH:
            first, after = year.bounds[month], year.bounds[month + 1]
            return Period(grain, f"{year.name}-M{month + 1:02}", first, after - _DAY)
        quarter = month // _QUARTER
        first, after = year.bounds[quarter * _QUARTER], year.bounds[(quarter + 1) * _QUARTER]
        return Period(grain, f"{year.name}-Q{quarter + 1}", first, after - _DAY)


FISCAL_GRAINS = (Grain.FISCAL_MONTH, Grain.FISCAL_QUARTER, Grain.FISCAL_YEAR)

ROLLING: Mapping[Grain, int] = {
    Grain.ROLLING_7_DAYS: 7,
    Grain.ROLLING_28_DAYS: 28,
    Grain.ROLLING_90_DAYS: 90,
    Grain.ROLLING_365_DAYS: 365,
}
"""Grain → the days up to the one that it ends on."""

TO_DATE: Mapping[Grain, Grain] = {
    Grain.MONTH_TO_DATE: Grain.MONTH,
    Grain.QUARTER_TO_DATE: Grain.QUARTER,
    Grain.YEAR_TO_DATE: Grain.YEAR,
    Grain.FISCAL_QUARTER_TO_DATE: Grain.FISCAL_QUARTER,
    Grain.FISCAL_YEAR_TO_DATE: Grain.FISCAL_YEAR,
}
"""Grain → the one with which it begins."""

DAILY_GRAINS = frozenset((*ROLLING, *TO_DATE))
"""The grains with a period for each day, which ends on it; they are computed when asked."""

CIVIL = Calendar()
"""Weeks from Monday, and fiscal years that are the years of the calendar."""


def _month(day: date) -> date:
    return day.replace(day=1)


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)


def _year(day: date) -> date:
    return date(day.year, 1, 1)


_FIRST_DAYS: Mapping[Grain, Callable[[date], date]] = {
    Grain.DAY: lambda day: day,
    Grain.MONTH: _month,
    Grain.QUARTER: _quarter,
    Grain.YEAR: _year,
}
_LENGTHS_IN_MONTHS: Mapping[Grain, int] = {
    Grain.MONTH: 1,
    Grain.QUARTER: _QUARTER,
    Grain.YEAR: _MONTHS,
}


def _following(grain: Grain, first: date) -> date:
    if grain is Grain.DAY:
        return first + _DAY
    return shift_months(first, _LENGTHS_IN_MONTHS[grain])


def _key(grain: Grain, first: date) -> str:
    if grain is Grain.QUARTER:
        return f"{first.year}-Q{first.month // _QUARTER + 1}"
    return first.isoformat()[: {Grain.DAY: 10, Grain.MONTH: 7, Grain.YEAR: 4}[grain]]
