"""The numbers of a formula, in Python: what the SQL of computing must agree with bit by bit.

Sums and differences of counts and amounts are exact decimals; the first multiplication or division
converts both sides to floating point, in written order, and it stays so from there on.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from kpiloop.kpi.formula import (
    DAYS_IN_PERIOD,
    Days,
    Formula,
    Name,
    Number,
    Operation,
    Operator,
    text_of,
)

Value = Decimal | float | None
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Result:
    """A value, or the reason why there is none; the sides of the outermost quotient with it."""

    value: Value
    reason: str | None = None
    numerator: Value = None
    denominator: Value = None


def evaluate(formula: Formula, values: Mapping[str, Decimal | int | float | None]) -> Result:
    """The formula's number; `values` holds one for each of its names, None where there is none.

    `days_in_period` is such a name, where the formula says it.
    """
    if isinstance(formula, Number):
        return Result(formula.value)
    if isinstance(formula, Name):
        return _named(formula.name, values)
    if isinstance(formula, Days):
        return _named(DAYS_IN_PERIOD, values)
    left, right = evaluate(formula.left, values), evaluate(formula.right, values)
    if left.value is None or right.value is None:
        return Result(None, left.reason or right.reason)
    return _combine(formula, left.value, right.value)


def _named(name: str, values: Mapping[str, Decimal | int | float | None]) -> Result:
    value = values[name]
    if value is None:
        return Result(None, f"{name} has no value")
    return Result(Decimal(value) if isinstance(value, int) else value)


def _combine(operation: Operation, left: Decimal | float, right: Decimal | float) -> Result:
    if operation.operator in {"+", "-"}:
        return _checked(operation, _add(operation.operator, left, right))
    if operation.operator == "*":
        return _checked(operation, float(left) * float(right))
    if right == 0:
        return Result(None, f"{text_of(operation.right)} is 0", left, right)
    quotient = _checked(operation, float(left) / float(right))
    return Result(quotient.value, quotient.reason, left, right)


def _add(operator: Operator, left: Decimal | float, right: Decimal | float) -> Decimal | float:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _EXACT.add(left, right) if operator == "+" else _EXACT.subtract(left, right)
    return float(left) + float(right) if operator == "+" else float(left) - float(right)


def _checked(operation: Operation, value: Decimal | float) -> Result:
    if math.isfinite(value):
        return Result(value)
    return Result(None, f"{text_of(operation)} is too large")
