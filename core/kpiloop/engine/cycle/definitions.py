"""Every definition that a project can ask for: those of all packs and its own."""

import hashlib

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import Pack, read_definitions
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project


def catalog_of(project: Project, host: PluginHost) -> Catalog:
    """The checked catalog of a project; DefinitionError names everything that is wrong."""
    return Catalog.of([*host.packs.values(), _own(project)])


def _own(project: Project) -> Pack:
    tables = {"measures": project.measures, "kpis": project.kpis}
    text = project.path.read_text(encoding="utf-8") if project.path.exists() else ""
    return read_definitions(tables, project.path.name, text)


def hash_of(catalog: Catalog) -> str:
    """Changes if, and only if, the meaning of any KPI does."""
    versions = sorted(f"{name} {kpi.version}" for name, kpi in catalog.kpis.items())
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]
