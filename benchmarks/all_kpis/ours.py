"""kpiloop's side: every KPI by month of three years, in total and by each of six dimensions."""

import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from company import MOMENT, catalog
from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Question
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import Formula, Name, Operation
from kpiloop.kpi.value import KpiValue, Number
from kpiloop.warehouse.store import Warehouse

DIMENSIONS = ("channel", "campaign_id", "product", "segment", "country", "owner_id")


def question(catalog: Catalog, kpi: str) -> Question:
    """A KPI by month, in total and by those of the dimensions that all its measures have."""
    legal = catalog.dimensions_of(kpi)
    return Question(
        kpis=(kpi,),
        grains=(Grain.MONTH,),
        first_day=date(2023, 1, 1),
        last_day=MOMENT.today,
        cuts=((), *((each,) for each in DIMENSIONS if each in legal)),
    )


def values(
    connection: DuckDBPyConnection, catalog: Catalog, kpis: Sequence[str], way: str
) -> Iterator[KpiValue]:
    """What computing says, of all KPIs at once or of one after the other."""
    questions = [question(catalog, each) for each in kpis]
    for batch in [questions] if way == "at_once" else [[each] for each in questions]:
        yield from compute(connection, catalog, batch, MOMENT)


def measured(formula: Formula, value: KpiValue) -> Mapping[str, Number | None]:
    """The numbers of measures that a value shows: its own, or the sides of a quotient of two."""
    if isinstance(formula, Name):
        return {formula.name: value.value}
    if isinstance(formula, Operation) and value.denominator is not None:
        sides = (formula.left, value.numerator), (formula.right, value.denominator)
        return {side.name: number for side, number in sides if isinstance(side, Name)}
    return {}


def main(warehouse_path: str, way: str, answers: str) -> None:
    """Write one line per number of a measure; print how many values there are, and the memory."""
    known = catalog()
    number = 0
    formulas = {each: known.expanded(each) for each in known.kpis}
    lines: dict[str, None] = {}
    with Warehouse.open(Path(warehouse_path)) as warehouse, warehouse.transaction() as connection:
        for each in values(connection, known, tuple(known.kpis), way):
            number += 1
            for name, found in measured(formulas[each.kpi], each).items():
                if found:
                    dimension, value = next(iter(each.dimensions.items()), ("", ""))
                    row = (name, each.period.key, dimension, value, found)
                    lines["\t".join(map(str, row))] = None
    Path(answers).write_text("\n".join(lines), encoding="utf-8")
    print(len(known.kpis), number, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
