"""Hypotheses of a project, judged anew by the months that are published."""

from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.hypothesis import Evidence, Hypothesis, Series, evidence_of
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.value import Completeness
from kpiloop.ledger.values import Values
from kpiloop.project.project import Project

_YEAR = 12


def hypotheses_of(project: Project, catalog: Catalog) -> tuple[Hypothesis, ...]:
    """The hypotheses of a project.

    DefinitionError where a KPI is not there, or is a part of the other by its formula: then it
    moves it for sure.
    """
    for number, entry in enumerate(project.hypotheses, start=1):
        where = f"{project.path.name} [[hypotheses]] {number}"
        for name in (entry.kpi, entry.of):
            if name not in catalog.kpis:
                raise DefinitionError(
                    f"there is no KPI {name!r}{did_you_mean(name, catalog.kpis)}",
                    where=where,
                    todo="kpiloop explain lists all KPIs",
                )
        if entry.kpi in {node.name for _, node in catalog.tree(entry.of).walk()}:
            raise DefinitionError(
                f"{entry.of} is computed of {entry.kpi}",
                where=where,
                todo="take it away: what a formula says needs no hypothesis",
            )
    return tuple(Hypothesis(kpi=each.kpi, of=each.of, lag=each.lag) for each in project.hypotheses)


def judged(project: Project, catalog: Catalog, values: Values) -> tuple[Evidence, ...]:
    """Every hypothesis with what the complete months say of it, in the order of the settings."""
    hypotheses = hypotheses_of(project, catalog)
    names = {name for each in hypotheses for name in (each.kpi, each.of)}
    series = {name: _series(values, name) for name in names}
    return tuple(
        evidence_of(each, series[each.kpi], series[each.of], len(hypotheses)) for each in hypotheses
    )


def _series(values: Values, kpi: str) -> Series:
    return {
        value.period.first_day.year * _YEAR + value.period.first_day.month: float(value.value)
        for value in values.current(kpi, Grain.MONTH)
        if value.value is not None and value.completeness is Completeness.COMPLETE
    }
