"""Whether targets, KPIs and trees can do what they are there for: to steer by."""

from collections.abc import Iterator

from kpiloop.cli.checkup.finding import Finding, good, warning
from kpiloop.engine.cycle.definitions import catalog_of, targets_of, trees_of
from kpiloop.engine.cycle.hypotheses import hypotheses_of
from kpiloop.errors import KpiloopError
from kpiloop.kpi.kgi import warnings_of
from kpiloop.kpi.lint import Lint
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project

_AREA = "targets"


def check_targets(project: Project, host: PluginHost) -> Iterator[Finding]:
    """Numbers to reach, a goal that they lead to, an owner, a direction, and a look each day.

    What is no legal definition at all is told with the definitions.
    """
    try:
        catalog = catalog_of(project, host)
        targets = targets_of(project, catalog)
        trees = trees_of(project, host, catalog)
        supposed = hypotheses_of(project, catalog)
    except KpiloopError:
        return
    led: set[str] | None = None
    if project.trees or supposed:  # else the user has not said yet what the goals are
        led = {node.name for tree in trees.values() for _, node in tree.root.walk()}
        led |= {each.kpi for each in supposed if each.of in led}
    faults = list(Lint(catalog=catalog, targets=targets, led=led, own=project.path.name).faults())
    yield from (warning(_AREA, each.kpi, each.found, each.todo) for each in faults)
    for name in project.trees:
        for found in warnings_of(trees[name], catalog):
            yield warning(_AREA, f"tree {name}", found)
    if len(targets) and not project.schedule.is_daily:
        yield warning(
            _AREA,
            "followed daily",
            f'numbers are computed at "{project.schedule.cycle}", which is not every working day',
            'set cycle = "0 6 * * mon-fri" in [schedule]',
        )
    if len(targets) and not faults:
        to_goals = "" if led is None else "leads to a goal, "
        yield good(_AREA, "targets", f"each {to_goals}has an owner and a direction")
