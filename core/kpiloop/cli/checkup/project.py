"""The plugins, kpiloop.toml and what it defines."""

import stat
from collections.abc import Iterator

from kpiloop.cli.checkup.finding import Finding, failed, failed_by, good, warning
from kpiloop.engine.cycle.definitions import catalog_of, targets_of
from kpiloop.engine.cycle.hypotheses import hypotheses_of
from kpiloop.engine.write_back.fields import published_fields
from kpiloop.errors import KpiloopError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project
from kpiloop.project.setting_names import SettingNames

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_plugins(host: PluginHost) -> Iterator[Finding]:
    """Whether every plugin works."""
    for broken in host.broken:
        yield failed("plugins", f"{broken.name} ({broken.module})", broken.problem, broken.todo)
    working = [each.name for each in host.reports if each not in host.broken]
    yield good("plugins", "working", ", ".join(working))


def check_project(project: Project, host: PluginHost) -> Iterator[Finding]:
    """What the file holds beyond what loading it has proven."""
    sources = ", ".join(project.sources) or "none"
    yield good("project", "file", f"{project.path}, sources: {sources}")
    if not project.sources:
        yield warning("project", "sources", "there is none", "add one: kpiloop init shows how")
    yield from _check_keys(project, host)
    yield from _check_definitions(project, host)


def _check_keys(project: Project, host: PluginHost) -> Iterator[Finding]:
    """A key in the file is legal, as long as nobody else can read the file."""
    if not project.path.stat().st_mode & _OTHERS:
        return
    keys = [
        f"sources.{name}.{key}"
        for name, source in project.sources.items()
        for key in SettingNames(
            source=name, model=host.connector(project.connector_of(name)).settings_type
        ).secrets
        if key in source.settings
    ]
    if keys:
        yield warning(
            "project",
            "keys",
            f"{', '.join(keys)}: in a file that others on this machine can read",
            f"chmod 600 {project.path}, or put keys into the environment",
        )


def _check_definitions(project: Project, host: PluginHost) -> Iterator[Finding]:
    try:
        catalog = catalog_of(project, host)
        targets = targets_of(project, catalog)
        hypotheses_of(project, catalog)
        fields = published_fields(project.publish, catalog)
    except KpiloopError as error:
        yield failed_by("project", "definitions", error)
        return
    kpis = sum(each.derived_from is None for each in catalog.kpis.values())
    yield good(
        "project",
        "definitions",
        f"KPIs: {kpis}, targets: {len(targets)}, fields to publish: {len(fields)}",
    )
