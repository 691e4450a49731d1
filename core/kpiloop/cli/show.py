"""`kpiloop show`: the numbers of KPIs, by period and by whatever they can be cut by."""

from collections.abc import Sequence
from dataclasses import replace

import typer

from kpiloop.cli.answering import for_programs, show_table, write_csv
from kpiloop.cli.application import Application
from kpiloop.cli.asked import Asked
from kpiloop.cli.by_model import ByModel, show_by_model
from kpiloop.cli.only import read_only
from kpiloop.cli.overview import show_overview
from kpiloop.cli.show_options import (
    AsCsv,
    Compare,
    CutBy,
    Every,
    KpiNames,
    LastOnly,
    OfGrain,
    OnlyOf,
    Since,
    Until,
)
from kpiloop.cli.signals import signal_of
from kpiloop.engine.cycle.definitions import catalog_of, hash_of
from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values


def show(  # noqa: PLR0913 - each option narrows down one thing
    context: typer.Context,
    kpis: KpiNames = None,
    *,
    by: CutBy = None,
    only: OnlyOf = None,
    grain: OfGrain = Grain.MONTH,
    since: Since = None,
    until: Until = None,
    compare: Compare = None,
    last: LastOnly = False,
    every: Every = False,
    models: ByModel = None,
    as_csv: AsCsv = False,
) -> None:
    """Show KPIs by period, as they were computed last.

    Other cuts than those that each cycle computes are computed now, which needs the warehouse; so
    are the rolling grains and those to date.
    """
    app = Application.of(context)
    catalog = catalog_of(app.project, app.host)
    wanted, is_month = read_only(only or ()), grain is Grain.MONTH
    cut = tuple(dict.fromkeys((*(by or ()), *wanted)))
    _say_if_outdated(app, catalog)
    is_narrowed = kpis or cut or since or until or compare or last or models or not is_month
    if app.output.is_plain and not is_narrowed and not as_csv:
        show_overview(app, catalog, with_reasons=every)
        return
    names = tuple(kpis or _with_dimensions(catalog, cut))
    check_cut(catalog, names, cut)
    days = Asked(
        app=app, catalog=catalog, kpis=names, grain=grain, cut=cut, since=since, until=until
    )
    asked = replace(days, against=compare, last_only=last, only=wanted)
    if models:
        show_by_model(app, asked, models)
    else:
        _answer(app, asked, as_csv=as_csv)


def _answer(app: Application, asked: Asked, *, as_csv: bool) -> None:
    answers = asked.answers()
    if as_csv:
        write_csv(answers, asked)
        return
    app.output.data([for_programs(each) for each in answers])
    for name in asked.kpis:
        show_table(app, asked, name, [each for each in answers if each.value.kpi == name])
        if signal := signal_of(app, asked.catalog, name):
            app.output.say(signal)


def _say_if_outdated(app: Application, catalog: Catalog) -> None:
    """A word before numbers that rest on other settings than today's."""
    with Ledger.open(app.project.ledger) as ledger:
        latest = Values(ledger, app.clock).latest_set()
    if latest is not None and latest.definitions != hash_of(catalog, app.project.text):
        app.output.notice(
            "kpiloop.toml or a KPI has changed since these numbers were computed: "
            "`kpiloop run --no-pull` computes them anew."
        )


def _with_dimensions(catalog: Catalog, cut: Sequence[str]) -> list[str]:
    """Every KPI that can be cut so; DefinitionError, with what is legal, where none can."""
    found = [each for each in catalog.kpis if set(cut) <= set(catalog.dimensions_of(each))]
    if not found:
        known = {each for kpi in catalog.kpis for each in catalog.dimensions_of(kpi)}
        raise DefinitionError(
            f"no KPI can be shown by {' and '.join(cut)}", legal=", ".join(sorted(known))
        )
    return found


def check_cut(catalog: Catalog, names: Sequence[str], cut: Sequence[str]) -> None:
    """Raise DefinitionError, with what is legal, where a KPI cannot be cut as asked."""
    for name in names:
        legal = catalog.dimensions_of(name)
        for dimension in cut:
            if dimension not in legal:
                raise DefinitionError(
                    f"{name} cannot be shown by {dimension!r}", legal=", ".join(legal)
                )
