"""What holds for a source where kpiloop.toml is silent: what its connector knows of its vendor."""

from collections.abc import Mapping

from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project


def stages_of(project: Project, source: str, host: PluginHost) -> Mapping[str, str]:
    """The source's own stage → stage of the ladder; `[stages]` goes before the connector.

    A stage that the user maps to nothing is not there.
    """
    connector = host.connector(project.connector_of(source))
    stages = {**connector.default_stages, **project.stages.get(source, {})}
    return {name: rung for name, rung in stages.items() if rung}
