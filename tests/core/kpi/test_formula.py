"""Formulas are read, written and taken apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.errors import DefinitionError
from kpiloop.kpi.formula import (
    Formula,
    Name,
    Number,
    Operation,
    names,
    parse_formula,
    replace_names,
    text_of,
)

LEAVES: st.SearchStrategy[Formula] = st.one_of(
    st.sampled_from(["mqls", "sqls", "new_customers", "a1"]).map(Name),
    st.decimals(min_value=0, max_value=10**6, places=4).map(Number),
)
FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    LEAVES,
    lambda inner: st.builds(Operation, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=12,
)


@given(FORMULAS)
def test_what_is_written_is_read_back(formula: Formula) -> None:
    """Printing a formula and reading it again gives the same formula."""
    assert parse_formula(text_of(formula)) == formula


def test_strength_and_order_are_those_of_school() -> None:
    """Products bind stronger than sums, and equals are taken from left to right."""
    assert parse_formula("a + b * c - d") == Operation(
        "-", Operation("+", Name("a"), Operation("*", Name("b"), Name("c"))), Name("d")
    )


def test_signs_of_school_are_understood() -> None:
    """The signs of multiplication, division and minus that are printed in books are read."""
    signs = "(a \N{MULTIPLICATION SIGN} b \N{MINUS SIGN} c) \N{DIVISION SIGN} d"
    assert parse_formula(signs) == parse_formula("(a * b - c) / d")


def test_a_leading_minus_is_a_difference_from_zero() -> None:
    """A negative name is zero minus it."""
    assert parse_formula("-a") == Operation("-", Number(Decimal(0)), Name("a"))


def test_brackets_are_written_only_where_they_are_needed() -> None:
    """A quotient of a sum keeps its brackets, and a sum of a quotient loses them."""
    assert text_of(parse_formula("((a + b) / (c)) + ((d * e))")) == "(a + b) / c + d * e"


def test_names_come_once_and_in_written_order() -> None:
    """A name that is written twice is one name."""
    assert names(parse_formula("b / (a + b) * 2")) == ("b", "a")


def test_names_are_replaced_by_formulas() -> None:
    """A formula takes the place of a name as a whole."""
    replaced = replace_names(parse_formula("a / b"), {"b": parse_formula("c + d")})
    assert text_of(replaced) == "a / (c + d)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "a b",
        "a; b",
        "a = b",
        "a > b",
        "a and b",
        "not a",
        "a % b",
        "a // b",
        "a ** b",
        "a ^ b",
        "'text'",
        "1e3",
        "0x1f",
        "null",
        "true",
        "*",
        "count(*)",
        "sum(a)",
        "abs(a)",
        "x.a",
        '"A b"',
        "Mqls",
        "a::int",
        "case when a then b end",
        "(select 1)",
        "select 1",
        "drop table people",
        "read_csv('/etc/passwd')",
        "getenv('HOME')",
        "a over ()",
        "$1",
        "?",
        "[a]",
        "a\x00",
    ],
)
def test_anything_but_the_four_operations_is_refused(text: str) -> None:
    """A formula knows + - * /, brackets, numbers and names, and nothing else."""
    with pytest.raises(DefinitionError) as caught:
        parse_formula(text, "pack.toml [kpis.x].formula")
    assert caught.value.where == "pack.toml [kpis.x].formula"
    assert caught.value.legal


def test_a_formula_that_is_too_deep_or_long_is_refused() -> None:
    """Neither a thousand brackets nor a thousand terms bring the reader down."""
    for text in ("(" * 900 + "a" + ")" * 900, " + ".join(["a"] * 500), "a + " * 900 + "a"):
        with pytest.raises(DefinitionError):
            parse_formula(text)
