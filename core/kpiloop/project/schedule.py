"""`[schedule]`: when `kpiloop serve` does what."""

import re
from typing import Annotated

from pydantic import AfterValidator

from kpiloop.project.section import Section

_EVERY = re.compile(r"every [1-9][0-9]* (minute|hour|day)s?")
_CRON_FIELDS = 5
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORKING_DAYS = 5


def _when(value: str) -> str:
    if not _EVERY.fullmatch(value) and len(value.split()) != _CRON_FIELDS:
        raise ValueError(
            f"{value!r} is no schedule "
            '(legal: "every 15 minutes", or a line of cron: "0 6 * * mon-fri")'
        )
    return value


When = Annotated[str, AfterValidator(_when)]


class Schedule(Section):
    """No value: it is never done by itself."""

    pull: When | None = None
    cycle: When | None = None

    @property
    def is_daily(self) -> bool:
        """Whether numbers are computed on each working day; no value: who starts it knows."""
        if self.cycle is None:
            return True
        if _EVERY.fullmatch(self.cycle):
            _, number, unit = self.cycle.split()
            return not unit.startswith("day") or number == "1"
        _, _, day, month, weekdays = self.cycle.split()
        return day == month == "*" and _number_of(weekdays) >= _WORKING_DAYS


def _number_of(weekdays: str) -> int:
    """How many days of the week a line of cron names."""
    if weekdays.startswith("*"):
        return len(_WEEKDAYS)
    return sum(_length(*part.partition("-")[::2]) for part in weekdays.lower().split(","))


def _length(first: str, last: str) -> int:
    if not last:
        return 1
    start, end = (_place(day) for day in (first, last))
    return (end - start) % len(_WEEKDAYS) + 1


def _place(day: str) -> int:
    """Cron counts Monday as 1, and Sunday as 0 or 7."""
    return _WEEKDAYS.index(day) + 1 if day in _WEEKDAYS else int(day) if day.isdecimal() else 0
