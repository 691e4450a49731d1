"""Sharing an amount by weights, so that the parts add up to it exactly."""

from collections.abc import Sequence
from decimal import Decimal

from kpiloop_attribution.journey import Weights

CENT = Decimal("0.01")
SMALLEST = Decimal("0.0001")
"""Of an amount that is no whole number of cents, as one that was converted may be."""
SHARE = Decimal("0.000001")


def shared(amount: Decimal, weights: Weights, smallest: Decimal) -> list[Decimal]:
    """The parts of an amount, each a multiple of the smallest; what is left over goes by remainder.

    The largest remainders are rounded up, the earlier of equal ones first. The amount has to be a
    multiple of the smallest, and a weight above 0.
    """
    whole = int(abs(amount) / smallest)
    parts = _apportioned(whole, _in_whole_numbers(weights))
    sign = -1 if amount < 0 else 1
    return [sign * part * smallest for part in parts]


def smallest_part(amount: Decimal) -> Decimal:
    """A cent, or less where the amount is no whole number of cents."""
    return CENT if amount % CENT == 0 else SMALLEST


def _in_whole_numbers(weights: Weights) -> Sequence[int]:
    """The same weights without a remainder: sums of floats would depend on their order."""
    ratios = [float(weight).as_integer_ratio() for weight in weights]
    finest = max(below for _, below in ratios)  # all are powers of two
    return [above * (finest // below) for above, below in ratios]


def _apportioned(whole: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place)
    )
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return parts
