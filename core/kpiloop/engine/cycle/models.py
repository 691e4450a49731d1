"""Which models the tables of some KPIs hold, the one that the settings choose first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.question import Question
from kpiloop.errors import DefinitionError
from kpiloop.kpi.by_model import tables_by_model
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import Name
from kpiloop.kpi.measure import Absent
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.value import KpiValue
from kpiloop.warehouse.sql import table

_Key = tuple[str, Period, tuple[str | None, ...]]


def asked_models(
    connection: DuckDBPyConnection,
    catalog: Catalog,
    questions: Sequence[Question],
    wanted: Sequence[str] = (),
) -> tuple[str, ...]:
    """The models that are asked for; all that the KPIs' tables hold where none is.

    Raises DefinitionError where there is none of the name, or the KPIs have nothing to do with any.
    """
    kpis = [kpi for question in questions for kpi in question.kpis]
    tables = tables_by_model(catalog, kpis)
    if not tables:
        raise DefinitionError(
            f"no model has a part in {' and '.join(kpis)}",
            todo="leave --models out; `kpiloop explain` tells what a KPI stands on",
        )
    found = dict.fromkeys(model for each in tables for model in _models_in(connection, each))
    for model in wanted:
        if model not in found:
            raise DefinitionError(
                f"there is no model {model!r}{did_you_mean(model, found)}",
                legal=", ".join(("all", *found)),
            )
    return tuple(wanted or found)


def with_zeros(
    found: Mapping[str, Sequence[KpiValue]], catalog: Catalog
) -> dict[str, list[KpiValue]]:
    """With a zero for each part of the company that a model owes nothing, and another something.

    Only of sums: a quotient that a model does not tell has no value.
    """
    told = {_key(each): each for values in found.values() for each in values}
    sums = {key: each for key, each in told.items() if _is_sum(each.kpi, catalog)}
    return {
        model: [*values, *_zeros(sums, {_key(each) for each in values})]
        for model, values in found.items()
    }


def _zeros(sums: Mapping[_Key, KpiValue], known: Collection[_Key]) -> Iterator[KpiValue]:
    for key, other in sums.items():
        if key not in known:
            yield replace(other, value=Decimal(0), sample_size=0, reason=None)


def _is_sum(kpi: str, catalog: Catalog) -> bool:
    formula = catalog.kpi(kpi).formula
    return isinstance(formula, Name) and any(
        each.absent is Absent.ZERO for each in catalog.measures_of(kpi)
    )


def _key(value: KpiValue) -> _Key:
    return value.kpi, value.period, tuple(value.dimensions.values())


def _models_in(connection: DuckDBPyConnection, name: str) -> list[str]:
    rows = connection.execute(
        f"SELECT model FROM {table('resolved', name)}"
        " GROUP BY model ORDER BY bool_or(is_chosen) DESC, model"
    ).fetchall()
    return [row[0] for row in rows]
