"""Date literals: TODAY, LAST_N_DAYS:30 and their like, as days of the org's time zone."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]
"""A span of days: the first one, and the first one after it."""
_DAY = timedelta(days=1)
_WEEK = 7
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def is_period(word: str) -> bool:
    """Whether this word, in upper case, is a date literal."""
    name, _, number = word.partition(":")
    return (name in _COUNTED and number.isdigit()) if number else name in _FIXED


def period(word: str, today: date) -> Days:
    """The days that a date literal means on this day."""
    name, _, number = word.partition(":")
    return _COUNTED[name](today, int(number)) if number else _FIXED[name](today)


def _days(first: int, after: int) -> Callable[[date], Days]:
    return lambda today: (today + first * _DAY, today + after * _DAY)


def _week(shift: int) -> Callable[[date], Days]:
    """Weeks begin on Sunday, as in Salesforce's own locale."""

    def days(today: date) -> Days:
        sunday = today - timedelta(days=today.isoweekday() % _WEEK) + timedelta(weeks=shift)
        return sunday, sunday + timedelta(weeks=1)

    return days


def _months(unit: str, shift: int) -> Callable[[date], Days]:
    size = _MONTHS[unit]

    def days(today: date) -> Days:
        begun = (today.month - 1) // size * size
        first = date(today.year, begun + 1, 1)
        return _shifted(first, shift * size), _shifted(first, (shift + 1) * size)

    return days


def _shifted(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


_FIXED: dict[str, Callable[[date], Days]] = {
    "YESTERDAY": _days(-1, 0),
    "TODAY": _days(0, 1),
    "TOMORROW": _days(1, 2),
    "LAST_90_DAYS": _days(-90, 1),
    "NEXT_90_DAYS": _days(1, 91),
    "LAST_WEEK": _week(-1),
    "THIS_WEEK": _week(0),
    "NEXT_WEEK": _week(1),
    **{
        f"{word}_{unit}": _months(unit, shift)
        for unit in _MONTHS
        for word, shift in (("LAST", -1), ("THIS", 0), ("NEXT", 1))
    },
}
_COUNTED: dict[str, Callable[[date, int], Days]] = {
    "LAST_N_DAYS": lambda today, n: (today - n * _DAY, today + _DAY),
    "NEXT_N_DAYS": lambda today, n: (today + _DAY, today + (n + 1) * _DAY),
    "N_DAYS_AGO": lambda today, n: (today - n * _DAY, today - (n - 1) * _DAY),
    "LAST_N_WEEKS": lambda today, n: (_week(-n)(today)[0], _week(0)(today)[0]),
    "LAST_N_MONTHS": lambda today, n: (
        _months("MONTH", -n)(today)[0],
        _months("MONTH", 0)(today)[0],
    ),
}
