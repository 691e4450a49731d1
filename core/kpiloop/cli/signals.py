"""How a KPI is to be read: the band of the KPI that its definition names as its signal."""

from kpiloop.cli.application import Application
from kpiloop.cli.numbers import shown
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.value import Completeness
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values


def signal_of(app: Application, catalog: Catalog, name: str) -> str | None:
    """A sentence on the last settled month, with the limits; None where there is no signal."""
    signal = catalog.kpi(name).signal
    if signal is None or not app.project.ledger.exists():
        return None
    kpi = catalog.kpi(signal)
    with Ledger.open(app.project.ledger) as ledger:
        months = Values(ledger, app.clock).current(signal, Grain.MONTH)
        settled = [
            each
            for each in months
            if each.completeness is Completeness.COMPLETE and each.value is not None
        ]
    if not settled:
        return f"Signal: {kpi.title} has no settled month yet."
    last = settled[-1]
    value = shown(last.value, kpi.unit, app.project.currency)
    limits = ", ".join(str(band) for band in kpi.bands)
    told = f"{kpi.title} {value} in {last.period.key}; limits: {limits}"
    return f"Signal: {kpi.band(last.value)} ({told})"
