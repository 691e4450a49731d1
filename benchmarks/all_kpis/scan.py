"""The floor: every column that a measure looks at, read once and summed up as hashes."""

import sys
from pathlib import Path

from company import catalog
from ours import DIMENSIONS

from kpiloop.kpi.measure import Measure
from kpiloop.warehouse import sql
from kpiloop.warehouse.store import Warehouse


def columns_of(measure: Measure) -> set[tuple[str, str]]:
    """Table and column of everything that a measure looks at in its own rows and in others."""
    days = (measure.when_day, measure.then_day, measure.start_day, measure.until_day)
    own = (measure.when, measure.then, measure.start, measure.until, measure.kept_by, *days)
    found = {(measure.on, each) for each in own if each}
    reached = [measure.dimensions[each] for each in DIMENSIONS if each in measure.dimensions]
    for reach in (*measure.columns, *reached):
        found.add((reach.entity, reach.column))
        if reach.via != measure.row:
            found |= {(reach.entity, "id"), (measure.on, f"{reach.via}_id")}
    return found


def main(warehouse_path: str) -> None:
    """Read what all measures need."""
    tables: dict[str, set[str]] = {}
    for measure in catalog().measures.values():
        for table, column in columns_of(measure):
            tables.setdefault(table, set()).add(column)
    with Warehouse.open(Path(warehouse_path)) as warehouse, warehouse.transaction() as connection:
        for table, columns in sorted(tables.items()):
            read = ", ".join(
                f"count({sql.name(each)}), max({sql.name(each)})" for each in sorted(columns)
            )
            connection.execute(f"SELECT {read} FROM {sql.table('resolved', table)}").fetchall()
        print(sum(map(len, tables.values())))


if __name__ == "__main__":
    main(*sys.argv[1:])
