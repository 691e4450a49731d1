"""KPIs under other models than the chosen one, where a table holds the same facts once for each."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from sqlglot import exp

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.measure import Measure
from kpiloop.kpi.table import CHOSEN, MODEL


def under(catalog: Catalog, model: str) -> Catalog:
    """The catalog as it would be if the settings chose another model."""
    measures = {name: _under(measure, model) for name, measure in catalog.measures.items()}
    return replace(catalog, measures=MappingProxyType(measures))


def tables_by_model(catalog: Catalog, kpis: Iterable[str]) -> tuple[str, ...]:
    """The tables of which KPIs count the rows of the chosen model."""
    measures = (measure for kpi in kpis for measure in catalog.measures_of(kpi))
    return tuple(dict.fromkeys(each.on for each in measures if _counts_the_chosen(each)))


def _counts_the_chosen(measure: Measure) -> bool:
    where = measure.where
    return where is not None and any(_is_chosen(each, measure) for each in where.walk())


def _under(measure: Measure, model: str) -> Measure:
    if measure.where is None or not _counts_the_chosen(measure):
        return measure

    def named(node: exp.Expr) -> exp.Expr:
        if not _is_chosen(node, measure):
            return node
        column = exp.column(MODEL, table=measure.row, quoted=True)
        return exp.EQ(this=column, expression=exp.Literal.string(model))

    return replace(measure, where=measure.where.transform(named))


def _is_chosen(node: exp.Expr, measure: Measure) -> bool:
    return isinstance(node, exp.Column) and (node.table, node.name) == (measure.row, CHOSEN)
