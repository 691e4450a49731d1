"""`kpiloop explain`: what a KPI means, what it is made of, its numbers and its SQL."""

from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.numbers import legend, marked
from kpiloop.engine.compute.explain import measure_sql
from kpiloop.engine.cycle.definitions import catalog_of
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import text_of
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Basis
from kpiloop.kpi.tree import Node
from kpiloop.kpi.value import KpiValue
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values


def explain(
    context: typer.Context,
    kpi: Annotated[
        str | None, typer.Argument(help="Which KPI.", show_default="a list of all")
    ] = None,
    *,
    sql: Annotated[bool, typer.Option(help="Show the SQL of each measure.")] = True,
) -> None:
    """Explain a KPI: its definition, its tree with numbers, and the SQL behind it."""
    app = Application.of(context)
    catalog = catalog_of(app.project, app.host)
    if kpi is None:
        _list(app, catalog)
        return
    found = catalog.kpi(kpi)
    numbers = _numbers(app, found.name)
    app.output.data(_for_programs(catalog, found, numbers))
    _define(app, catalog, found)
    _draw(app, catalog, catalog.tree(found.name), numbers)
    for line in legend(list(numbers.values())):
        app.output.say(line)
    if sql:
        for measure in catalog.measures_of(found.name):
            app.output.say(f"\n{measure.name}, by day:\n{measure_sql(measure)}")


def _list(app: Application, catalog: Catalog) -> None:
    kpis = [each for each in catalog.kpis.values() if each.derived_from is None]
    app.output.data([{"kpi": each.name, "title": each.title} for each in kpis])
    app.output.table(
        ("KPI", "title", "unit", "from"),
        [(each.name, each.title, str(each.unit), each.origin) for each in kpis],
    )


def _define(app: Application, catalog: Catalog, kpi: Kpi) -> None:
    say = app.output.say
    say(f"{kpi.title} ({kpi.name})")
    say(kpi.meaning)
    facts = {
        "Formula": text_of(kpi.formula),
        "Unit": str(kpi.unit),
        "Basis": _basis(kpi),
        "Better": kpi.better or "",
        "Definition": kpi.source,
        "Contested": kpi.contested,
        "Owner": kpi.owner,
        "By": ", ".join(catalog.dimensions_of(kpi.name)),
        "Per record": ", ".join(catalog.per_record(kpi.name)),
        "From": f"{kpi.origin}, version {kpi.version}",
    }
    app.output.table(("", ""), [(name, text) for name, text in facts.items() if text])


def _basis(kpi: Kpi) -> str:
    if kpi.basis is Basis.COHORT:
        return f"cohort: of those who entered in the period, within {kpi.within_days} days"
    return {"flow": "flow: events inside the period", "stock": "stock: the state at its end"}[
        kpi.basis.value
    ]


def _numbers(app: Application, name: str) -> dict[str, KpiValue]:
    """Of the last month, for every KPI of the tree that is published."""
    if not app.project.ledger.exists():
        return {}
    with Ledger.open(app.project.ledger) as ledger:
        values = Values(ledger, app.clock)
        months = list(values.current(name, Grain.MONTH))
    return {name: months[-1]} if months else {}


def _draw(app: Application, catalog: Catalog, tree: Node, numbers: dict[str, KpiValue]) -> None:
    app.output.say("")
    values = _measured(app, catalog, tree, numbers)
    for level, node in tree.walk():
        value = values.get(node.name, "")
        formula = f" = {node.formula}" if node.formula and node.parts else ""
        app.output.say(f"{'  ' * level}{node.name}{formula}  {value}")


def _measured(
    app: Application, catalog: Catalog, tree: Node, numbers: dict[str, KpiValue]
) -> dict[str, str]:
    """The number of each node in the last month, computed now where the ledger has it not."""
    names = [node.name for _, node in tree.walk()]
    if not numbers:
        return {}
    period = next(iter(numbers.values())).period
    with Ledger.open(app.project.ledger) as ledger:
        values = Values(ledger, app.clock)
        for name in names:
            if name in catalog.kpis:
                found = {each.period: each for each in values.current(name, Grain.MONTH)}
                if period in found:
                    numbers[name] = found[period]
    return {
        name: f"{period.key}: {marked(value, catalog.kpi(name).unit, app.project.currency)}"
        for name, value in numbers.items()
    }


def _for_programs(catalog: Catalog, kpi: Kpi, numbers: dict[str, KpiValue]) -> dict[str, object]:
    return {
        "kpi": kpi.name,
        "title": kpi.title,
        "meaning": kpi.meaning,
        "formula": text_of(kpi.formula),
        "unit": str(kpi.unit),
        "basis": kpi.basis.value,
        "version": kpi.version,
        "by": catalog.dimensions_of(kpi.name),
        "per_record": catalog.per_record(kpi.name),
        "measures": {each.name: measure_sql(each) for each in catalog.measures_of(kpi.name)},
        "last_month": numbers.get(kpi.name),
    }
