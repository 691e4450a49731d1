"""When people turn up: weekdays, quiet months and growth."""

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate

from kpiloop_sandbox.company.moments import DAY, HOUR, as_milliseconds
from kpiloop_sandbox.company.options import CompanyOptions

GROWTH_PER_YEAR = 0.45

_WEEKDAYS = (1.15, 1.25, 1.2, 1.1, 0.9, 0.3, 0.35)  # Monday first
_MONTHS = (1.05, 1.0, 1.15, 1.0, 0.95, 0.95, 0.8, 0.7, 1.2, 1.2, 1.15, 0.65)  # January first
_DAYS_PER_YEAR = 365
_NOON = 11 * HOUR
_HALF_DAY_AWAKE = 8 * HOUR


class Season:
    """The rhythm of a span: which share of all people has turned up by which day."""

    __slots__ = ("_by_day", "_first_day", "_start", "days")

    def __init__(self, options: CompanyOptions) -> None:
        self.days = options.days
        self._first_day = options.first_day
        self._start = as_milliseconds(options.start)
        weights = tuple(self._weight(day) for day in range(self.days))
        total = sum(weights)
        self._by_day = tuple(accumulate(weight / total for weight in weights))

    def _weight(self, day: int) -> float:
        when = self._first_day + timedelta(days=day)
        growth: float = (1 + GROWTH_PER_YEAR) ** (day / _DAYS_PER_YEAR)
        return growth * _WEEKDAYS[when.weekday()] * _MONTHS[when.month - 1]

    def day_at(self, share: float) -> int:
        """The day, counted from the first, by which this share, 0 to 1, has turned up."""
        return min(bisect_right(self._by_day, share), self.days - 1)

    def moment(self, day: int, early: float, late: float) -> int:
        """A moment of a day, in milliseconds.

        Two shares, 0 to 1, are drawn for it, so that the hours around noon are the likely ones.
        """
        return self._start + day * DAY + _NOON + int((early - late) * _HALF_DAY_AWAKE)

    def share_between(self, first: date, last: date) -> float:
        """The share of all people who turn up from the first to the last day, both included."""
        return self._share_before(last + timedelta(days=1)) - self._share_before(first)

    def _share_before(self, day: date) -> float:
        index = (day - self._first_day).days - 1
        if index < 0:
            return 0.0
        return self._by_day[min(index, self.days - 1)]
