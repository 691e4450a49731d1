"""What may influence a KPI, and what the history says of that, as `explain` and `tree` tell it."""

from collections.abc import Collection, Sequence

from kpiloop.cli.application import Application
from kpiloop.engine.cycle.hypotheses import judged
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.hypothesis import Evidence
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values


def evidence_about(app: Application, catalog: Catalog, kpis: Collection[str]) -> Sequence[Evidence]:
    """The hypotheses that say what may influence any of these KPIs, or what they may influence."""
    if not app.project.hypotheses or not app.project.ledger.exists():
        return ()
    with Ledger.open(app.project.ledger) as ledger:
        found = judged(app.project, catalog, Values(ledger, app.clock))
    return [each for each in found if {each.hypothesis.kpi, each.hypothesis.of} & set(kpis)]


def show_hypotheses(app: Application, found: Sequence[Evidence]) -> None:
    """A table of what may influence what; nothing where nobody supposes anything."""
    if not found:
        return
    app.output.table(
        ("may influence", "", "after", "history says", "correlation", "95 %", "months", "tests"),
        [_row(each) for each in found],
        title="\nHypotheses",
        right=("months", "tests"),
        spare=("tests", "months"),
    )


def _row(found: Evidence) -> tuple[str, ...]:
    meant = found.hypothesis
    after = f"{meant.lag} month{'' if meant.lag == 1 else 's'}"
    middle = "" if found.correlation is None else f"{found.correlation:+.2f}"
    known = found.low is not None and found.high is not None
    reach = f"{found.low:+.2f} to {found.high:+.2f}" if known else ""
    counted = (str(found.months), str(found.tests))
    return (meant.kpi, f"→ {meant.of}", after, str(found.verdict), middle, reach, *counted)
