"""What resolving tells of its work."""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.rules import Rules
from kpiloop.schema.registry import RESOLVED
from kpiloop.warehouse.sql import name as quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveReport:
    """What resolving made, and what it could not use."""

    rows: dict[str, int]
    """Resolved table → rows."""
    without_rate: dict[str, int]
    """Currency → amounts of deals, orders and costs without a rate, and so without a value in the
    home currency."""
    costs_without_days: int
    """Costs that neither they nor their campaign date: they are of no period."""
    told_by_several: dict[str, tuple[str, ...]]
    """Entity → its systems, where several count and no system of record is named: what two of them
    hold may count twice, and a person's stages are those of the first that told any."""


def report_of(connection: DuckDBPyConnection, rules: Rules) -> ResolveReport:
    """Count what was made; the functions of the steps have to be there."""
    counts = {
        model.entity: _one(connection, f"SELECT count(*) FROM resolved.{quoted(model.entity)}")
        for model in RESOLVED
    }
    return ResolveReport(
        rows=counts,
        without_rate=dict(connection.execute(_WITHOUT_RATE).fetchall()),
        costs_without_days=_one(connection, _UNDATED),
        told_by_several={
            entity: tuple(sources)
            for entity, sources in connection.execute(_BY_SEVERAL).fetchall()
            if entity not in rules.systems_of_record
        },
    )


_BY_SEVERAL = """
WITH cost_tellers AS (
    SELECT list(DISTINCT source) AS sources
    FROM resolved.costs
    WHERE campaign_id IS NOT NULL AND source <> 'config'
    GROUP BY campaign_id, kind
)
SELECT entity, list(DISTINCT source ORDER BY source)
FROM (
    SELECT DISTINCT 'deals' AS entity, source FROM resolved.deals
    UNION ALL
    SELECT DISTINCT 'orders', source FROM resolved.orders
    UNION ALL
    SELECT DISTINCT 'page_views', source FROM resolved.page_views
    UNION ALL
    SELECT DISTINCT 'form_submissions', source FROM resolved.form_submissions
    UNION ALL
    SELECT DISTINCT 'email_events', source FROM resolved.email_events
    UNION ALL
    SELECT 'costs', unnest(sources) FROM cost_tellers WHERE len(sources) > 1
    UNION ALL
    SELECT DISTINCT 'stages', source FROM resolved.stage_tellers
)
GROUP BY entity
HAVING count(DISTINCT source) > 1
ORDER BY entity
"""


_WITHOUT_RATE = """
SELECT currency, count(*)
FROM (
    SELECT currency FROM resolved.deals WHERE amount IS NOT NULL AND amount_home IS NULL
    UNION ALL
    SELECT currency FROM resolved.orders WHERE amount IS NOT NULL AND amount_home IS NULL
    UNION ALL
    SELECT iso(costs.currency)
    FROM pulled.costs
    WHERE deleted_at IS NULL AND amount IS NOT NULL AND to_home(
        costs.amount, costs.currency, coalesce(least(first_day, last_day), DATE '2099-12-31')
    ) IS NULL
)
GROUP BY currency
ORDER BY currency
"""

_UNDATED = """
SELECT count(*)
FROM pulled.costs
LEFT JOIN resolved.campaigns ON campaigns.id = campaign_of(costs.source, costs.campaign_id)
WHERE costs.deleted_at IS NULL AND counts_from('costs', costs.source)
    AND costs.amount IS NOT NULL AND coalesce(
        costs.first_day, costs.last_day, campaigns.starts_on, campaigns.ends_on,
        campaigns.created_day
    ) IS NULL
"""


def _one(connection: DuckDBPyConnection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0
