"""Every definition that a project can ask for: those of all packs and its own."""

import hashlib

from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_definitions
from kpiloop.kpi.target import Targets
from kpiloop.kpi.target_reading import read_targets
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project
from kpiloop.project.target_file import read_target_file


def catalog_of(project: Project, host: PluginHost) -> Catalog:
    """The checked catalog of a project; DefinitionError names everything that is wrong.

    A target of a KPI that is not there is a ConfigError, told as early as the KPIs themselves.
    """
    tables = {"measures": project.measures, "kpis": project.kpis}
    own = read_definitions(tables, project.path.name, project.text)
    catalog = Catalog.of([*host.packs.values(), own], host.derived)
    targets_of(project, catalog)
    return catalog


def targets_of(project: Project, catalog: Catalog) -> Targets:
    """What the user wants KPIs to reach; ConfigError where a name, period or number is wrong."""
    origin, tables = project.path.name, dict(project.targets)
    file = tables.pop("file", None)
    where = f"{origin} [targets]"
    if file is not None and not isinstance(file, str):
        raise ConfigError("file names no file", where=where, legal='file = "targets.csv"')
    rows = read_target_file(project.path.parent / file, where) if file else ()
    return read_targets(tables, catalog, origin, calendar=project.calendar, rows=rows)


def hash_of(catalog: Catalog, settings: str) -> str:
    """Changes if, and only if, the meaning of any KPI or the text of the settings does."""
    versions = sorted(f"{name} {kpi.version}" for name, kpi in catalog.kpis.items())
    return hashlib.sha256("\n".join((*versions, settings)).encode()).hexdigest()[:16]
