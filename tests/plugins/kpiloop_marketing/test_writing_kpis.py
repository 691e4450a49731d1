"""The guide to writing KPIs holds what it says."""

import re
from pathlib import Path

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import parse_pack, read_pack
from kpiloop_marketing import kpiloop_packs

GUIDE = Path(__file__).parents[3] / "docs" / "writing_kpis.md"


def test_the_examples_load_beside_the_bundled_packs() -> None:
    """What the guide shows can be copied into kpiloop.toml as it stands."""
    examples = "\n".join(re.findall(r"```toml\n(.*?)```", GUIDE.read_text(), re.DOTALL))
    packs = [*map(read_pack, kpiloop_packs()), parse_pack(examples, "kpiloop.toml")]
    catalog = Catalog.of(packs)
    assert catalog.kpi("german_lead_to_mql_rate").band(0.25) == "B"
    assert "german_lead_to_mql_rate_in_period" in catalog.kpis
    assert str(catalog.kpi("german_retention_rate").unit) == "ratio"
    assert catalog.kpi("mqls").origin == "kpiloop.toml"
    assert catalog.measures["german_sales_cycle"].until == "lost_at"
    assert catalog.measures["media_cost_before"].delay_days == 90
    assert catalog.measures["german_pipeline_kept"].kept_by == "company_id"
    assert str(catalog.kpi("new_customers_per_day").unit) == "customers/day"
