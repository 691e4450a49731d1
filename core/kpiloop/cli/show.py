"""`kpiloop show`: the numbers of KPIs, by period and by whatever they can be cut by."""

import csv
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.numbers import legend, marked
from kpiloop.cli.overview import show_overview
from kpiloop.engine.compute.question import Question
from kpiloop.engine.cycle.cycle import Cycle
from kpiloop.engine.cycle.definitions import catalog_of, hash_of
from kpiloop.engine.cycle.questions import is_published
from kpiloop.errors import DefinitionError, NotYetError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.span import LEGAL, parse_span
from kpiloop.kpi.value import KpiValue
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values

UNKNOWN = "(unknown)"
_LONG = (Grain.YEAR, Grain.FISCAL_YEAR, Grain.EVER)
_BEFORE_CUT = ("kpi", "grain", "period", "first_day", "last_day")
_AFTER_CUT = (
    "value",
    "numerator",
    "denominator",
    "sample_size",
    "completeness",
    "reason",
    "version",
    "as_of",
)


def show(  # noqa: PLR0913 - each option narrows down one thing
    context: typer.Context,
    kpis: Annotated[
        list[str] | None, typer.Argument(help="KPIs to show.", show_default="an overview of all")
    ] = None,
    *,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Cut by this dimension; may be repeated.")
    ] = None,
    grain: Annotated[Grain, typer.Option(help="How long a period is.")] = Grain.MONTH,
    since: Annotated[str | None, typer.Option(help=f"From: {LEGAL}.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option(help="To, in the same words.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer in CSV.")] = False,
) -> None:
    """Show KPIs by period, as they were computed last.

    Other cuts than those that each cycle computes are computed now, which needs the warehouse.
    """
    app = Application.of(context)
    catalog = catalog_of(app.project, app.host)
    cut = tuple(by or ())
    _say_if_outdated(app, catalog)
    narrowed = kpis or cut or since or until or grain is not Grain.MONTH
    if app.output.is_plain and not narrowed and not as_csv:
        show_overview(app, catalog)
        return
    names = tuple(kpis or _with_dimensions(catalog, cut))
    check_cut(catalog, names, cut)
    found = _values(app, names, grain, cut)
    asked = _within(app, found, since, until)
    if as_csv:
        _write_csv(asked, cut)
        return
    app.output.data(asked)
    for name in names:
        _show_one(app, catalog, name, [each for each in asked if each.kpi == name], cut)


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


def _values(
    app: Application, names: Sequence[str], grain: Grain, cut: tuple[str, ...]
) -> list[KpiValue]:
    """From the ledger where they are published, else computed now."""
    with Ledger.open(app.project.ledger) as ledger:
        values = Values(ledger, app.clock)
        if values.latest_set() is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        if is_published(grain, cut, app.project.calendar):
            return [each for name in names for each in values.current(name, grain, cut)]
    question = Question(
        kpis=tuple(names), grains=(grain,), first_day=date.min, last_day=date.max, cuts=(cut,)
    )
    with Cycle.begin(app.project, app.host, app.clock) as cycle:
        return cycle.answer([question])


def _within(
    app: Application, values: Sequence[KpiValue], since: str | None, until: str | None
) -> list[KpiValue]:
    """Those whose period touches the days asked for; a year back where nothing is asked."""
    if not values:
        return []
    today = max(each.as_of for each in values).astimezone(app.project.timezone).date()
    default = "30 days" if values[0].period.grain is Grain.DAY else "12 months"
    calendar = app.project.calendar
    first = parse_span(since or default, today, "--since", calendar).first_day
    last = parse_span(until, today, "--until", calendar).last_day if until else today
    if values[0].period.grain in _LONG and since is None:
        first = date.min
    return [
        each for each in values if each.period.last_day >= first and each.period.first_day <= last
    ]


def _show_one(
    app: Application, catalog: Catalog, name: str, values: list[KpiValue], cut: tuple[str, ...]
) -> None:
    kpi = catalog.kpi(name)
    rows = [
        (
            each.period.key,
            *(_dimension(each.dimensions[key]) for key in cut),
            marked(each, kpi.unit, app.project.currency),
            each.sample_size,
            each.reason or "",
        )
        for each in sorted(values, key=lambda each: each.period.first_day)
    ]
    columns = ("period", *cut, "value", "sample", "")
    app.output.table(columns, rows, title=f"\n{kpi.title} ({name})", right=("value", "sample"))
    for line in legend(values):
        app.output.say(line)


def _dimension(value: str | None) -> str:
    return UNKNOWN if value is None else value


def _write_csv(values: Sequence[KpiValue], cut: tuple[str, ...]) -> None:
    """One row per value on stdout; numbers as they are, no value as an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*_BEFORE_CUT, *cut, *_AFTER_CUT])
    for each in values:
        writer.writerow(
            [each.kpi, each.period.grain.value, each.period.key]
            + [each.period.first_day, each.period.last_day]
            + [_safe(each.dimensions[key]) for key in cut]
            + [each.value, each.numerator, each.denominator, each.sample_size]
            + [each.completeness.value, _safe(each.reason), each.version, each.as_of.isoformat()]
        )


def _safe(text: str | None) -> str | None:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text
