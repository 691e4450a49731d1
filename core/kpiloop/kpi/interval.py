"""How sure a number is: the interval of a share, and whether it rests on few rows."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import Formula, Name, Operation
from kpiloop.kpi.measure import Basis, Function
from kpiloop.kpi.units import RATIO
from kpiloop.kpi.value import KpiValue, Number

LEVEL = 0.95
"""How often such an interval holds the true share."""

FEW = 30
"""Below so many rows a rate, a mean or a median swings from one period to the next."""

_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
_COUNTS = frozenset({Function.COUNT, Function.COUNT_DISTINCT})
_OF_ROWS = frozenset({Function.AVG, Function.MEDIAN, Function.MEDIAN_SURVIVAL})


@dataclass(frozen=True, slots=True)
class Interval:
    """The share lies between the two, as far as chance goes; both of them from 0 to 1."""

    low: float
    high: float


def wilson(part: Number, whole: Number) -> Interval | None:
    """Wilson's 95 % interval of a share of counts; None where one is no part of the other."""
    if not 0 <= part <= whole or not whole:
        return None
    number = float(whole)
    share = float(part) / number
    weight = 1 + _Z**2 / number
    middle = (share + _Z**2 / (2 * number)) / weight
    reach = _Z * sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2)) / weight
    return Interval(
        low=max(0.0, middle - reach) if part else 0.0,
        high=min(1.0, middle + reach) if part < whole else 1.0,
    )


def interval_of(catalog: Catalog, value: KpiValue) -> Interval | None:
    """The interval of a value; None where its KPI is no share of counts, or it is above 100 %.

    A share is a quotient of counts of the same kind: of what happened, or of what was there. What
    happened over what was there is a pace, and has none.
    """
    if value.value is None or value.numerator is None or value.denominator is None:
        return None
    return wilson(value.numerator, value.denominator) if is_share(catalog, value.kpi) else None


def rests_on_few(catalog: Catalog, value: KpiValue) -> bool:
    """Whether a rate, a mean or a median is of fewer rows than `FEW`; a count is what it is."""
    if value.value is None or value.sample_size is None or value.sample_size >= FEW:
        return False
    return _divides(catalog.expanded(value.kpi)) or any(
        each.aggregate.function in _OF_ROWS for each in catalog.measures_of(value.kpi)
    )


def is_share(catalog: Catalog, kpi: str) -> bool:
    """Whether a KPI is a share of counts, which is never above 100 %."""
    formula, measures = catalog.expanded(kpi), catalog.measures_of(kpi)
    if not isinstance(formula, Operation) or formula.operator != "/":
        return False
    return (
        catalog.kpi(kpi).unit == RATIO
        and all(each.aggregate.function in _COUNTS for each in measures)
        and len({each.basis is Basis.STOCK for each in measures}) == 1
        and _adds_up(formula.left)
        and _adds_up(formula.right)
    )


def _adds_up(formula: Formula) -> bool:
    """Whether it is made of counts by adding and subtracting alone: it counts something itself."""
    if isinstance(formula, Operation):
        is_sum = formula.operator in {"+", "-"}
        return is_sum and all(_adds_up(side) for side in (formula.left, formula.right))
    return isinstance(formula, Name)


def _divides(formula: Formula) -> bool:
    return isinstance(formula, Operation) and (
        formula.operator == "/" or _divides(formula.left) or _divides(formula.right)
    )
