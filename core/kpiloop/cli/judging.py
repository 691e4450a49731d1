"""Values beside their targets, as `show`, `tree` and the overview tell them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kpiloop.cli.application import Application
from kpiloop.cli.numbers import shown
from kpiloop.engine.cycle.definitions import targets_of
from kpiloop.kpi.aim import Aims, History, adds_up
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.progress import Progress, Status, progress_of
from kpiloop.kpi.units import Unit
from kpiloop.kpi.value import KpiValue, Number
from kpiloop.ledger.values import Values

SIGNS = {
    Status.REACHED: "✓",
    Status.ON_TRACK: "↗",
    Status.BEHIND: "↘",
    Status.MISSED: "✗",
    Status.NO_VALUE: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Says how values stand to the targets of a project; `values` tells of the year before."""

    catalog: Catalog
    aims: Aims
    values: Values
    zone: ZoneInfo

    @classmethod
    def of(cls, app: Application, catalog: Catalog, values: Values) -> "Judge":
        """The judge of a project."""
        return cls(
            catalog=catalog,
            aims=Aims(targets=targets_of(app.project, catalog), calendar=app.project.calendar),
            values=values,
            zone=app.project.timezone,
        )

    def progress(self, value: KpiValue) -> Progress | None:
        """How a value stands to its target; None where it has none."""
        aim = self.aims.of(value, self._history(value))
        if aim is None:
            return None
        return progress_of(
            value,
            aim,
            better=self.catalog.kpi(value.kpi).better,
            adds_up=adds_up(self.catalog, value.kpi),
            zone=self.zone,
        )

    def _history(self, value: KpiValue) -> History:
        """What the same part was worth in a month; the ledger knows of what is published."""

        def month(period: Period) -> Number | None:
            published = self.values.current(value.kpi, period.grain, tuple(value.dimensions))
            return next(
                (
                    each.value
                    for each in published
                    if each.period.key == period.key and each.dimensions == value.dimensions
                ),
                None,
            )

        return month


def told(progress: Progress | None, unit: Unit, currency: str) -> tuple[str, str]:
    """The target and the status of a value, for people; empty where it has none."""
    if progress is None:
        return "", ""
    status = f"{SIGNS[progress.status]} {progress.status}".strip()
    if progress.pace is not None:
        status += f": {shown(progress.pace, unit, currency)} at today's rate"
    return shown(progress.aim.value, unit, currency), status
