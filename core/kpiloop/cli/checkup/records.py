"""What several systems may hold of the same, before anything is read.

Which deals do count twice, nobody knows before they are here: `kpiloop run` tells that.
"""

from collections.abc import Iterator, Mapping

from kpiloop.cli.checkup.finding import Finding, warning
from kpiloop.cli.holding import may_hold
from kpiloop.connector.reading import Stream
from kpiloop.errors import KpiloopError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.connecting import connect
from kpiloop.project.project import Project
from kpiloop.schema.sales import Deal


def check_records(project: Project, host: PluginHost) -> Iterator[Finding]:
    """Whether two systems may hold the same deal, and nothing says whose counts."""
    if project.records.deals:
        return
    sources = [each for each in project.sources if may_hold(_streams(project, each, host), Deal)]
    if len(sources) > 1:
        names = ", ".join(f'"{each}"' for each in sources)
        yield warning(
            "project",
            "records",
            f"{' and '.join(sources)} may hold deals: one that is synced counts twice, unless"
            " they tell that it is the same",
            f'set deals = "{sources[0]}" in [records], or whose deals else count; deals = [{names}]'
            " where each has deals of its own",
        )


def _streams(project: Project, source: str, host: PluginHost) -> Mapping[str, Stream]:
    """The streams of a source; where its settings do not open it, those of its connector."""
    try:
        connector = connect(project, source, host=host)
    except KpiloopError:
        return host.connector(project.connector_of(source)).streams()
    try:
        return connector.all_streams()
    except Exception:  # noqa: BLE001 - the connector's author may raise anything; the check tells it
        return connector.streams()
    finally:
        connector.close()
