"""Expressions over one row: each node checked against the schema and the kinds of its parts."""

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.scope import Scope, Typed, same_family, wider
from kpiloop.kpi.syntax import shown
from kpiloop.kpi.units import DAYS, MONEY, RATIO
from kpiloop.schema.fields import Kind

DAYS_BETWEEN = "days_between"
"""Our own function: whole days from one local day to another; both arguments become DAY columns."""

_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?|\.\d{1,6}")


def check_scalar(node: exp.Expr, scope: Scope) -> Typed:
    """What the expression gives; DefinitionError where it is not legal.

    Columns are qualified in place with the way they are reached, and quoted.
    """
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise scope.refusal(f"{shown(node)} is no expression over one row")
    return handler(node, scope)


def check_condition(node: exp.Expr, scope: Scope) -> Typed:
    """What `check_scalar` gives, which must be true or false for a row."""
    typed = check_scalar(node, scope)
    if typed.kind is not Kind.FLAG:
        raise scope.refusal(f"{shown(node)} is neither true nor false")
    return typed


def _literal(node: exp.Expr, scope: Scope) -> Typed:
    if node.is_string:
        return Typed(Kind.TEXT, text=node.name)
    if not _NUMBER.fullmatch(node.name):
        raise scope.refusal(
            f"{node.name} is no plain number", legal="up to 15 digits, and 6 after the point"
        )
    return Typed(Kind.NUMBER if "." in node.name else Kind.WHOLE, unit=None)


def _column(node: exp.Expr, scope: Scope) -> Typed:
    reach = scope.column(node)
    if reach.kind is Kind.MONEY and scope.adds_up and not reach.column.endswith("_home"):
        raise scope.refusal(
            f"{reach.column!r} is in the currency of each row, and these cannot be added up",
            legal="money columns that end in _home, which are in the home currency",
            todo=f"use {reach.column}_home",
        )
    scope.point(node, reach)
    return Typed(reach.kind, MONEY if reach.kind is Kind.MONEY else RATIO)


def _days_between(node: exp.Expr, scope: Scope) -> Typed:
    if node.this != DAYS_BETWEEN:
        name = str(node.this)
        known = did_you_mean(name, (DAYS_BETWEEN, "coalesce", "lower", "upper"))
        raise scope.refusal(f"there is no function {name!r}{known}")
    columns = [scope.column(item) for item in node.expressions]
    days = [day for column in columns if (day := scope.table.day_of(column))]
    if len(columns) != 2 or len(days) != 2:  # noqa: PLR2004 - from and to
        raise scope.refusal(
            f"{shown(node)} does not name two columns that have a local day",
            legal=f"{DAYS_BETWEEN}(created_at, won_at)",
        )
    for item, day in zip(node.expressions, days, strict=True):
        scope.point(item, day)
    return Typed(Kind.WHOLE, DAYS)


def _bracket(node: exp.Expr, scope: Scope) -> Typed:
    return check_scalar(node.this, scope)


def _null(_node: exp.Expr, _scope: Scope) -> Typed:
    return Typed(None, unit=None)


def _flag(_node: exp.Expr, _scope: Scope) -> Typed:
    return Typed(Kind.FLAG)


def _negative(node: exp.Expr, scope: Scope) -> Typed:
    return _number(node.this, scope)


def _sum(node: exp.Expr, scope: Scope) -> Typed:
    left, right = (_number(side, scope) for side in _sides(node))
    if left.unit is not None and right.unit is not None and left.unit != right.unit:
        raise scope.refusal(
            f"{shown(node)} adds or subtracts {left.unit} and {right.unit}",
            legal="sums and differences of equal units",
        )
    return Typed(wider((left, right)), left.unit or right.unit)


def _product(node: exp.Expr, scope: Scope) -> Typed:
    left, right = (_number(side, scope) for side in _sides(node))
    plain = left.unit is None and right.unit is None
    unit = None if plain else (left.unit or RATIO) * (right.unit or RATIO)
    return Typed(wider((left, right)), unit)


