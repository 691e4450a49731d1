"""The KPIs of scores and of rules of MQLs; nothing here reads a pack."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from oracle.answers import Answer, Kpi, conversion, conversion_in_period, count, quotient
from oracle.basic_kpis import cost, mqls
from oracle.world import Span, World, there_at


def mql_cost_effectiveness(world: World, span: Span) -> Answer:
    """What marketing cost for each MQL."""
    return quotient(cost(world, span, department="marketing"), mqls(world, span))


def lead_score(world: World, span: Span) -> Answer:
    """The mean of all scores that are not 0."""
    rows = there_at(span.next_day, world.tables["scores"], "started", "ended", span.as_of)
    points = sum((row["score"] for row in rows), Decimal(0))
    return quotient(Answer(points, rows=len(rows)), count(rows))


_STAGES = {"before": "became_mql", "after": "became_sql"}

SCORING: Mapping[str, Kpi] = {
    "lead_score": lead_score,
    "mql_cost_effectiveness": mql_cost_effectiveness,
    "mql_rule_fit": partial(conversion, **_STAGES),
    "mql_rule_fit_in_period": partial(conversion_in_period, **_STAGES),
}

SCORING_STANDS_ON: Mapping[str, tuple[str, ...]] = {
    "lead_score": ("scores",),
    "mql_cost_effectiveness": ("costs", "people"),
    "mql_rule_fit": ("people",),
    "mql_rule_fit_in_period": ("people",),
}

SCORING_MATURE_AFTER: Mapping[str, int] = {"mql_rule_fit": 90}
