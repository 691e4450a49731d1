"""All KPIs on one screen: the last complete month, its change, a year's trend, and targets."""

from collections.abc import Sequence

from kpiloop.cli.application import Application
from kpiloop.cli.judging import SIGNS, Judge
from kpiloop.cli.numbers import NO_VALUE, brief, change, trend
from kpiloop.errors import NotYetError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.value import Completeness, KpiValue
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values

_MONTHS = 12


def show_overview(app: Application, catalog: Catalog, *, with_reasons: bool = False) -> None:
    """Print the overview; NotYetError where nothing was computed yet.

    With reasons it holds the period twins too, and says of each KPI without a value why.
    """
    with Ledger.open(app.project.ledger) as ledger:
        values = Values(ledger, app.clock)
        if values.latest_set() is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        judge = Judge.of(app, catalog, values)
        rows: list[tuple[str, ...]] = []
        for kpi in catalog.kpis.values():
            if with_reasons or kpi.derived_from is None:
                months = list(values.current(kpi.name, Grain.MONTH))
                reason = _reason(months) if with_reasons else ""
                rows.append((*_row(app, kpi, months, judge), reason))
    columns = ("KPI", "month", "value", "change", "12 months", "target", "why")
    empty = {place for place in (5, 6) if not any(row[place] for row in rows)}
    app.output.table(
        [name for place, name in enumerate(columns) if place not in empty],
        [[cell for place, cell in enumerate(row) if place not in empty] for row in rows],
        right=("value", "change", "target"),
        spare=("month", "target", "change"),
    )
    app.output.say(
        "\nEach value is of the last month that is complete, and mature where it is a cohort.\n"
        "Next: `kpiloop show KPI --by channel`, `kpiloop explain KPI`."
    )


def _row(app: Application, kpi: Kpi, months: Sequence[KpiValue], judge: Judge) -> tuple[str, ...]:
    settled = [each for each in months if each.completeness is Completeness.COMPLETE]
    if not settled:
        return (kpi.name, NO_VALUE, NO_VALUE, "", "", "")
    last = settled[-1]
    before = settled[-2].value if len(settled) > 1 else None
    return (
        kpi.name,
        last.period.key,
        brief(last.value, kpi.unit, app.project.currency),
        change(before, last.value),
        trend([each.value for each in settled[-_MONTHS:]]),
        _target(app, kpi, last, judge),
    )


def _reason(months: Sequence[KpiValue]) -> str:
    """Why the overview has no value."""
    settled = [each for each in months if each.completeness is Completeness.COMPLETE]
    if settled:
        return settled[-1].reason or ""
    if any(each.value is not None for each in months):
        return "no month is complete yet, with all its time to convert"
    return next((each.reason for each in reversed(months) if each.reason), "nothing is known yet")


def _target(app: Application, kpi: Kpi, value: KpiValue, judge: Judge) -> str:
    progress = judge.progress(value)
    if progress is None:
        return ""
    target = brief(progress.aim.value, kpi.unit, app.project.currency)
    return f"{target} {SIGNS[progress.status]}".strip()
