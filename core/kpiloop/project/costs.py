"""`[[costs]]` and `[[budgets]]`: what no system knows, entered by hand and spread over days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from kpiloop.project.section import Amount, Currency, FirstDay, LastDay, Name, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

CostKind = Literal["media", "wages", "commissions", "software", "automation", "overhead"]
Department = Literal["marketing", "sales"]


class _Spread(Section):
    """Money of a span of days, once or again and again."""

    amount: Amount
    """Per month, quarter or year, or in all where it is of one time."""
    currency: Currency | None = None
    """No value: the home currency."""
    every: Literal["month", "quarter", "year", "once"] = "month"
    first_day: FirstDay | None = Field(default=None, alias="from")
    """No value: as long as there is anything to count."""
    last_day: LastDay | None = Field(default=None, alias="until")
    """The day is included; no value: it goes on."""
    channel: Name | None = None
    campaign: str | None = None
    """The id of a campaign, as kpiloop shows it."""
    product: str | None = None
    name: str | None = None

    @model_validator(mode="after")
    def _check_span(self) -> Self:
        if self.every == "once" and not (self.first_day and self.last_day):
            raise ValueError('every = "once" needs from and until: the days that it is spread over')
        if self.every in {"quarter", "year"} and not self.first_day:
            raise ValueError(
                f'every = "{self.every}" needs from: the month in which its {self.every} begins'
            )
        if self.every != "once" and self.first_day and self.first_day.day != 1:
            raise ValueError('from must be a month or the first day of one, or every = "once"')
        if self.every != "once" and self.last_day and (self.last_day + _DAY).day != 1:
            raise ValueError('until must be a month or the last day of one, or every = "once"')
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("until is before from")
        return self

    def spans(self, first: date, last: date) -> "Iterator[CostSpan]":
        """The amounts that touch a range of days, each with the days that it is spread over."""
        if self.every == "once":
            yield from self._once(first, last)
            return
        months = _MONTHS[self.every]
        start = _first_of_month(self.first_day or first)
        end = min(self.last_day or last, last)
        while start <= end:
            following = _months_later(start, months)
            if following > first:
                yield CostSpan(start, following - _DAY, self.amount)
            start = following

    def _once(self, first: date, last: date) -> "Iterator[CostSpan]":
        if self.first_day and self.last_day and self.first_day <= last and self.last_day >= first:
            yield CostSpan(self.first_day, self.last_day, self.amount)


@dataclass(frozen=True, slots=True)
class CostSpan:
    """An amount, and the days over which it is spread; both ends are included."""

    first_day: date
    last_day: date
    amount: Decimal


class CostEntry(_Spread):
    """Money that is spent."""

    kind: CostKind
    department: Department


class BudgetEntry(_Spread):
    """Money that may be spent, on what it names: the less it names, the more it holds."""

    kind: CostKind | None = None
    department: Department | None = None


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _months_later(day: date, months: int) -> date:
    later = day
    for _ in range(months):
        later += timedelta(days=monthrange(later.year, later.month)[1])
    return later
