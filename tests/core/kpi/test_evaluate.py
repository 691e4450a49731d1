"""The numbers of formulas: exact sums, quotients in written order, reasons for no value."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kpiloop.kpi.evaluate import Result, evaluate
from kpiloop.kpi.formula import parse_formula

AMOUNTS = st.decimals(min_value=-(10**14), max_value=10**14, places=4)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_sums_and_differences_are_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    """Amounts are added and subtracted as decimals, without any rounding."""
    result = evaluate(parse_formula("a + b - c"), {"a": a, "b": b, "c": c})
    assert isinstance(result.value, Decimal)
    assert result.value == a + b - c


def test_a_tenth_three_times_is_three_tenths() -> None:
    """What floating point gets wrong is right in a sum of decimals."""
    tenth = Decimal("0.1")
    assert evaluate(parse_formula("a + a + a"), {"a": tenth}).value == Decimal("0.3")


def test_the_first_quotient_converts_in_written_order() -> None:
    """From the first division on all is floating point, from left to right."""
    values: dict[str, Decimal | int | float | None] = {
        "a": Decimal("0.1"),
        "b": 3,
        "c": Decimal("0.2"),
    }
    assert evaluate(parse_formula("a / b + c"), values).value == 0.1 / 3.0 + 0.2
    assert evaluate(parse_formula("(a + c) * b"), values).value == float(Decimal("0.3")) * 3.0


def test_a_quotient_keeps_both_sides() -> None:
    """Numerator and denominator of the outermost division are told with the value."""
    result = evaluate(parse_formula("won / (won + lost)"), {"won": 1, "lost": 3})
    assert result == Result(0.25, None, Decimal(1), Decimal(4))


def test_division_by_zero_gives_a_reason_and_no_value() -> None:
    """Nothing is divided by zero: neither 0 nor infinity comes out, but a reason."""
    result = evaluate(parse_formula("cost / (a - b)"), {"cost": Decimal(5), "a": 2, "b": 2})
    assert result.value is None
    assert result.reason == "a - b is 0"
    assert (result.numerator, result.denominator) == (Decimal(5), Decimal(0))


def test_a_missing_part_is_named() -> None:
    """Where a part has no value the whole has none, and the reason names the part."""
    result = evaluate(
        parse_formula("(cost + wages) / leads"), {"cost": 1, "wages": None, "leads": 2}
    )
    assert result == Result(None, "wages has no value")


def test_a_reason_from_below_is_kept() -> None:
    """A division by zero deep inside is the reason of all that stands on it."""
    result = evaluate(parse_formula("1 - a / b"), {"a": 1, "b": 0})
    assert result == Result(None, "b is 0")


def test_what_is_too_large_has_no_value() -> None:
    """A product beyond all floating point is no value rather than infinity."""
    result = evaluate(parse_formula("a * a"), {"a": 1e200})
    assert result == Result(None, "a * a is too large")
