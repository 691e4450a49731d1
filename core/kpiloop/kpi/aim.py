"""What a KPI should reach in one period: its target, or its part of a year's target.

A year is split by its days, each month's days having the same part of the month. The parts are
rounded as differences of rounded sums from the start of the year, so that they add up to the
target to the cent, whichever periods one cuts it into.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from kpiloop.kpi.calendar import Calendar, Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import Formula, Name, Operation
from kpiloop.kpi.measure import Basis, Function
from kpiloop.kpi.target import YEARS, Rule, Target, Targets
from kpiloop.kpi.value import KpiValue
from kpiloop.kpi.value import Number as Value

CENT = Decimal("0.01")
History = Callable[[Period], Value | None]
"""A month of the year before → the KPI's value in it, of the same part."""

_MONTHS: Mapping[Grain, Grain] = {Grain.YEAR: Grain.MONTH, Grain.FISCAL_YEAR: Grain.FISCAL_MONTH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a value should be, and where that comes from."""

    value: Decimal
    source: str
    """`given`, or the year that it is a part of, with the rule."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days that share one part of a year."""

    first_day: date
    next_day: date
    weight: Fraction

    def before(self, day: date) -> Fraction:
        """The part of it that lies before a day."""
        days = (self.next_day - self.first_day).days
        gone = min(max((day - self.first_day).days, 0), days)
        return self.weight * Fraction(gone, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """Finds what values should be."""

    targets: Targets
    calendar: Calendar

    def of(self, value: KpiValue, history: History) -> Aim | None:
        """What a value should be; None where no target says it.

        `history` is asked only where a target is split as the year before.
        """
        given = self.targets.find(value.kpi, value.period, value.dimensions)
        if given is not None:
            return Aim(value=given.value, source="given")
        if value.period.grain in {*YEARS, Grain.EVER}:
            return None
        for grain in YEARS:
            parts = [self._part(value, year, history) for year in self._years(grain, value)]
            if parts and None not in parts:
                found = [each for each in parts if each is not None]
                return Aim(value=sum((each.value for each in found), Decimal(0)), **_told(found))
        return None

    def _years(self, grain: Grain, value: KpiValue) -> Iterator[Period]:
        """The years that a period lies in; a week may lie in two."""
        return self.calendar.periods(grain, value.period.first_day, value.period.last_day)

    def _part(self, value: KpiValue, year: Period, history: History) -> Aim | None:
        target = self.targets.find(value.kpi, year, value.dimensions)
        if target is None or target.split is None:
            return None
        stretches = tuple(self._stretches(target, year, history))
        total = sum((each.weight for each in stretches), Fraction(0))
        if not total:
            return None

        def until(day: date) -> Decimal:
            share = sum((each.before(day) for each in stretches), Fraction(0)) / total
            exact = Fraction(target.value) * share
            return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
                CENT, rounding=ROUND_HALF_EVEN
            )

        part = until(value.period.next_day) - until(value.period.first_day)
        return Aim(value=part, source=f"{year.key} by {target.split}")

    def _stretches(self, target: Target, year: Period, history: History) -> Iterator[_Stretch]:
        assert target.split is not None
        if target.split.rule is Rule.DAYS:
            yield _Stretch(year.first_day, year.next_day, Fraction(1))
            return
        months = list(self.calendar.periods(_MONTHS[year.grain], year.first_day, year.last_day))
        weights = target.split.weights
        if target.split.rule is Rule.LAST_YEAR:
            weights = tuple(_known(history(each)) for each in self._months_before(year))
        for month, weight in zip(months, weights, strict=False):
            yield _Stretch(month.first_day, month.next_day, Fraction(weight))

    def _months_before(self, year: Period) -> Iterator[Period]:
        last = self.calendar.period_of(year.grain, date.fromordinal(year.first_day.toordinal() - 1))
        return self.calendar.periods(_MONTHS[year.grain], last.first_day, last.last_day)


def _told(parts: list[Aim]) -> dict[str, str]:
    return {"source": " and ".join(each.source for each in parts)}


def _known(value: Value | None) -> Decimal:
    """A month's weight: what was negative or unknown has none."""
    return max(Decimal(str(value or 0)), Decimal(0))


def adds_up(catalog: Catalog, kpi: str) -> bool:
    """Whether the values of a KPI's periods add up to that of the whole.

    So do counts and sums of what happened, not rates, averages, states and distinct counts.
    """
    measures = {each.name: each for each in catalog.measures_of(kpi)}
    return _is_sum(catalog.expanded(kpi)) and all(
        each.basis is not Basis.STOCK and each.aggregate.function in {Function.COUNT, Function.SUM}
        for each in measures.values()
    )


def _is_sum(formula: Formula) -> bool:
    if isinstance(formula, Operation):
        is_sum = formula.operator in {"+", "-"}
        return is_sum and _is_sum(formula.left) and _is_sum(formula.right)
    return isinstance(formula, Name)
