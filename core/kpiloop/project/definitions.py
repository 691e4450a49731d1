"""The KPIs of a project: those of the plugins' packs, and the user's own."""

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_definitions
from kpiloop.kpi.target import Target, read_targets
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project


def catalog_of(project: Project, host: PluginHost) -> Catalog:
    """Every measure and KPI that can be asked, checked against the schema and each other.

    Raises DefinitionError with everything that is wrong and where.
    """
    tables = {"measures": project.measures, "kpis": project.kpis}
    own = read_definitions(tables, str(project.path), project.text)
    return Catalog.of([*host.packs.values(), own])


def targets_of(project: Project, catalog: Catalog) -> tuple[Target, ...]:
    """What the user wants KPIs to reach; ConfigError where a name, grain or number is wrong."""
    return read_targets(project.targets, catalog, str(project.path))
