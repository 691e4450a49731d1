"""kpiloop's side: the KPIs that by_hand.sql works out, by month and channel."""

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Moment, Question
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_pack
from kpiloop.warehouse.store import Warehouse
from kpiloop_marketing import kpiloop_packs

COMPARED = (
    "new_customers",
    "customers",
    "mqls",
    "sqls",
    "days_lead_to_mql",
    "mql_to_sql_rate",
    "mql_to_sql_rate_in_period",
    "sql_to_customer_rate",
    "sql_to_customer_rate_in_period",
    "new_leads",
    "leads_held",
    "lead_conversion_rate",
    "lead_conversion_rate_in_period",
    "marketing_cost",
    "sales_cost",
    "lead_acquisition_cost",
    "cac",
    "closed_deals",
    "won_deals",
    "revenue",
    "deal_cycle_days",
    "open_pipeline",
    "win_rate",
    "average_deal_value",
)
"""The columns of by_hand.sql."""


def main(warehouse_path: str, as_of: str, answers: str) -> None:
    """Write one line per value: KPI, month, channel and number."""
    catalog = Catalog.of([read_pack(pack) for pack in kpiloop_packs()])
    moment = Moment(datetime.fromisoformat(as_of + "+00:00"), ZoneInfo("Europe/Berlin"))
    question = Question(
        kpis=COMPARED,
        grains=(Grain.MONTH,),
        first_day=datetime.fromisoformat("2023-01-01").date(),
        last_day=moment.today,
        cuts=(("channel",),),
    )
    with (
        Warehouse.open(Path(warehouse_path)) as warehouse,
        warehouse.transaction() as connection,
        Path(answers).open("w", encoding="utf-8") as file,
    ):
        for value in compute(connection, catalog, [question], moment):
            if value.value is not None:
                channel = value.dimensions["channel"] or "unknown"
                print(value.kpi, value.period.key, channel, value.value, sep="\t", file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
