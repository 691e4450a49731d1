"""The nodes of SQL that a definition may use, and what of each counts for its meaning.

The classes are exact: a file reader or a sub-query parses as a class of its own, which is not
here. Arguments that are not listed must be empty: `count(* exclude (a))` is a `Star` as well.
"""

from collections.abc import Mapping
from typing import cast

from sqlglot import exp

_BOTH = ("this", "expression")

ALLOWED: Mapping[type[exp.Expr], tuple[str, ...]] = {
    exp.Count: ("this",),
    exp.Sum: ("this",),
    exp.Avg: ("this",),
    exp.Min: ("this",),
    exp.Max: ("this",),
    exp.Median: ("this",),
    exp.Distinct: ("expressions",),
    exp.Star: (),
    exp.Column: ("this", "table"),
    exp.Identifier: ("this",),
    exp.Literal: ("this", "is_string"),
    exp.Boolean: ("this",),
    exp.Null: (),
    exp.Paren: ("this",),
    exp.Neg: ("this",),
    exp.Add: _BOTH,
    exp.Sub: _BOTH,
    exp.Mul: _BOTH,
    exp.EQ: _BOTH,
    exp.NEQ: _BOTH,
    exp.LT: _BOTH,
    exp.LTE: _BOTH,
    exp.GT: _BOTH,
    exp.GTE: _BOTH,
    exp.And: _BOTH,
    exp.Or: _BOTH,
    exp.Not: ("this",),
    exp.Is: _BOTH,
    exp.In: ("this", "expressions"),
    exp.Between: ("this", "low", "high"),
    exp.Like: ("this", "expression", "negate"),
    exp.Case: ("this", "ifs", "default"),
    exp.If: ("this", "true"),
    exp.Coalesce: ("this", "expressions"),
    exp.Lower: ("this",),
    exp.Upper: ("this",),
    exp.Anonymous: ("this", "expressions"),
}

_NO_MEANING: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Count: frozenset({"big_int"}),
    exp.Identifier: frozenset({"quoted"}),
}


def is_allowed(node: exp.Expr) -> bool:
    """Whether a node is of a listed class and says nothing beyond its listed arguments."""
    arguments = ALLOWED.get(type(node))
    if arguments is None:
        return False
    known = {*arguments, *_NO_MEANING.get(type(node), ())}
    return all(name in known or not value for name, value in node.args.items())


def canonical(node: object) -> object:
    """The meaning of an expression as plain data: spacing, case of keywords and brackets gone."""
    if isinstance(node, exp.Paren):
        return canonical(node.this)
    if isinstance(node, exp.Expr):
        return [
            type(node).__name__,
            *(canonical(node.args.get(argument)) for argument in ALLOWED[type(node)]),
        ]
    if isinstance(node, list):
        return [canonical(item) for item in cast("list[object]", node)]
    return node
