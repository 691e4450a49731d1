"""`kpiloop tree`: what the company's goal consists of, with values, targets and status."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.hypotheses import evidence_about, show_hypotheses
from kpiloop.cli.judging import Judge, told
from kpiloop.cli.numbers import NO_VALUE, legend, marked
from kpiloop.engine.cycle.definitions import catalog_of, trees_of
from kpiloop.errors import DefinitionError, NotYetError
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.kgi import KgiTree, Remainder, warnings_of
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.span import LEGAL, parse_span
from kpiloop.kpi.tree import Node
from kpiloop.kpi.value import Completeness, KpiValue
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values

_SPARE = ("status", "owner", "title")
"""What a narrow terminal does without, the first first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """One tree, with its numbers of one period."""

    tree: KgiTree
    catalog: Catalog
    judge: Judge
    currency: str
    period: Period | None
    values: Mapping[str, KpiValue]

    @property
    def remainders(self) -> tuple[Remainder, ...]:
        """Where its numbers do not add up."""
        return tuple(self.tree.remainders(self.period, self.values.get)) if self.period else ()


def tree(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="Which tree.", show_default="all of them")
    ] = None,
    *,
    grain: Annotated[Grain, typer.Option(help="How long the period is.")] = Grain.MONTH,
    period: Annotated[
        str | None, typer.Option(help=f"Which: {LEGAL}.", show_default="the last complete one")
    ] = None,
) -> None:
    """Draw what the company's goal consists of: values, targets, and who answers for them."""
    app = Application.of(context)
    catalog = catalog_of(app.project, app.host)
    trees = _asked(trees_of(app.project, app.host, catalog), name)
    with Ledger.open(app.project.ledger) as ledger:
        values = Values(ledger, app.clock)
        if values.latest_set() is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        judge = Judge.of(app, catalog, values)
        sights = [_sight(app, each, catalog, judge, grain, period) for each in trees]
        app.output.data([_for_programs(each, each.tree.root) for each in sights])
        for sight in sights:
            _draw(app, sight)
            names = [node.name for _, node in sight.tree.root.walk()]
            show_hypotheses(app, evidence_about(app, catalog, names))


def _asked(trees: Mapping[str, KgiTree], name: str | None) -> list[KgiTree]:
    if not trees:
        raise DefinitionError(
            "there is no KGI tree",
            where="kpiloop.toml",
            todo="add [trees.<name>] with kgi = … and [trees.<name>.consists]",
        )
    if name is None:
        return list(trees.values())
    if name not in trees:
        raise DefinitionError(
            f"there is no tree {name!r}{did_you_mean(name, trees)}",
            legal=", ".join(trees),
            todo="`kpiloop explain KPI` shows what a KPI is computed of",
        )
    return [trees[name]]


def _sight(  # noqa: PLR0913, PLR0917 - what the verb was asked, one by one
    app: Application,
    tree: KgiTree,
    catalog: Catalog,
    judge: Judge,
    grain: Grain,
    period: str | None,
) -> _Sight:
    goal = list(judge.values.current(tree.kgi, grain))
    asked = _period(app, goal, grain, period)
    names = {node.name for _, node in tree.root.walk()}
    found = (value for each in names for value in judge.values.current(each, grain))
    return _Sight(
        tree=tree,
        catalog=catalog,
        judge=judge,
        currency=app.project.currency,
        period=asked,
        values={value.kpi: value for value in found if value.period == asked},
    )


def _period(
    app: Application, goal: list[KpiValue], grain: Grain, period: str | None
) -> Period | None:
    """The one asked for, else the last that is complete, else the last."""
    if not goal:
        return None
    if period is None:
        settled = [each for each in goal if each.completeness is Completeness.COMPLETE]
        return (settled or goal)[-1].period
    today = goal[-1].as_of.astimezone(app.project.timezone).date()
    span = parse_span(period, today, "--period", app.project.calendar)
    return app.project.calendar.period_of(grain, span.first_day)


def _draw(app: Application, sight: _Sight) -> None:
    when = f" in {sight.period.key}" if sight.period else ""
    rows = list(_rows(sight, sight.tree.root))
    columns: tuple[str, ...] = ("KPI", "value", "target", "status", "owner")
    if not any(row[2] for row in rows):
        columns = ("KPI", "value", "owner")
        rows = [(row[0], row[1], row[4]) for row in rows]
    app.output.table(
        columns,
        rows,
        title=f"\n{sight.tree.title}{when}",
        right=("value", "target"),
        spare=_SPARE,
    )
    for line in legend(list(sight.values.values())):
        app.output.say(line)
    for remainder in sight.remainders:
        app.output.say(f"It does not add up: {remainder}.")
    for warning in warnings_of(sight.tree, sight.catalog):
        app.output.notice(warning)


def _rows(sight: _Sight, node: Node, stem: str = "", branch: str = "") -> Iterator[tuple[str, ...]]:
    """Parents before their parts, with the lines that lead to them."""
    value = sight.values.get(node.name)
    kpi = sight.catalog.kpi(node.name)
    progress = sight.judge.progress(value) if value else None
    number = marked(value, kpi.unit, sight.currency) if value else NO_VALUE
    made = f" = {node.formula}" if node.formula else ""
    beside = told(progress, kpi.unit, sight.currency)
    yield (f"{stem}{branch}{node.name}{made}", number, *beside, kpi.owner)
    below = stem + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    for part in node.parts:
        yield from _rows(sight, part, below, "└─ " if part is node.parts[-1] else "├─ ")


def _for_programs(sight: _Sight, node: Node) -> dict[str, object]:
    kpi, value = sight.catalog.kpi(node.name), sight.values.get(node.name)
    progress = sight.judge.progress(value) if value else None
    found: dict[str, object] = {
        "kpi": node.name,
        "title": node.title,
        "owner": kpi.owner,
        "formula": node.formula,
        "value": value,
        "progress": progress,
        "parts": [_for_programs(sight, part) for part in node.parts],
    }
    if node is sight.tree.root:
        found["tree"] = sight.tree.name
        found["remainders"] = sight.remainders
    return found
