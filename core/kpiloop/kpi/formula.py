"""Formulas: + - * / over measures and KPIs, with exact sums and quotients in written order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlglot import exp

from kpiloop.errors import DefinitionError
from kpiloop.kpi.names import NAME
from kpiloop.kpi.syntax import parse_expression, shown

Operator: TypeAlias = Literal["+", "-", "*", "/"]

DAYS_IN_PERIOD = "days_in_period"

LEGAL = f"+ - * /, parentheses, numbers, names of measures and KPIs, and {DAYS_IN_PERIOD}"

_OPERATORS: Mapping[type[exp.Expr], Operator] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
}
_STRENGTH: Mapping[Operator, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
_AS_TYPED = str.maketrans(
    {"\N{MULTIPLICATION SIGN}": "*", "\N{DIVISION SIGN}": "/", "\N{MINUS SIGN}": "-"}
)
_NUMBER = re.compile(r"\d{1,15}(\.\d{0,15})?|\.\d{1,15}")


@dataclass(frozen=True, slots=True)
class Number:
    """A constant; never negative."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A measure or another KPI."""

    name: str


@dataclass(frozen=True, slots=True)
class Days:
    """How many days the period has, up to the as-of time: `days_in_period`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Two formulas and what is done with them."""

    operator: Operator
    left: "Formula"
    right: "Formula"


Formula: TypeAlias = Number | Name | Days | Operation


def parse_formula(text: str, where: str = "") -> Formula:
    """Reads a formula; DefinitionError where it is anything else than `LEGAL` says."""
    tree = parse_expression(text.translate(_AS_TYPED), where, LEGAL)
    return _convert(tree, text, where)


def names(formula: Formula) -> tuple[str, ...]:
    """The measures and KPIs that it names, in written order, without repeats."""
    return tuple(dict.fromkeys(each_name(formula)))


def each_name(formula: Formula) -> Iterator[str]:
    """Its names as often as they are written."""
    if isinstance(formula, Name):
        yield formula.name
    elif isinstance(formula, Operation):
        yield from each_name(formula.left)
        yield from each_name(formula.right)


def size_of(formula: Formula) -> int:
    """How many names, numbers and operations it holds."""
    if isinstance(formula, Operation):
        return 1 + size_of(formula.left) + size_of(formula.right)
    return 1


def text_of(formula: Formula) -> str:
    """As one would write it, with no more parentheses than needed; parses to the same formula."""
    if isinstance(formula, Number):
        return format(formula.value, "f")
    if isinstance(formula, Name):
        return formula.name
    if isinstance(formula, Days):
        return DAYS_IN_PERIOD
    strength = _STRENGTH[formula.operator]
    left = _bracketed(formula.left, strength)
    right = _bracketed(formula.right, strength + 1)
    return f"{left} {formula.operator} {right}"


def replace_names(formula: Formula, replacements: Mapping[str, Formula]) -> Formula:
    """The formula with other formulas in the place of some of its names."""
    if isinstance(formula, Name):
        return replacements.get(formula.name, formula)
    if isinstance(formula, Operation):
        return Operation(
            formula.operator,
            replace_names(formula.left, replacements),
            replace_names(formula.right, replacements),
        )
    return formula


def _bracketed(formula: Formula, strength: int) -> str:
    text = text_of(formula)
    weaker = isinstance(formula, Operation) and _STRENGTH[formula.operator] < strength
    return f"({text})" if weaker else text


def _convert(node: exp.Expr, text: str, where: str) -> Formula:
    kind = type(node)
    if kind in _OPERATORS:
        left, right = node.args["this"], node.args["expression"]
        return Operation(
            _OPERATORS[kind], _convert(left, text, where), _convert(right, text, where)
        )
    if isinstance(node, exp.Paren):
        return _convert(node.this, text, where)
    if isinstance(node, exp.Neg):
        return Operation("-", Number(Decimal(0)), _convert(node.this, text, where))
    if isinstance(node, exp.Literal) and not node.is_string and _NUMBER.fullmatch(node.name):
        return Number(Decimal(node.name))
    if isinstance(node, exp.Column) and not node.table and NAME.fullmatch(node.name):
        return Days() if node.name == DAYS_IN_PERIOD else Name(node.name)
    raise DefinitionError(
        f"{shown(node)} has no place in the formula {text!r}",
        where=where,
        legal=LEGAL,
        todo="put filters and aggregates into a measure, and name that",
    )
