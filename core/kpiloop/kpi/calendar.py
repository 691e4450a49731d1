"""Periods: the grains of time that a KPI may be asked at, in days of the reporting time zone.

A period is half-open in time, from the start of its first day to the start of the day after its
last. Grains are data for the period_days table: computing joins days to it and knows no calendar.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_MONTHS = 12
_QUARTER = 3


class Grain(StrEnum):
    """How long a period is; fiscal, 4-4-5 and rolling ones find their place here."""

    DAY = "day"
    WEEK = "week"
    """ISO 8601: from Monday, named by the year of its Thursday."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVER = "ever"
    """All days that are asked about."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period; `first_day` and `last_day` both belong to it."""

    grain: Grain
    key: str
    """2026-03-02, 2026-W10, 2026-03, 2026-Q1, 2026 or ever."""
    first_day: date
    last_day: date

    @property
    def next_day(self) -> date:
        """The day on which the period is over."""
        return self.last_day + _DAY


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """One row of the period_days table: a day and one of the periods that it belongs to."""

    grain: Grain
    key: str
    first_day: date
    last_day: date
    day: date


def period_of(grain: Grain, day: date) -> Period:
    """The period of a grain that a day belongs to; `ever` has no bounds of its own."""
    if grain is Grain.EVER:
        return Period(grain, "ever", date.min, date.max)
    first = _FIRST_DAYS[grain](day)
    return Period(grain, _key(grain, first), first, _following(grain, first) - _DAY)


def periods(grain: Grain, first: date, last: date) -> Iterator[Period]:
    """The periods of a grain that touch the days from first to last, in order.

    `ever` is one period with exactly these days.
    """
    if first > last:
        return
    if grain is Grain.EVER:
        yield Period(grain, "ever", first, last)
        return
    period = period_of(grain, first)
    while period.first_day <= last:
        yield period
        period = period_of(grain, period.next_day)


def period_days(grains: Iterable[Grain], first: date, last: date) -> Iterator[PeriodDay]:
    """Rows of the period_days table for the days from first to last: one per grain and day."""
    for grain in grains:
        for period in periods(grain, first, last):
            start, end = max(period.first_day, first), min(period.last_day, last)
            for offset in range((end - start).days + 1):
                day = start + offset * _DAY
                yield PeriodDay(grain, period.key, period.first_day, period.last_day, day)


def shift_months(first_of_month: date, months: int) -> date:
    """The first day of the month so many months later, or earlier where negative."""
    years, month = divmod(first_of_month.month - 1 + months, _MONTHS)
    return date(first_of_month.year + years, month + 1, 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)


def _year(day: date) -> date:
    return date(day.year, 1, 1)


_FIRST_DAYS: Mapping[Grain, Callable[[date], date]] = {
    Grain.DAY: lambda day: day,
    Grain.WEEK: _monday,
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
    if grain is Grain.WEEK:
        return first + 7 * _DAY
    return shift_months(first, _LENGTHS_IN_MONTHS[grain])


def _key(grain: Grain, first: date) -> str:
    if grain is Grain.WEEK:
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    if grain is Grain.QUARTER:
        return f"{first.year}-Q{first.month // _QUARTER + 1}"
    return first.isoformat()[: {Grain.DAY: 10, Grain.MONTH: 7, Grain.YEAR: 4}[grain]]
