"""How a measure is aggregated: first by day, then from days to periods."""

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from kpiloop.kpi.measure import Aggregate, Function, Measure
from kpiloop.warehouse.sql import name

ROWS = "#rows"
"""What the column with the number of rows behind a measure is called, after the measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One column of a fused question."""

    column: str
    by_day: exp.Expr
    """The aggregate over the rows of a day."""
    roll_up: str
    """The function that makes a period's number of days' numbers: sum, min or max."""


def condition(measure: Measure) -> exp.Expr:
    """Which rows of its day a measure counts: its filter, and for a cohort the conversion.

    A cohort converts if `then` is not before `when`, and not after so many local days.
    """
    parts: list[exp.Expr] = [measure.where.copy()] if measure.where is not None else []
    if measure.within_days is not None:
        when, then = column(measure.row, measure.when), column(measure.row, measure.then)
        when_day, then_day = (
            column(measure.row, measure.when_day),
            column(measure.row, measure.then_day),
        )
        latest = exp.Add(this=when_day, expression=exp.Literal.number(measure.within_days))
        parts += [exp.GTE(this=then, expression=when), exp.LTE(this=then_day, expression=latest)]
    return exp.and_(*parts) if parts else exp.true()


def pieces(measure: Measure) -> tuple[Piece, ...]:
    """The columns that a measure needs, the first of them its own."""
    aggregate, where = measure.aggregate, condition(measure)
    if aggregate.function is Function.COUNT:
        return (_piece(measure.name, _count(aggregate.argument), where, "sum"),)
    rows = _piece(measure.name + ROWS, _count(aggregate.argument), where, "sum")
    roll_up = {Function.MIN: "min", Function.MAX: "max"}.get(aggregate.function, "sum")
    return (_piece(measure.name, _fold(aggregate), where, roll_up), rows)


def _fold(aggregate: Aggregate) -> exp.Expr:
    argument = aggregate.argument
    assert argument is not None
    makers: dict[Function, type[exp.AggFunc]] = {Function.MIN: exp.Min, Function.MAX: exp.Max}
    return makers.get(aggregate.function, exp.Sum)(this=argument.copy())


def _count(argument: exp.Expr | None) -> exp.Expr:
    return exp.Count(this=exp.Star() if argument is None else argument.copy())


def _piece(column_name: str, aggregate: exp.Expr, where: exp.Expr, roll_up: str) -> Piece:
    filtered = exp.Filter(this=aggregate, expression=exp.Where(this=where.copy()))
    by_day = aggregate if isinstance(where, exp.Boolean) else filtered
    return Piece(column=column_name, by_day=by_day, roll_up=roll_up)


def column(table: str, identifier: str | None) -> exp.Column:
    """A quoted column of a table; names never become anything else than names."""
    assert identifier is not None
    return exp.column(exp.to_identifier(identifier, quoted=True), table=table, quoted=True)


def day_literal(day: date) -> str:
    """A day in a statement."""
    return f"DATE '{day.isoformat()}'"


def text_of(expression: exp.Expr) -> str:
    """An expression in the warehouse's dialect."""
    return expression.sql(dialect="duckdb")


def selected(expression: exp.Expr, alias: str) -> str:
    """An expression of a select list, under a quoted name."""
    return f"{text_of(expression)} AS {name(alias)}"
