"""The KPIs of a project: packs and the user's own, in one catalog."""

from decimal import Decimal

import pytest

from kpiloop.engine.cycle.definitions import catalog_of, targets_of
from kpiloop.errors import ConfigError, DefinitionError
from kpiloop.plugin_host.host import PluginHost
from support.acme import Load

DEMOS = """
[measures.demos]
title = "Demos"
on = "people"
aggregate = "count(*)"
when = "became_sql_at"
[kpis.demo_rate]
title = "Demo rate"
formula = "demos / new_leads"
unit = "ratio"
"""


@pytest.fixture(scope="module")
def bundled() -> PluginHost:
    """The plugins that kpiloop brings."""
    return PluginHost.load()


def test_the_users_kpis_stand_beside_those_of_packs(load: Load, bundled: PluginHost) -> None:
    """A KPI of kpiloop.toml may use measures of a pack, and is asked like any other."""
    catalog = catalog_of(load(DEMOS), bundled)
    assert catalog.kpi("demo_rate").title == "Demo rate"
    assert {"demos", "new_leads"} <= set(catalog.measures)


def test_a_wrong_kpi_is_told_with_the_file_and_line(load: Load, bundled: PluginHost) -> None:
    """An unknown column in kpiloop.toml is refused where it stands."""
    project = load(DEMOS.replace("became_sql_at", "became_sqll_at"))
    with pytest.raises(DefinitionError) as caught:
        catalog_of(project, bundled)
    assert "kpiloop.toml" in str(caught.value)
    assert "became_sqll_at" in str(caught.value)


def test_targets_name_kpis_that_there_are(load: Load, bundled: PluginHost) -> None:
    """A target is a number per period of a KPI; a misspelt KPI is told with the nearest one."""
    project = load("[targets.new_leads]\nmonth = 400")
    (target,) = targets_of(project, catalog_of(project, bundled))
    assert (target.kpi, target.grain, target.value) == ("new_leads", "month", Decimal(400))
    project = load("[targets.new_lead]\nmonth = 400")
    with pytest.raises(ConfigError, match="did you mean 'new_leads'"):
        targets_of(project, catalog_of(project, bundled))
