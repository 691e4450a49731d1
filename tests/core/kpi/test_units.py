"""Units combine as exponents and are read as marketers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.errors import DefinitionError
from kpiloop.kpi.units import DAYS, MONEY, RATIO, Unit, parse_unit, unit_of

UNITS = st.dictionaries(
    st.sampled_from(["money", "person", "deal", "day", "customer"]),
    st.integers(-3, 3).filter(bool),
    max_size=4,
).map(lambda powers: Unit(tuple(sorted(powers.items()))))


@given(UNITS)
def test_a_unit_is_read_back_as_it_is_shown(unit: Unit) -> None:
    """Showing a unit and reading it again gives the same unit."""
    assert parse_unit(str(unit), "") == unit


@given(UNITS, UNITS)
def test_division_undoes_multiplication(left: Unit, right: Unit) -> None:
    """What is multiplied by a unit and divided by it is what it was."""
    assert left * right / right == left


@given(UNITS)
def test_equal_units_make_a_ratio(unit: Unit) -> None:
    """People over people, money over money: the quotient is a ratio."""
    assert unit / unit == RATIO


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("ratio", RATIO),
        ("money", MONEY),
        ("days", DAYS),
        ("people", unit_of("person")),
        ("person", unit_of("person")),
        ("companies", unit_of("company")),
        ("count", unit_of("count")),
        ("money/customer", MONEY / unit_of("customer")),
        ("deals / person", unit_of("deal") / unit_of("person")),
        ("1/day", RATIO / DAYS),
        ("money/customer/day", MONEY / unit_of("customer") / DAYS),
    ],
)
def test_units_are_read_in_singular_and_plural(text: str, unit: Unit) -> None:
    """A unit is written in the words that one says."""
    assert parse_unit(text, "") == unit


@pytest.mark.parametrize("text", ["", "mony", "money/", "/day", "money^2", "euro", "money per day"])
def test_other_words_are_no_units(text: str) -> None:
    """What is no unit is refused with the words that are."""
    with pytest.raises(DefinitionError) as caught:
        parse_unit(text, "pack.toml [kpis.x].unit")
    assert "money" in caught.value.legal


def test_a_misspelt_unit_brings_a_suggestion() -> None:
    """The nearest unit is suggested."""
    with pytest.raises(DefinitionError, match="did you mean 'people'"):
        parse_unit("poeple", "")
