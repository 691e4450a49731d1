"""What the steps of resolving are handed of the settings: variables and small tables."""

from collections.abc import Sequence
from datetime import UTC, datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.filling import fill
from kpiloop.engine.resolve.joining import hand_over as hand_over_joining
from kpiloop.engine.resolve.rules import ConfiguredBudget, ConfiguredCost, Rules
from kpiloop.warehouse.sql import name as quoted

NEVER = datetime(9999, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def hand_over(connection: DuckDBPyConnection, rules: Rules) -> None:
    """Give the steps what the settings say, in place of what they made of it before."""
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
        "is_passed_when_made": not rules.passed_from,
        "ruled_stages": list(rules.scoring.stages),
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
        ("inside_sales", rules.inside_sales),
        ("passed_from", rules.passed_from),
    ):
        rows = [(each.lower(),) for each in patterns]
        fill(connection, table, {"pattern": "VARCHAR"}, rows)
    hand_over_joining(connection, rules.joining)
    fill(connection, "configured_costs", _COST_COLUMNS, _spent_rows(rules.costs))
    fill(connection, "configured_budgets", _COST_COLUMNS, _spent_rows(rules.budgets))
    fill(connection, "form_kinds", _FORM_COLUMNS, _form_rows(rules))


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


def _spent_rows(
    stated: Sequence[ConfiguredCost | ConfiguredBudget],
) -> list[tuple[object, ...]]:
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
        for number, cost in enumerate(stated, start=1)
    ]


_FORM_COLUMNS = {"kind": "VARCHAR", "pattern": "VARCHAR", "place": "INTEGER"}


def _form_rows(rules: Rules) -> list[tuple[object, ...]]:
    return [
        (kind, pattern.lower(), place)
        for place, (kind, patterns) in enumerate(rules.form_kinds.items())
        for pattern in patterns
    ]
