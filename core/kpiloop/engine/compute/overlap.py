"""Stocks that count ids of which several rows may be there at once."""

from collections.abc import Mapping

from sqlglot import exp

from kpiloop.engine.compute.question import Cut
from kpiloop.engine.compute.rows import listed
from kpiloop.kpi.measure import Function, Measure
from kpiloop.warehouse.sql import names

_ALONE: Mapping[tuple[str, str], tuple[str, str] | None] = {
    ("customer_intervals", "customer_id"): None,
    ("stage_intervals", "deal_id"): None,
    ("stage_intervals", "person_id"): ("of_entity", "people"),
}
"""Table and id → the rows among which no two of one id overlap; None: all. So resolving makes them.
"""


def is_alone(measure: Measure) -> bool:
    """Whether each row counts by itself: what it counts is never there with another row."""
    if measure.aggregate.function is not Function.COUNT_DISTINCT:
        return True
    counted = measure.aggregate.argument
    if not isinstance(counted, exp.Column) or counted.table != measure.row:
        return False
    if counted.name == "id":
        return True
    rows = _ALONE.get((measure.on, counted.name), ("", ""))
    return rows is None or rows in _required(measure.where)


def _required(where: exp.Expr | None) -> set[tuple[str, str]]:
    """Column and text of every `column = 'text'` that must hold."""
    found: set[tuple[str, str]] = set()
    for part in where.flatten() if isinstance(where, exp.And) else (where,):
        if isinstance(part, exp.EQ) and isinstance(part.expression, exp.Literal):
            found.add((part.this.name, part.expression.name))
    return found


def joined_stays(stays: str, cut: Cut) -> str:
    """Stays of one id that overlap or meet made into one, so that the id counts once."""
    keys = names(("counted", *cut))
    return (
        f"WITH placed AS (SELECT *, start <= max(coalesce(until, 'infinity'::TIMESTAMP)) OVER ("
        f"PARTITION BY {keys} ORDER BY start, until NULLS LAST "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS goes_on "
        f"FROM ({stays})), "
        "numbered AS (SELECT *, count(*) FILTER (WHERE goes_on IS NOT TRUE) OVER ("
        f"PARTITION BY {keys} ORDER BY start, until NULLS LAST ROWS UNBOUNDED PRECEDING) AS number "
        "FROM placed) "
        f"SELECT 1 AS value{listed(cut)}, min(start_day) AS start_day, "
        "CASE WHEN bool_and(until IS NOT NULL) THEN max(until_day) END AS until_day "
        f"FROM numbered GROUP BY {keys}, number"
    )
