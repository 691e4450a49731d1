"""The SQL of a measure, as one would read it: which rows of which day count, and how."""

import sqlglot

from kpiloop.engine.compute.pieces import condition, text_of
from kpiloop.engine.compute.rows import counted_day, from_clause, own
from kpiloop.engine.compute.survival import WAITED, watched_rows
from kpiloop.kpi.measure import Aggregate, Basis, Function, Measure


def measure_sql(measure: Measure) -> str:
    """A statement that gives the measure's value by day.

    Of a stock its entries and exits; of a median over rows that wait, how long each was watched.
    """
    if measure.basis is Basis.STOCK:
        return _stock(measure)
    if measure.aggregate.function in WAITED:
        return _pretty(watched_rows(measure, (), as_of="$as_of", today="$today"))
    return _pretty(
        f"SELECT {counted_day(measure)} AS day, {_folded(measure.aggregate)} AS value "
        f"{from_clause([measure], ())} "
        f"WHERE {own(measure, measure.when_day)} IS NOT NULL AND {text_of(condition(measure))} "
        "GROUP BY 1"
    )


def _stock(measure: Measure) -> str:
    start, until = own(measure, measure.start_day), own(measure, measure.until_day)
    source, where = from_clause([measure], ()), text_of(condition(measure))
    value = _folded(measure.aggregate)
    return _pretty(
        f"SELECT {start} AS day, {value} AS enter, NULL AS leave {source} WHERE {where} GROUP BY 1 "
        f"UNION ALL SELECT {until}, NULL, {value} {source} "
        f"WHERE {until} IS NOT NULL AND {where} GROUP BY 1"
    )


def _folded(aggregate: Aggregate) -> str:
    if aggregate.argument is None:
        return "count(*)"
    argument = text_of(aggregate.argument)
    if aggregate.function is Function.COUNT_DISTINCT:
        return f"count(DISTINCT {argument})"
    return f"{aggregate.function.value}({argument})"


def _pretty(statement: str) -> str:
    return sqlglot.parse_one(statement, dialect="duckdb").sql(dialect="duckdb", pretty=True)
