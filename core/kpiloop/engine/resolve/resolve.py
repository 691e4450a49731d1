"""Resolving: from the records of each system to one company's people, deals and customers.

The steps are SQL files that read in the order of their names; this module hands them the rules,
runs them and gives every resolved table its columns and days.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from duckdb import DuckDBPyConnection
from pydantic import TypeAdapter

from kpiloop.engine.resolve.channels import contact_channels, ruled_traces
from kpiloop.engine.resolve.filling import fill
from kpiloop.engine.resolve.joining import hand_over as hand_over_joining
from kpiloop.engine.resolve.joining import join_records
from kpiloop.engine.resolve.rules import Rules
from kpiloop.engine.resolve.steps import STAGED, steps
from kpiloop.engine.resolve.unchanged import fingerprint, remember, remembered
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import columns_of
from kpiloop.schema.registry import RESOLVED, day_of
from kpiloop.schema.resolved import Resolved
from kpiloop.warehouse.sql import TYPES
from kpiloop.warehouse.sql import name as quoted

NEVER = datetime(9999, 1, 1, tzinfo=UTC).replace(tzinfo=None)


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


_REPORT = TypeAdapter(ResolveReport)


def resolve(connection: DuckDBPyConnection, rules: Rules) -> ResolveReport:
    """Make every resolved table from the records that live; to be called in a transaction.

    Deterministic: the same records and rules give the same tables, whatever the order of loading;
    so where neither changed since the last time, the tables stand.
    """
    mark = fingerprint(connection, rules, (step.statements for step in steps()))
    kept = remembered(connection, mark)
    if kept is not None:
        return _REPORT.validate_json(kept)
    report = _resolve_anew(connection, rules)
    remember(connection, mark, _REPORT.dump_json(report).decode())
    return report


def _resolve_anew(connection: DuckDBPyConnection, rules: Rules) -> ResolveReport:
    _hand_over(connection, rules)
    for step in steps():
        if step.needs_channels:
            connection.execute(contact_channels(rules.channels))
        connection.execute(step.statements)
        if step.tells_joins:
            join_records(connection)
        for table in step.spent:
            connection.execute(f"DROP TABLE {quoted(table)}")
    for model in RESOLVED:
        _finish(connection, model)
    return _report(connection, rules)


def _hand_over(connection: DuckDBPyConnection, rules: Rules) -> None:
    variables = {
        "zone": rules.zone.key,
        "home": rules.home_currency,
        "customer_is": rules.customer_is.value,
        "customer_ends": rules.customer_ends.value,
        "customer_days": rules.customer_days,
        "never": NEVER,
        "fill_skipped": rules.fill_skipped,
        "rates_from": rules.rates_from,
        "spread": "new_customers" if rules.spread_sales_cost else "",
        "pipelines": list(rules.pipelines) or None,
        "deal_types": list(rules.deal_types) or None,
    }
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {quoted(name)} = $value", {"value": value})
    connection.execute(
        "SET VARIABLE ranks = map($stages::VARCHAR[], $ranks::INTEGER[])",
        {"stages": list(rules.ladder), "ranks": list(range(1, len(rules.ladder) + 1))},
    )
    connection.execute(
        "SET VARIABLE systems_of_record = map($entities::VARCHAR[], $sources::VARCHAR[][])",
        {
            "entities": list(rules.systems_of_record),
            "sources": [list(each) for each in rules.systems_of_record.values()],
        },
    )
    _hand_over_tables(connection, rules)


def _hand_over_tables(connection: DuckDBPyConnection, rules: Rules) -> None:
    ranks = {stage: rank for rank, stage in enumerate(rules.ladder, start=1)}
    fill(
        connection,
        "stages",
        {"source": "VARCHAR", "vendor_stage": "VARCHAR", "stage": "VARCHAR", "rank": "INTEGER"},
        [
            (source, vendor_stage, stage, ranks[stage])
            for source, mapping in rules.stages.items()
            for vendor_stage, stage in mapping.items()
        ],
    )
    fill(
        connection,
        "rates",
        {"currency": "VARCHAR", "valid_from": "DATE", "rate": "DECIMAL(20, 12)"},
        [(each.currency, each.valid_from, each.rate) for each in rules.rates],
    )
    for table, patterns in (
        ("excluded_addresses", rules.excluded_addresses),
        ("excluded_companies", rules.excluded_companies),
    ):
        rows = [(each.lower(),) for each in patterns]
        fill(connection, table, {"pattern": "VARCHAR"}, rows)
    hand_over_joining(connection, rules.joining)
    fill(connection, "configured_costs", _COST_COLUMNS, _cost_rows(rules))
    fill(connection, "form_kinds", _FORM_COLUMNS, _form_rows(rules))
    for statement in ruled_traces(rules.channels):
        connection.execute(statement)


_COST_COLUMNS = {
    "id": "VARCHAR",
    "kind": "VARCHAR",
    "department": "VARCHAR",
    "channel": "VARCHAR",
    "campaign_id": "VARCHAR",
    "product": "VARCHAR",
    "first_day": "DATE",
    "last_day": "DATE",
    "amount": "DECIMAL(18, 4)",
    "currency": "VARCHAR",
}


def _cost_rows(rules: Rules) -> list[tuple[object, ...]]:
    return [
        (
            f"config:{number}",
            cost.kind,
            cost.department,
            cost.channel,
            cost.campaign_id,
            cost.product,
            cost.first_day,
            cost.last_day,
            cost.amount,
            cost.currency,
        )
        for number, cost in enumerate(rules.costs, start=1)
    ]


_FORM_COLUMNS = {"kind": "VARCHAR", "pattern": "VARCHAR", "place": "INTEGER"}


def _form_rows(rules: Rules) -> list[tuple[object, ...]]:
    return [
        (kind, pattern.lower(), place)
        for place, (kind, patterns) in enumerate(rules.form_kinds.items())
        for pattern in patterns
    ]


def _finish(connection: DuckDBPyConnection, model: type[Resolved]) -> None:
    """Give a staged table its columns, kinds and days under its own name."""
    parts: list[str] = []
    for name, kind in columns_of(model).items():
        column = quoted(name)
        parts.append(f"{column}::{TYPES[kind]} AS {column}")
        if kind is Kind.INSTANT:
            parts.append(f"local_day({column}) AS {quoted(day_of(name))}")
    connection.execute(
        f"CREATE OR REPLACE TABLE resolved.{quoted(model.entity)} AS "
        f"SELECT {', '.join(parts)} FROM {quoted(STAGED + model.entity)}"
    )
    connection.execute(f"DROP TABLE {quoted(STAGED + model.entity)}")


def _report(connection: DuckDBPyConnection, rules: Rules) -> ResolveReport:
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
WITH stage_tellers AS (
    SELECT list(DISTINCT known.source) AS sources
    FROM pulled.stage_changes
    JOIN resolved.person_contacts AS known ON known.source = stage_changes.source
        AND known.contact_id = stage_changes.parent_id
    WHERE of_entity = 'contacts' AND deleted_at IS NULL AND entered_at IS NOT NULL
    GROUP BY known.person_id
), cost_tellers AS (
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
    SELECT 'stages', unnest(sources) FROM stage_tellers WHERE len(sources) > 1
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
