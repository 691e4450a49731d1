"""Every definition that a project can ask for: those of all packs and its own."""

import hashlib
from collections.abc import Mapping, Sequence

from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.definition import Source
from kpiloop.kpi.kgi import KgiTree, build_tree
from kpiloop.kpi.pack import Pack, read_definitions
from kpiloop.kpi.target import Targets
from kpiloop.kpi.target_reading import read_targets
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project
from kpiloop.project.target_file import read_target_file


def catalog_of(project: Project, host: PluginHost) -> Catalog:
    """The checked catalog of a project; DefinitionError names everything that is wrong.

    A target or tree of a KPI that is not there is told as early as the KPIs themselves.
    """
    catalog = Catalog.of(_packs(project, host), host.derived)
    targets_of(project, catalog)
    trees_of(project, host, catalog)
    return catalog


def _packs(project: Project, host: PluginHost) -> Sequence[Pack]:
    """Those of the plugins, and what kpiloop.toml defines itself."""
    tables = {"measures": project.measures, "kpis": project.kpis, "trees": project.trees}
    return [*host.packs.values(), read_definitions(tables, project.path.name, project.text)]


def trees_of(project: Project, host: PluginHost, catalog: Catalog) -> Mapping[str, KgiTree]:
    """The KGI trees by name; one of kpiloop.toml replaces one of its name in a pack.

    DefinitionError where a tree is not sound.
    """
    return {
        name: build_tree(name, values, catalog, Source(pack.origin, pack.text))
        for pack in _packs(project, host)
        for name, values in pack.trees.items()
    }


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
