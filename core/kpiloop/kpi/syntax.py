"""Reading one expression: the only place where text of a definition becomes a syntax tree."""

import logging

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from kpiloop.errors import DefinitionError

LONGEST = 2_000
DEEPEST = 60
_ONE_LINE = 80
_DIALECT = "duckdb"

logging.getLogger("sqlglot").setLevel(logging.ERROR)
"""Its warnings are about statements, which are refused here with a reason of their own."""


def parse_expression(text: str, where: str, legal: str) -> exp.Expr:
    """The tree of exactly one expression, without comments; DefinitionError otherwise.

    Nothing is said about what the expression does: each language checks its nodes itself.
    """
    if len(text) > LONGEST:
        raise DefinitionError(
            f"the expression has {len(text):,} characters",
            where=where,
            legal=f"at most {LONGEST:,}",
        )
    if not all(character.isprintable() or character in "\n\t" for character in text):
        raise DefinitionError("the expression holds control characters", where=where, legal=legal)
    try:
        trees = sqlglot.parse(text, dialect=_DIALECT)
    except SqlglotError as error:
        raise DefinitionError(
            f"{text!r} cannot be read: {_reason(error)}", where=where, legal=legal
        ) from None
    except RecursionError:
        raise _too_deep(where) from None
    if len(trees) != 1 or trees[0] is None:
        raise DefinitionError(f"{text!r} is not exactly one expression", where=where, legal=legal)
    return _plain(trees[0], where)


def shown(node: exp.Expr) -> str:
    """A piece of an expression, as a message quotes it; its kind where it cannot be written."""
    try:
        text = node.sql(dialect=_DIALECT).replace('"', "")
    except (SqlglotError, AttributeError, TypeError, ValueError):
        return type(node).__name__  # half a statement parses, but has no text
    return repr(text if len(text) <= _ONE_LINE else f"{text[:_ONE_LINE]}...")


def _plain(tree: exp.Expr, where: str) -> exp.Expr:
    for node in tree.walk():
        node.pop_comments()
        if node.depth > DEEPEST:
            raise _too_deep(where)
    return tree


def _too_deep(where: str) -> DefinitionError:
    return DefinitionError(
        "the expression is nested too deeply",
        where=where,
        legal=f"at most {DEEPEST} levels",
        todo="use IN for long lists, and name parts of a formula as KPIs of their own",
    )


def _reason(error: SqlglotError) -> str:
    return str(error).splitlines()[0].split(". Line")[0].rstrip(".").lower() or "no expression"