def _number(node: exp.Expr, scope: Scope) -> Typed:
    typed = check_scalar(node, scope)
    if not typed.is_numeric:
        raise scope.refusal(f"{shown(node)} is no number, and cannot be calculated with")
    return typed


def _comparison(node: exp.Expr, scope: Scope) -> Typed:
    return _compared(node, _sides(node), scope)


def _between(node: exp.Expr, scope: Scope) -> Typed:
    return _compared(node, (node.this, node.args["low"], node.args["high"]), scope)


def _in(node: exp.Expr, scope: Scope) -> Typed:
    if not node.expressions:
        raise scope.refusal(f"{shown(node)} lists nothing", legal="stage IN ('mql', 'sql')")
    return _compared(node, (node.this, *node.expressions), scope)


def _compared(node: exp.Expr, sides: tuple[exp.Expr, ...], scope: Scope) -> Typed:
    typed = [check_scalar(side, scope) for side in sides]
    if any(side.kind is None for side in typed):
        raise scope.refusal(
            f"{shown(node)} compares with NULL, which is never true", todo="write IS NULL"
        )
    same_family(node, typed, scope)
    return Typed(Kind.FLAG)


def _both(node: exp.Expr, scope: Scope) -> Typed:
    left, right = _sides(node)
    check_condition(left, scope)
    return check_condition(right, scope)


def _not(node: exp.Expr, scope: Scope) -> Typed:
    return check_condition(node.this, scope)


def _is(node: exp.Expr, scope: Scope) -> Typed:
    left, right = _sides(node)
    is_flag = check_scalar(left, scope).kind is Kind.FLAG
    if not isinstance(right, exp.Null) and not (is_flag and isinstance(right, exp.Boolean)):
        raise scope.refusal(f"{shown(node)} is no test", legal="IS NULL, IS TRUE, IS FALSE")
    return Typed(Kind.FLAG)


def _like(node: exp.Expr, scope: Scope) -> Typed:
    value, pattern = _sides(node)
    _text(value, scope)
    if _text(pattern, scope).text is None:
        raise scope.refusal(f"{shown(node)} has no written pattern", legal="LIKE 'begin%'")
    return Typed(Kind.FLAG)


def _case_of_text(node: exp.Expr, scope: Scope) -> Typed:
    return Typed(_text(node.this, scope).kind)


def _text(node: exp.Expr, scope: Scope) -> Typed:
    typed = check_scalar(node, scope)
    if typed.kind is not Kind.TEXT:
        raise scope.refusal(f"{shown(node)} is no text")
    return typed


def _coalesce(node: exp.Expr, scope: Scope) -> Typed:
    typed = [check_scalar(item, scope) for item in (node.this, *node.expressions)]
    return same_family(node, typed, scope)


def _case(node: exp.Expr, scope: Scope) -> Typed:
    branches: list[exp.Expr] = node.args["ifs"]
    for branch in branches:
        if node.this:
            _compared(node, (node.this, branch.this), scope)
        else:
            check_condition(branch.this, scope)
    results = [branch.args["true"] for branch in branches]
    default = node.args.get("default")
    if default is not None:
        results.append(default)
    return same_family(node, [check_scalar(result, scope) for result in results], scope)


def _sides(node: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    return node.args["this"], node.args["expression"]


_HANDLERS: Mapping[type[exp.Expr], Callable[[exp.Expr, Scope], Typed]] = {
    exp.Literal: _literal,
    exp.Column: _column,
    exp.Boolean: _flag,
    exp.Null: _null,
    exp.Paren: _bracket,
    exp.Neg: _negative,
    exp.Add: _sum,
    exp.Sub: _sum,
    exp.Mul: _product,
    exp.EQ: _comparison,
    exp.NEQ: _comparison,
    exp.LT: _comparison,
    exp.LTE: _comparison,
    exp.GT: _comparison,
    exp.GTE: _comparison,
    exp.And: _both,
    exp.Or: _both,
    exp.Not: _not,
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Lower: _case_of_text,
    exp.Upper: _case_of_text,
    exp.Anonymous: _days_between,
}
