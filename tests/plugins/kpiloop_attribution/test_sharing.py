"""Amounts are shared so that not a cent is lost or made."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop_attribution.sharing import CENT, SHARE, shared, smallest_part

weights = st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=12).filter(
    lambda each: max(each) > 0
)
amounts = st.decimals("-1e13", "1e13", places=4)


def test_what_is_left_over_goes_by_the_largest_remainder() -> None:
    """A hundred in three parts: the first of equals has the cent."""
    parts = shared(Decimal(100), [1.0, 1.0, 1.0], CENT)
    assert parts == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


@pytest.mark.parametrize(("amount", "part"), [("12.30", "0.01"), ("12.3001", "0.0001")])
def test_parts_are_cents_unless_the_amount_is_finer(amount: str, part: str) -> None:
    """Only an amount that was converted has parts smaller than a cent."""
    assert smallest_part(Decimal(amount)) == Decimal(part)


@given(amount=amounts, weighed=weights)
def test_the_parts_add_up(amount: Decimal, weighed: list[float]) -> None:
    """Whatever the weights, the parts make the amount, and none goes against it."""
    parts = shared(amount, weighed, smallest_part(amount))
    assert sum(parts) == amount
    assert all(part * amount >= 0 for part in parts)


@given(weighed=weights)
def test_no_part_is_further_off_than_one_unit(weighed: list[float]) -> None:
    """Each share is what its weight says, to the last place that is kept."""
    total = sum(map(Fraction, weighed))
    for weight, part in zip(weighed, shared(Decimal(1), weighed, SHARE), strict=True):
        assert abs(Fraction(part) - Fraction(weight) / total) <= Fraction(SHARE) * 2
