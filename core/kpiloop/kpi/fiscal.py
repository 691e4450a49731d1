"""Fiscal years: from any month on, or made of whole weeks as retail counts them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

MONDAY = 0
_MONTHS = 12
_QUARTERS = 4
_DAYS_IN_WEEK = 7
_NEAREST = 3
_JANUARY = 1


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """One fiscal year, cut into twelve months."""

    name: str
    """FY2026."""
    bounds: tuple[date, ...]
    """The first days of its months, and the day on which it is over."""

    @property
    def first_day(self) -> date:
        """Its first day."""
        return self.bounds[0]

    @property
    def next_day(self) -> date:
        """The day on which it is over."""
        return self.bounds[-1]

    def month_of(self, day: date) -> int:
        """Which of its months a day lies in; 0 is the first."""
        return bisect_right(self.bounds, day) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalYears:
    """How a company counts its fiscal years.

    With weeks, a year begins at the start of the week that lies nearest to the first of its month,
    its months have so many weeks in each quarter, and a 53rd week belongs to the last month. So the
    retail calendar of the National Retail Federation is weeks (4, 5, 4) from February, with weeks
    from Sunday and years named by their start.
    """

    starts: int = _JANUARY
    """The month, 1 to 12."""
    weeks: tuple[int, int, int] | None = None
    """Weeks in the three months of a quarter: 4-4-5, 4-5-4 or 5-4-4; None: months are civil."""
    is_named_by_start: bool = False
    """Whether the year in which it starts gives the name, not that in which it ends."""

    @property
    def is_civil(self) -> bool:
        """Whether fiscal years are the years of the calendar."""
        return self.starts == _JANUARY and self.weeks is None

    def year_of(self, day: date, week_starts: int = MONDAY) -> FiscalYear:
        """The fiscal year that a day lies in; `week_starts` 0 is Monday."""
        for began in (day.year + 1, day.year, day.year - 1):
            year = _fiscal_year(self, began, week_starts)
            if year.first_day <= day:
                return year
        raise AssertionError("a fiscal year begins within 370 days before each day")


CALENDAR_YEARS = FiscalYears()
"""Fiscal years that are the years of the calendar."""


@lru_cache(maxsize=512)
def _fiscal_year(years: FiscalYears, began: int, week_starts: int) -> FiscalYear:
    first = date(began, years.starts, 1)
    ends_in = shift_months(first, _MONTHS - 1).year
    name = f"FY{began if years.is_named_by_start else ends_in}"
    if years.weeks is None:
        return FiscalYear(name, tuple(shift_months(first, each) for each in range(_MONTHS + 1)))
    start = _nearest_week(first, week_starts)
    *before, _ = accumulate(years.weeks * _QUARTERS, initial=0)
    months = tuple(start + timedelta(weeks=each) for each in before)
    return FiscalYear(name, (*months, _nearest_week(shift_months(first, _MONTHS), week_starts)))


def _nearest_week(day: date, week_starts: int) -> date:
    late = (day.weekday() - week_starts) % _DAYS_IN_WEEK
    return day + timedelta(days=-late if late <= _NEAREST else _DAYS_IN_WEEK - late)


def shift_months(first_of_month: date, months: int) -> date:
    """The first day of the month so many months later, or earlier where negative."""
    years, month = divmod(first_of_month.month - 1 + months, _MONTHS)
    return date(first_of_month.year + years, month + 1, 1)
