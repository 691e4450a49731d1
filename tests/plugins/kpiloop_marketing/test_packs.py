"""The bundled packs define what they promise, and say what a reader must know."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import text_of
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Basis
from kpiloop.kpi.pack import read_pack
from kpiloop.kpi.units import RATIO
from kpiloop_marketing import kpiloop_packs

DOCS = Path(__file__).parents[3] / "docs" / "kpis.md"

PROMISED = {
    "new_leads": ("flow", "people"),
    "leads_held": ("stock", "people"),
    "lead_conversion_rate": ("cohort", "ratio"),
    "lead_acquisition_cost": ("flow", "money/person"),
    "mqls": ("flow", "people"),
    "mql_to_sql_rate": ("cohort", "ratio"),
    "sqls": ("flow", "people"),
    "sql_to_customer_rate": ("cohort", "ratio"),
    "win_rate": ("flow", "ratio"),
    "revenue": ("flow", "money"),
    "average_deal_value": ("flow", "money/deal"),
    "new_customers": ("flow", "customers"),
    "marketing_cost": ("flow", "money"),
    "sales_cost": ("flow", "money"),
    "cac": ("flow", "money/customer"),
    "deal_cycle_days": ("flow", "days"),
    "days_lead_to_mql": ("flow", "days"),
    "content_leads": ("flow", "people"),
    "applications": ("flow", "form_submissions"),
    "mql_reentries": ("flow", "people"),
    "mqls_passed": ("flow", "people"),
    "sql_acquisition_cost": ("flow", "money/person"),
    "lead_to_opportunity_rate": ("cohort", "ratio"),
    "rank_ups": ("flow", "people"),
    "rank_up_rate": ("stock", "ratio"),
    "inside_sales_calls": ("flow", "activities"),
    "appointment_rate": ("cohort", "ratio"),
    "marketing_meetings": ("flow", "deals"),
    "nurtured_meetings": ("flow", "deals"),
    "passed_to_sales_rate": ("cohort", "ratio"),
    "sales_cycle_days": ("cohort", "days"),
    "acquisition_rate": ("flow", "ratio"),
    "retention_rate": ("stock", "ratio"),
    "churn_rate": ("stock", "ratio"),
    "csat": ("flow", "ratio"),
    "clv": ("flow", "money/customer"),
}

CATALOG = Catalog.of(map(read_pack, kpiloop_packs()))
WRITTEN = [kpi for kpi in CATALOG.kpis.values() if kpi.derived_from is None]


def test_the_packs_arrive_by_entry_point() -> None:
    """The bundled packs are found like a stranger's."""
    (marketing,) = entry_points(group="kpiloop", name="marketing")
    assert marketing.load().kpiloop_packs is kpiloop_packs


def test_every_pack_on_disk_is_brought() -> None:
    """No TOML file of the plugin is left out."""
    brought = {pack.name for pack in kpiloop_packs()}
    (folder,) = {Path(str(pack)).parent for pack in kpiloop_packs()}
    assert brought == {file.name for file in folder.iterdir()}


@pytest.mark.parametrize(("name", "basis_and_unit"), PROMISED.items())
def test_a_promised_kpi_is_there(name: str, basis_and_unit: tuple[str, str]) -> None:
    """Each KPI of the first packs stands in time as promised, and is in its unit."""
    kpi = CATALOG.kpi(name)
    assert (str(kpi.basis), str(kpi.unit)) == basis_and_unit


@pytest.mark.parametrize("kpi", WRITTEN, ids=lambda kpi: kpi.name)
def test_every_kpi_tells_what_a_reader_must_know(kpi: Kpi) -> None:
    """A KPI has a title, a sentence of meaning, the definition that it uses, and an owner."""
    assert kpi.title[0].isupper()
    assert re.fullmatch(r"[A-Z].+\.", kpi.meaning)
    assert kpi.source
    assert kpi.owner in {"marketing", "inside sales", "sales", "support"}


def test_every_cohort_rate_has_its_period_twin() -> None:
    """No cohort comes without the figure that others use for it."""
    cohorts = {kpi.name for kpi in WRITTEN if kpi.basis is Basis.COHORT and kpi.unit == RATIO}
    twins = {kpi.derived_from for kpi in CATALOG.kpis.values() if kpi.derived_from}
    assert cohorts == twins


def test_acquisition_cost_is_all_cost_over_new_customers() -> None:
    """The cost of a customer counts marketing and sales, and the customers that are new."""
    assert text_of(CATALOG.expanded("cac")) == "(marketing_cost + sales_cost) / new_customers"
    assert {"channel", "campaign_id"} <= set(CATALOG.dimensions_of("cac"))


def test_what_is_written_back_can_be_asked_per_record() -> None:
    """Days to MQL belong to people, and what deals give belongs to companies as well."""
    assert "person" in CATALOG.per_record("days_lead_to_mql")
    for name in ("win_rate", "revenue", "deal_cycle_days"):
        assert {"company", "deal"} <= set(CATALOG.per_record(name))


def test_the_reference_tells_of_every_kpi_and_measure() -> None:
    """Each KPI, its twin and each measure can be found in the reference."""
    page = DOCS.read_text()
    assert all(f"`{name}`" in page for name in (*CATALOG.kpis, *CATALOG.measures))
