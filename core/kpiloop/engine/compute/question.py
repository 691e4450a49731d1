"""What is asked of a computation: which KPIs, for which periods and cuts, as of when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from kpiloop.engine.compute.coverage import ALL, Coverage
from kpiloop.kpi.calendar import CIVIL, Calendar, Grain, Period

Cut = tuple[str, ...]
"""Dimensions that a number is cut by, in the order asked; none: the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """KPIs at some grains over a span of days, each for every cut."""

    kpis: tuple[str, ...]
    grains: tuple[Grain, ...]
    first_day: date
    last_day: date
    cuts: tuple[Cut, ...] = ((),)


@dataclass(frozen=True)
class Moment:
    """The as-of time: how far the records that were pulled are complete; never the clock."""

    as_of: datetime
    zone: ZoneInfo
    calendar: Calendar = CIVIL
    coverage: Coverage = ALL
    """What is told at all, of the days before."""

    @cached_property
    def stored(self) -> datetime:
        """As the warehouse keeps instants: UTC, without a zone."""
        return self.as_of.astimezone(UTC).replace(tzinfo=None)

    @cached_property
    def today(self) -> date:
        """The local day that holds it."""
        return self.as_of.astimezone(self.zone).date()

    def has_reached(self, day: date) -> bool:
        """Whether the local midnight at which a day begins lies not after it."""
        midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
        return midnight <= self.as_of.astimezone(UTC)

    def is_over(self, period: Period) -> bool:
        """Whether nothing of a period lies after it; `ever` always ends with it."""
        return period.grain is Grain.EVER or self.has_reached(period.next_day)

    def days_of(self, period: Period) -> int:
        """How many days of a period there were up to the as-of time; the running one is there."""
        return (min(period.last_day, self.today) - period.first_day).days + 1

    def is_mature(self, period: Period, within_days: int) -> bool:
        """Whether everyone who entered in a period has had so many days to convert."""
        return self.has_reached(period.next_day + timedelta(days=within_days))


def asked_periods(question: Question, moment: Moment) -> Iterator[Period]:
    """The periods of a question, up to the one that holds the as-of time."""
    last = min(question.last_day, moment.today)
    for grain in question.grains:
        yield from moment.calendar.periods(grain, question.first_day, last)


def all_periods(questions: Sequence[Question], moment: Moment) -> tuple[Period, ...]:
    """The periods of all questions, each once."""
    found = (period for question in questions for period in asked_periods(question, moment))
    return tuple(dict.fromkeys(found))
