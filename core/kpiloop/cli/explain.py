"""`kpiloop explain`: what a KPI means, what it is made of, its numbers and its SQL; or a person."""

from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.explain_person import explain_person
from kpiloop.cli.hypotheses import evidence_about, show_hypotheses
from kpiloop.cli.numbers import legend, marked, share_range
from kpiloop.cli.signals import signal_of
from kpiloop.engine.compute.explain import measure_sql
from kpiloop.engine.cycle.definitions import catalog_of
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import Name, Operation, text_of
from kpiloop.kpi.interval import interval_of, rests_on_few
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Basis
from kpiloop.kpi.tree import Node
from kpiloop.kpi.value import Completeness, KpiValue
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values

_PERSON = "person"
Named = Annotated[
    str | None, typer.Argument(help="Which KPI, or `person`.", show_default="a list of all")
]
Who = Annotated[
    str | None, typer.Argument(help="Of a person: an e-mail address, or a contact as SOURCE:ID.")
]


def explain(
    context: typer.Context,
    kpi: Named = None,
    who: Who = None,
    *,
    sql: Annotated[bool, typer.Option(help="Show the SQL of each measure.")] = True,
) -> None:
    """Explain a KPI: its definition, its tree with numbers, and the SQL behind it.

    `explain person E-MAIL` tells who that is over all systems, and why.
    """
    app = Application.of(context)
    if kpi == _PERSON and who is not None:
        explain_person(app, who)
        return
    if who is not None or kpi == _PERSON:
        raise typer.BadParameter(f"it is `explain KPI`, or `explain {_PERSON} E-MAIL`")
    catalog = catalog_of(app.project, app.host)
    if kpi is None:
        _list(app, catalog)
        return
    found = catalog.kpi(kpi)
    numbers = _numbers(app, catalog, found.name)
    hypotheses = evidence_about(app, catalog, [found.name])
    app.output.data({**_for_programs(catalog, found, numbers), "hypotheses": hypotheses})
    _define(app, catalog, found)
    _draw(app, catalog, catalog.tree(found.name), numbers)
    few = any(rests_on_few(catalog, each) for each in numbers.values())
    for line in legend(list(numbers.values()), few=few):
        app.output.say(line)
    if signal := signal_of(app, catalog, found.name):
        app.output.say(signal)
    show_hypotheses(app, hypotheses)
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
        limit = "however late" if kpi.within_days is None else f"within {kpi.within_days} days"
        return f"cohort: of those who entered in the period, {limit}"
    return {"flow": "flow: events inside the period", "stock": "stock: the state at its end"}[
        kpi.basis.value
    ]


def _numbers(app: Application, catalog: Catalog, name: str) -> dict[str, KpiValue]:
    """The values of the tree's KPIs in the last month that is settled for all of them."""
    if not app.project.ledger.exists():
        return {}
    names = [node.name for _, node in catalog.tree(name).walk() if node.name in catalog.kpis]
    with Ledger.open(app.project.ledger) as ledger:
        values = Values(ledger, app.clock)
        months = list(values.current(name, Grain.MONTH))
        settled = [each for each in months if each.completeness is Completeness.COMPLETE]
        if not months:
            return {}
        period = (settled or months)[-1].period
        return {
            each: value
            for each in names
            for value in values.current(each, Grain.MONTH)
            if value.period == period
        }


def _draw(app: Application, catalog: Catalog, tree: Node, numbers: dict[str, KpiValue]) -> None:
    period = next((each.period.key for each in numbers.values()), "")
    app.output.say(f"\nIn {period}:" if period else "")
    measured = _operands(catalog, numbers)
    rows: list[tuple[str, str, str, str]] = []
    for level, node in tree.walk():
        value = numbers.get(node.name)
        told = measured.get(node.name, "")
        if value is not None:
            few, unit = rests_on_few(catalog, value), catalog.kpi(node.name).unit
            told = marked(value, unit, app.project.currency, few=few)
            told += f" {value.reason}" if value.reason else ""
        formula = f"= {node.formula}" if node.parts else ""
        rows.append((f"{'  ' * level}{node.name}", told, _sureness(catalog, value), formula))
    app.output.table(("", "", "", ""), rows)


def _sureness(catalog: Catalog, value: KpiValue | None) -> str:
    """How sure a value is: its interval, where it is a share, and the rows that it rests on."""
    if value is None or value.value is None:
        return ""
    interval = share_range(interval_of(catalog, value))
    if value.sample_size is None or value.sample_size == value.value:
        return interval  # a count is its own sample
    sample = f"of {value.sample_size:,} rows"
    return f"{sample}, 95 %: {interval}" if interval else sample


def _operands(catalog: Catalog, numbers: dict[str, KpiValue]) -> dict[str, str]:
    """The numbers of measures that are no KPIs themselves: the sides of a quotient."""
    found: dict[str, str] = {}
    for name, value in numbers.items():
        formula = catalog.kpi(name).formula
        if isinstance(formula, Operation) and formula.operator == "/":
            for side, number in (
                (formula.left, value.numerator),
                (formula.right, value.denominator),
            ):
                if isinstance(side, Name) and number is not None:
                    found[side.name] = f"{number:,}"
    return found


def _for_programs(catalog: Catalog, kpi: Kpi, numbers: dict[str, KpiValue]) -> dict[str, object]:
    month = numbers.get(kpi.name)
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
        "month": month,
        "interval": None if month is None else interval_of(catalog, month),
    }
