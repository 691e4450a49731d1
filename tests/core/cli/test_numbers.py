"""Numbers as people read them."""

from decimal import Decimal

import pytest

from kpiloop.cli.numbers import difference, percent, share_range, shown
from kpiloop.kpi.interval import Interval
from kpiloop.kpi.units import DAYS, MONEY, RATIO, Unit, unit_of

DASH = "\N{EN DASH}"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, RATIO, DASH),
        (0.1234, RATIO, "12.3 %"),
        (Decimal("1234.5"), MONEY, "1,234.50 EUR"),
        (Decimal(12), DAYS, "12.0 days"),
        (Decimal(1200), unit_of("person"), "1,200"),
        (1.256, unit_of("person"), "1.26"),
        (0.00463, RATIO / DAYS, "0.0046"),
        (-0.00463, RATIO / DAYS, "-0.0046"),
    ],
)
def test_a_number_stands_in_its_unit(value: Decimal | float | None, unit: Unit, text: str) -> None:
    """Shares in per cent, money with its currency; what is small keeps two digits."""
    assert shown(value, unit, "EUR") == text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (None, RATIO, ""),
        (0.123, RATIO, "+12.3 points"),
        (-0.123, RATIO, "-12.3 points"),
        (Decimal(0), unit_of("person"), "0"),
        (Decimal(-5), MONEY, "-5.00 EUR"),
        (Decimal(5), unit_of("person"), "+5"),
    ],
)
def test_a_difference_has_its_sign_and_its_unit(
    number: Decimal | float | None, unit: Unit, text: str
) -> None:
    """Shares differ by points, or one would take them for a change in per cent."""
    assert difference(number, unit, "EUR") == text


def test_what_cannot_be_said_is_left_empty() -> None:
    """No change from nothing, and no interval of what is no share."""
    assert percent(None) == ""
    assert percent(0.5) == "+50 %"
    assert share_range(None) == ""
    assert share_range(Interval(0.1, 0.25)) == f"10.0{DASH}25.0 %"
