"""Opens a source: the connector with its settings, complete with keys."""

import os
from collections.abc import Mapping
from typing import Any

from kpiloop.clock import Clock, SystemClock
from kpiloop.connector.base import Connector, Source
from kpiloop.errors import KpiloopError, PluginError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project
from kpiloop.project.setting_names import SettingNames
from kpiloop.project.settings import SourceSettings, Surroundings


def connect(
    project: Project,
    source: str,
    *,
    host: PluginHost,
    clock: Clock | None = None,
    environment: Mapping[str, str] | None = None,
) -> Connector[Any]:
    """The connector of a source, ready to read and write; whoever opens it closes it.

    Raises ConfigError where there is no such source, CredentialError where a key is missing.
    """
    section = project.source(source)
    connector_type = host.connector(project.connector_of(source), where=f"source {source!r}")
    surroundings = Surroundings(
        folder=project.path.parent,
        environment=os.environ if environment is None else environment,
    )
    settings = SourceSettings(
        names=SettingNames(source=source, model=connector_type.settings_type),
        written=section.settings,
        surroundings=surroundings,
    ).read()
    use = Source(
        name=source,
        share=float(section.share),
        clock=clock or SystemClock(),
        folder=project.path.parent,
    )
    try:
        return connector_type(settings, use)
    except KpiloopError:
        raise
    except Exception as error:  # noqa: BLE001 - the connector's author may raise anything
        raise PluginError(
            f"connector {connector_type.name!r} cannot be opened: it raised {type(error).__name__}",
            where=f"source {source!r}",
            todo="Update the plugin that brings it, or tell its author.",
        ) from None
